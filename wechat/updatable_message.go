package wechat

import (
	"context"
	"net/url"
	"slices"
	"time"

	"magpie/wechat/apis"
)

// The states of an updatable message. From 0 it goes to 0 or 1, from 1 nowhere.
const (
	StateNotStarted = 0
	StateStarted    = 1
)

// CreateActivityIDParams may name the person for whom the activity is created.
type CreateActivityIDParams struct {
	OpenID  string `json:"openid,omitempty"`
	UnionID string `json:"unionid,omitempty"`
}

// Check allows one of the two, or neither.
func (p CreateActivityIDParams) Check() error {
	var f faults
	if p.OpenID != "" && p.UnionID != "" {
		f.add("openid", ruleOneOfTwo)
	}
	return f.err()
}

// ActivityID is the id of an updatable message, and the moment it expires,
// zero where WeChat gave none that can be read.
type ActivityID struct {
	ActivityID     string    `json:"activity_id"`
	ExpirationTime time.Time `json:"expiration_time,omitzero"`
}

type activityReply struct {
	answer
	ActivityID     looseString `json:"activity_id"`
	ExpirationTime looseTime   `json:"expiration_time"`
}

func (r *activityReply) missing(answer) string {
	if r.ActivityID == "" {
		return "activity_id"
	}
	return ""
}

// CreateActivityID makes the id under which an updatable message is shared.
// Making one and not using it does no harm.
//
// WeChat: GET /cgi-bin/message/wxopen/activityid/create
func (c *Client) CreateActivityID(ctx context.Context, p CreateActivityIDParams) (*ActivityID, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	query := url.Values{}
	if p.OpenID != "" {
		query.Set("openid", p.OpenID)
	}
	if p.UnionID != "" {
		query.Set("unionid", p.UnionID)
	}
	var out activityReply
	if err := c.call(ctx, request{api: apis.CreateActivityID, query: query, out: &out, to: p.OpenID}); err != nil {
		return nil, err
	}
	return &ActivityID{ActivityID: string(out.ActivityID), ExpirationTime: out.ExpirationTime.Time}, nil
}

// UpdatableMsg changes what a shared updatable message shows.
type UpdatableMsg struct {
	ActivityID   string       `json:"activity_id"`
	TargetState  int          `json:"target_state"`
	TemplateInfo TemplateInfo `json:"template_info"`
}

// TemplateInfo holds the parameters of an update.
type TemplateInfo struct {
	ParameterList []Parameter `json:"parameter_list"`
}

// Parameter is one of member_count, room_limit, path and version_type.
type Parameter struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

var updatableParameters = []string{"member_count", "room_limit", "path", "version_type"}

// Check requires member_count and room_limit for state 0, path and
// version_type for state 1, and takes no other parameter.
func (m UpdatableMsg) Check() error {
	const list = "template_info.parameter_list"
	var f faults
	f.need("activity_id", m.ActivityID)

	given := map[string]string{}
	for _, p := range m.TemplateInfo.ParameterList {
		if p.Name == "" {
			f.add(list+".name", ruleRequired)
			continue
		}
		if _, twice := given[p.Name]; twice {
			f.add(list+"."+p.Name, ruleTwice)
			continue
		}
		given[p.Name] = p.Value
		if !slices.Contains(updatableParameters, p.Name) {
			f.oneOf(list+".name", p.Name, updatableParameters...)
		}
	}

	var needed []string
	switch m.TargetState {
	case StateNotStarted:
		needed = []string{"member_count", "room_limit"}
	case StateStarted:
		needed = []string{"path", "version_type"}
	default:
		f.add("target_state", ruleState, m.TargetState)
	}
	for _, name := range needed {
		if given[name] == "" {
			f.add(list+"."+name, ruleForState, m.TargetState)
		}
	}
	for _, name := range updatableParameters {
		if value, ok := given[name]; ok && value == "" && !slices.Contains(needed, name) {
			f.add(list+"."+name, ruleRequired)
		}
	}
	f.oneOf(list+".version_type", given["version_type"], "develop", "trial", "release")
	return f.err()
}

// SetUpdatableMsg changes a shared updatable message.
//
// WeChat: POST /cgi-bin/message/wxopen/updatablemsg/send
func (c *Client) SetUpdatableMsg(ctx context.Context, m UpdatableMsg) error {
	if err := m.Check(); err != nil {
		return err
	}
	return c.call(ctx, request{api: apis.SetUpdatableMsg, in: m, out: &done{}})
}

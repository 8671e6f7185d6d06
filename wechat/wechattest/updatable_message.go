package wechattest

import "time"

// activityLife is how long an activity can be updated.
const activityLife = 24 * time.Hour

type activity struct {
	Activity
	updated bool
}

// createActivity takes an openid or a unionid, or neither.
func (s *Server) createActivity(c *call) reply {
	if openid := c.query("openid"); openid != "" && !s.knows(openid) {
		return refuse(40003)
	}
	a := &activity{Activity: Activity{
		ID:        "966_" + s.id("activity", 60),
		CreatedAt: c.now,
		ExpiresAt: c.now.Add(activityLife).Truncate(time.Second),
	}}
	s.activities = append(s.activities, a)
	return reply{fields: map[string]any{
		"activity_id":     a.ID,
		"expiration_time": a.ExpiresAt.Unix(),
	}}
}

// updateActivity checks in this order: the form, the activity, its life, the
// state, what the state needs, the version.
func (s *Server) updateActivity(c *call) reply {
	var in struct {
		ActivityID   *string `json:"activity_id"`
		TargetState  *int    `json:"target_state"`
		TemplateInfo *struct {
			ParameterList *[]struct {
				Name  *string `json:"name"`
				Value *string `json:"value"`
			} `json:"parameter_list"`
		} `json:"template_info"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	switch {
	case in.ActivityID == nil:
		return refuseOn(47001, "activity_id missing")
	case in.TargetState == nil:
		return refuseOn(47001, "target_state missing")
	case in.TemplateInfo == nil || in.TemplateInfo.ParameterList == nil:
		return refuseOn(47001, "template_info.parameter_list missing")
	}
	given := map[string]string{}
	for _, p := range *in.TemplateInfo.ParameterList {
		if p.Name == nil || p.Value == nil {
			return refuseOn(47001, "name or value missing in parameter_list")
		}
		given[*p.Name] = *p.Value
	}

	a := s.activity(*in.ActivityID)
	if a == nil {
		return refuse(47501)
	}
	if !c.now.Before(a.ExpiresAt) {
		return refuse(47504)
	}
	state := *in.TargetState
	if state != 0 && state != 1 || a.State == 1 {
		return refuse(47502) // from 1 it goes nowhere, not even to 1
	}
	for _, name := range [][]string{{"member_count", "room_limit"}, {"path", "version_type"}}[state] {
		if given[name] == "" {
			return refuseOn(47001, "%s missing", name)
		}
	}
	if v, ok := given["version_type"]; ok && v != "develop" && v != "trial" && v != "release" {
		return refuse(47503)
	}

	a.updated, a.State, a.UpdatedAt = true, state, c.now
	for name, field := range map[string]*string{
		"member_count": &a.MemberCount, "room_limit": &a.RoomLimit,
		"path": &a.Path, "version_type": &a.VersionType,
	} {
		if v, ok := given[name]; ok {
			*field = v
		}
	}
	return done
}

func (s *Server) activity(id string) *activity {
	for _, a := range s.activities {
		if a.ID == id {
			return a
		}
	}
	return nil
}

func (s *Server) knows(openid string) bool {
	return openid != "" && s.followers.allows(openid) && !s.unknown[openid]
}

package wechat

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"magpie/wechat/apis"
)

// How many openids one mass message names, and how long its clientmsgid is.
const (
	MinMassOpenIDs = 2
	MaxMassOpenIDs = 10_000
	MaxClientMsgID = 32 // bytes
)

// MassMsg is a message to many followers.
type MassMsg struct {
	MassContent
	// SendIgnoreReprint set to 1 sends news on even where WeChat finds that it
	// reprints another's, and 0 stops it. It is left out where nil.
	SendIgnoreReprint *int
	// ClientMsgID makes a repetition harmless for 24 hours: WeChat sends once
	// and answers the msg_id of the first. At most 32 bytes.
	ClientMsgID string
}

func (m MassMsg) check(f *faults) {
	m.MassContent.check(f)
	if s := m.SendIgnoreReprint; s != nil && *s != 0 && *s != 1 {
		f.add("send_ignore_reprint", ruleSwitch, *s)
	}
	f.bytes("clientmsgid", m.ClientMsgID, MaxClientMsgID)
}

func (m MassMsg) body() massBody {
	b := m.MassContent.body(false)
	b.IgnoreCopies, b.ClientMsgID = m.SendIgnoreReprint, m.ClientMsgID
	return b
}

// MassJob is a mass message that WeChat has taken on. It is queued, not sent:
// the outcome comes by the event MASSSENDJOBFINISH, or from MassState.
type MassJob struct {
	MsgID     string
	MsgDataID string // of news: names it in the statistics
	Repeated  bool   // it had been taken on before under the same clientmsgid
}

type massReply struct {
	answer
	MsgID     looseString `json:"msg_id"`
	MsgDataID looseString `json:"msg_data_id"`
}

func (r *massReply) missing(answer) string {
	if r.MsgID == "" || r.MsgID == "0" {
		return "msg_id"
	}
	return ""
}

// tolerates 45065: the message was taken on before, and its msg_id is here.
func (r *massReply) tolerates(code int) bool { return code == codeSentBefore }

// MassFilter says which followers: all of them, or those with one tag.
type MassFilter struct {
	All   bool
	TagID int
}

// SendMass sends to all followers or to those with one tag. A service account's
// follower receives 4 mass messages a month, however they were sent.
//
// WeChat: POST /cgi-bin/message/mass/sendall
func (c *Client) SendMass(ctx context.Context, to MassFilter, m MassMsg) (*MassJob, error) {
	var f faults
	if to.All == (to.TagID != 0) {
		f.add("filter", ruleOneOf, "is_to_all, tag_id")
	}
	if m.check(&f); f.err() != nil {
		return nil, f.err()
	}
	body := m.body()
	body.Filter = struct {
		All   bool `json:"is_to_all"`
		TagID int  `json:"tag_id,omitempty"`
	}{to.All, to.TagID}
	return c.mass(ctx, apis.MassAll, body)
}

// SendMassTo sends to 2 to 10,000 followers by openid.
//
// WeChat: POST /cgi-bin/message/mass/send
func (c *Client) SendMassTo(ctx context.Context, openids []string, m MassMsg) (*MassJob, error) {
	var f faults
	f.between("touser", len(openids), MinMassOpenIDs, MaxMassOpenIDs)
	seen := make(map[string]bool, len(openids))
	for i, id := range openids {
		if at := fmt.Sprintf("touser[%d]", i); id == "" {
			f.add(at, ruleRequired)
		} else if seen[id] {
			f.add(at, ruleTwice)
		}
		seen[id] = true
	}
	if m.check(&f); f.err() != nil {
		return nil, f.err()
	}
	body := m.body()
	body.ToUser = openids
	return c.mass(ctx, apis.MassSend, body)
}

func (c *Client) mass(ctx context.Context, a apis.API, body massBody) (*MassJob, error) {
	var out massReply
	if err := c.call(ctx, request{api: a, in: body, out: &out}); err != nil {
		return nil, err
	}
	return &MassJob{MsgID: string(out.MsgID), MsgDataID: string(out.MsgDataID), Repeated: out.ErrCode.n == codeSentBefore}, nil
}

// Previewer is the one person to whom a preview goes: by openid, or by WeChat name.
type Previewer struct{ OpenID, WxName string }

// PreviewMass shows one person what a mass message would look like. WeChat
// allows 100 previews a day.
//
// WeChat: POST /cgi-bin/message/mass/preview
func (c *Client) PreviewMass(ctx context.Context, to Previewer, m MassContent) error {
	var f faults
	if (to.OpenID == "") == (to.WxName == "") {
		f.add("touser", ruleOneOf, "touser, towxname")
	}
	if m.check(&f); f.err() != nil {
		return f.err()
	}
	body := m.body(true)
	if body.ToWxName = to.WxName; to.OpenID != "" {
		body.ToUser = to.OpenID
	}
	return c.call(ctx, request{api: apis.MassPreview, in: body, out: &done{}, to: to.OpenID})
}

// DeleteMass takes a mass message of articles or of a video back, for good: what it leads to
// is deleted, the card stays with whom it reached, and no other type can be deleted. An
// article that was sent several times is deleted everywhere. Index counts the articles from
// 1; 0 is all. WeChat takes 10 such calls a day.
//
// WeChat: POST /cgi-bin/message/mass/delete
func (c *Client) DeleteMass(ctx context.Context, msgID string, index int) error {
	id, err := massID(msgID)
	if err != nil {
		return err
	}
	in := struct {
		MsgID json.Number `json:"msg_id"`
		Index int         `json:"article_idx,omitempty"`
	}{id, index}
	return c.call(ctx, request{api: apis.MassDelete, in: in, out: &done{}})
}

// MassStatus is how far a mass message has come.
type MassStatus string

// The statuses of a mass message. MassDeleted has been seen of one, too, that nobody was left
// to receive (developers.weixin.qq.com/community/personal/oCJUsw5TbqBA6qRgZTTKTMEhewM0).
const (
	MassSending MassStatus = "SENDING"
	MassArrived MassStatus = "SEND_SUCCESS" // the job's, not each follower's
	MassFailed  MassStatus = "SEND_FAIL"
	MassDeleted MassStatus = "DELETE"
)

// Running reports that the outcome is still to come.
func (s MassStatus) Running() bool { return s == MassSending }

type massStateReply struct {
	answer
	Status looseString `json:"msg_status"`
}

func (r *massStateReply) missing(answer) string {
	if r.Status == "" {
		return "msg_status"
	}
	return ""
}

// MassState asks how far a mass message has come. WeChat tells neither counts nor reasons
// here: they come with the event alone. Its page names no quota.
//
// WeChat: POST /cgi-bin/message/mass/get
func (c *Client) MassState(ctx context.Context, msgID string) (MassStatus, error) {
	id, err := massID(msgID)
	if err != nil {
		return "", err
	}
	in := struct {
		MsgID json.Number `json:"msg_id"`
	}{id}
	var out massStateReply
	if err := c.call(ctx, request{api: apis.MassGet, in: in, out: &out}); err != nil {
		return "", err
	}
	return MassStatus(out.Status), nil
}

// massID is a msg_id as WeChat wants it back: a number.
func massID(id string) (json.Number, error) {
	var f faults
	if f.need("msg_id", id); id != "" {
		if _, err := strconv.ParseUint(id, 10, 64); err != nil {
			f.add("msg_id", ruleNumber)
		}
	}
	return json.Number(id), f.err()
}

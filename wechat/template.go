package wechat

import (
	"context"
	"crypto/rand"
	"time"

	"magpie/wechat/apis"
)

// TemplateWindow is how long WeChat delivers one client_msg_id to one openid
// only once. Within it, repeating a template message does no harm.
const TemplateWindow = 10 * time.Minute

// TemplateMsg is a service account's template message to one follower. Since
// 4 May 2023 WeChat leaves out what it once showed of one: the fields first and
// remark, and every colour. Sending them is no error.
type TemplateMsg struct {
	ToUser      string               `json:"touser"`
	TemplateID  string               `json:"template_id"`
	URL         string               `json:"url,omitempty"`
	Miniprogram *Miniprogram         `json:"miniprogram,omitzero"`
	ClientMsgID string               `json:"client_msg_id,omitempty"` // see TemplateWindow
	Data        map[string]DataValue `json:"data"`

	// Unchecked are fields in which what WeChat's pages leave open is passed (see
	// [FieldError.Undecided]). They are not sent.
	Unchecked []string `json:"unchecked,omitempty"`
}

// Check asks for touser, template_id and data, and holds every value against the
// type that its field's name begins with (see [CheckField]): templates of
// WeChat's categories have such fields, and WeChat refuses what does not fit with
// 47003. Those of the earlier templates (first, keyword1, remark) have no type.
func (m TemplateMsg) Check() error {
	var f faults
	f.need("touser", m.ToUser)
	f.need("template_id", m.TemplateID)
	m.Miniprogram.check(&f, "miniprogram")
	f.bytes("client_msg_id", m.ClientMsgID, MaxClientMsgID)
	checkData(&f, "data", m.Data)
	checkFields(&f, m.Data, m.Unchecked)
	return f.err()
}

// NotShown reports that WeChat leaves a field of a template message out: the
// line before the others, and the one after them.
func NotShown(field string) bool { return field == "first" || field == "remark" }

type msgIDReply struct {
	answer
	MsgID looseString `json:"msgid"`
}

// missing takes errcode 0 for the promise: not every answer names a msgid.
func (r *msgIDReply) missing(answer) string {
	if !r.ErrCode.given && r.MsgID == "" {
		return "msgid"
	}
	return ""
}

// SendTemplate sends a template message and returns its msgid, by which the
// event TEMPLATESENDJOBFINISH later tells whether it arrived.
//
// WeChat: POST /cgi-bin/message/template/send
func (c *Client) SendTemplate(ctx context.Context, m TemplateMsg) (string, error) {
	if err := m.Check(); err != nil {
		return "", err
	}
	var out msgIDReply
	if err := c.call(ctx, request{api: apis.TemplateSend, in: m, out: &out, to: m.ToUser}); err != nil {
		return "", err
	}
	return string(out.MsgID), nil
}

// CompileTemplate is [Client.CompileSubscribe] for a template message.
func (c *Client) CompileTemplate(m TemplateMsg, marks []string) (func(ctx context.Context, to string, values []string) (string, error), error) {
	m.ToUser = rand.Text()
	written, err := compile(m, m.ToUser, marks)
	return func(ctx context.Context, to string, values []string) (string, error) {
		var out msgIDReply
		err := c.call(ctx, request{api: apis.TemplateSend, in: filled{written, to, values}, out: &out, to: to})
		return string(out.MsgID), err
	}, err
}

// Template is one of the account's templates.
type Template struct {
	ID      string
	Title   string
	Kind    string          // once, longterm or service
	Fields  []TemplateField // in the order in which they are shown
	Content string          // as WeChat writes it
	Example string
}

// The kinds of templates.
const (
	TemplateOnce     = "once"     // a subscription for one notification
	TemplateLongTerm = "longterm" // a subscription that stays
	TemplateService  = "service"  // of template/send
)

type templateListReply struct {
	answer
	List []struct {
		ID      looseString `json:"template_id"`
		Title   looseString `json:"title"`
		Content looseString `json:"content"`
		Example looseString `json:"example"`
	} `json:"template_list"`
}

func (r *templateListReply) missing(answer) string {
	if r.List == nil {
		return "template_list"
	}
	return ""
}

// ServiceTemplates lists the templates for SendTemplate.
//
// WeChat: GET /cgi-bin/template/get_all_private_template
func (c *Client) ServiceTemplates(ctx context.Context) ([]Template, error) {
	var out templateListReply
	if err := c.call(ctx, request{api: apis.TemplateList, out: &out}); err != nil {
		return nil, err
	}
	all := []Template{}
	for _, t := range out.List {
		all = append(all, Template{
			ID: string(t.ID), Title: string(t.Title), Kind: TemplateService, Fields: templateFields(string(t.Content)), Content: string(t.Content), Example: string(t.Example),
		})
	}
	return all, nil
}

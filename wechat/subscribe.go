package wechat

import (
	"context"
	"crypto/rand"

	"magpie/wechat/apis"
)

// SubscribeMsg is a subscription notification to one person.
type SubscribeMsg struct {
	ToUser           string               `json:"touser"`
	TemplateID       string               `json:"template_id"`
	Page             string               `json:"page,omitempty"`
	Miniprogram      *Miniprogram         `json:"miniprogram,omitzero"`
	MiniprogramState string               `json:"miniprogram_state,omitempty"` // developer, trial or formal
	Lang             string               `json:"lang,omitempty"`              // zh_CN, en_US, zh_HK or zh_TW
	ClientMsgID      string               `json:"client_msg_id,omitempty"`     // passed on; WeChat promises nothing for it here
	Data             map[string]DataValue `json:"data"`

	// Unchecked are fields in which what WeChat's pages leave open is passed (see
	// [FieldError.Undecided]). They are not sent.
	Unchecked []string `json:"unchecked,omitempty"`
}

// Check asks for touser, template_id and data, holds every value against the
// type that its field's name begins with (see [CheckField]), and knows the
// values of lang and miniprogram_state.
func (m SubscribeMsg) Check() error {
	var f faults
	f.need("touser", m.ToUser)
	f.need("template_id", m.TemplateID)
	m.Miniprogram.check(&f, "miniprogram")
	f.oneOf("miniprogram_state", m.MiniprogramState, "developer", "trial", "formal")
	f.oneOf("lang", m.Lang, "zh_CN", "en_US", "zh_HK", "zh_TW")
	checkData(&f, "data", m.Data)
	checkFields(&f, m.Data, m.Unchecked)
	return f.err()
}

// SendSubscribe sends a subscription notification. Success means that WeChat
// took it, not that the person has read it.
//
// WeChat: POST /cgi-bin/message/subscribe/bizsend
func (c *Client) SendSubscribe(ctx context.Context, m SubscribeMsg) error {
	if err := m.Check(); err != nil {
		return err
	}
	return c.call(ctx, request{api: apis.SubscribeSend, in: m, out: &done{}, to: m.ToUser})
}

// CompileSubscribe writes a notification once for many people. In its texts marks
// stand for what is each person's own; what it returns sends it to one of them with
// their values in place of the marks, none of them empty. Nothing is checked then:
// [SubscribeMsg.Check] has been asked about what each of them gets.
func (c *Client) CompileSubscribe(m SubscribeMsg, marks []string) (func(ctx context.Context, to string, values []string) error, error) {
	m.ToUser = rand.Text()
	written, err := compile(m, m.ToUser, marks)
	return func(ctx context.Context, to string, values []string) error {
		return c.call(ctx, request{api: apis.SubscribeSend, in: filled{written, to, values}, out: &done{}, to: to})
	}, err
}

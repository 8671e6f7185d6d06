package wechat

import (
	"context"
	"crypto/rand"

	"magpie/wechat/apis"
)

// WeappSubscribeMsg is a Mini Program's subscription message to one person. The
// page calls miniprogram_state and lang required and gives both a default; its
// own first example leaves them out.
type WeappSubscribeMsg struct {
	ToUser           string               `json:"touser"`
	TemplateID       string               `json:"template_id"`
	Page             string               `json:"page,omitempty"`              // of the Mini Program; without it a tap leads nowhere
	MiniprogramState string               `json:"miniprogram_state,omitempty"` // developer, trial or formal
	Lang             string               `json:"lang,omitempty"`              // zh_CN, en_US, zh_HK or zh_TW
	Data             map[string]DataValue `json:"data"`

	// Unchecked are fields in which what WeChat's pages leave open is passed (see
	// [FieldError.Undecided]). They are not sent.
	Unchecked []string `json:"unchecked,omitempty"`
}

// Check is that of [SubscribeMsg], less what this message has not.
func (m WeappSubscribeMsg) Check() error {
	var f faults
	f.need("touser", m.ToUser)
	f.need("template_id", m.TemplateID)
	f.oneOf("miniprogram_state", m.MiniprogramState, "developer", "trial", "formal")
	f.oneOf("lang", m.Lang, "zh_CN", "en_US", "zh_HK", "zh_TW")
	checkData(&f, "data", m.Data)
	checkFields(&f, m.Data, m.Unchecked)
	return f.err()
}

// SendWeappSubscribe sends a Mini Program's subscription message. The client
// must be that Mini Program's. Success means that WeChat took it. The page
// names no msgid in the answer; its later event names the template and the
// person.
//
// WeChat: POST /cgi-bin/message/subscribe/send
func (c *Client) SendWeappSubscribe(ctx context.Context, m WeappSubscribeMsg) error {
	if err := m.Check(); err != nil {
		return err
	}
	return c.call(ctx, request{api: apis.WeappSubscribeSend, in: m, out: &done{}, to: m.ToUser})
}

// CompileWeappSubscribe is [Client.CompileSubscribe] for a Mini Program's message.
func (c *Client) CompileWeappSubscribe(m WeappSubscribeMsg, marks []string) (func(ctx context.Context, to string, values []string) error, error) {
	m.ToUser = rand.Text()
	written, err := compile(m, m.ToUser, marks)
	return func(ctx context.Context, to string, values []string) error {
		return c.call(ctx, request{api: apis.WeappSubscribeSend, in: filled{written, to, values}, out: &done{}, to: to})
	}, err
}

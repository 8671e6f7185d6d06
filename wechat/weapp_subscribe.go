package wechat

import "context"

var weappSubscribe = api{"POST", "/cgi-bin/message/subscribe/send"}

// WeappSubscribeMsg is a Mini Program's subscription message to one person.
type WeappSubscribeMsg struct {
	ToUser           string               `json:"touser"`
	TemplateID       string               `json:"template_id"`
	Page             string               `json:"page,omitempty"`
	MiniprogramState string               `json:"miniprogram_state,omitempty"` // developer, trial or formal
	Lang             string               `json:"lang,omitempty"`              // zh_CN, en_US, zh_HK or zh_TW
	Data             map[string]DataValue `json:"data"`
}

// Check is that of [SubscribeMsg], less what this message has not.
func (m WeappSubscribeMsg) Check() error {
	var f faults
	f.need("touser", m.ToUser)
	f.need("template_id", m.TemplateID)
	f.oneOf("miniprogram_state", m.MiniprogramState, "developer", "trial", "formal")
	f.oneOf("lang", m.Lang, "zh_CN", "en_US", "zh_HK", "zh_TW")
	checkData(&f, "data", m.Data)
	checkFields(&f, m.Data)
	return f.err()
}

// SendWeappSubscribe sends a Mini Program's subscription message. The client
// must be that Mini Program's. Success means that WeChat took it.
//
// WeChat: POST /cgi-bin/message/subscribe/send
func (c *Client) SendWeappSubscribe(ctx context.Context, m WeappSubscribeMsg) error {
	if err := m.Check(); err != nil {
		return err
	}
	return c.call(ctx, request{api: weappSubscribe, in: m, out: &done{}, to: m.ToUser})
}

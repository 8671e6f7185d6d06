package wechat

import (
	"context"

	"magpie/wechat/apis"
)

// UniformMsg is one message with a half for the Mini Program and a half for the
// Official Account. Where both are given, WeChat delivers the Mini Program's.
type UniformMsg struct {
	ToUser string            `json:"touser"`
	Weapp  *WeappTemplateMsg `json:"weapp_template_msg,omitempty"`
	MP     *MPTemplateMsg    `json:"mp_template_msg,omitempty"`
}

// WeappTemplateMsg is the Mini Program's half.
type WeappTemplateMsg struct {
	TemplateID      string               `json:"template_id"`
	Page            string               `json:"page"`
	FormID          string               `json:"form_id"`
	Data            map[string]DataValue `json:"data"`
	EmphasisKeyword string               `json:"emphasis_keyword"`
}

// MPTemplateMsg is the Official Account's half.
type MPTemplateMsg struct {
	AppID       string               `json:"appid"`
	TemplateID  string               `json:"template_id"`
	URL         string               `json:"url"`
	Miniprogram *Miniprogram         `json:"miniprogram,omitzero"`
	Data        map[string]DataValue `json:"data"`
}

// DataValue fills one field of a template.
type DataValue struct {
	Value string `json:"value"`
	Color string `json:"color,omitempty"`
}

// Miniprogram is where a tap on the message leads.
type Miniprogram struct {
	AppID    string `json:"appid"`
	PagePath string `json:"pagepath,omitempty"`
}

// IsZero reports that there is nothing in it; it is then left out of the message.
func (m *Miniprogram) IsZero() bool { return m == nil || *m == Miniprogram{} }

func (m *Miniprogram) check(f *faults, path string) {
	if !m.IsZero() {
		f.need(path+".appid", m.AppID)
	}
}

// Check requires the Official Account's half, and in each half every field but
// miniprogram. What the fields hold is WeChat's to judge.
func (m UniformMsg) Check() error {
	var f faults
	f.need("touser", m.ToUser)
	if w := m.Weapp; w != nil {
		const half = "weapp_template_msg."
		f.need(half+"template_id", w.TemplateID)
		f.need(half+"page", w.Page)
		f.need(half+"form_id", w.FormID)
		checkData(&f, half+"data", w.Data)
		f.need(half+"emphasis_keyword", w.EmphasisKeyword)
	}
	if mp := m.MP; mp == nil {
		f.add("mp_template_msg", ruleRequired)
	} else {
		const half = "mp_template_msg."
		f.need(half+"appid", mp.AppID)
		f.need(half+"template_id", mp.TemplateID)
		f.need(half+"url", mp.URL)
		mp.Miniprogram.check(&f, half+"miniprogram")
		checkData(&f, half+"data", mp.Data)
	}
	return f.err()
}

// checkData asks for at least one field, and a name for each.
func checkData(f *faults, path string, data map[string]DataValue) {
	if len(data) == 0 {
		f.add(path, ruleRequired)
	}
	if _, nameless := data[""]; nameless {
		f.add(path, ruleRequired)
	}
}

// SendUniform sends a uniform service message. WeChat withdrew this API on
// 20 September 2023, though its page stands, and since answers 45109, whose
// advice names what replaces it.
//
// WeChat: POST /cgi-bin/message/wxopen/template/uniform_send
func (c *Client) SendUniform(ctx context.Context, m UniformMsg) error {
	if err := m.Check(); err != nil {
		return err
	}
	return c.call(ctx, request{api: apis.UniformSend, in: m, out: &done{}, to: m.ToUser})
}

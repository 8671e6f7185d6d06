package wechattest

import (
	"encoding/json"
	"strings"

	"magpie/wechat/apis"
)

// UniformAsPage makes uniform_send work as its page says. WeChat withdrew it on 20
// September 2023 and answers 45109 whatever it is sent
// (developers.weixin.qq.com/community/develop/doc/000ae8d6348af08e7030bc2546bc01);
// so does this server until it is told otherwise.
func (s *Server) UniformAsPage(yes bool) { s.set(func() { s.asPage = yes }) }

// sendUniform checks both halves and delivers the Mini Program's where it is given.
func (s *Server) sendUniform(c *call) reply {
	if !s.asPage {
		return refuse(45109)
	}
	var in struct {
		ToUser string `json:"touser"`
		Weapp  *struct {
			TemplateID string          `json:"template_id"`
			Page       string          `json:"page"`
			FormID     string          `json:"form_id"`
			Data       json.RawMessage `json:"data"`
			Emphasis   string          `json:"emphasis_keyword"`
		} `json:"weapp_template_msg"`
		MP *struct {
			AppID       string          `json:"appid"`
			TemplateID  string          `json:"template_id"`
			URL         string          `json:"url"`
			Miniprogram *miniprogram    `json:"miniprogram"`
			Data        json.RawMessage `json:"data"`
		} `json:"mp_template_msg"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	if !s.knows(in.ToUser) {
		return refuse(40003)
	}
	if in.MP == nil {
		return refuseOn(47001, "mp_template_msg missing")
	}

	n := Notification{At: c.now, OpenID: in.ToUser, API: apis.UniformSend.Path}
	if w := in.Weapp; w != nil {
		text, err := lines(w.Data)
		switch {
		case w.TemplateID == "" || !s.templates.allows(w.TemplateID):
			return refuseOn(40037, "weapp_template_msg")
		case w.Page == "" || !s.hasPage(w.Page):
			return refuse(41030)
		case w.FormID == "" || s.badForms[w.FormID]:
			return refuse(41028)
		case s.usedForms[w.FormID]:
			return refuse(41029)
		case err != nil:
			return refuseOn(47001, "weapp_template_msg: %v", err)
		case w.Emphasis == "":
			return refuseOn(47001, "weapp_template_msg.emphasis_keyword missing")
		}
		n.Via, n.TemplateID, n.Lines, n.Page, n.Emphasis = "weapp", w.TemplateID, text, w.Page, w.Emphasis
	}
	mp := in.MP
	text, err := lines(mp.Data)
	switch {
	case strings.TrimSpace(mp.AppID) == "" || !s.apps.allows(strings.TrimSpace(mp.AppID)):
		return refuseOn(40013, "mp_template_msg")
	case mp.TemplateID == "" || !s.templates.allows(mp.TemplateID):
		return refuseOn(40037, "mp_template_msg")
	case mp.URL == "":
		return refuseOn(47001, "mp_template_msg.url missing")
	case mp.Miniprogram.bad(s):
		return refuseOn(40013, "mp_template_msg.miniprogram")
	case err != nil:
		return refuseOn(47001, "mp_template_msg: %v", err)
	}
	if in.Weapp == nil {
		n.Via, n.TemplateID, n.Lines, n.URL = "mp", mp.TemplateID, text, mp.URL
		n.leadTo(mp.Miniprogram)
	} else {
		s.usedForms[in.Weapp.FormID] = true
	}
	s.notifications = append(s.notifications, n)
	return done
}

// bad tells a Mini Program without an AppID. One that is empty altogether is
// none: other clients always send it.
func (m *miniprogram) bad(s *Server) bool {
	return m != nil && *m != miniprogram{} && (m.AppID == "" || !s.apps.allows(m.AppID))
}

type miniprogram struct {
	AppID    string `json:"appid"`
	PagePath string `json:"pagepath"`
}

func (n *Notification) leadTo(m *miniprogram) {
	if m != nil {
		n.MiniprogramApp, n.MiniprogramPath = m.AppID, m.PagePath
	}
}

func (s *Server) hasPage(page string) bool {
	path, _, _ := strings.Cut(page, "?")
	return s.pages.allows(path)
}

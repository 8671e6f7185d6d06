package wechattest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"magpie/wechat/apis"
)

// Template is one template of the account, as its console lists it.
type Template struct {
	ID      string
	Title   string
	Content string // "会议时间:{{date2.DATA}}\n会议地点:{{thing1.DATA}}"
	Example string
	Type    int                 // 2 once, 3 long-term, 0 of template/send
	Enums   map[string][]string // the values allowed, by field
}

// defaultTemplates are there so that a list has something to show.
func defaultTemplates() []Template {
	return []Template{
		{ID: "CLASS-REMINDER-once", Title: "上课提醒", Type: 2, Content: "课程:{{thing1.DATA}}\n时间:{{time2.DATA}}\n状态:{{phrase3.DATA}}", Example: "课程:茶艺入门\n时间:15:00\n状态:已开课",
			Enums: map[string][]string{"phrase3": {"已开课", "未开课", "已取消"}}},
		{ID: "ORDER-SHIPPED-long", Title: "发货通知", Type: 3, Content: "商品:{{thing1.DATA}}\n单号:{{character_string2.DATA}}\n日期:{{date3.DATA}}", Example: "商品:春茶\n单号:SF123\n日期:2026-04-01"},
		{ID: "PURCHASE-DONE-service", Title: "购买成功通知", Content: "{{first.DATA}}\n商品名称：{{keyword1.DATA}}\n金额：{{keyword2.DATA}}\n{{remark.DATA}}", Example: "您好\n商品名称：巧克力\n金额：39.8元\n欢迎再来"},
	}
}

// List replaces the templates that the account lists. A message with one of
// them must give all its fields; other templates are believed as before.
func (s *Server) List(templates ...Template) { s.set(func() { s.listed = slices.Clone(templates) }) }

// ListAlso lists a template beside those that are there.
func (s *Server) ListAlso(t Template) { s.set(func() { s.listed = append(slices.Clone(s.listed), t) }) }

// Listed are the templates that the account lists.
func (s *Server) Listed() []Template {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.listed)
}

func (s *Server) subscribeTemplates(*call) reply {
	all := []any{}
	for _, t := range s.listed {
		if t.Type == 0 {
			continue
		}
		one := map[string]any{"priTmplId": t.ID, "title": t.Title, "content": t.Content, "example": t.Example, "type": t.Type}
		if len(t.Enums) > 0 {
			enums := []any{}
			for _, m := range fieldInContent.FindAllStringSubmatch(t.Content, -1) {
				if values := t.Enums[m[1]]; values != nil {
					enums = append(enums, map[string]any{"keywordCode": m[1] + ".DATA", "enumValueList": values})
				}
			}
			one["keywordEnumValueList"] = enums
		}
		all = append(all, one)
	}
	return reply{fields: map[string]any{"data": all}}
}

var fieldInContent = regexp.MustCompile(`\{\{(\w+)\.DATA\}\}`)

// fill holds the fields of a message against its template, where that is listed.
func (s *Server) fill(id string, lines []Line) reply {
	i := slices.IndexFunc(s.listed, func(t Template) bool { return t.ID == id && t.Type != 0 })
	if i < 0 {
		return done
	}
	t := s.listed[i]
	for _, m := range fieldInContent.FindAllStringSubmatch(t.Content, -1) {
		at := slices.IndexFunc(lines, func(l Line) bool { return l.Key == m[1] })
		if at < 0 {
			return refuseOn(47003, "data.%s.value is emtpy", m[1]) // WeChat's own spelling
		}
		if allowed := t.Enums[m[1]]; len(allowed) > 0 && !slices.Contains(allowed, lines[at].Value) {
			return refuseOn(47003, "data.%s.value is not in the enum", m[1])
		}
	}
	return done
}

func (s *Server) serviceTemplates(*call) reply {
	all := []any{}
	for _, t := range s.listed {
		if t.Type == 0 {
			all = append(all, map[string]any{"template_id": t.ID, "title": t.Title, "primary_industry": "IT", "deputy_industry": "互联网", "content": t.Content, "example": t.Example})
		}
	}
	return reply{bare: true, fields: map[string]any{"template_list": all}}
}

// templateWindow is how long one client_msg_id reaches one openid only once.
const templateWindow = 10 * time.Minute

// sendTemplate delivers a service account's template message.
func (s *Server) sendTemplate(c *call) reply {
	var in struct {
		ToUser      string          `json:"touser"`
		TemplateID  string          `json:"template_id"`
		URL         string          `json:"url"`
		Miniprogram *miniprogram    `json:"miniprogram"`
		ClientMsgID string          `json:"client_msg_id"`
		Data        json.RawMessage `json:"data"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	text, err := lines(in.Data)
	switch {
	case !s.knows(in.ToUser):
		return refuse(40003)
	case in.TemplateID == "" || !s.templates.allows(in.TemplateID):
		return refuse(40037)
	case err != nil:
		return refuseOn(47001, "%v", err)
	case in.Miniprogram.bad(s):
		return refuseOn(40013, "miniprogram")
	}
	for _, l := range text {
		if !fits(l.Key, l.Value) {
			return refuseOn(47003, "data.%s.value invalid", l.Key)
		}
	}
	if s.refusing[in.ToUser] {
		return refuse(43004)
	}
	if in.ClientMsgID != "" {
		for i := range s.notifications {
			n := &s.notifications[i]
			if n.API == apis.TemplateSend.Path && n.OpenID == in.ToUser && n.ClientMsgID == in.ClientMsgID && c.now.Sub(n.At) < templateWindow {
				return took(n)
			}
		}
	}
	n := Notification{
		At: c.now, OpenID: in.ToUser, API: apis.TemplateSend.Path, Via: "template", TemplateID: in.TemplateID, Lines: shown(text), URL: in.URL, ClientMsgID: in.ClientMsgID,
	}
	n.leadTo(in.Miniprogram)
	s.notifications = append(s.notifications, n)
	answer := s.took(&s.notifications[len(s.notifications)-1])
	s.templateOutcome(s.notifications[len(s.notifications)-1])
	return answer
}

// shownLength is how much of a value a template message shows.
const shownLength = 20

var emoji = regexp.MustCompile(`[\x{1F000}-\x{1FAFF}\x{FE0F}\x{200D}]`)

// shown is what WeChat shows of a template message since 4 May 2023: without first
// and remark, colours and emoji, each value on one line and cut where it is long. It
// sends the message all the same
// (developers.weixin.qq.com/community/develop/doc/000a2ae286cdc0f41a8face4c51801). That
// a cut value ends in … is told by kejiweixun.com/note/202303241915; there letters and
// digits in a row count as one, which is not looked at here.
func shown(sent []Line) []Line {
	all := []Line{}
	for _, l := range sent {
		if l.Key == "first" || l.Key == "remark" {
			continue
		}
		value := strings.Join(strings.Fields(emoji.ReplaceAllString(l.Value, "")), " ")
		if r := []rune(value); len(r) > shownLength {
			value = string(r[:shownLength]) + "…"
		}
		all = append(all, Line{Key: l.Key, Value: value})
	}
	return all
}

// took gives a message its id and answers with it.
func (s *Server) took(n *Notification) reply {
	s.serial++
	n.MsgID = strconv.Itoa(2_000_000_000 + s.serial)
	return took(n)
}

func took(n *Notification) reply {
	return reply{fields: map[string]any{"msgid": json.Number(n.MsgID)}}
}

package wechattest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"magpie/wechat/apis"
)

// bizsend delivers a subscription notification. A client_msg_id is remembered
// and not de-duplicated: the page promises nothing for it.
func (s *Server) bizsend(c *call) reply { return s.subscribe(c, apis.SubscribeSend.Path) }

// weappSubscribe delivers a Mini Program's subscription message.
func (s *Server) weappSubscribe(c *call) reply { return s.subscribe(c, apis.WeappSubscribeSend.Path) }

func (s *Server) subscribe(c *call, path string) reply {
	var in struct {
		ToUser           string          `json:"touser"`
		TemplateID       string          `json:"template_id"`
		Page             string          `json:"page"`
		Miniprogram      *miniprogram    `json:"miniprogram"`
		MiniprogramState string          `json:"miniprogram_state"`
		Lang             string          `json:"lang"`
		ClientMsgID      string          `json:"client_msg_id"`
		Data             json.RawMessage `json:"data"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	switch {
	case !s.knows(in.ToUser):
		return refuse(40003)
	case in.TemplateID == "" || !s.templates.allows(in.TemplateID):
		return refuse(40037)
	case in.Data == nil:
		return refuseOn(47001, "data missing")
	case in.Page != "" && !s.hasPage(in.Page):
		return refuse(41030)
	case in.Miniprogram.bad(s):
		return refuseOn(40013, "miniprogram")
	case in.MiniprogramState != "" && !slices.Contains([]string{"developer", "trial", "formal"}, in.MiniprogramState):
		return refuseOn(47003, "miniprogram_state invalid")
	case in.Lang != "" && !slices.Contains([]string{"zh_CN", "en_US", "zh_HK", "zh_TW"}, in.Lang):
		return refuseOn(47003, "lang invalid")
	}
	text, err := lines(in.Data)
	if err != nil {
		return refuseOn(47001, "%v", err)
	}
	for _, l := range text {
		if !fits(l.Key, l.Value) {
			return refuseOn(47003, "data.%s.value invalid", l.Key)
		}
	}
	if r := s.fill(in.TemplateID, text); r.code != 0 {
		return r
	}
	if s.refusing[in.ToUser] {
		return refuse(43101)
	}
	n := Notification{
		At: c.now, OpenID: in.ToUser, API: path, Via: "subscribe", TemplateID: in.TemplateID,
		Lines: text, Page: in.Page, MiniprogramState: in.MiniprogramState, Lang: in.Lang, ClientMsgID: in.ClientMsgID,
	}
	n.leadTo(in.Miniprogram)
	// Neither page names a msgid in the answer. Of the Mini Program's call silenceper
	// (v2.1.9, SendGetMsgID) reads one.
	answer := done
	if path == apis.WeappSubscribeSend.Path {
		answer = s.took(&n)
	}
	s.notifications = append(s.notifications, n)
	s.subscribeOutcome(n)
	return answer
}

var (
	typed = regexp.MustCompile(`^(thing|const|number|letter|symbol|character_string|time|date|amount|phone_number|car_number|name|phrase)\d*$`)
	shape = map[string]*regexp.Regexp{
		"number":           regexp.MustCompile(`^\d+(\.\d+)?$`),
		"letter":           regexp.MustCompile(`^[A-Za-z]+$`),
		"symbol":           regexp.MustCompile(`^[^\p{L}\p{N}\p{C}]+$`),
		"character_string": regexp.MustCompile(`^[0-9A-Za-z\p{P}\p{S}\p{Zs}]+$`),
		"phrase":           regexp.MustCompile(`^\p{Han}+$`),
		"time":             regexp.MustCompile(`(^|\D)([01]?\d|2[0-3]):\s?[0-5]\d(\D|$)`),
		"date":             regexp.MustCompile(`\d{4}\s?[年/.-]\s?(0?[1-9]|1[0-2])\s?[月/.-]\s?(0?[1-9]|[12]\d|3[01])(\D|$)|^[A-Z][a-z]+ \d{1,2}, \d{4}`),
		"amount":           regexp.MustCompile(`^\p{Sc}?\d+(\.\d+)?元?$`),
		"phone_number":     regexp.MustCompile(`^[\p{P}\p{S}\p{Zs}]*\d[\d\p{P}\p{S}\p{Zs}]*$`),
		"car_number":       regexp.MustCompile(`^\p{Han}?[0-9A-Za-z]+\p{Han}?$`),
		"name":             regexp.MustCompile(`^[\p{L}\p{P}\p{Zs}]+$`),
	}
	latin = regexp.MustCompile(`^[^\p{Han}]*$`)
	// most is what a type holds: characters, or what counted says where it does.
	most    = map[string]int{"thing": 20, "const": 20, "number": 32, "letter": 32, "symbol": 5, "character_string": 32, "amount": 10, "phone_number": 17, "car_number": 8, "name": 10, "phrase": 5}
	counted = map[string]func(rune) bool{"number": unicode.IsDigit, "amount": unicode.IsDigit, "phone_number": unicode.IsDigit, "name": unicode.IsLetter}
)

// fits is the server's own, coarser reading of the limits of each field type.
func fits(key, value string) bool {
	m := typed.FindStringSubmatch(key)
	if m == nil {
		return true
	}
	kind := m[1]
	if strings.TrimSpace(value) == "" || shape[kind] != nil && !shape[kind].MatchString(value) {
		return false
	}
	n := utf8.RuneCountInString(value)
	if counts := counted[kind]; counts != nil {
		n = 0
		for _, r := range value {
			if counts(r) {
				n++
			}
		}
	}
	limit := most[kind]
	if kind == "name" && latin.MatchString(value) {
		limit = 20
	}
	return limit == 0 || n <= limit
}

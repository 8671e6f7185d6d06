package commands

import (
	"maps"
	"slices"
	"strings"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

// longestInstead is how long a line on a card may be; a longer one leaves its recipients out.
const longestInstead = 600

// uniformInstead are the lines that replace a uniform message, which WeChat has withdrawn:
// one for each half. What WeChat does not show of a template message any more is left out.
func uniformInstead(b *Book, msg wechat.UniformMsg, to string) (all []string) {
	if h := msg.MP; h != nil {
		line := []string{"template send", Quote(strings.TrimSpace(h.TemplateID)), "to=" + to}
		if h.URL != "" {
			line = append(line, "url="+Quote(h.URL))
		}
		if !h.Miniprogram.IsZero() {
			line = append(line, "miniprogram.appid="+Quote(h.Miniprogram.AppID))
			if h.Miniprogram.PagePath != "" {
				line = append(line, "miniprogram.pagepath="+Quote(h.Miniprogram.PagePath))
			}
		}
		all = append(all, b.served.lineOf(strings.TrimSpace(h.AppID), strings.Join(append(line, insteadData(h.Data)...), " ")))
	}
	if h := msg.Weapp; h != nil {
		line := []string{"weapp subscribe send", Quote(strings.TrimSpace(h.TemplateID)), "to=" + to}
		if h.Page != "" {
			line = append(line, "page="+Quote(h.Page))
		}
		all = append(all, b.served.lineOf(b.account, strings.Join(append(line, insteadData(h.Data)...), " ")))
	}
	return all
}

// lineOf is a line as it is said for an account, where that is one of several.
func (s *served) lineOf(account, line string) string {
	if a := s.accounts.Of(account); len(s.accounts) > 1 && s.has(account) {
		return withAccount(line, a.Name)
	}
	return line
}

// insteadData are the fields as the other commands take them.
func insteadData(data map[string]wechat.DataValue) []string {
	names := Data{}
	for name := range maps.Keys(data) {
		if !wechat.NotShown(name) {
			names[name] = Datum{}
		}
	}
	own := arg{Key: "data", Bare: true}
	var all []string
	for _, name := range names.Names() {
		all = append(all, own.dataKey(name)+"="+Quote(data[name].Value))
	}
	return all
}

// uniformWithdrawn warns that the message will not arrive, and says what to say instead.
func uniformWithdrawn(b *Book, msg wechat.UniformMsg, recipients []string) []cards.Text {
	all := []cards.Text{cards.T("uniform.withdrawn")}
	lines := uniformInstead(b, msg, Quote(strings.Join(recipients, ",")))
	if len(recipients) == 0 || slices.ContainsFunc(lines, func(line string) bool { return len(line) > longestInstead }) {
		lines = uniformInstead(b, msg, "…")
	}
	for _, line := range lines {
		all = append(all, cards.T("uniform.instead", "line", cards.Code(b.index.said(line))))
	}
	return all
}

// insteadOfUniform are buttons that say the lines which replace what was asked for, with the
// account that it was asked of: another's people and lists are others.
func insteadOfUniform(b *Book, ask outbox.Ask) []cards.Button {
	to := Quote(strings.Join(ask.Recipients, ","))
	if ask.Audience != "" {
		to = "@" + ask.Audience
	}
	var all []cards.Button
	for _, line := range uniformInstead(b, ask.Payload.(wechat.UniformMsg), to) {
		path := "template send"
		if strings.HasPrefix(line, "weapp ") {
			path = "weapp subscribe send"
		}
		if of := ask.Payload.(wechat.UniformMsg); path == "template send" && (of.MP == nil || of.MP.AppID != b.account) {
			continue
		}
		if len(line) <= maxButton {
			all = append(all, cards.Button{Label: cards.T("uniform.say_instead", "line", path), Line: line})
		}
	}
	return all
}

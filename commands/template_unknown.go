package commands

import (
	"slices"
	"strings"

	"magpie/cards"
	"magpie/wechat"
)

// unknownTemplate refuses a word that names no known template and can hardly be an id:
// a slip of a name, a name of the other command's templates, a text. An id that is not
// known here passes.
func unknownTemplate(b *Book, c *Command, words []Word) []fault {
	at, ok := c.templateWord(words)
	if !ok || b.templates == nil {
		return nil
	}
	w, service := words[at], c.templates == ofService
	if _, known := b.templates.find(w.Text, service); known {
		return nil
	}
	if label, unread := b.templates.unreadLabel(c, words); unread {
		return []fault{{field: label, text: cards.T("fault.templates_unread", "field", cards.Code(snippet(label)))}}
	}
	said := cards.Code(snippet(w.Text))
	f := fault{field: "TEMPLATE_ID", text: cards.T("fault.no_template", "template", said, "line", cards.Code(b.index.said("templates")))}
	if other, known := b.templates.find(w.Text, !service); known {
		f.text = cards.T("fault.template_other", "template", said, "title", other.Title, "line", cards.Code(b.index.said(familyPath(b.wechat, !service))))
		return []fault{f}
	}
	if ids := b.templates.titled(w.Text, service); len(ids) > 0 {
		f.text = cards.T("fault.template_twice", "template", said, "ids", codes(ids))
		return []fault{f}
	}
	if near := nearest(w.Text, b.templates.called(service)); near != "" {
		f.text = cards.T("fault.template_near", "template", said, "near", cards.Code(near))
		f.mends, f.from, f.to, f.with = true, w.Value, w.End, Quote(near)
		return []fault{f}
	}
	if isText := strings.ContainsFunc(w.Text, func(r rune) bool { return r <= ' ' || r > '~' }); isText || b.templates.nicknamed(w.Text) != "" {
		return []fault{f}
	}
	return nil
}

// unreadLabel is a field that words call by what can only be its label, while nobody
// has been able to ask WeChat for the templates: passed on, WeChat would leave it out.
func (t *Templates) unreadLabel(c *Command, words []Word) (label string, unread bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.asked[c.templates.list()] {
		return "", false
	}
	for _, w := range words {
		name, _ := cutPrefixFold(normalKey(w.Key), "data.")
		if strings.ContainsFunc(name, func(r rune) bool { return r > '~' }) {
			return w.Key, true
		}
	}
	return "", false
}

// familyPath is the command that sends with the account's templates of a family.
func familyPath(w wechat.Account, service bool) string {
	switch {
	case service:
		return "template send"
	case w.Is() == wechat.MiniProgram:
		return "weapp subscribe send"
	}
	return "subscribe send"
}

// unlisted warns where WeChat does not name a template among the account's: it may have
// been added since, or be somebody else's.
func (t *Templates) unlisted(id string, service bool) []cards.Text {
	if t == nil {
		return nil
	}
	list := ofSubscriptions.list()
	if service {
		list = ofService.list()
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	if !t.listed[list] || slices.ContainsFunc(t.lists[list], func(one wechat.Template) bool { return one.ID == id }) {
		return nil
	}
	return []cards.Text{cards.T("template.unlisted", "template", cards.Code(id))}
}

// titled are the ids of the templates with this title.
func (t *Templates) titled(title string, service bool) []string {
	var ids []string
	for _, one := range t.known(service) {
		if foldName(one.Title) == foldName(title) {
			ids = append(ids, one.ID)
		}
	}
	return ids
}

// called are the titles and nicknames of the templates.
func (t *Templates) called(service bool) []string {
	var names []string
	for _, one := range t.known(service) {
		names = append(append(names, one.Title), t.nicknamesOf(one.ID)...)
	}
	return names
}

// nicknamed is the id of the template with this nickname, or "".
func (t *Templates) nicknamed(name string) string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.nicks[foldName(name)]
}

// byID is a template of either family.
func (t *Templates) byID(id string) (wechat.Template, bool) {
	for _, one := range slices.Concat(t.known(false), t.known(true)) {
		if one.ID == id {
			return one, true
		}
	}
	return wechat.Template{}, false
}

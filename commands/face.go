package commands

import (
	"slices"
	"strings"

	"magpie/articles"
	"magpie/cards"
	"magpie/wechat"
)

// faceOf is a template message as WeChat lays it out: the template's title, then its fields in
// its order, under their labels. Of a template that nobody has told about the fields' own names
// are all there is. What the message has and the template does not comes last.
func (t *Templates) faceOf(id string, data map[string]wechat.DataValue) cards.Face {
	one, _ := t.byID(id)
	face := cards.Face{Title: one.Title}
	names := make(Data, len(data))
	for name := range data {
		names[name] = Datum{}
	}
	order := names.Names()
	for i := len(one.Fields) - 1; i >= 0; i-- {
		at := slices.Index(order, one.Fields[i].Name)
		if at >= 0 {
			order = slices.Insert(slices.Delete(order, at, at+1), 0, one.Fields[i].Name)
		}
	}
	for _, name := range order {
		label := name
		if at := slices.IndexFunc(one.Fields, func(f wechat.TemplateField) bool { return f.Name == name && f.Label != "" }); at >= 0 {
			label = strings.TrimRight(one.Fields[at].Label, " :：")
		}
		face.Lines = append(face.Lines, cards.Line{Label: cards.Plain(label), Text: data[name].Value})
	}
	return face
}

// titleOf is what people call a template: its title, or its id where none is known.
func (t *Templates) titleOf(id string) cards.Text {
	if one, known := t.byID(id); known && one.Title != "" {
		return whatNamed(one.Title)
	}
	return cards.Code(id)
}

// whatNamed is what a sentence calls something that has a name or a title.
func whatNamed(title string) cards.Text { return cards.T("what.named", "title", snippet(title)) }

// whatTitled is what a sentence calls several things that have titles.
func whatTitled(titles ...string) cards.Text {
	switch len(titles) {
	case 0:
		return cards.T("what.articles")
	case 1:
		return whatNamed(titles[0])
	}
	return cards.T("what.more", "title", snippet(titles[0]), "count", len(titles)-1)
}

// whatOfMedia is what a sentence calls that which a mass message or a preview shows.
func whatOfMedia(kind string, all []articles.DraftArticle) cards.Text {
	switch kind {
	case wechat.MediaImage:
		return cards.T("what.a_picture")
	case wechat.MediaVoice:
		return cards.T("what.a_voice")
	case wechat.MediaVideo:
		return cards.T("what.a_video")
	}
	titles := make([]string, len(all))
	for i, a := range all {
		titles[i] = a.Title
	}
	return whatTitled(titles...)
}

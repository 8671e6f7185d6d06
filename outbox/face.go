package outbox

import (
	"slices"
	"strings"

	"magpie/cards"
)

// readable are the names of WeChat's fields that a reader sees something of, and which of the
// words "payload.…" calls them. All others, ids and switches, stand behind Details.
var readable = map[string]string{
	"title": "title", "author": "author", "digest": "digest", "content": "text", "introduction": "introduction", "description": "description",
	"content_source_url": "source", "url": "url", "page": "page", "pagepath": "page", "scene_str": "scene", "media": "file", "name": "name",
	"member_count": "members", "room_limit": "places", "sceneDesc": "scene_for", "path": "page",
}

// unread are magpie's own contents that hold sums, or that the sentence says already.
var unread = []string{"content.cover", "content.images", "content.to", "content.articles", "content.waived", "content.preview"}

// faceOf is what a reader sees of contents, where a kind has no face of its own.
func faceOf(all []cards.Content) cards.Face {
	var f cards.Face
	for _, c := range all {
		number, name, numbered := strings.Cut(c.Label, ". ")
		if !numbered {
			number, name = "", c.Label
		}
		var label cards.Text
		switch word := readable[name]; {
		case c.Text == "" || slices.Contains(unread, c.Name):
			continue
		case c.Name != "":
			label = cards.T(c.Name)
		case word != "":
			label = cards.T("payload." + word)
		default:
			continue
		}
		if number != "" {
			label = cards.T("card.numbered", "number", number, "label", label)
		}
		f = f.Add(label, c.Text)
	}
	return f
}

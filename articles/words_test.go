package articles

import (
	"testing"

	"magpie/cards/cardstest"
)

func TestEveryWordIsThere(t *testing.T) {
	t.Parallel()
	said := cardstest.Said(t, `(?:cards\.T|cards\.Refuse)\("(article\.[a-z_]+)"|key :?= "(article\.[a-z_]+)"|(?:called|ours)\((?:p|""), "(content\.[a-z]+)"`)
	for _, fault := range []string{"silent", "busy", "overloaded", "money", "key", "model", "length", "service", "unsaid", "empty", "garbled", "unreachable", "dropped", "refused", "cut", "nonsense", "endless", "stopped"} {
		said["article.writer_"+fault] = true
	}
	for _, finding := range []string{"blocks", "warns"} {
		said["article.finding_"+finding+"_where"] = true
	}
	for _, key := range wordNotes {
		said[key] = true
	}
	for _, key := range backWords {
		said[key] = true
	}
	for _, look := range []string{"no_theme", "no_code", "button_theme", "button_code", "button_lines_on", "button_lines_off"} {
		said["article."+look] = true
	}
	cardstest.Words(t, "articles", said)
}

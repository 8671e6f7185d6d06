package articles

import (
	"strings"
	"testing"

	"magpie/articles/render"
)

func TestDecodeArticle(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]written{
		"# Tea\n\nGreen.":                     {Title: "Tea", Body: "Green."},
		"# 秋茶 #\r\n\r\n正文。":                   {Title: "秋茶", Body: "正文。"},
		"```markdown\n# Tea\n\nGreen.\n```":   {Title: "Tea", Body: "Green."},
		`{"title":"Tea","markdown":"Green."}`: {Title: "Tea", Body: "Green."},
		"```json\n{\"title\":\"Tea\",\"content\":\"# Tea\\n\\nGreen.\",\"digest\":\"D\",\"author\":\"A\"}\n```": {Title: "Tea", Body: "Green.", Digest: "D", Author: "A"},
		`{"article":{"标题":"茶","正文":"绿。","摘要":"摘"}}`:                                                             {Title: "茶", Body: "绿。", Digest: "摘"},
		"---\ntitle: Tea\ndigest: D\n---\n\nGreen.":                                                             {Title: "Tea", Body: "Green.", Digest: "D"},
		"<think>Hm.</think>\n# Tea\n\nGreen.":                                                                   {Title: "Tea", Body: "Green."},
		"Sure, here it is:\n\n# Tea\n\nGreen.":                                                                  {Title: "Tea", Body: "Green."},
	} {
		got, ok := decodeArticle(answer)
		if !ok || got != want {
			t.Errorf("decodeArticle(%q): got %+v, %v, want %+v", answer, got, ok, want)
		}
	}
	for _, answer := range []string{"", "Certainly!", "# Only a title", "## No title\n\nText", "{}", `{"title":"T"}`, "[1,2]", "```\n```", "I cannot help with that.", strings.Repeat("chatter ", 100) + "\n# Late\n\nText"} {
		if got, ok := decodeArticle(answer); ok {
			t.Errorf("decodeArticle(%q): got %+v, want nothing", answer, got)
		}
	}
}

func TestDecodeNotes(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]int{
		`{"notes":[]}`: 0, `{"notes":["a","b"]}`: 2, "```json\n{\"notes\":[{\"problem\":\"p\"}]}\n```": 1, "all good": 0, `{"notes":7}`: 0, "": 0, "}{": 0,
		`{"notes":[` + strings.Repeat(`"x",`, 50) + `"y"]}`: maxNotes,
	} {
		if got := len(decodeNotes(answer)); got != want {
			t.Errorf("decodeNotes(%.40q): got %d, want %d", answer, got, want)
		}
	}
}

// Nothing that a model says makes us stumble, and what is taken reads back.
func FuzzDecodeArticle(f *testing.F) {
	for _, s := range []string{"# T\n\nb", "{\"title\":\"a\\u0000\"}", "```json\n{}\n```", "---\ntitle: a\n---\nb", "<think>", "# \n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		decodeNotes(answer)
		decodeOutline(answer)
		w, ok := decodeArticle(answer)
		if !ok {
			return
		}
		if w.Title == "" || w.Body == "" {
			t.Fatalf("decodeArticle(%q): got %+v and ok", answer, w)
		}
		front, _, err := render.ParseFront(w.markdown())
		if err != nil || strings.Join(strings.Fields(w.Title), " ") != front.Title {
			t.Fatalf("markdown of %+v: the title reads back as %q, %v", w, front.Title, err)
		}
	})
}

func TestDiff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, to, want string }{
		{"a\nb\nc\n", "a\nx\nc\n", "  a\n- b\n+ x\n  c\n"},
		{"a", "a", "  a\n"},
		{"1\n2\n3\n4\n5\n6\n7\n8", "1\n2\n3\n4\n5\n6\n7\n9", "…\n  6\n  7\n- 8\n+ 9\n"},
	} {
		changes := diff(c.from, c.to)
		if got := unified(changes); c.from != c.to && got != c.want {
			t.Errorf("diff(%q, %q): got %q, want %q", c.from, c.to, got, c.want)
		}
		var from, to []string
		for _, ch := range changes {
			if ch.sign != '+' {
				from = append(from, ch.lines...)
			}
			if ch.sign != '-' {
				to = append(to, ch.lines...)
			}
		}
		if strings.Join(from, "\n") != strings.TrimRight(c.from, "\n") || strings.Join(to, "\n") != strings.TrimRight(c.to, "\n") {
			t.Errorf("diff(%q, %q) does not read back", c.from, c.to)
		}
	}
}

// The edit form's parts are the text, whatever stands in it.
func TestEditFormKeepsTheText(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("One line of words.\n\n", 400)
	for _, text := range []string{"# T\n\na\n\nb", "---\ntitle: T\n---\n\na\n\n```\nx\n\n\ny\n```\n\nb", "# T\n\n" + long} {
		_, _, _, parts, ok := EditForm(text, 8, 2600)
		if !ok {
			t.Errorf("EditForm(%.20q): does not fit", text)
		}
		joined := strings.Join(parts, "\n\n")
		edited, err := (Edit{Text: &joined}).apply(text)
		if err != nil || edited != text {
			_, body, _ := render.ParseFront(edited)
			if !strings.Contains(strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(body), " ")) {
				t.Errorf("an edit that changes nothing: got %.60q, %v", edited, err)
			}
		}
	}
}

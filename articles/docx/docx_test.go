package docx

import (
	"archive/zip"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"magpie/articles/render"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The documents of testdata were made by other tools: make.py says how.
func TestDocuments(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.docx")
	if err != nil || len(files) < 2 {
		t.Fatal(err, files)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := Read(t.Context(), data)
			if err != nil {
				t.Fatal(err)
			}
			var told strings.Builder
			for _, n := range doc.Notes {
				told.WriteString(n.Code + ": " + n.Where + "\n")
			}
			got := doc.Markdown + "\n%%%%\n" + told.String()
			golden := strings.TrimSuffix(file, ".docx") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("Read(%s):\n%s\nwant\n%s", file, got, want)
			}
			textStands(t, data, doc)
		})
	}
}

// textStands holds the words that readers of the rendered article see to be those of the
// document and of its footnotes, in order and nothing else: but for what is told, and for
// the signs that magpie sets.
func textStands(t *testing.T, data []byte, doc *Document) {
	t.Helper()
	page, err := render.Render(doc.Markdown, render.Options{NoSpacing: true, Links: true})
	if err != nil {
		t.Fatal(err)
	}
	seen := squeeze(page.Title + " " + render.PlainText(altText.ReplaceAllString(page.HTML, "")))
	told := ""
	for _, n := range doc.Notes {
		told += squeeze(n.Where) + " "
	}
	for _, said := range texts(t, data) {
		said = squeeze(said)
		rest, found := cutAt(seen, said)
		if !found && !strings.Contains(told, said) {
			t.Fatalf("the article has %q where the document has %q, which is not told", seen, said)
		}
		seen = rest
	}
	if rest := strings.TrimPrefix(seen, signs.FindString(seen)); rest != "" {
		t.Errorf("the article has %q, which is not the document's", rest)
	}
}

// cutAt is what comes behind said, which s begins with, or signs of magpie's before it.
func cutAt(s, said string) (rest string, found bool) {
	for at := s; ; {
		if rest, found = strings.CutPrefix(at, said); found {
			return rest, true
		}
		sign := ourSign.FindString(at)
		if sign == "" {
			return s, false
		}
		at = at[len(sign):]
	}
}

var (
	textOf  = regexp.MustCompile(`(?s)<[wm]:t(?: [^>]*)?>(.*?)</[wm]:t>`)
	older   = regexp.MustCompile(`(?s)<mc:Fallback>.*?</mc:Fallback>`) // the same for an old Word
	altText = regexp.MustCompile(` alt="[^"]*"`)
	ourSign = regexp.MustCompile(`^(?:🖼|\d+\.|\[注\d+\]|注释|/)`) // images, numbers, notes, cells of a table within a table
	signs   = regexp.MustCompile(`^(?:🖼|\[注\d+\])*`)
	undo    = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "&quot;", `"`)
)

func texts(t *testing.T, data []byte) (all []string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"word/document.xml", "word/footnotes.xml"} {
		f, err := z.Open(name)
		if err != nil {
			continue
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(f); err != nil {
			t.Fatal(err)
		}
		for _, m := range textOf.FindAllStringSubmatch(older.ReplaceAllString(b.String(), ""), -1) {
			if said := undo.Replace(m[1]); strings.TrimSpace(said) != "" {
				all = append(all, said)
			}
		}
	}
	if len(all) < 10 {
		t.Fatalf("only %q was found", all)
	}
	return all
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// made packs parts into a document.
func made(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// body is a document of so many elements.
func body(t testing.TB, inside string) []byte {
	return made(t, map[string]string{
		"_rels/.rels": `<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml": `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` +
			inside + `</w:body></w:document>`,
	})
}

func TestWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"no archive": {[]byte("PK but no"), ErrNotDocx},
		"no parts":   {made(t, map[string]string{"a.txt": "a"}), ErrNotDocx},
		"deep":       {body(t, strings.Repeat("<w:p>", 300)+strings.Repeat("</w:p>", 300)), ErrTooDeep},
		"damaged":    {body(t, "<w:p><w:r></w:p>"), ErrBroken},
		"a bomb":     {body(t, "<w:p><w:r><w:t>"+strings.Repeat("0", maxPart)+"</w:t></w:r></w:p>"), ErrTooBig},
		"elements":   {body(t, strings.Repeat("<w:p/>", maxNodes)), ErrTooBig},
	} {
		if _, err := Read(t.Context(), c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: Read fails with %v, want %v", name, err, c.want)
		}
	}
}

// FuzzText holds that any text of a document is read in the article as it is.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"plain", "1. a", "# b", "**c**", "[d](e)", "title: f", "标题：甲", "a|b", "```", ":tada:", "x_y_z _a_", "&amp;", "$a$", "![[x.png]]", "~~g~~", "- - -", "<b>h</b>", `\*`, "[^1]", "[链]（https://a.example）", "==i=="} {
		f.Add(seed)
	}
	undoXML := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	f.Fuzz(func(t *testing.T, said string) {
		if strings.ContainsFunc(said, func(r rune) bool { return r < ' ' || r == 0x7F || r == 0xFFFD || r > 0xD7FF }) || strings.Contains(said, "://") || strings.Contains(said, "www.") || strings.Contains(said, "@") {
			return // no text of a document, or an address, which the renderer's own tests hold
		}
		doc, err := Read(t.Context(), body(t, "<w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>"+undoXML.Replace(said)+"</w:t></w:r></w:p>"))
		if err != nil {
			t.Fatal(err)
		}
		page, err := render.Render("# T\n\n"+doc.Markdown, render.Options{NoSpacing: true})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := squeeze(render.PlainText(page.HTML)), "a"+squeeze(said); got != want {
			t.Errorf("%q became %q, by %q", want, got, doc.Markdown)
		}
	})
}

func TestNotesSayWhatIsLeftOutOfThem(t *testing.T) {
	t.Parallel()
	var inside strings.Builder
	for i := range maxNotes + 3 {
		fmt.Fprintf(&inside, `<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret %d %s</w:t></w:r></w:p>`, i, strings.Repeat("x", maxWhere))
	}
	doc, err := Read(t.Context(), body(t, inside.String()+`<w:p><w:r><w:t>Seen.</w:t></w:r></w:p>`))
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Notes) != maxNotes || doc.More != 3 {
		t.Errorf("Read tells %d notes and counts %d more, want %d and 3", len(doc.Notes), doc.More, maxNotes)
	}
	if got, want := doc.Notes[0].Cut, len("secret 0 "); got != want {
		t.Errorf("the first note is cut by %d, want %d", got, want)
	}
}

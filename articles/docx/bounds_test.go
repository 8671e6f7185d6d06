package docx

import (
	"context"
	"errors"
	"strings"
	"testing"

	"magpie/markdown"
)

// A table of joined cells without text took the square of its rows: of so many, most of an hour.
func TestManyJoinedCellsAreReadInOnePass(t *testing.T) {
	t.Parallel()
	const rows = 40_000
	doc, err := Read(t.Context(), body(t, `<w:tbl>`+strings.Repeat(`<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:t>value</w:t></w:r></w:p></w:tc></w:tr>`, rows)+`</w:tbl>`))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(doc.Markdown, "value"); got != rows {
		t.Errorf("%d rows stand in the article, want %d", got, rows)
	}
	if len(doc.Notes) != 1 || doc.Notes[0].Code != "merged" || doc.More != 0 {
		t.Errorf("the joined cells are told by %+v and %d more, want one note", doc.Notes, doc.More)
	}
}

// Text in many pieces, as between references, was copied whole for each of them.
func TestTextInManyPiecesIsReadInOnePass(t *testing.T) {
	t.Parallel()
	const pieces = 2_000_000
	root, err := parse([]byte("<t>" + strings.Repeat("a<!---->", pieces) + "</t>"))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(root.text()); got != pieces {
		t.Errorf("%d characters were read, want %d", got, pieces)
	}
}

// ending is a context that ends after it was looked at so many times.
type ending struct {
	context.Context
	left, looks int
}

func (e *ending) Err() error {
	if e.looks++; e.looks > e.left {
		return context.Canceled
	}
	return nil
}

func TestReadingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, inside := range map[string]string{
		"paragraphs": strings.Repeat(`<w:p><w:r><w:t>a</w:t></w:r></w:p>`, 1000),
		"rows":       `<w:tbl>` + strings.Repeat(`<w:tr><w:tc/></w:tr>`, 1000) + `</w:tbl>`,
		"inner rows": `<w:tbl><w:tr><w:tc><w:tbl>` + strings.Repeat(`<w:tr><w:tc/></w:tr>`, 1000) + `</w:tbl></w:tc></w:tr></w:tbl>`,
	} {
		ctx := &ending{Context: t.Context(), left: 500}
		if doc, err := Read(ctx, body(t, inside)); !errors.Is(err, context.Canceled) || doc != nil {
			t.Errorf("%s: Read answers %v, %v, want %v", name, doc, err, context.Canceled)
		}
		if ctx.looks != 501 {
			t.Errorf("%s: the context was looked at %d times, want 501", name, ctx.looks)
		}
	}
}

func TestFieldsThatNestWithoutEndAreRefused(t *testing.T) {
	t.Parallel()
	_, err := Read(t.Context(), body(t, `<w:p>`+strings.Repeat(`<w:r><w:fldChar w:fldCharType="begin"/></w:r>`, maxDepth+1)+`</w:p>`))
	if !errors.Is(err, ErrTooDeep) {
		t.Errorf("Read fails with %v, want %v", err, ErrTooDeep)
	}
}

// A row of backticks was looked for once for each of its lengths.
func TestCodeOfManyBackticksIsReadInOnePass(t *testing.T) {
	t.Parallel()
	const ticks = 4 << 20
	code := strings.Repeat("`", ticks)
	if got := fence([]block{{kind: "code", text: code}}); len(got) != ticks+1 {
		t.Errorf("the fence is %d backticks long, want %d", len(got), ticks+1)
	}
	if got := markdown.CodeIn("a"+code+"b", false); len(got) != 3*ticks+4 {
		t.Errorf("the code is %d long, want %d", len(got), 3*ticks+4)
	}
}

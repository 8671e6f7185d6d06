// Package docx reads Word documents (.docx, OOXML) as Markdown with their images. No text is
// lost silently: each w:t of the document stands in the Markdown, and what cannot be carried is
// told with its place.
//
// The parts and elements are those of ECMA-376, part 1, WordprocessingML (17) and DrawingML (20).
package docx

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
)

// The bounds of a document that is read.
const (
	maxEntries = 5000
	maxPart    = 16 << 20 // bytes of one part, unpacked
	maxUnpack  = 64 << 20 // bytes of all parts that are read, unpacked
	maxDepth   = 256      // of elements in each other
	maxNodes   = 600_000  // elements of one part
	maxImages  = 100
	maxNotes   = 40 // that are told; how many more there are is counted
	maxWhere   = 60 // characters of what stands beside a note; how many more there are is counted
)

// Why a document cannot be read.
var (
	ErrNotDocx = errors.New("not a Word document")
	ErrTooBig  = errors.New("the document unpacks to too much")
	ErrTooDeep = errors.New("the document nests too deep")
	ErrBroken  = errors.New("the document is damaged")
)

// Document is what a Word document says.
type Document struct {
	Markdown string
	Images   []Image
	Notes    []Note
	More     int // notes that are not among Notes: it has 40 at most
}

// Image is a picture of a document, by the name that the Markdown calls it.
type Image struct {
	Name string
	Data []byte
}

// Note says what could not be carried as it was. Code is one of merged, nested, deleted, moved,
// hidden, hidden image, comment, header, equation, drawing, image, symbol, numbers, guide, another; Where is the text
// beside it, or what is meant, of which Cut characters more than 60 are left out.
type Note struct {
	Code, Where string
	Cut         int
}

// Read reads a document of at most some 10 MB. It fails with ErrNotDocx, ErrTooBig, ErrTooDeep or
// ErrBroken, or with why the context ended, which is looked at before each paragraph and row.
func Read(ctx context.Context, data []byte) (*Document, error) {
	a, err := openArchive(data)
	if err != nil {
		return nil, err
	}
	main, err := a.main()
	if err != nil {
		return nil, err
	}
	r := &reader{ctx: ctx, archive: a, part: main, footnotes: map[string]string{}, told: map[string]bool{}}
	if r.rels, err = a.rels(main); err != nil {
		return nil, err
	}
	root, err := a.tree(main)
	if err != nil {
		return nil, err
	}
	body := root.find("document", "body")
	if body == nil {
		return nil, ErrNotDocx
	}
	if err := r.readParts(); err != nil {
		return nil, err
	}
	r.titled = r.hasTitle(body)
	text := r.blocks(body)
	notes, err := r.noteTexts()
	if err != nil {
		return nil, err
	}
	if r.failed != nil {
		return nil, r.failed
	}
	if err := r.margins(); err != nil {
		return nil, err
	}
	return &Document{Markdown: strings.TrimSpace(text+"\n\n"+notes) + "\n", Images: r.images, Notes: r.notes, More: len(r.told) - len(r.notes)}, nil
}

// reader is a document while it is read.
type reader struct {
	ctx       context.Context
	failed    error // why reading stopped
	archive   *archive
	part      string            // that is being read
	rels      map[string]target // of it
	styles    map[string]*style
	lists     *numbering
	titled    bool // a paragraph is the title, so headings stand one below it
	images    []Image
	named     map[string]string // of a picture's part, its name
	notes     []Note
	told      map[string]bool // what is told, or counted
	wanted    []string        // footnotes by their marks, in their order
	footnotes map[string]string
	last      string // what was read last, for notes
	inTable   bool
	said      bool // something was written already
}

// readParts reads the parts that the body refers to.
func (r *reader) readParts() (err error) {
	if r.styles, err = r.readStyles(); err != nil {
		return err
	}
	r.lists, err = r.readNumbering()
	return err
}

// stopped reports whether reading is to end.
func (r *reader) stopped() bool {
	if r.failed == nil {
		r.failed = r.ctx.Err()
	}
	return r.failed != nil
}

// note tells something, each thing once.
func (r *reader) note(code, where string) {
	where = strings.Join(strings.Fields(where), " ")
	n := Note{Code: code, Where: where}
	if cut := []rune(where); len(cut) > maxWhere {
		n.Where, n.Cut = string(cut[:maxWhere])+"…", len(cut)-maxWhere
	}
	known := code + "\x00" + where
	if r.told[known] {
		return
	}
	if r.told[known] = true; len(r.notes) < maxNotes {
		r.notes = append(r.notes, n)
	}
}

// margins tells what stands outside the body: headers, footers, comments.
func (r *reader) margins() error {
	for _, id := range slices.Sorted(maps.Keys(r.rels)) {
		t, code := r.rels[id], ""
		switch t.kind {
		case "header", "footer":
			code = "header"
		case "comments":
			code = "comment"
		default:
			continue
		}
		root, err := r.archive.tree(t.part)
		if err != nil {
			return err
		}
		if text := root.text(); strings.TrimSpace(text) != "" {
			r.note(code, text)
		}
	}
	return nil
}

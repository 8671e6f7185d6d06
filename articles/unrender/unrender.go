// Package unrender reads an article's HTML, as WeChat gives it back, as Markdown: render's other
// way round. No text that readers see is lost silently: it stands in the Markdown, or is told
// with its place. The package fetches nothing.
package unrender

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The bounds of what is read.
const (
	maxNodes = 200_000 // elements and pieces of text; WeChat takes 1 MB of HTML
	maxDepth = 400     // of elements in each other
	maxNotes = 40      // that are told; how many more there are is counted
	maxWhere = 60      // characters of what stands beside a note; how many more there are is counted
)

// Why HTML cannot be read.
var (
	ErrTooBig  = errors.New("the article has too many parts")
	ErrTooDeep = errors.New("the article nests too deep")
)

// Text is what an article says.
type Text struct {
	Markdown string // without front matter
	Notes    []Note
	More     int // notes that are not among Notes: it has 40 at most
}

// Note says what could not be carried as it was. Code is one of video, audio, vote, profile,
// product, place, frame, part, form, svg, background, hidden, image, merged, nested, numbers;
// Where is its name or the text beside it, of which Cut characters more than 60 are left out.
type Note struct {
	Code, Where string
	Cut         int
}

// Read reads HTML of at most some MB. It fails with ErrTooBig or ErrTooDeep, or with why the
// context ended, which is looked at before each block.
func Read(ctx context.Context, content string) (*Text, error) {
	nodes, err := html.ParseFragment(strings.NewReader(content), &html.Node{Type: html.ElementNode, Data: "section", DataAtom: atom.Section})
	if err != nil {
		return nil, ErrTooDeep // the parser's own bound; a reader of a string has no other fault
	}
	doc := &html.Node{Type: html.ElementNode, Data: "section"}
	for _, n := range nodes {
		doc.AppendChild(n)
	}
	if err := bounded(doc); err != nil {
		return nil, err
	}
	to := &html.Node{Type: html.DocumentNode}
	r := &reader{ctx: ctx, to: to, told: map[string]bool{}}
	r.children(doc, state{})
	r.end()
	if r.failed != nil {
		return nil, r.failed
	}
	text, err := write(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("write Markdown: %w", err)
	}
	return &Text{Markdown: text, Notes: r.notes, More: len(r.told) - len(r.notes)}, nil
}

// bounded refuses what has too many parts, or nests too deep for what goes along it.
func bounded(doc *html.Node) error {
	nodes, depth := 0, 0
	for n := doc; n != nil; {
		if nodes++; nodes > maxNodes {
			return ErrTooBig
		}
		if n.FirstChild != nil {
			if n, depth = n.FirstChild, depth+1; depth > maxDepth {
				return ErrTooDeep
			}
			continue
		}
		for n != doc && n.NextSibling == nil {
			n, depth = n.Parent, depth-1
		}
		if n == doc {
			return nil
		}
		n = n.NextSibling
	}
	return nil
}

// note tells something, each thing once.
func (r *reader) note(code, where string) {
	if where = fold(where); where == "" {
		where = r.said()
	}
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

// fold makes one space of each stretch of white space.
func fold(text string) string { return strings.Join(strings.Fields(text), " ") }

// Package render turns Markdown into the HTML that WeChat keeps, and says what WeChat,
// the advertising law or a careful reader would object to.
//
// One walk over the Markdown writes lean HTML with inline styles only: a declaration
// that is inherited anyway is left out, because WeChat counts every character of every
// tag. What was written then passes a strict allow-list. The package fetches nothing,
// stores nothing and knows no clock: the same Markdown is the same HTML for the preview
// and for the upload, but for the addresses of images.
package render

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"

	"magpie/cards"
)

// MaxMarkdown is how many bytes of Markdown Render takes. WeChat takes less than 20,000
// characters, so anything near this (some 90,000 characters of Chinese) could not be
// uploaded anyway.
const MaxMarkdown = 1 << 18

// ErrTooLong says that there is more Markdown than Render takes.
var ErrTooLong = errors.New("the Markdown is longer than an article can be")

// ErrNotText says that the Markdown is not UTF-8.
var ErrNotText = errors.New("the Markdown is not UTF-8 text")

// Options say how an article is rendered.
type Options struct {
	// Theme is one of Set's; empty is "plain". The front matter's goes before it, as it
	// does before Code and Lines.
	Theme string
	// Set is the themes there are; nil: the built-in ones.
	Set *ThemeSet
	// Code is the style of blocks of code, one of CodeStyles; else it is the theme's own.
	Code string
	// Lines says that lines of code are numbered.
	Lines bool
	// Links says that the account has WeChat Pay, so that external links may stay links.
	Links bool
	// Image gives the address of an image in the HTML; nil keeps what the Markdown says.
	// It is the one difference between preview and upload.
	Image func(src string) string
	// Draw says what there is of the picture of a formula or a diagram, which then is an
	// image of the article; nil: they are shown as code, and block.
	Draw func(Drawing) Drawn
	// BannedWords are the house's additions to the word list; see ParseWords.
	BannedWords []Word
	// Name is that of the file, the last that a title is taken from.
	Name string
	// NoSpacing leaves the space between Chinese and Latin letters as it was written.
	NoSpacing bool
	// Lang ("zh" or "en", default "zh") is that of fixed words such as 参考链接/Links.
	Lang string
	// Account is the name of the account that it is filed with, whose own values go before
	// what all have; "": as all have it.
	Account string
	// Accounts are the names that there are; nil: they are not held against any.
	Accounts []string
	// Notice is a line of plain text that stands below the article; "" is none.
	Notice string

	lexer func(lang string) chroma.Lexer // for tests; nil: the highlighter's
}

// Front is what stands above the article, by the keys that WeChat gives its fields. A
// switch that is nil was not given.
type Front struct {
	Title              string
	Author             string
	Digest             string
	ContentSourceURL   string
	Cover              string
	ShowCoverPic       *int
	NeedOpenComment    *int
	OnlyFansCanComment *int
	// Theme, Code and Lines are magpie's own: what the article is drawn in.
	Theme string `json:",omitempty"`
	Code  string `json:",omitempty"`
	Lines *int   `json:",omitempty"`
}

// Article is what became of the Markdown.
type Article struct {
	Front
	// Look is what it is drawn in.
	Look Look
	// HTML goes into WeChat's field `content`.
	HTML string
	// Text is what readers read, without markup: a line a block.
	Text string
	// Images are those of the body in order, not the cover.
	Images []Image
	// Links are the external ones.
	Links []Link
	// Marks are the facts that nobody has verified yet.
	Marks []Mark
	// Length is how many characters HTML has, tags counted, as WeChat counts.
	Length int
	// Accounts are what single accounts have otherwise, and Own where the one of Options is
	// another.
	Accounts []Own
	Own      []Difference
	// Findings are what is wrong, in the order of the Markdown.
	Findings []Finding
}

// Image is one use of an image; one that is used twice stands twice. A Mini Program's card
// has no Alt: its title is text.
type Image struct {
	Src  string
	Alt  string
	Line int
	// Without leaves it out of the Markdown and keeps its words. nil: it does not stand there as
	// Markdown has it, or fifty images stand before it.
	Without *Mend
}

// Link is one external link. Note is the number it has at the end of the article, 0
// where it stayed a link or shows its own address.
type Link struct {
	Text string
	URL  string
	Note int
	Line int
}

// Mark is one 【待核实：…】, a fact to verify. N counts from 1.
type Mark struct {
	N     int
	Text  string
	Where string
	// Near is what stands right before it.
	Near string
	// Place stands for what it says and what is said around it. It stays the same while
	// those do, wherever they come to stand, and no two marks of an article share one.
	Place string
}

// Said is what a mark says, or what it stands behind where it says nothing.
func (m Mark) Said() string {
	if m.Text == "" {
		return m.Near
	}
	return m.Text
}

// Finding is something to mend, or to know.
type Finding struct {
	// Code names the sort of finding: "title.long".
	Code string
	// Blocks says that WeChat or the house would not take the article like this.
	Blocks bool
	// Where is a line and what it says, or the front matter's key.
	Where string
	// Line is the line of the Markdown, from 1; 0 where there is none.
	Line int
	// Text says what is wrong and how to mend it.
	Text cards.Text
	// Mend repairs the Markdown where a machine can; nil where only a person can.
	Mend *Mend
}

// Blocked reports whether any finding blocks the upload.
func (a *Article) Blocked() bool {
	for _, f := range a.Findings {
		if f.Blocks {
			return true
		}
	}
	return false
}

// Render turns Markdown, with or without front matter, into an article. What is wrong
// with the article is among its findings; an error means that there is nothing to show.
//
// Where the front matter has no title, the first heading is the title, else the file's
// name. WeChat shows the title above the article, so that heading is not shown again.
func Render(markdown string, o Options) (*Article, error) {
	if len(markdown) > MaxMarkdown {
		return nil, fmt.Errorf("render %d bytes: %w", len(markdown), ErrTooLong)
	}
	if !utf8.ValidString(markdown) {
		return nil, ErrNotText
	}
	if isTooDeep(markdown) {
		return nil, ErrTooDeep
	}
	if o.Theme == "" {
		o.Theme = "plain"
	}
	if o.Lang != "en" {
		o.Lang = "zh"
	}
	matter := cutFront(markdown)
	look, t, ok := chosen(matter.front, o)
	if !ok {
		return nil, fmt.Errorf("no theme is called %q; there are %s", o.Theme, strings.Join(o.Set.Names(), ", "))
	}
	w := newWriter(markdown, matter, t, o)
	w.article.Front, w.article.Look, w.numbered = matter.front, look, look.Lines
	w.document()
	w.article.HTML = sanitise(string(w.html), o.Links)
	w.article.Text = strings.TrimSpace(w.text.String())
	w.article.Length = utf8.RuneCountInString(w.article.HTML)
	mine := w.forAccount(matter)
	newChecker(w).check(mine)
	w.article.Findings = w.findings.list
	return w.article, nil
}

package render

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// inline is what prose knows of the line it is in.
type inline struct {
	last   rune // the last letter that a reader sees, 0 at the beginning
	soft   bool // the Markdown's line ended here
	openAt int  // where the start tags began that stand at the end, plus 1

	address bool // an address goes on here
}

// prose writes what is said, as HTML and as plain text. It puts the space between Chinese
// and Latin letters that belongs there.
type prose struct {
	markup
	plainText
	inline    inline
	noSpacing bool
	spaced    int // spaces put between Chinese and Latin
}

// lineWriter writes what stands within a line: words, links, images, formulas, raw tags.
type lineWriter struct {
	coder
	o       Options
	article *Article
	linked  bool   // a link is open; WeChat has none within another
	notes   []note // external links, in order of appearance
	noted   map[string]int
	emojis  namedEmoji
}

// inlines writes the children of a paragraph, a heading, a cell.
func (w *lineWriter) inlines(parent ast.Node) {
	var raw *rawTags
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if tag, ok := n.(*ast.RawHTML); ok {
			if raw == nil {
				raw = &rawTags{}
			}
			w.rawHTML(tag, raw)
			continue
		}
		if raw == nil || raw.skip == "" {
			w.inlineNode(n)
		}
	}
	if raw != nil {
		w.endRaw(raw, 0)
	}
}

func (w *lineWriter) inlineNode(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		w.say(w.textOf(n))
		if n.HardLineBreak() {
			w.br()
		} else if n.SoftLineBreak() {
			w.inline.soft = true
		}
	case *ast.String:
		w.say(string(n.Value))
	case *ast.CodeSpan:
		w.codeSpan(n)
	case *ast.Emphasis:
		if n.Level == 2 && w.onGround() {
			w.span("strong", "strong on ground", n)
		} else if n.Level == 2 {
			w.span("strong", "strong", n)
		} else {
			w.span("em", "em", n)
		}
	case *extast.Strikethrough:
		w.span("s", "s", n)
	case *ast.Link:
		w.link(n)
	case *ast.AutoLink:
		w.autoLink(n)
	case *bareAddress:
		w.bareAddress(n)
	case *emojiNode:
		w.emoji(n)
	case *ast.Image:
		w.image(n, "img")
	case *extast.FootnoteLink:
		w.footnoteLink(n)
	case *math:
		w.math(n)
	case *rawCardNode:
		w.rawCard(string(n.segment.Value(w.source)), w.lineAt(n.segment.Start))
	case *extast.TaskCheckBox, *extast.FootnoteBacklink:
		// The list writes the box; there is nowhere to go back to.
	default:
		w.inlines(n)
	}
}

// onGround reports whether what is written stands on a theme's own colour, where the
// accent could not be seen.
func (w *markup) onGround() bool {
	for _, tag := range w.tags[max(0, len(w.tags)-8):] {
		switch tag {
		case "th", "h1", "h2", "h3", "h4":
			return true
		}
	}
	return false
}

// span writes an element around the children of n.
func (w *lineWriter) span(tag, part string, n ast.Node) {
	w.openInline(tag, part)
	w.inlines(n)
	w.closeInline()
}

func (w *prose) openInline(tag, part string) {
	if w.inline.openAt == 0 {
		w.inline.openAt = len(w.html) + 1
	}
	w.open(tag, part)
}

func (w *prose) closeInline() {
	w.close()
	w.inline.openAt, w.inline.address = 0, false
}

// br writes a line break.
func (w *prose) br() {
	w.html = append(w.html, "<br>"...)
	w.text.WriteByte('\n')
	w.inline = inline{}
}

// settle writes the space, if any, that belongs between what was said last and r: that
// of a line's end, and that between Chinese and Latin. It stands outside of elements
// that have just begun.
func (w *prose) settle(r rune) {
	in := &w.inline
	space := in.soft && in.last != 0 && !unicode.IsSpace(r) && !(isWide(in.last) && isWide(r)) && !isWideSign(in.last) && !isWideSign(r)
	if space {
		w.text.WriteByte(' ')
	} else if space = !w.noSpacing && !in.address && needsGap(in.last, r); space {
		w.spaced++
	}
	if space {
		at := len(w.html)
		if in.openAt > 0 {
			at = in.openAt - 1
		}
		w.html = slices.Insert(w.html, at, ' ')
	}
	in.soft, in.openAt = false, 0
}

// say writes text.
func (w *prose) say(s string) {
	if s == "" {
		return
	}
	first, _ := utf8.DecodeRuneInString(s)
	w.settle(first)
	w.text.WriteString(s)
	w.appendSpaced(s)
	w.inline.last, _ = utf8.DecodeLastRuneInString(s)
}

// sayTight writes an address, into which no space is put.
func (w *prose) sayTight(s string) {
	first, _ := utf8.DecodeRuneInString(s)
	w.settle(first)
	w.text.WriteString(s)
	w.html = append(w.html, attr(s)...)
	w.inline.last, _ = utf8.DecodeLastRuneInString(s)
}

// appendSpaced appends text as HTML, with a space between Chinese and Latin, but for within
// an address. What comes before the text has been settled already.
func (w *prose) appendSpaced(s string) {
	b, last, address := w.html, rune(0), w.inline.address
	for i, r := range s {
		switch {
		case r == ':' && strings.HasPrefix(s[i:], "://"):
			address = true
		case address && (r == ' ' || isWideSign(r)):
			address = false
		case !address && !w.noSpacing && needsGap(last, r):
			b = append(b, ' ')
			w.spaced++
		}
		last = r
		switch {
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '&':
			b = append(b, "&amp;"...)
		case r < ' ' && r != '\t' || r == 0x7F:
		default:
			b = append(b, s[i:i+utf8.RuneLen(r)]...)
		}
	}
	w.html, w.inline.address = b, address
}

// needsGap reports whether Chinese and Latin meet between a and b.
func needsGap(a, b rune) bool {
	if a < utf8.RuneSelf {
		return (isLetterOrDigit(a) || a == '%' || a == '+') && b >= utf8.RuneSelf && isHan(b)
	}
	return b < utf8.RuneSelf && isLetterOrDigit(b) && isHan(a)
}

func isLetterOrDigit(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// codeSpan writes code within a line. Its padding sets it apart, no spaces are needed.
func (w *coder) codeSpan(n ast.Node) {
	w.settle(0)
	w.open("code", "code")
	w.appendCode(w.plain(n), false, false)
	w.close()
	w.text.WriteString(w.plain(n))
	w.inline.last = 0xFFFC
}

package render

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"magpie/cards"
)

// note is one external link at the end of the article.
type note struct{ text, url string }

// words are the fixed words of an article in its language.
var words = map[string]map[string]string{
	"zh": {"links": "参考链接", "notes": "注释", "note": "注"},
	"en": {"links": "Links", "notes": "Notes", "note": "n"},
}

// inWeChat are addresses that stay links in every account's articles.
var inWeChat = regexp.MustCompile(`^https?://mp\.weixin\.qq\.com(?:/[^\s"<>\\^` + "`" + `{|}]*)?$`)

// isWebAddress reports whether s is a whole http or https address, fit for an attribute.
func isWebAddress(s string) bool {
	if strings.ContainsAny(s, "\"<>\\ \t\r\n`") {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && u.Opaque == ""
}

// staysLink reports whether WeChat keeps a link to the address.
func staysLink(address string, external bool) bool {
	return isWebAddress(address) && (external || inWeChat.MatchString(address))
}

// isElsewhere reports whether the address leads somewhere outside this article that a
// reader could go to by hand.
func isElsewhere(address string) bool {
	for _, prefix := range []string{"http://", "https://", "ftp://", "mailto:", "tel:", "//", "www."} {
		if len(address) > len(prefix) && strings.EqualFold(address[:len(prefix)], prefix) {
			return true
		}
	}
	return false
}

// link writes a link: as one where WeChat keeps it, else as its text and a number.
func (w *lineWriter) link(n *ast.Link) {
	address := strings.TrimSpace(unescape(n.Destination))
	line := w.lineOf(n)
	if j, meant, ok := jumpOf(address); meant {
		if !ok {
			w.find("miniprogram.bad", line, cards.T("render.miniprogram.bad", "address", address))
			w.inlines(n)
			return
		}
		w.jump(j, n)
		return
	}
	if e, meant, ok := insertOf(address); meant {
		w.insertInLine(n, address, e, ok)
		return
	}
	w.checkSecret(address, line)
	before := w.text.Len()
	if staysLink(address, w.o.Links) {
		w.openLink(address)
		w.inlines(n)
		w.closeLink()
		if !inWeChat.MatchString(address) {
			w.article.Links = append(w.article.Links, Link{Text: w.text.String()[before:], URL: address, Line: line})
		}
		return
	}
	w.inlines(n)
	said := strings.TrimSpace(w.text.String()[before:])
	if said == "" {
		said = strings.TrimSpace(w.plain(n)) // the alt text of an image
	}
	w.linkGone(said, address, line)
}

// linkGone says of a link that WeChat does not keep where it led: a number behind it.
func (w *lineWriter) linkGone(said, address string, line int) {
	if !isElsewhere(address) {
		w.find("link.dead", line, cards.T("render.link.dead", "address", shorten(address)))
		return
	}
	l := Link{Text: said, URL: address, Line: line}
	if said != address {
		l.Note = w.note(said, address)
		w.sup("[" + strconv.Itoa(l.Note) + "]")
	}
	w.article.Links = append(w.article.Links, l)
}

// openLink writes the start of a link to an address that WeChat keeps.
func (w *lineWriter) openLink(address string) {
	if w.inline.openAt == 0 {
		w.inline.openAt = len(w.html) + 1
	}
	w.linked = true
	w.open("a", "a")
	w.html = append(w.html[:len(w.html)-1], ` href="`...)
	w.html = append(w.html, attr(address)...)
	w.html = append(w.html, `">`...)
}

func (w *lineWriter) closeLink() {
	w.closeInline()
	w.linked = false
}

// autoLink writes an address that stands in the text. It needs no number: it can be read.
func (w *lineWriter) autoLink(n *ast.AutoLink) {
	label, address := string(n.Label(w.source)), string(n.URL(w.source))
	if n.AutoLinkType == ast.AutoLinkEmail {
		w.say(label)
		return
	}
	w.readable(label, address, w.lineOf(n))
}

// readable writes an address that readers can read.
func (w *lineWriter) readable(label, address string, line int) {
	w.checkSecret(address, line)
	if staysLink(address, w.o.Links) && !w.linked {
		w.openLink(address)
		w.sayTight(label)
		w.closeLink()
	} else {
		w.openInline("span", "address")
		w.sayTight(label)
		w.closeInline()
	}
	if !inWeChat.MatchString(address) && isElsewhere(address) {
		w.article.Links = append(w.article.Links, Link{Text: label, URL: address, Line: line})
	}
}

// note gives the number of an address at the end of the article.
func (w *lineWriter) note(said, address string) int {
	if number := w.noted[address]; number > 0 {
		return number
	}
	w.notes = append(w.notes, note{said, address})
	w.noted[address] = len(w.notes)
	return len(w.notes)
}

// sup writes a raised number. It is not part of the text.
func (w *prose) sup(s string) {
	w.inline.soft = false
	w.open("sup", "sup")
	w.html = append(w.html, s...)
	w.close()
	w.inline.openAt = 0
}

// linkNotes writes the external links at the end of the article.
func (w *writer) linkNotes() {
	if len(w.notes) == 0 {
		return
	}
	w.notesHeading("links")
	w.open("p", "note")
	for i, n := range w.notes {
		if i > 0 {
			w.html = append(w.html, "<br>"...)
		}
		w.html = append(w.html, "["+strconv.Itoa(i+1)+"] "...)
		w.appendSpaced(n.text)
		w.html = append(w.html, ": "...)
		w.html = append(w.html, attr(n.url)...)
	}
	w.close()
}

func (w *writer) notesHeading(word string) {
	w.open("p", "notes")
	w.html = append(w.html, words[w.o.Lang][word]...)
	w.close()
}

// footnoteLink writes the mark of a footnote. Footnotes count apart from links.
func (w *lineWriter) footnoteLink(n *extast.FootnoteLink) {
	w.sup("[" + words[w.o.Lang]["note"] + strconv.Itoa(n.Index) + "]")
}

// footnotes writes the footnotes, which the parser has moved to the end.
func (w *writer) footnotes(list *extast.FootnoteList) {
	w.notesHeading("notes")
	w.open("p", "note")
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		if n != list.FirstChild() {
			w.br()
		}
		w.spot(n)
		w.html = append(w.html, "["+words[w.o.Lang]["note"]+strconv.Itoa(n.(*extast.Footnote).Index)+"] "...)
		for child := n.FirstChild(); child != nil; child = child.NextSibling() {
			if child != n.FirstChild() {
				w.br()
			}
			w.anyInlines(child)
		}
	}
	w.close()
}

// anyInlines writes what a block says, without the block: a list in a footnote becomes
// its lines.
func (w *lineWriter) anyInlines(n ast.Node) {
	if n.Kind() == ast.KindParagraph || n.Kind() == ast.KindTextBlock {
		w.inlines(n)
		return
	}
	if n.Type() == ast.TypeBlock && n.IsRaw() {
		said := string(w.lines(n))
		if n.Kind() == ast.KindHTMLBlock {
			w.dropped(w.lineOf(n), said, nil)
			said = PlainText(said)
		}
		w.say(said)
		return
	}
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		if child != n.FirstChild() {
			w.br()
		}
		w.anyInlines(child)
	}
}

// attr escapes text for an attribute's value.
func attr(s string) string { return attributes.Replace(s) }

var attributes = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;", "\x00", "\uFFFD", "\n", " ", "\r", " ")

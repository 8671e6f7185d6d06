package render

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"

	"magpie/cards"
)

// set makes a set of words.
func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(words) {
		all[word] = true
	}
	return all
}

var (
	// hidden are elements whose content nobody reads.
	hidden = set("script style iframe svg math object embed form video audio noscript template textarea select title head canvas")
	// known are those whose content is read, as what they are or as plain text.
	known = set(`a abbr acronym address article aside b bdi bdo big blockquote body br button caption center cite code col colgroup
		data dd del details dfn div dl dt em fieldset figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr html i img input ins kbd label legend
		li link main map area mark menu meta nav nobr ol p picture pre q rb rp rt rtc ruby s samp section small source span strike strong sub summary sup
		table tbody td tfoot th thead time tr track tt u ul var wbr`)
	// breaks are those that begin, and end, a line.
	breaks = set(`address article aside blockquote caption center dd details div dl dt fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 header
		hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul`)
)

// dropped says that a piece of raw HTML is left out, once a line.
func (fs *findings) dropped(line int, raw string, mend *Mend) {
	fs.foundHTML("html.dropped", "render.html.dropped", line, raw, mend)
}

func (fs *findings) foundHTML(code, key string, line int, raw string, mend *Mend) {
	for _, f := range fs.list {
		if f.Code == code && f.Line == line {
			return
		}
	}
	fs.add(Finding{Code: code, Line: line, Text: cards.T(key, "html", shorten(strings.Join(strings.Fields(raw), " "))), Mend: mend})
}

// editRaw is a mend that puts text in the place of a tag within a line, or of all that
// stands up to its end tag.
func (ms *manuscript) editRaw(n, end *ast.RawHTML, text, label string) *Mend {
	first, last := n.Segments.At(0), end.Segments.At(end.Segments.Len()-1)
	return ms.edit(ms.offset+first.Start, ms.offset+last.Stop, text).says(label)
}

// instead is a mend for a tag within a line that is left out: a link to what it would have
// shown, or nothing.
func (ms *manuscript) instead(n *ast.RawHTML, name, said string, ends bool) *Mend {
	end := n
	for at := n.NextSibling(); at != nil && ends; at = at.NextSibling() {
		if tag, ok := at.(*ast.RawHTML); ok {
			if other, isEnd := tagName(string(tag.Segments.Value(ms.source))); isEnd && other == name {
				end = tag
				break
			}
		}
	}
	if src := playedFrom(tokenOf(said)); src != "" {
		return ms.editRaw(n, end, "["+src+"]("+src+")", "render.mend.link")
	}
	return ms.editRaw(n, end, "", "render.mend.remove")
}

// playedFrom is the address of a video or of another page that is shown within one.
func playedFrom(tag html.Token) string {
	src := attribute(tag, "src")
	if strings.HasPrefix(src, "//") {
		src = "https:" + src
	}
	if !isWebAddress(src) || strings.ContainsAny(src, "()[]") {
		return ""
	}
	return src
}

package render

import (
	"bytes"
	"html"
	"net/url"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"magpie/cards"
)

// WeChat knows three markups that open a Mini Program: a card, a text and an image. They
// pass as they were written, byte for byte, and are what the short forms become.

const (
	cardTag   = `<mp-common-miniprogram(?: data-miniprogram-[a-z]+="[^"<>]*")+></mp-common-miniprogram>`
	jumpImage = `<img(?: (?:src|alt|data-width|data-ratio)="[^"<>]*")+>`
	jumpTag   = `<a(?: data-miniprogram-[a-z]+="[^"<>]*")+(?: href="")?>(?:` + jumpImage + `|[^<>\r\n]*)</a>`
)

var (
	rawCard      = regexp.MustCompile(`^(?:` + cardTag + `|` + jumpTag + `)`)
	rawCardLine  = regexp.MustCompile(`^(?:` + cardTag + `|<p>` + jumpTag + `</p>)[ \t]*\r?\n?$`)
	rawCardFound = regexp.MustCompile(cardTag + `|<p>` + jumpTag + `</p>|` + jumpTag)
	rawAppID     = regexp.MustCompile(` data-miniprogram-appid="[A-Za-z0-9_-]+"`)
	rawAddress   = regexp.MustCompile(` (?:src|data-miniprogram-imageurl)="([^"]*)"`)
)

// isRawCard reports whether a matched markup names a Mini Program and no address but of
// the web.
func isRawCard(raw string) bool {
	if !rawAppID.MatchString(raw) {
		return false
	}
	for _, m := range rawAddress.FindAllStringSubmatch(raw, -1) {
		if m[1] != "" && !isWebAddress(m[1]) {
			return false
		}
	}
	return true
}

var kindRawCard, kindRawCardBlock = ast.NewNodeKind("RawCard"), ast.NewNodeKind("RawCardBlock")

// rawCardNode is one markup within a line.
type rawCardNode struct {
	ast.BaseInline
	segment text.Segment
}

func (*rawCardNode) Kind() ast.NodeKind { return kindRawCard }

func (n *rawCardNode) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

// rawCardBlock is one markup on a line of its own.
type rawCardBlock struct{ ast.BaseBlock }

func (*rawCardBlock) Kind() ast.NodeKind { return kindRawCardBlock }

func (*rawCardBlock) IsRaw() bool { return true }

func (n *rawCardBlock) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

type rawCardParser struct{}

func (rawCardParser) Trigger() []byte { return []byte{'<'} }

func (rawCardParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	// The prefix is looked at first: the expression would read the whole line each time.
	if !bytes.HasPrefix(line, []byte("<mp-common-miniprogram ")) && !bytes.HasPrefix(line, []byte("<a data-miniprogram-")) {
		return nil
	}
	m := rawCard.Find(line)
	if m == nil || !isRawCard(string(m)) {
		return nil
	}
	block.Advance(len(m))
	return &rawCardNode{segment: text.NewSegment(segment.Start, segment.Start+len(m))}
}

type rawCardBlockParser struct{}

func (rawCardBlockParser) Trigger() []byte { return []byte{'<'} }

func (rawCardBlockParser) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	at := pc.BlockOffset()
	if at < 0 || !rawCardLine.Match(line[at:]) || !isRawCard(string(line[at:])) {
		return nil, parser.NoChildren
	}
	n := &rawCardBlock{}
	start := segment.Start + at
	n.Lines().Append(text.NewSegment(start, start+len(util.TrimRightSpace(line[at:]))))
	reader.AdvanceToEOL()
	return n, parser.NoChildren
}

func (rawCardBlockParser) Continue(ast.Node, text.Reader, parser.Context) parser.State {
	return parser.Close
}

func (rawCardBlockParser) Close(ast.Node, text.Reader, parser.Context) {}

func (rawCardBlockParser) CanInterruptParagraph() bool { return true }

func (rawCardBlockParser) CanAcceptIndentedLine() bool { return false }

// rawCard writes a markup as it is, and notes what readers see of it.
func (w *lineWriter) rawCard(raw string, line int) {
	if m := rawImage.FindStringSubmatch(raw); m != nil && !isAtWeChat(html.UnescapeString(m[1])) {
		w.refuse("miniprogram.image", line, cards.T("render.miniprogram.image", "src", shorten(html.UnescapeString(m[1]))))
	}
	w.settle(0)
	if !w.linked {
		w.html = append(w.html, raw...)
	}
	for _, m := range rawSeen.FindAllStringSubmatch(raw, -1) {
		w.text.WriteString(html.UnescapeString(m[1] + m[2]))
	}
	w.inline = inline{}
}

var rawImage = regexp.MustCompile(`<img[^<>]* src="([^"]+)"`)

// isAtWeChat reports whether an image's address is one of WeChat's own; images from
// elsewhere it takes out of the article.
func isAtWeChat(src string) bool {
	u, err := url.Parse(src)
	return err == nil && strings.HasSuffix(strings.ToLower(u.Hostname()), ".qpic.cn")
}

var rawSeen = regexp.MustCompile(` (?:data-miniprogram-title|alt)="([^"]*)"|>([^<>]+)</a>`)

// jump is a short form's address: miniprogram:APPID/path.
type jump struct{ appID, path string }

var appID = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// jumpOf reads a link's address; meant says that it is a Mini Program's, well formed or
// not.
func jumpOf(address string) (j jump, meant, ok bool) {
	rest, meant := strings.CutPrefix(address, "miniprogram:")
	if !meant {
		return j, false, false
	}
	j.appID, j.path, _ = strings.Cut(rest, "/")
	return j, true, appID.MatchString(j.appID)
}

// open is the tag of a text or an image that opens the Mini Program, attributes in the
// order of WeChat's examples.
func (j jump) open() string {
	return `<a data-miniprogram-appid="` + j.appID + `" data-miniprogram-path="` + attr(j.path) + `" href="">`
}

// card is the markup of a card.
func (j jump) card(title, image string) string {
	return `<mp-common-miniprogram data-miniprogram-appid="` + j.appID + `" data-miniprogram-path="` + attr(j.path) +
		`" data-miniprogram-title="` + attr(title) + `" data-miniprogram-imageurl="` + attr(image) +
		`" data-miniprogram-type="card"></mp-common-miniprogram>`
}

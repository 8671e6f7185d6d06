package render

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

var kindAddress = ast.NewNodeKind("Address")

// bareAddress is a web address that stands in the text as it is.
type bareAddress struct {
	ast.BaseInline
	segment text.Segment
}

func (*bareAddress) Kind() ast.NodeKind { return kindAddress }

func (n *bareAddress) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

// addressParser finds addresses by what is within them, :// and www., since Chinese has no
// space before one. goldmark's own looks for the space, and ends at the first letter that is
// not ASCII.
type addressParser struct{}

func (addressParser) Trigger() []byte { return []byte{':', '.'} }

// maxAddress is how many bytes of an address are looked at.
const maxAddress = 2000

func (addressParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	if line[0] == ':' && !bytes.HasPrefix(line, []byte("://")) || pc.IsInLinkLabel() {
		return nil
	}
	said, ok := parent.LastChild().(*ast.Text)
	if !ok || said.Segment.Stop != segment.Start || said.SoftLineBreak() || said.HardLineBreak() {
		return nil
	}
	source := block.Source()
	start := headOf(source[said.Segment.Start:said.Segment.Stop], line[0])
	if start < 0 {
		return nil
	}
	length := addressLength(line[:min(len(line), maxAddress)], line[0] == ':')
	if length == 0 {
		return nil
	}
	start += said.Segment.Start
	if said.Segment = said.Segment.WithStop(start); start == said.Segment.Start {
		parent.RemoveChild(parent, said)
	}
	block.Advance(length)
	n := &bareAddress{segment: text.NewSegment(start, segment.Start+length)}
	n.SetPos(start)
	return n
}

// headOf is where the scheme, or www, begins at the end of what was said before; -1 where
// that is something else.
func headOf(before []byte, by byte) int {
	heads := []string{"https", "http", "ftp"}
	if by == '.' {
		heads = []string{"www"}
	}
	for _, head := range heads {
		at := len(before) - len(head)
		if at < 0 || !strings.EqualFold(string(before[at:]), head) {
			continue
		}
		if at > 0 && (isLetterOrDigit(rune(before[at-1])) || by == '.' && strings.IndexByte("./@-_", before[at-1]) >= 0) {
			return -1
		}
		return at
	}
	return -1
}

// addressLength is how long the rest of an address is, after its scheme or www; 0 where it
// is none. Chinese letters belong to it until a full-width sign, but end its host where they
// follow Latin ones: example.com查看.
func addressLength(rest []byte, scheme bool) int {
	at, host := 1, 1
	if scheme {
		at, host = 3, 3
	}
	depth, inHost, dots := 0, true, 0
	last := rune(0)
scan:
	for at < len(rest) {
		r, size := utf8.DecodeRune(rest[at:])
		switch {
		case r <= ' ' || strings.ContainsRune("<>\"`\\[]|*^", r), r == utf8.RuneError, r >= 0x80 && (isWideSign(r) || isUnseen(r) || r == 0xA0):
			break scan
		case r == '~' && at+1 < len(rest) && rest[at+1] == '~':
			break scan
		case r == '(':
			depth++
		case r == ')':
			if depth--; depth < 0 {
				break scan
			}
		case r == '/' || r == '?' || r == '#':
			inHost = false
		case r == '@' && inHost:
			host, dots = at+1, 0
		case r == '.' && inHost:
			dots++
		case inHost && isHan(r) && last < utf8.RuneSelf && isLetterOrDigit(last) && dots > 0:
			break scan
		}
		last = r
		at += size
	}
	end := at
	for end > host {
		said := rest[:end]
		if strings.IndexByte("?!.,:;*_~'\"", said[end-1]) >= 0 {
			if m := entityTail.FindIndex(said); m != nil {
				end = m[0]
			} else {
				end--
			}
			continue
		}
		break
	}
	name := rest[host:end]
	if i := bytes.IndexAny(name, "/?#"); i >= 0 {
		name = name[:i]
	}
	dot := bytes.LastIndexByte(name, '.')
	if dot < 1 || dot == len(name)-1 || name[0] == '.' {
		return 0
	}
	return end
}

var entityTail = regexp.MustCompile(`&[A-Za-z0-9]+;$`)

// bareAddress writes an address that stands in the text. It needs no number: it can be read.
func (w *lineWriter) bareAddress(n *bareAddress) {
	label, line := unescape(n.segment.Value(w.source)), w.lineAt(n.segment.Start)
	address := label
	if !scheme.MatchString(address) {
		address = "http://" + address
	}
	w.readable(label, address, line)
}

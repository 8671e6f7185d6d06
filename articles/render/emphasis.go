package render

import (
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// emphasisParser reads *, _ and ~~ as CommonMark and GitHub do, but lets them open and
// close beside Chinese, where there are no spaces: **注意：**请看 is bold here. A single ~
// is a range, 10~20, and a * between numbers is a sign.
type emphasisParser struct{}

func (emphasisParser) Trigger() []byte { return []byte{'*', '_', '~'} }

func (emphasisParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, segment := block.PeekLine()
	length := 1
	for length < len(line) && line[length] == line[0] {
		length++
	}
	var processor parser.DelimiterProcessor = emphasis{}
	if line[0] == '~' {
		if length != 2 || before == '~' {
			return nil
		}
		processor = strike{}
	}
	after := ' '
	if length < len(line) {
		after = util.ToRune(line, length)
	}
	reckons := line[0] != '_' && reckons(block.Source()[:segment.Start], before, after)
	if reckons && length == 1 || isOver(pc, delimiterKey, parent, maxDelimiters) {
		return nil
	}
	opens, closes := flanks(before, after)
	if line[0] == '_' {
		opens, closes = opens && (!closes || util.IsPunctRune(before)), closes && (!opens || util.IsPunctRune(after))
	}
	d := parser.NewDelimiter(opens && !reckons, closes, length, line[0], processor)
	d.Segment = segment.WithStop(segment.Start + length)
	block.Advance(length)
	pc.PushDelimiter(d)
	return d
}

// flanks reports whether a run of delimiters between two letters may open and close. As in
// CommonMark one does not open before a sign; but beside Chinese it does before a sign that
// begins something, and closes behind one that does not.
func flanks(before, after rune) (opens, closes bool) {
	spaceBefore, spaceAfter := util.IsSpaceRune(before), util.IsSpaceRune(after)
	signBefore, signAfter := util.IsPunctRune(before), util.IsPunctRune(after)
	beside := isWide(before) || isWide(after)
	opens = !spaceAfter && (!signAfter || spaceBefore || signBefore || beside && !ends(after))
	closes = !spaceBefore && (!signBefore || spaceAfter || signAfter || beside && !begins(before))
	return opens, closes
}

// begins and ends report whether a sign stands at the beginning, or at the end, of what it
// belongs to; some stand at both.
func begins(r rune) bool {
	return strings.ContainsRune("([{<（《〈「『【〔〖［｛“‘＜", r)
}

func ends(r rune) bool {
	return strings.ContainsRune(",.:;!?)]}>%，。：；！？、）》〉」』】〕〗］｝”’＞％～", r)
}

// units are those of Chinese that stand behind a number.
const units = "米里尺寸元角分万亿千百个件只台套斤克吨两升天日月年周时秒次人层倍度平"

// reckons reports whether what stands between two letters is a sign of arithmetic: between
// numbers, or a number and its unit or name, as in 3*4, 5cm*6cm, 3米*4米 and 2*x.
func reckons(source []byte, before, after rune) bool {
	if !isDigit(after) {
		return isDigit(before) && isLetterOrDigit(after)
	}
	if isDigit(before) || isLetterOrDigit(before) || strings.ContainsRune(")）%℃°㎡", before) {
		return true
	}
	if !strings.ContainsRune(units, before) {
		return false
	}
	// The unit itself has a number before it: 3米*4, not 个*4.
	said := strings.TrimRightFunc(string(source[max(0, len(source)-16):]), unicode.IsLetter)
	return said != "" && isDigit(rune(said[len(said)-1]))
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' || r >= '０' && r <= '９' }

type emphasis struct{}

func (emphasis) IsDelimiter(b byte) bool { return b == '*' || b == '_' }

func (emphasis) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char
}

func (emphasis) OnMatch(n int) ast.Node { return ast.NewEmphasis(n) }

type strike struct{}

func (strike) IsDelimiter(b byte) bool { return b == '~' }

func (strike) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char
}

func (strike) OnMatch(int) ast.Node { return extast.NewStrikethrough() }

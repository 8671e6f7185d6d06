package render

import (
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdownParser reads CommonMark, GitHub's tables, strikes, task boxes and bare
// addresses, footnotes, and what this package adds: emphasis beside Chinese
// punctuation, math and diagrams (to refuse them), and WeChat's Mini Program markup.
var markdownParser = parser.NewParser(
	parser.WithBlockParsers(append(parser.DefaultBlockParsers(),
		util.Prioritized(footnoteParser{extension.NewFootnoteBlockParser()}, 999),
		util.Prioritized(mathBlockParser{}, 650),
		util.Prioritized(rawCardBlockParser{}, 850),
	)...),
	parser.WithInlineParsers(
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(extension.NewFootnoteParser(), 101),
		util.Prioritized(mathParser{}, 150),
		util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
		util.Prioritized(linkParser{parser.NewLinkParser()}, 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(rawCardParser{}, 350),
		util.Prioritized(parser.NewRawHTMLParser(), 400),
		util.Prioritized(emphasisParser{}, 500),
		util.Prioritized(extension.NewLinkifyParser(), 999),
	),
	parser.WithParagraphTransformers(
		util.Prioritized(referenceParser{parser.LinkReferenceParagraphTransformer}, 100),
		util.Prioritized(newTableParser(), 200),
	),
	parser.WithASTTransformers(
		util.Prioritized(extension.NewTableASTTransformer(), 0),
		util.Prioritized(extension.NewFootnoteASTTransformer(), 999),
	),
	parser.WithEscapedSpace(),
)

// emphasisParser reads *, _ and ~ as CommonMark and GitHub do, but lets them open and
// close beside Chinese, where there are no spaces: **注意：**请看 is bold here.
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
		if length > 2 || before == '~' {
			return nil
		}
		processor = strike{}
	}
	if isOver(pc, delimiterKey, parent, maxDelimiters) {
		return nil
	}
	after := ' '
	if length < len(line) {
		after = util.ToRune(line, length)
	}
	spaceBefore, spaceAfter := util.IsSpaceRune(before), util.IsSpaceRune(after)
	signBefore, signAfter := util.IsPunctRune(before), util.IsPunctRune(after)
	left := !spaceAfter && (!signAfter || isWide(after) || spaceBefore || signBefore || isWide(before))
	right := !spaceBefore && (!signBefore || isWide(before) || spaceAfter || signAfter || isWide(after))
	opens, closes := left, right
	if line[0] == '_' {
		opens, closes = left && (!right || signBefore), right && (!left || signAfter)
	}
	d := parser.NewDelimiter(opens, closes, length, line[0], processor)
	d.Segment = segment.WithStop(segment.Start + length)
	block.Advance(length)
	pc.PushDelimiter(d)
	return d
}

type emphasis struct{}

func (emphasis) IsDelimiter(b byte) bool { return b == '*' || b == '_' }

func (emphasis) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char
}

func (emphasis) OnMatch(n int) ast.Node { return ast.NewEmphasis(n) }

type strike struct{}

func (strike) IsDelimiter(b byte) bool { return b == '~' }

func (strike) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char && opener.OriginalLength == closer.OriginalLength
}

func (strike) OnMatch(int) ast.Node { return extast.NewStrikethrough() }

// isWide reports whether r is written without spaces around it: a Chinese or Japanese
// letter, or a mark of their punctuation.
func isWide(r rune) bool { return isHan(r) || isWideSign(r) }

func isHan(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo)
}

func isWideSign(r rune) bool {
	return r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF || r == '—' || r == '…' || r >= 0x2018 && r <= 0x201D
}

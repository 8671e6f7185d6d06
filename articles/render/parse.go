package render

import (
	"unicode"

	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/util"
)

// markdownParser reads CommonMark, GitHub's tables, strikes, task boxes and emoji names,
// footnotes, definition lists, and what this package adds: emphasis and addresses beside
// Chinese, boxes of :::, math and diagrams (to refuse them), and WeChat's Mini Program
// markup.
var markdownParser = parser.NewParser(
	parser.WithBlockParsers(append(parser.DefaultBlockParsers(),
		util.Prioritized(footnoteParser{extension.NewFootnoteBlockParser()}, 999),
		util.Prioritized(mathBlockParser{}, 650),
		util.Prioritized(rawCardBlockParser{}, 850),
		util.Prioritized(containerParser{}, 690),
		util.Prioritized(extension.NewDefinitionListParser(), 101),
		util.Prioritized(extension.NewDefinitionDescriptionParser(), 102),
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
		util.Prioritized(addressParser{}, 600),
		util.Prioritized(emojiParser{}, 999),
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

// isWide reports whether r is written without spaces around it: a Chinese or Japanese
// letter, or a mark of their punctuation.
func isWide(r rune) bool { return isHan(r) || isWideSign(r) }

func isHan(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo)
}

func isWideSign(r rune) bool {
	return r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF || r == '—' || r == '…' || r >= 0x2018 && r <= 0x201D
}

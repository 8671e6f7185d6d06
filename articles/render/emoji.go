package render

import (
	"bytes"
	"slices"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"magpie/emoji"
)

var kindEmoji = ast.NewNodeKind("Emoji")

// emojiNode is an emoji that was written as its name, :tada:.
type emojiNode struct {
	ast.BaseInline
	name, sign string
}

func (*emojiNode) Kind() ast.NodeKind { return kindEmoji }

func (n *emojiNode) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

type emojiParser struct{}

func (emojiParser) Trigger() []byte { return []byte{':'} }

// maxName is how many bytes the name of an emoji has at most, its skin tones counted.
const maxName = 120

func (emojiParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	if len(line) < 3 || !isLetterOrDigit(rune(line[1])) && line[1] != '+' && line[1] != '-' || bytes.IndexByte(line[1:min(len(line), maxName)], ':') < 0 {
		return nil
	}
	source := block.Source()
	from := max(0, segment.Start-maxName) // what stands before says whether a name is meant
	around := string(source[from:min(len(source), segment.Start+min(len(line), maxName))])
	sign, length := emoji.At(around, segment.Start-from)
	if length == 1 {
		return nil
	}
	block.Advance(length)
	return &emojiNode{name: string(line[:length]), sign: sign}
}

// maxNames is how many names of emoji a finding tells.
const maxNames = 5

// namedEmoji are the emoji of an article that were written as their names.
type namedEmoji struct {
	count int
	line  int      // of the first
	names []string // the first few
}

// emoji writes the emoji that a name stands for, and notes the name.
func (w *lineWriter) emoji(n *emojiNode) {
	w.say(n.sign)
	e := &w.emojis
	if e.count++; e.count == 1 {
		e.line = w.lineOf(n)
	}
	if len(e.names) < maxNames && !slices.Contains(e.names, n.name) {
		e.names = append(e.names, n.name)
	}
}

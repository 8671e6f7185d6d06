package render

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark/ast"

	"magpie/cards"
)

// maxColoured is how much code of one article is coloured. More of it would be over
// WeChat's 20,000 characters, and some languages take long to read.
const maxColoured = 12_000

// coder writes code so that it survives WeChat's saving, in the colours of the theme.
type coder struct {
	prose
	*findings
	lexer     func(lang string) chroma.Lexer // nil: the highlighter's
	numbered  bool                           // lines have numbers
	numbers   numbering
	coded     int           // characters of code coloured so far
	colouring time.Duration // how long that took
}

// fencedCode writes a block of code; one that other tools would draw is an
// image, or refused.
func (w *writer) fencedCode(n *ast.FencedCodeBlock) {
	lang := strings.ToLower(strings.Trim(string(n.Language(w.source)), "{}."))
	if diagrams[lang] || formulas[lang] {
		key := "diagram"
		if formulas[lang] {
			key = "math"
		}
		at := w.offset + n.Info.Segment.Start
		mend := w.edit(at, at+len(n.Info.Segment.Value(w.source)), "text")
		line := w.lineAt(n.Info.Segment.Start)
		f := Finding{Code: key, Blocks: true, Line: line, Text: cards.T("render."+key, "what", lang), Mend: mend.says("render.mend.code")}
		if kind := drawable(lang); kind != "" && w.o.Draw != nil {
			w.spot(n)
			source := string(w.lines(n))
			if w.figureDrawing(kind, source, line, &f, tail(n)...) {
				w.text.WriteString(strings.TrimSpace(source))
				return
			}
		}
		w.add(f)
		lang = ""
	}
	w.code(n, lang)
}

// code writes a block of code so that it survives WeChat's saving: line ends are <br>,
// runs of spaces are &nbsp;.
func (w *coder) code(n ast.Node, lang string) {
	w.spot(n)
	code := strings.TrimRight(strings.ReplaceAll(string(w.lines(n)), "\r", ""), "\n")
	w.text.WriteString(code)
	w.open("pre", "pre", tail(n)...)
	w.numbers = numbering{on: w.numbered, width: len(strconv.Itoa(1 + strings.Count(code, "\n")))}
	w.number()
	w.coloured(code, lang, w.lineOf(n))
	w.numbers = numbering{}
	w.close()
}

// coloured writes code in the colours of the theme. Neighbours of one colour are one
// element, and what has the colour of the block has none. line is where a finding stands.
func (w *coder) coloured(code, lang string, line int) {
	lexer := lexerOf(lang)
	if w.lexer != nil {
		lexer = w.lexer(lang)
	}
	w.coded += len(code)
	if lexer == nil || w.coded > maxColoured {
		w.appendCode(code, true, true)
		return
	}
	began := time.Now()
	tokens, err := colours.paint(lexer, code, colourWithin-w.colouring)
	w.colouring += time.Since(began)
	if err != nil {
		w.find("code.plain", line, cards.T("render.code.plain", "lang", lang))
		w.appendCode(code, true, true)
		return
	}
	left := code
	part, run := "", 0 // the text of the present colour is left[:run]
	flush := func() {
		if run == 0 {
			return
		}
		if part != "" {
			w.open("span", part)
		}
		at := len(code) - len(left)
		w.appendCode(left[:run], at == 0 || code[at-1] == '\n', run == len(left) || left[run] == '\n')
		if part != "" {
			w.close()
		}
		left, run = left[run:], 0
	}
	for _, token := range tokens {
		value := token.Value
		if !strings.HasPrefix(left[run:], value) {
			// The last line end is the lexer's own addition; anything else is not the
			// code that was asked about, and the rest goes without colours.
			value = strings.TrimSuffix(value, "\n")
			if !strings.HasPrefix(left[run:], value) {
				break
			}
		}
		p := w.colour(token.Type)
		if p != part && strings.TrimSpace(value) != "" {
			flush()
			part = p
		}
		run += len(value)
	}
	flush()
	part, run = "", len(left)
	flush()
}

// lexerOf finds the lexer of a language, or nil.
func lexerOf(lang string) chroma.Lexer {
	if lang == "" || lang == "text" || lang == "plain" || lang == "plaintext" || len(lang) > 30 {
		return nil
	}
	return lexers.Get(lang)
}

// colour chooses the part of the theme for a token; few colours keep the HTML short.
func (w *coder) colour(t chroma.TokenType) string {
	part := ""
	switch {
	case t.InCategory(chroma.Comment) && t != chroma.CommentPreproc && t != chroma.CommentPreprocFile:
		part = "comment"
	case t.InSubCategory(chroma.LiteralString), t == chroma.GenericInserted:
		part = "string"
	case t.InSubCategory(chroma.LiteralNumber), t == chroma.KeywordConstant:
		part = "number"
	case t.InCategory(chroma.Keyword), t == chroma.NameTag, t == chroma.GenericDeleted:
		part = "keyword"
	case t == chroma.NameFunction, t == chroma.NameClass, t == chroma.NameAttribute, t == chroma.NameDecorator, t == chroma.NameNamespace:
		part = "name"
	}
	if len(w.t.rules[part]) == 0 {
		return ""
	}
	return part
}

// appendCode appends code as HTML. At the beginning and the end of a line even a single
// space would be lost; startsLine and endsLine say whether the code is there.
func (w *coder) appendCode(code string, startsLine, endsLine bool) {
	b := w.html
	for i := 0; i < len(code); {
		c := code[i]
		switch {
		case c == '\n':
			b = append(b, "<br>"...)
			if w.numbers.on {
				w.html = b
				w.number()
				b = w.html
			}
			startsLine = true
			i++
			continue
		case c == ' ' || c == '\t':
			n, width := 0, 0
			for ; i+n < len(code) && (code[i+n] == ' ' || code[i+n] == '\t'); n++ {
				width++
				if code[i+n] == '\t' {
					width += 3
				}
			}
			atEdge := startsLine || i+n == len(code) && endsLine || i+n < len(code) && code[i+n] == '\n'
			if width == 1 && !atEdge {
				b = append(b, ' ')
			} else {
				b = append(b, strings.Repeat("&nbsp;", width)...)
			}
			i += n
			continue
		case c == '<':
			b = append(b, "&lt;"...)
		case c == '>':
			b = append(b, "&gt;"...)
		case c == '&':
			b = append(b, "&amp;"...)
		case c == 0:
			b = utf8.AppendRune(b, utf8.RuneError)
		case c < ' ' || c == 0x7F:
		default:
			b = append(b, c)
		}
		startsLine = false
		i++
	}
	w.html = b
}

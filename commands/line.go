package commands

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"magpie/cards"
)

// A line is words with white space between them. A word is a bare value, or a key
// and a value with = between them. What phones, Chinese keyboards and Slack do to a
// line is undone where it is syntax and kept where it is value:
//
//   - A quote opens at the start of a word or right after its =, and nowhere else, so
//     the apostrophe of it's is a letter. Inside '…' and ‘…’ an apostrophe between two
//     letters is one too. What follows a closing quote is white space or the end.
//   - Inside quotes \" is a quote (and \“ \” where the phone has turned the quotes);
//     every other character stands for itself, backslashes too.
//   - "…" may go on in 「…」 at once. Quote needs this for a value that ends in \.
//   - &amp; &lt; &gt; are unescaped once. A link as Slack wraps it is unwrapped: to its
//     address where it is the whole value, to what was typed where it stands in text.

// Word is one word of a line.
type Word struct {
	Key    string // before the =, as written; "" for a bare word
	Text   string // the value
	Quoted bool   // the value stood in quotes
	// Where it stands in the line, in bytes: Start, the value's start, End.
	Start, Value, End int
}

// closers are the runes that close what a rune has opened.
var closers = map[rune]string{
	'"': `"`, '“': `”`, '”': `”`, '＂': `＂`,
	'\'': `'`, '‘': `’`,
	'「': `」`,
}

// Lex cuts a line into its words. It refuses, without a code, a quote that is left open, and
// what is stuck to a closed one; the words are those before.
func Lex(line string) ([]Word, error) {
	l := lexer{line: line}
	var words []Word
	for l.skipSpace(); l.at < len(line); l.skipSpace() {
		word, err := l.word()
		if err != nil {
			return words, err
		}
		words = append(words, word)
	}
	return words, nil
}

// lexer reads a line from left to right.
type lexer struct {
	line string
	at   int
}

func (l *lexer) peek() (rune, int) { return utf8.DecodeRuneInString(l.line[l.at:]) }

func (l *lexer) skipSpace() {
	for l.at < len(l.line) {
		r, n := l.peek()
		if !isSpace(r) {
			return
		}
		l.at += n
	}
}

func (l *lexer) word() (Word, error) {
	w := Word{Start: l.at, Value: l.at}
	var err error
	if w.Text, w.Quoted, err = l.quoted(); w.Quoted || err != nil {
		w.End = l.at
		return w, err
	}
	var v value
	for l.at < len(l.line) {
		r, n := l.peek()
		if isSpace(r) {
			break
		}
		if (r == '=' || r == '＝') && w.Key == "" && l.at > w.Start {
			w.Key = v.String()
			v = value{}
			l.at += n
			w.Value = l.at
			if w.Text, w.Quoted, err = l.quoted(); w.Quoted || err != nil {
				w.End = l.at
				return w, err
			}
			continue
		}
		l.at += v.take(l.line[l.at:])
	}
	w.Text, w.End = v.finish(false), l.at
	return w, nil
}

// quoted reads a quoted value where one opens here. A quote that its own kind does not
// close may be closed by its sister: phones turn one of a pair and leave the other.
func (l *lexer) quoted() (text string, ok bool, err error) {
	start := l.at
	open, n := l.peek()
	closer, opens := closers[open]
	if n == 0 || !opens {
		return "", false, nil
	}
	for _, sisters := range []string{closer, sistersOf(open)} {
		l.at += n
		text, closed, err := l.until(open, sisters)
		if closed || err != nil {
			return text, true, err
		}
		l.at = start
	}
	refusal := cards.Refuse("fault.unbalanced", "quote", string(open), "rest", snippet(l.line[start:]), "at", l.column(start))
	fault := &lexFault{Refusal: refusal}
	// A = further on means that the quote has swallowed another argument.
	if !strings.ContainsAny(l.line[start:], "=＝") {
		fault.mended = l.line + closer
	}
	return "", true, fault
}

// until reads up to the quote that closes.
func (l *lexer) until(open rune, closer string) (text string, closed bool, err error) {
	var v value
	for l.at < len(l.line) {
		r, n := l.peek()
		next, nn := utf8.DecodeRuneInString(l.line[l.at+n:])
		switch {
		case r == '\\' && (next == '"' || open != '"' && (next == '“' || next == '”')):
			v.WriteRune(next)
			l.at += n + nn
		case !strings.ContainsRune(closer, r) || isApostrophe(r) && v.endsInLetter() && isLetter(next):
			l.at += v.take(l.line[l.at:])
		case open == '"' && next == '「':
			l.at += n + nn
			open, closer = next, closers[next]
		case nn > 0 && !isSpace(next):
			l.at += n
			rest := l.line[l.at:]
			refusal := cards.Refuse("fault.glued", "quote", string(r), "rest", snippet(rest), "at", l.column(l.at))
			return "", true, &lexFault{Refusal: refusal, mended: l.line[:l.at] + " " + rest}
		default:
			l.at += n
			return v.finish(true), true, nil
		}
	}
	return "", false, nil
}

// column counts characters, from 1.
func (l *lexer) column(at int) int { return utf8.RuneCountInString(l.line[:at]) + 1 }

// lexFault is a refusal that may know a line that would have been meant.
type lexFault struct {
	*cards.Refusal
	mended string
}

func (f *lexFault) Unwrap() error { return f.Refusal }

// sistersOf are all quotes that look like open.
func sistersOf(open rune) string {
	switch open {
	case '"', '“', '”', '＂':
		return `"“”＂`
	case '\'', '‘':
		return `'’`
	}
	return closers[open]
}

// isSpace knows the white space that keyboards and web pages put between words:
// no-break and ideographic spaces, and those of no width.
func isSpace(r rune) bool {
	switch r {
	case '\u200b', '\u2060', '\ufeff', '\u180e':
		return true
	}
	return unicode.IsSpace(r)
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' }

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// snippet is enough of a text to find it again.
func snippet(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

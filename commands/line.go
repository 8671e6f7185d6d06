package commands

import (
	"regexp"
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

var (
	slackLink = regexp.MustCompile(`^<((?:https?://|mailto:|tel:)[^<>|\s]*)(?:\|([^<>]*))?>`)
	slackName = regexp.MustCompile(`^<[@#!][^<>]*>`)
	entities  = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")
	entity    = regexp.MustCompile(`^&(?:amp|lt|gt);`)
)

// Lex cuts a line into its words. The error is a *cards.Refusal that says where a
// quote is left open, or what is stuck to a closed one.
func Lex(line string) ([]Word, error) {
	l := lexer{line: line}
	var words []Word
	for l.skipSpace(); l.at < len(line); l.skipSpace() {
		word, err := l.word()
		if err != nil {
			return nil, err
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
	w.Text, w.End = v.finish(), l.at
	return w, nil
}

// quoted reads a quoted value where one opens here.
func (l *lexer) quoted() (text string, ok bool, err error) {
	start := l.at
	open, n := l.peek()
	close, opens := closers[open]
	if n == 0 || !opens {
		return "", false, nil
	}
	l.at += n
	var v value
	for l.at < len(l.line) {
		r, n := l.peek()
		next, nn := utf8.DecodeRuneInString(l.line[l.at+n:])
		switch {
		case r == '\\' && (next == '"' || open != '"' && (next == '“' || next == '”')):
			v.WriteRune(next)
			l.at += n + nn
		case strings.ContainsRune(close, r) && !(isApostrophe(r) && v.endsInLetter() && isLetter(next)):
			l.at += n
			if open == '"' && next == '「' {
				open, close = '「', closers['「']
				l.at += nn
				continue
			}
			if nn > 0 && !isSpace(next) {
				return "", true, cards.Refuse("fault.glued", "quote", string(r), "rest", snippet(l.line[l.at:]), "at", l.column(l.at))
			}
			return v.finish(), true, nil
		default:
			l.at += v.take(l.line[l.at:])
		}
	}
	refusal := cards.Refuse("fault.unbalanced", "quote", string(open), "rest", snippet(l.line[start:]), "at", l.column(start))
	return "", true, &unbalanced{Refusal: refusal, start: start, close: close}
}

// column counts characters, from 1.
func (l *lexer) column(at int) int { return utf8.RuneCountInString(l.line[:at]) + 1 }

// unbalanced is a refusal that knows which quote would close the line.
type unbalanced struct {
	*cards.Refusal
	start int
	close string
}

func (u *unbalanced) Unwrap() error { return u.Refusal }

// value is a value being read. It remembers a link, in case that is all there is.
type value struct {
	strings.Builder
	from, to int
	address  string
}

// take reads one character, entity or link from the front of rest and returns how
// many bytes that was.
func (v *value) take(rest string) int {
	switch rest[0] {
	case '<':
		if m := slackLink.FindStringSubmatch(rest); m != nil {
			address, label := entities.Replace(m[1]), entities.Replace(m[2])
			v.from = v.Len()
			v.WriteString(typed(address, label))
			v.to, v.address = v.Len(), withoutMail(address)
			return len(m[0])
		}
		if m := slackName.FindString(rest); m != "" {
			v.WriteString(m)
			return len(m)
		}
	case '&':
		if m := entity.FindString(rest); m != "" {
			v.WriteString(entities.Replace(m))
			return len(m)
		}
	}
	_, n := utf8.DecodeRuneInString(rest)
	v.WriteString(rest[:n])
	return n
}

func (v *value) finish() string {
	if v.address != "" && v.from == 0 && v.to == v.Len() {
		return v.address
	}
	return v.String()
}

func (v *value) endsInLetter() bool {
	r, _ := utf8.DecodeLastRuneInString(v.String())
	return isLetter(r)
}

// typed is what somebody typed for Slack to make this link of it: Slack puts http://
// before a bare domain and keeps the domain as label.
func typed(address, label string) string {
	address = withoutMail(address)
	if bare := strings.TrimPrefix(strings.TrimPrefix(address, "http://"), "https://"); label != "" && strings.TrimSuffix(bare, "/") == strings.TrimSuffix(label, "/") {
		return label
	}
	return address
}

// withoutMail undoes mailto: and tel:, which Slack adds of its own.
func withoutMail(address string) string {
	return strings.TrimPrefix(strings.TrimPrefix(address, "mailto:"), "tel:")
}

// Quote writes v so that Lex reads it back to the letter, whatever it holds.
func Quote(v string) string {
	if plainValue.MatchString(v) {
		return v
	}
	body := strings.TrimRight(v, `\`)
	tail := v[len(body):]
	quoted := `"` + quotes.Replace(body) + `"`
	if tail != "" {
		quoted += `「` + tail + `」`
	}
	return quoted
}

var (
	plainValue = regexp.MustCompile(`^[A-Za-z0-9_./:#][A-Za-z0-9_./:?@%+#~-]*$`)
	quotes     = strings.NewReplacer(`"`, `\"`, "&", "&amp;", "<", "&lt;", ">", "&gt;")
)

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
	const most = 24
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

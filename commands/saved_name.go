package commands

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"magpie/audiences"
	"magpie/cards"
)

// SavedName is what a saved line is called; it has the form of an audience's name.
type SavedName string

// Decode refuses what cannot be a name.
func (n *SavedName) Decode(a arg, written string) error {
	name, ok := audiences.ParseName(written)
	if !ok {
		return refuseArg(a, "fault.saved_name", "name", cards.Code(snippet(written)))
	}
	*n = SavedName(name)
	return nil
}

// braces are what may be a blank: {order} is one, {{date}} is none.
var braces = regexp.MustCompile(`\{+[\p{L}\p{N}_-]{1,40}\}+`)

// blanksIn are the names of the blanks in a text.
func blanksIn(text string) (names []string) {
	for _, b := range braces.FindAllString(text, -1) {
		if name, ok := blank(b); ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func blank(braced string) (name string, ok bool) {
	name = strings.Trim(braced, "{}")
	return name, braced == "{"+name+"}"
}

// checkSaved refuses a line that cannot be kept: a line of a line, and blanks where a value could
// be read as another argument.
func (b *Book) checkSaved(line string) error {
	words, err := Lex(line)
	if err != nil {
		return err
	}
	words = b.index.withoutCommand(words)
	c, rest := b.index.find(words)
	if len(words) == 0 || c == nil {
		return b.unknownPath(Call{Line: line, Form: true}, words)
	}
	if c.Hidden || slices.Contains([]string{"save", "saved", "saved remove", "say", "check", "change"}, c.Path) {
		return cards.Refuse("fault.saved_what", "line", cards.Code(c.Path))
	}
	return b.index.checkBlanks(c, rest)
}

// checkBlanks refuses blanks in what is read as several arguments: the lines of a form's field,
// and a line inside quotes.
func (x *index) checkBlanks(c *Command, words []Word) error {
	if at := slices.IndexFunc(words, isDash); at >= 0 && slices.ContainsFunc(c.args, func(a arg) bool { return a.Inner }) {
		inner, rest := x.find(x.withoutCommand(words[at+1:]))
		if inner == nil {
			return nil // it is refused when it is said
		}
		if err := x.checkBlanks(inner, rest); err != nil {
			return err
		}
		words = words[:at]
	}
	for _, w := range words {
		if names := blanksIn(w.Key); len(names) > 0 {
			return cards.Refuse("fault.saved_blank", "name", cards.Code("{"+names[0]+"}"))
		}
	}
	for _, g := range c.given(words) {
		several := g.arg.Inner || g.arg.Tail || g.arg.Data && strings.EqualFold(normalKey(g.word.Key), g.arg.Key)
		if names := blanksIn(g.word.Text); several && len(names) > 0 {
			return cards.Refuse("fault.saved_blank", "name", cards.Code("{"+names[0]+"}"))
		}
	}
	return nil
}

// fillBlanks is a saved line with values in its blanks, each in quotes of its own: what a value
// holds is never read as another argument. of tells the blank of each argument.
func (x *index) fillBlanks(line string, values map[string]string) (filled string, of map[string]string, err error) {
	words, err := Lex(line)
	if err != nil {
		return "", nil, err
	}
	var out strings.Builder
	end := 0
	for _, w := range words {
		if len(blanksIn(w.Text)) == 0 {
			continue
		}
		text := braces.ReplaceAllStringFunc(w.Text, func(braced string) string {
			if name, ok := blank(braced); ok {
				return values[name]
			}
			return braced
		})
		out.WriteString(line[end:w.Value] + Quote(text))
		end = w.End
	}
	out.WriteString(line[end:])
	filled = out.String()
	was, _ := x.find(x.withoutCommand(words))
	again, err := Lex(filled)
	if err != nil {
		return "", nil, err
	}
	is, _ := x.find(x.withoutCommand(again))
	if was == nil || is != was {
		return "", nil, cards.Refuse("fault.saved_other", "line", cards.Code(snippet(filled)))
	}
	_, rest := x.find(x.withoutCommand(words))
	of = map[string]string{}
	for _, g := range was.given(rest) {
		for _, name := range blanksIn(g.word.Text) {
			of[g.arg.Key] = cmp.Or(of[g.arg.Key], name)
			if key, ok := g.arg.dataName(normalKey(g.word.Key)); ok {
				of[key] = name
			}
		}
	}
	return filled, of, nil
}

package commands

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf16"

	"magpie/cards"
	"magpie/outbox"
)

// maxInput is how many characters Slack's fields hold, as Slack may count them.
const maxInput = 3000

// tooLong reports whether no field of a form holds a text: an emoji may count as two characters.
func tooLong(text string) bool { return len(utf16.Encode([]rune(text))) > maxInput }

// given is a word of a line and the argument that it says.
type given struct {
	arg  arg
	word Word
}

// given are the words of a line with their arguments; words that say none are left out.
func (c *Command) given(words []Word) (all []given) {
	bare := 0
	for _, w := range words {
		if w.Key == "" {
			if w.Text == "" {
				continue
			}
			at := min(bare, len(c.args)-1)
			if at < 0 || !c.args[at].Positional {
				continue
			}
			all = append(all, given{c.args[at], w})
			if !c.args[at].Rest {
				bare++
			}
			continue
		}
		key := normalKey(w.Key)
		at := slices.IndexFunc(c.args, func(a arg) bool { return strings.EqualFold(a.Key, key) })
		if at < 0 {
			at = slices.IndexFunc(c.args, func(a arg) bool { _, ok := a.dataName(key); return a.Data && ok })
		}
		if at >= 0 {
			all = append(all, given{c.args[at], w})
		}
	}
	return all
}

// filled is the form of an earlier request with what it had. What the form cannot hold is
// named in its line, and taken from the earlier one; where a form would say something else
// than the line did, it asks for the line itself.
func (b *Book) filled(old outbox.Request) (*cards.Form, error) {
	words, err := Lex(old.Line)
	if err != nil {
		return nil, err
	}
	c, rest := b.index.find(b.index.withoutCommand(words))
	if rest, _, err = takeAccount(c, rest); err != nil {
		return nil, err
	}
	rest = b.templates.translate(c, rest)
	form, keep := b.fill(c, rest)
	if form == nil || b.saysElse(c, rest, old, form, keep) {
		return b.index.wholeLine(old)
	}
	form.Title, form.Submit = cards.T("form.change", "n", old.N), cards.T("form.change_submit")
	intro := []cards.Text{cards.T("form.change_intro", "n", old.N)}
	line := fmt.Sprintf("change %d ", old.N)
	if len(keep) > 0 {
		line += "keep=" + Quote(strings.Join(keep, ",")) + " "
		intro = append(intro, cards.T("form.change_keeps", "count", len(keep), "names", c.labels(keep)))
	}
	form.Line, form.Intro = line+"-- "+form.Line, lines(intro)
	return form, nil
}

// fill is the form of a command filled in with words, and the keys of the arguments that it
// cannot hold; nil where it has no form for them.
func (b *Book) fill(c *Command, words []Word) (form *cards.Form, keep []string) {
	if c.Groups && slices.ContainsFunc(words, isDash) {
		return nil, nil
	}
	form = c.form(c.Path, nil)
	if t, at, known := b.templates.inLine(c, words); known && len(t.Fields) > 0 {
		form = c.templateForm(c.Path+" "+Quote(t.ID), t, words[at:at+1], nil)
	}
	values, held := map[string]string{}, map[string]bool{}
	data := map[string][]string{} // by the argument that takes them
	for _, g := range c.given(words) {
		a, w := g.arg, g.word
		switch name, ok := a.dataName(normalKey(w.Key)); {
		case a.Data && ok && form.Input(name) != nil:
			values[name] = w.Text
		case a.Data && ok:
			said, holds := dataLineOf(a, name, w.Text)
			if !holds || form.Input(a.Key) == nil {
				held[a.Key] = true
			}
			data[a.Key] = append(data[a.Key], said)
			values[a.Key] = strings.Join(data[a.Key], "\n")
		case form.Input(a.Key) == nil && a.Positional && c.templates != noTemplates:
			// the form's line names the template
		case form.Input(a.Key) == nil || form.Input(a.Key).Files > 0 || values[a.Key] != "":
			held[a.Key] = true
		default:
			values[a.Key] = w.Text
		}
	}
	for key, value := range values {
		in := form.Input(key)
		if in == nil {
			continue
		}
		if tooLong(value) || len(in.Choices) > 0 && !slices.ContainsFunc(in.Choices, func(choice cards.Choice) bool { return choice.Value == value }) {
			held[key] = true
			continue
		}
		in.Value = value
		in.Lines = in.Lines || strings.ContainsAny(value, "\r\n")
	}
	form.Inputs = slices.DeleteFunc(form.Inputs, func(in cards.Input) bool { return held[in.Key] })
	for _, a := range c.args {
		if held[a.Key] {
			keep = append(keep, a.Key)
		}
	}
	return form, keep
}

// labels are what people call the arguments of some keys.
func (c *Command) labels(keys []string) (all []cards.Text) {
	for _, a := range c.args {
		if slices.Contains(keys, a.Key) {
			all = append(all, c.label(a))
		}
	}
	return all
}

// dataLineOf is a field as a line of a form's field says it, in quotes where its value would
// be read otherwise without; false where none says it.
func dataLineOf(a arg, name, value string) (line string, ok bool) {
	for _, quote := range [][2]string{{"", ""}, {`"`, `"`}, {"「", "」"}, {"'", "'"}} {
		line = name + "=" + quote[0] + value + quote[1]
		if fields, bad := a.dataLines(line); len(bad) == 0 && len(fields) == 1 && fields[0] == (field{name, value}) {
			return line, true
		}
	}
	return "", false
}

// saysElse reports whether a filled form, submitted as it is, says something else than the
// line from which it was filled.
func (b *Book) saysElse(c *Command, words []Word, old outbox.Request, form *cards.Form, keep []string) bool {
	values := map[string]string{}
	for _, in := range form.Inputs {
		values[in.Key] = in.Value
	}
	line := strings.TrimSpace(b.Submitted(form.Line, values) + " " + b.kept(old.Line, keep))
	again, err := Lex(line)
	if err != nil {
		return true
	}
	_, rest := b.index.find(again)
	rest = b.templates.translate(c, rest)
	said, _, err := c.parse(rest)
	was, _, unread := c.parse(words)
	return err != nil || unread != nil || !reflect.DeepEqual(said, was)
}

// wholeLine is a form that asks for a line itself, where it fits.
func (x *index) wholeLine(old outbox.Request) (*cards.Form, error) {
	if tooLong(old.Line) {
		return nil, cards.Refuse("fault.change_by_hand", "n", old.N, "line", cards.Code(x.said(fmt.Sprintf("change %d -- …", old.N))))
	}
	form := x.lookup("change").form(fmt.Sprintf("change %d", old.N), []string{"line"})
	form.Title, form.Submit, form.Intro = cards.T("form.change", "n", old.N), cards.T("form.change_submit"), cards.T("form.change_whole", "n", old.N)
	form.Inputs[0].Value, form.Inputs[0].Required, form.Checks = old.Line, true, true
	return form, nil
}

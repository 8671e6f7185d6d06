package commands

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"magpie/cards"
)

// form asks for arguments that line lacks: for all of them, or for those in only.
func (c *Command) form(line string, only []string) *cards.Form {
	form := &cards.Form{
		Line:   line,
		Title:  cards.T("cmd." + c.dotted() + ".form"),
		Intro:  cards.T("cmd." + c.dotted()),
		Submit: cards.T("answer.submit"),
		Checks: c.ask != nil,
	}
	for _, a := range c.args {
		if a.Said || len(only) > 0 && !slices.Contains(only, a.Key) {
			continue
		}
		input := cards.Input{
			Key: a.Key, Label: c.label(a), Hint: c.meaning(a),
			Example: a.Example, Required: a.Required || a.Formed, Lines: a.Lines || a.Data, Files: a.Files,
		}
		input.List, input.Channel = c.listOf(a), a.Key == "channel"
		for _, value := range a.Enum {
			input.Choices = append(input.Choices, cards.Choice{Value: value, Label: c.choice(a, value)})
		}
		form.Inputs = append(form.Inputs, input)
	}
	requiredFirst(form.Inputs)
	return form
}

// requiredFirst has what must be filled in stand before what may be.
func requiredFirst(inputs []cards.Input) {
	slices.SortStableFunc(inputs, func(a, b cards.Input) int {
		switch {
		case a.Required == b.Required:
			return 0
		case a.Required:
			return -1
		}
		return 1
	})
}

// atPeople has a refusal of an audience that there is not, or that is not theirs to see, stand
// at the argument that names it.
func atPeople(err error, plan Plan) {
	refusal, ok := errors.AsType[*cards.Refusal](err)
	named := plan.Ask != nil && plan.Ask.Audience != ""
	if ok && refusal.Field == "" && refusal.Code == cards.NotFound && named {
		refusal.Field = "to"
	}
}

// needs reports whether the command can do nothing without arguments.
func (c *Command) needs() bool {
	return slices.ContainsFunc(c.args, func(a arg) bool { return a.Required })
}

// Submitted builds the line that a filled-in form says: its Line followed by the
// values, by Input.Key, as they would have been typed. Empty values are left out.
func (b *Book) Submitted(form string, values map[string]string) string {
	values = chosenAudience(values)
	parts := []string{form}
	if name := strings.TrimSpace(values[accountKey]); name != "" {
		parts = append(parts, accountKey+"="+Quote(name))
	}
	words, err := Lex(form)
	if err != nil {
		return form
	}
	c, rest := b.index.find(words)
	if c == nil {
		return form
	}
	if at := slices.IndexFunc(rest, isDash); at >= 0 && slices.ContainsFunc(c.args, func(a arg) bool { return a.Inner }) {
		return form[:rest[at].End] + " " + b.Submitted(strings.TrimFunc(form[rest[at].End:], isSpace), values)
	}
	if c.free {
		return strings.Join(append(parts, freeWords(values)...), " ")
	}
	for _, a := range c.args {
		value := a.whole(values)
		switch {
		case strings.TrimFunc(value, isSpace) == "":
		case a.Positional:
			parts = append(parts, Quote(strings.TrimFunc(value, isSpace)))
		case a.Data:
			fields, bad := a.dataLines(value)
			for _, f := range fields {
				parts = append(parts, a.dataKey(f.name)+"="+Quote(f.value))
			}
			if len(bad) > 0 { // said as they are, so that they are refused by name
				parts = append(parts, a.Key+"="+Quote(strings.Join(bad, "\n")))
			}
		default:
			parts = append(parts, a.Key+"="+Quote(value))
		}
	}
	return strings.Join(append(parts, c.looseFields(values)...), " ")
}

// freeWords are values by keys of somebody's own, as they are said.
func freeWords(values map[string]string) (words []string) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if key != accountKey && strings.TrimFunc(values[key], isSpace) != "" {
			words = append(words, key+"="+Quote(values[key]))
		}
	}
	return words
}

// whole is an argument's value in a form, put together where it stood in parts: KEY.1,
// KEY.2 and so on. Texts have an empty line between them, other values a comma.
func (a arg) whole(values map[string]string) string {
	var parts []string
	for i := range a.Parts {
		if part := strings.TrimSpace(values[a.Key+"."+strconv.Itoa(i+1)]); part != "" {
			parts = append(parts, part)
		}
	}
	between := ","
	if a.Lines {
		between = "\n\n"
	}
	if len(parts) > 0 {
		return strings.Join(parts, between)
	}
	return values[a.Key]
}

// The words of the catalogue for an argument: what it is called, what it is for, and
// what each of its few values means.

func (c *Command) label(a arg) cards.Text { return cards.T(c.argKey(a) + ".label") }

func (c *Command) meaning(a arg) cards.Text { return cards.T(c.argKey(a)) }

func (c *Command) choice(a arg, value string) cards.Text { return cards.T(c.argKey(a) + "." + value) }

func (c *Command) argKey(a arg) string { return "arg." + c.dotted() + "." + a.Key }

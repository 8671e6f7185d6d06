package commands

import (
	"context"
	"errors"
	"slices"
	"strings"

	"magpie/cards"
	"magpie/outbox"
)

type sayArgs struct {
	Name   SavedName `arg:"" name:"NAME" example:"order"`
	Values string    `name:"values" tail:"" placeholder:"KEY=VALUE…"`
}

// say says a saved line, with values in its blanks. Who may say it, and what it meets, is the
// line's own.
func say() *Command {
	return &Command{
		Path:     "say",
		Role:     outbox.Everyone,
		Examples: []string{`say shipped who=OPENID order=1024 when=15:00`},
		looks:    true,
		free:     true,
		grammar:  func() any { return new(sayArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			inner, of, form, err := b.saying(ctx, call, args[0].(*sayArgs))
			if form != nil || err != nil {
				return Answer{Form: form}, err
			}
			_, answer, err := b.run(ctx, inner)
			if refusal, ok := errors.AsType[*cards.Refusal](err); ok {
				refusal.Field = of[refusal.Field]
				for i, f := range refusal.Faults {
					refusal.Faults[i].Field = of[f.Field]
				}
			}
			return answer, err
		},
	}
}

// saying is the line that is said by a saved one's name, and the blank of each of its arguments;
// or the form that asks for blanks without a value.
func (b *Book) saying(ctx context.Context, call Call, a *sayArgs) (inner Call, of map[string]string, form *cards.Form, err error) {
	saved, err := b.outbox.SavedLine(ctx, string(a.Name))
	if err != nil {
		return call, nil, nil, at("NAME", err)
	}
	blanks := blanksIn(saved.Line)
	words, err := Lex(a.Values)
	if err != nil {
		return call, nil, nil, err
	}
	values := map[string]string{}
	for _, w := range words {
		key := normalKey(w.Key)
		switch {
		case w.Key == "":
			return call, nil, nil, cards.Refuse("fault.say_word", "word", cards.Code(snippet(w.Text)), "line", cards.Code(b.index.said(sayLine(saved))))
		case !slices.Contains(blanks, key):
			return call, nil, nil, cards.Refuse("fault.say_key", "name", cards.Code(snippet(key)), "line", cards.Code(b.index.said(sayLine(saved))))
		case values[key] != "":
			return call, nil, nil, cards.Refuse("fault.twice", "name", cards.Code(key), "value", snippet(w.Text))
		}
		values[key] = w.Text
	}
	open := slices.DeleteFunc(slices.Clone(blanks), func(name string) bool { return strings.TrimFunc(values[name], isSpace) != "" })
	if len(open) > 0 {
		return call, nil, blanksForm(call, saved, open), nil
	}
	inner = call
	inner.Line, of, err = b.index.fillBlanks(saved.Line, values)
	return inner, of, nil, err
}

// blanksForm asks for the values of blanks.
func blanksForm(call Call, s outbox.Saved, open []string) *cards.Form {
	form := &cards.Form{
		Line: strings.TrimSpace(call.Line), Title: cards.T("saved.form", "name", s.Name), Submit: cards.T("answer.submit"), Checks: true,
		Intro: cards.T("saved.form_intro", "line", cards.Code(s.Line)),
	}
	for _, name := range open {
		form.Inputs = append(form.Inputs, cards.Input{Key: name, Label: cards.Plain(name), Required: true})
	}
	return form
}

package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"magpie/cards"
	"magpie/outbox"
)

type changeArgs struct {
	N    Number `arg:"" name:"N" example:"17"`
	Keep string `name:"keep" said:"" placeholder:"KEY[,KEY…]"`
	Line string `name:"line" inner:"" placeholder:"LINE" lines:""`
}

// change opens the form of a request filled with what it had. With a line it asks for that
// instead: what keep names is taken from the earlier line.
func change() *Command {
	return &Command{
		Path:     "change",
		Role:     outbox.Everyone,
		Examples: []string{`change 17`, `change 17 -- subscribe send TEMPLATE_ID to=OPENID thing1="Tea"`},
		looks:    true,
		grammar:  func() any { return new(changeArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a := args[0].(*changeArgs)
			if a.Line == "" {
				return b.openChange(ctx, call, int64(a.N))
			}
			return b.askInstead(ctx, call, a)
		},
	}
}

// notChanged are the commands whose requests are changed elsewhere: an article in its text.
var notChanged = []string{"article upload", "article publish", "article take-back", "mass delete"}

// Changeable reports whether a request's line can be asked anew by a form.
func (b *Book) Changeable(line string) bool {
	words, err := Lex(line)
	if err != nil {
		return false
	}
	c, _ := b.index.find(b.index.withoutCommand(words))
	return c != nil && c.ask != nil && !c.Hidden && !slices.Contains(notChanged, c.Path)
}

// openChange answers with the form of a request, filled in.
func (b *Book) openChange(ctx context.Context, call Call, n int64) (Answer, error) {
	old, err := b.outbox.ToChange(ctx, n, call.Who)
	if err == nil && !b.Changeable(old.Line) {
		err = cards.Refuse("fault.change_elsewhere", "n", n)
	}
	if refusal, ok := errors.AsType[*cards.Refusal](err); ok && (refusal.Code == cards.NotTheirs || refusal.Code == cards.LacksRole) {
		if err := b.outbox.Refused(ctx, call.Who, b.index.tried(call, n), refusal, call.Once); err != nil {
			return Answer{}, fmt.Errorf("record refusal: %w", err)
		}
	}
	if err != nil {
		return Answer{}, err
	}
	form, err := b.on(old.Account).filled(old)
	if err == nil {
		call.usual = old.Account
		b.withAudiences(ctx, call, form)
	}
	return Answer{Form: form, Request: n}, err
}

// askInstead asks for a line instead of an earlier request, where that was asked.
func (b *Book) askInstead(ctx context.Context, call Call, a *changeArgs) (Answer, error) {
	inner, err := b.insteadOf(ctx, call, a)
	if err != nil {
		return Answer{}, err
	}
	old, before := inner.instead, fmt.Sprintf("change %d -- ", a.N)
	if a.Keep != "" {
		before = fmt.Sprintf("change %d keep=%s -- ", a.N, Quote(a.Keep))
	}
	_, answer, err := b.run(ctx, inner)
	if answer.Form != nil {
		answer.Form.Line = before + answer.Form.Line
	}
	if refusal, ok := errors.AsType[*cards.Refusal](err); ok {
		for i, button := range refusal.Buttons {
			if b.Changeable(button.Line) {
				refusal.Buttons[i].Line = fmt.Sprintf("change %d -- ", old.N) + button.Line
			}
		}
	}
	return answer, err
}

// insteadOf is the line that is asked instead of a request, with what that keeps of its own.
func (b *Book) insteadOf(ctx context.Context, call Call, a *changeArgs) (Call, error) {
	old, err := b.outbox.Asked(ctx, int64(a.N))
	if err != nil {
		return call, err
	}
	call.Line, call.Account, call.instead = a.Line, old.Account, &old
	if own := b.on(old.Account); a.Keep != "" {
		call.Line = own.uncheckedOfIts(strings.TrimSpace(a.Line + " " + own.kept(old.Line, separated(a.Keep))))
	}
	return call, nil
}

// kept are the words of a line that say the arguments of some keys, as they were written.
func (b *Book) kept(line string, keys []string) string {
	words, err := Lex(line)
	if err != nil {
		return ""
	}
	c, rest := b.index.find(b.index.withoutCommand(words))
	if c == nil {
		return ""
	}
	var kept []string
	for _, g := range c.given(b.templates.translate(c, rest)) {
		if slices.Contains(keys, g.arg.Key) {
			kept = append(kept, line[g.word.Start:g.word.End])
		}
	}
	return strings.Join(kept, " ")
}

// uncheckedOfIts is a line that was put together of two, in which no field goes unchecked that
// it does not have any more.
func (b *Book) uncheckedOfIts(line string) string {
	rest, fields := withoutUnchecked(line)
	words, err := Lex(rest)
	if err != nil || len(fields) == 0 {
		return line
	}
	c, words := b.index.find(b.index.withoutCommand(words))
	if c == nil {
		return line
	}
	has := map[string]bool{}
	for _, g := range c.given(b.templates.translate(c, words)) {
		key := normalKey(g.word.Key)
		if name, ok := g.arg.dataName(key); g.arg.Data && ok {
			has[name] = true
		} else if g.arg.Data {
			said, _ := g.arg.dataLines(g.word.Text)
			for _, f := range said {
				has[f.name] = true
			}
		}
	}
	fields = slices.DeleteFunc(fields, func(name string) bool { return !has[name] })
	if len(fields) == 0 {
		return rest
	}
	return rest + " " + overruling(fields)
}

// Label is what people call a part of a content: a template's field by its label.
func (b *Book) Label(account string, all []cards.Content, part cards.Content) cards.Text {
	_, name, field := strings.Cut(part.Label, "data.")
	if !field {
		return cards.Plain(part.Label)
	}
	for _, c := range all {
		t, known := b.on(account).templates.byID(c.Text)
		if !known || !strings.HasSuffix(c.Label, "template_id") {
			continue
		}
		for _, f := range t.Fields {
			if f.Name == name && f.Label != "" {
				return cards.Plain(f.Label)
			}
		}
	}
	return cards.Plain(name)
}

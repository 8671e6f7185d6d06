package commands

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"magpie/cards"
	"magpie/outbox"
)

type templateNameArgs struct {
	Template string `arg:"" name:"TEMPLATE_ID"`
	Name     string `arg:"" optional:"" name:"NICKNAME" example:"tea"`

	Replace *string `name:"replace" enum:"yes" said:"" people:""`
}

// longestNickname is in characters.
const longestNickname = 40

// templateName is an approver's: other people's lines mean what it says.
func templateName() *Command {
	return &Command{
		Path:     "template name",
		Role:     outbox.Approver,
		Examples: []string{`template name TEMPLATE_ID tea`, `template name TEMPLATE_ID`},
		grammar:  func() any { return new(templateNameArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a := args[0].(*templateNameArgs)
			var no *notAllowed
			if err := b.may(call.Who, outbox.Approver); errors.As(err, &no) {
				return Answer{}, b.refused(ctx, call, no)
			} else if err != nil {
				return Answer{}, err
			}
			t, ok := b.templates.find(a.Template, false)
			if !ok {
				t, ok = b.templates.find(a.Template, true)
			}
			name := foldName(a.Name)
			switch {
			case !ok:
				return Answer{}, cards.Refuse("fault.no_template", "template", cards.Code(snippet(a.Template)), "line", cards.Code(b.index.said("templates")))
			case utf8.RuneCountInString(name) > longestNickname, strings.ContainsFunc(name, isSpace):
				return Answer{}, cards.Refuse("fault.nickname", "name", cards.Code(snippet(a.Name)), "count", longestNickname)
			}
			if of := b.templates.nicknamed(name); name != "" && of != "" && of != t.ID && a.Replace == nil {
				return Answer{}, nicknameTaken(ctx, b, call.Account, t.ID, name, of)
			}
			if err := b.templates.call(ctx, call.Who.ID, b.now(), t.ID, name); err != nil {
				return Answer{}, err
			}
			said := cards.T("answer.template_unnamed", "title", t.Title)
			if name != "" {
				said = cards.T("answer.template_named", "title", t.Title, "name", cards.Code(name))
			}
			return Answer{Card: cards.Card{Body: []cards.Text{said}}}, nil
		},
	}
}

// nicknameTaken asks whether a nickname may be taken from the template that has it.
func nicknameTaken(ctx context.Context, b *Book, account, id, name, of string) error {
	owner := b.templates.shown(of)
	work, err := b.outbox.Referring(ctx, b.outbox.DB, account, outbox.Name{What: outbox.NamedNickname, Name: name})
	if err != nil {
		return err
	}
	no := cards.Refuse("fault.nickname_taken", "name", cards.Code(name), "owner", owner)
	if len(work) > 0 {
		no = cards.Refuse("fault.nickname_referred", "name", cards.Code(name), "owner", owner, "work", work)
	}
	refusal := atField(no, "NICKNAME")
	refusal.Buttons = []cards.Button{{Label: cards.T("answer.nickname_take"), Line: "template name " + Quote(id) + " " + Quote(name) + " replace=yes", Style: "danger"}}
	return refusal
}

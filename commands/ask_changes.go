package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
)

type askChangesArgs struct {
	N    Number `arg:"" name:"N" example:"17"`
	Text string `name:"text" required:"" lines:"" loose:""`
}

// askChanges tells whoever asked for a request what to change in it before it is approved.
// Said without a text, as the button says it, it asks for one.
func askChanges() *Command {
	return &Command{
		Path:     "ask-changes",
		Role:     outbox.Approver,
		Examples: []string{`ask-changes 17 text="Please write Saturday's date."`},
		Asks:     true,
		Voices:   true,
		decides:  true,
		grammar:  func() any { return new(askChangesArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a := args[0].(*askChangesArgs)
			press := call.press(a.N)
			press.Reason = a.Text
			said, err := b.outbox.AskChanges(ctx, press)
			return answer(said, err)
		},
	}
}

// aboutRequest has a form that is about the request of a number say which one that is, to
// whoever may see it. Where the line would be refused whatever is filled in, since there is no
// such request or it waits no more, that is said instead.
func (b *Book) aboutRequest(ctx context.Context, call Call, form *cards.Form) error {
	words, err := Lex(form.Line)
	if err != nil || b.outbox == nil {
		return nil
	}
	c, rest := b.index.find(b.index.withoutCommand(words))
	if c == nil || len(c.args) == 0 || !c.args[0].Positional || c.args[0].Key != "N" || len(rest) == 0 {
		return nil
	}
	var n Number
	if n.Decode(c.args[0], rest[0].Text) != nil {
		return nil
	}
	look := b.outbox.Asked
	if c.decides {
		look = b.outbox.Waits
	}
	r, err := look(ctx, int64(n))
	if err != nil {
		return err
	}
	form.Title = cards.T("form.of_request", "title", form.Title, "n", r.N)
	if b.sight.sees(ctx, call, origin{request: r.N, by: r.By, channel: r.Where.Channel}) != nil {
		return nil
	}
	what, named, err := b.outbox.Sentence(ctx, r)
	switch {
	case err != nil || what.IsZero(): // of a kind or an account that is here no more
		what = cards.T("answer.request_what", "kind", cards.T("kind."+r.Kind), "count", r.Size)
	case !named && len(b.served.accounts) > 1:
		what = b.served.withTitle(Call{}, r.Account, what)
	}
	form.Intro = lines([]cards.Text{form.Intro, cards.T("form.about_request", "n", r.N, "what", what, "who", cards.User(r.By), "at", r.AskedAt)})
	return nil
}

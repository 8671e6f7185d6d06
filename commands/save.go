package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
)

type saveArgs struct {
	Name SavedName `arg:"" name:"NAME" example:"order"`
	Line string    `name:"line" required:"" tail:"" placeholder:"LINE" lines:"" example:"subscribe send TEMPLATE_ID to={who} thing1={what}"`
}

// save keeps a line under a name, with blanks as {order} for what differs each time.
func save() *Command {
	return &Command{
		Path:     "save",
		Role:     outbox.Sender,
		Examples: []string{`save shipped subscribe send TEMPLATE_ID to={who} thing1="Order {order}" time2={when}`},
		grammar:  func() any { return new(saveArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a := args[0].(*saveArgs)
			if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
				return Answer{}, err
			}
			if err := b.checkSaved(a.Line); err != nil {
				return Answer{}, at("line", err)
			}
			said, err := b.outbox.SaveLine(ctx, call.press(0), string(a.Name), a.Line)
			done, err := answer(said, err)
			if err == nil {
				done.Card.Body = append(done.Card.Body, cards.T("saved.say", "line", cards.Code(b.index.said(sayLine(outbox.Saved{Name: string(a.Name), Line: a.Line})))))
			}
			return done, err
		},
	}
}

// sayLine is how a saved line is said, with its blanks.
func sayLine(s outbox.Saved) string {
	line := "say " + s.Name
	for _, name := range blanksIn(s.Line) {
		line += " " + name + "=…"
	}
	return line
}

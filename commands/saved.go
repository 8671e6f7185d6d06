package commands

import (
	"context"
	"strings"

	"magpie/cards"
	"magpie/outbox"
)

// savedShown is how many saved lines one answer shows at most.
const savedShown = 20

type savedArgs struct {
	Word string `arg:"" optional:"" name:"WORD"`
}

// saved lists the lines that the team keeps.
func saved() *Command {
	return &Command{
		Path:     "saved",
		Role:     outbox.Everyone,
		Examples: []string{`saved`, `saved shipped`},
		grammar:  func() any { return new(savedArgs) },
		do: func(ctx context.Context, b *Book, _ Call, args []any) (Answer, error) {
			all, err := b.outbox.SavedLines(ctx)
			if err != nil {
				return Answer{}, err
			}
			card := cards.Card{Title: cards.T("saved.title")}
			left := 0
			for _, s := range all {
				if !strings.Contains(foldName(s.Name+"\n"+s.Line), foldName(args[0].(*savedArgs).Word)) {
					continue
				}
				if len(card.Body) == savedShown {
					left++
					continue
				}
				card.Body = append(card.Body, cards.T("saved.one", "name", cards.Code(s.Name), "line", cards.Code(s.Line), "who", cards.User(s.By), "at", s.At))
				card.Buttons = append(card.Buttons, cards.Button{Label: cards.T("saved.button", "name", s.Name), Line: "say " + s.Name})
			}
			switch {
			case len(card.Body) == 0:
				card.Body = []cards.Text{cards.T("saved.none", "line", cards.Code(b.index.said("save NAME LINE")))}
			case left > 0:
				card.Notes = append(card.Notes, cards.T("saved.more", "count", left))
			}
			return Answer{Card: card}, nil
		},
	}
}

type savedNameArgs struct {
	Name SavedName `arg:"" name:"NAME" example:"order"`
}

// savedRemove forgets a saved line.
func savedRemove() *Command {
	return &Command{
		Path:     "saved remove",
		Role:     outbox.Sender,
		Examples: []string{`saved remove shipped`},
		grammar:  func() any { return new(savedNameArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			said, err := b.outbox.ForgetLine(ctx, call.press(0), string(args[0].(*savedNameArgs).Name))
			return answer(said, err)
		},
	}
}

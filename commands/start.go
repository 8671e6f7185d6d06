package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
)

// startShows is how many of one's own requests stand where nothing was said.
const startShows = 3

// start is what nothing said means: what can be done, and one's own last requests.
func start() *Command {
	return &Command{
		Path:    "start",
		Role:    outbox.Everyone,
		Open:    true,
		Hidden:  true,
		grammar: func() any { return new(struct{}) },
		do: func(ctx context.Context, b *Book, call Call, _ []any) (Answer, error) {
			card := cards.Card{Title: cards.T("start.title"), Body: []cards.Text{cards.T("start.intro", "line", cards.Code(b.index.said("subscribe send …")), "help", cards.Code(b.index.said("help")))}, Buttons: startButtons(), Notes: []cards.Text{b.index.inThreads()}}
			if b.outbox == nil || !b.sight.isOfUs(call.Who) {
				return Answer{Card: card}, nil
			}
			own, err := b.outbox.List(ctx, outbox.Query{Accounts: b.outbox.Accounts, By: call.Who.ID}, startShows)
			if err != nil {
				return Answer{}, err
			}
			if len(own) > 0 {
				card.Body = append(card.Body, cards.T("start.last"))
			}
			for _, r := range own {
				row, err := b.lists.requestRow(ctx, b.served.anywhere(call), r)
				if err != nil {
					return Answer{}, err
				}
				card.Rows = append(card.Rows, row)
			}
			return Answer{Card: card}, nil
		},
	}
}

// startButtons are the five things that are done most.
func startButtons() []cards.Button {
	return []cards.Button{
		{Label: cards.T("start.send"), Line: "help send", Style: "primary"},
		{Label: cards.T("start.schedule"), Line: "help schedule"},
		{Label: cards.T("start.article"), Line: "help article"},
		{Label: cards.T("start.audience"), Line: "help audience"},
		{Label: cards.T("start.waiting"), Line: "requests waiting-for-me"},
	}
}

// forms lists every form by its family, as the shortcut ask_wechat opens it.
func forms() *Command {
	return &Command{
		Path:    "forms",
		Role:    outbox.Everyone,
		Open:    true,
		Hidden:  true,
		grammar: func() any { return new(struct{}) },
		do: func(_ context.Context, b *Book, _ Call, _ []any) (Answer, error) {
			card := cards.Card{Title: cards.T("forms.title"), Body: []cards.Text{cards.T("forms.intro")}}
			for _, f := range families {
				row := cards.Row{Text: cards.T("forms.family", "title", f.title())}
				for _, c := range b.index.in(f) {
					if c.opensForm() && b.served.isOffered(c) {
						row.Buttons = append(row.Buttons, c.formButton())
					}
				}
				if len(row.Buttons) > 0 {
					card.Rows = append(card.Rows, row)
				}
			}
			return Answer{Card: card}, nil
		},
	}
}

// isOffered reports whether WeChat offers what a command asks to one of the accounts.
func (s *served) isOffered(c *Command) bool {
	return len(s.accounts) == 0 || len(s.fitting(c)) > 0
}

package commands

import (
	"context"
	"strconv"

	"magpie/cards"
	"magpie/wechat"
)

// fromArgs say where a listing begins.
type fromArgs struct {
	From *Entry `name:"from" placeholder:"N" example:"11"`
}

// onePage is how many entries of a listing one answer shows.
const onePage = 10

func (a fromArgs) page() wechat.Page {
	p := wechat.Page{Count: onePage}
	if a.From != nil {
		p.Offset = int(*a.From) - 1
	}
	return p
}

// next is the button for what comes after a page of a listing.
func (a fromArgs) next(line string, shown, total int) []cards.Button {
	if at := a.page().Offset + shown; shown > 0 && at < total {
		return more(line + " from=" + strconv.Itoa(at+1))
	}
	return nil
}

func drafts() *Command {
	return asking(Command{
		Path:     "drafts",
		Examples: []string{`drafts`, `drafts from=11`},
		grammar:  func() any { return new(fromArgs) },
	}, func(ctx context.Context, b *Book, args any) (cards.Card, error) {
		a := args.(*fromArgs)
		page, err := b.wechat.ListDrafts(ctx, a.page(), false)
		if err != nil {
			return cards.Card{}, err
		}
		card := cards.Card{Title: cards.T("answer.drafts"), Body: []cards.Text{cards.T("answer.drafts_total", "count", page.Total)}}
		for _, d := range page.Items {
			card.Body = append(card.Body, cards.T("answer.draft", "id", cards.Code(d.MediaID), "titles", titles(d.Content.Articles), "at", day(d.UpdateTime)))
		}
		card.Buttons = a.next("drafts", len(page.Items), page.Total)
		return card, nil
	})
}

package commands

import (
	"context"

	"magpie/cards"
	"magpie/wechat"
)

type templateLibraryArgs struct {
	Category string `arg:"" optional:"" name:"CATEGORY" example:"616"`

	TID  string `name:"tid" example:"99"`
	From *Entry `name:"from" placeholder:"N" example:"11"`
}

// templateLibrary shows what the account may add: titles, and of one of them the fields.
func templateLibrary() *Command {
	return asking(Command{
		Path:     "template library",
		Examples: []string{`template library`, `template library 616 from=11`, `template library tid=99`},
		grammar:  func() any { return new(templateLibraryArgs) },
	}, func(ctx context.Context, b *Book, args any) (cards.Card, error) {
		a := args.(*templateLibraryArgs)
		if a.TID != "" {
			return libraryKeywords(ctx, b.wechat, a.TID)
		}
		card := cards.Card{Title: cards.T("answer.library")}
		ids, err := categoriesMeant(ctx, b, a.Category)
		if err != nil {
			return card, err
		}
		from := fromArgs{a.From}
		page, err := b.wechat.LibraryTitles(ctx, ids, from.page().Offset, onePage)
		if err != nil {
			return card, err
		}
		card.Body = []cards.Text{cards.T("answer.library_total", "count", page.Count)}
		for _, t := range page.Titles {
			card.Body = append(card.Body, cards.T("answer.library_title", "title", t.Title, "id", cards.Code(t.ID), "kind", templateKinds[t.Kind]))
			card.Buttons = append(card.Buttons, cards.Button{Label: cards.T("answer.title", "title", t.Title), Line: "template library tid=" + Quote(t.ID)})
		}
		line := "template library"
		if a.Category != "" {
			line += " " + Quote(a.Category)
		}
		card.Buttons = append(card.Buttons, from.next(line, len(page.Titles), page.Count)...)
		return card, nil
	})
}

// libraryKeywords shows the fields that a template of the library offers.
func libraryKeywords(ctx context.Context, w wechat.Account, tid string) (cards.Card, error) {
	card := cards.Card{Title: cards.T("answer.library_keywords", "id", cards.Code(tid))}
	all, err := w.LibraryKeywords(ctx, tid)
	if err != nil {
		return card, err
	}
	for _, k := range all {
		card.Body = append(card.Body, keywordText(k))
	}
	card.Buttons = []cards.Button{{Label: cards.T("answer.template_add"), Line: "template add " + Quote(tid), Style: "primary"}}
	return card, nil
}

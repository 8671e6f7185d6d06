package commands

import (
	"context"

	"magpie/articles"
	"magpie/cards"
)

type draftShowArgs struct {
	Media string `arg:"" name:"MEDIA_ID"`
}

// draftShow shows a draft as it is now, whole: what its approver cannot see on a card.
func draftShow() *Command {
	return asking(Command{
		Path:     "draft show",
		Examples: []string{`draft show MEDIA_ID`},
		grammar:  func() any { return new(draftShowArgs) },
	}, func(ctx context.Context, b *Book, args any) (cards.Card, error) {
		return articles.ShowDraft(ctx, b.wechat.Client, args.(*draftShowArgs).Media)
	})
}

package commands

import (
	"context"
	"strconv"

	"magpie/cards"
	"magpie/wechat"
)

func tags() *Command {
	return asking(Command{
		Path:     "tags",
		Examples: []string{`tags`},
		grammar:  func() any { return new(struct{}) },
	}, func(ctx context.Context, b *Book, _ any) (cards.Card, error) {
		found, err := b.wechat.Tags(ctx)
		if err != nil {
			return cards.Card{}, err
		}
		card := cards.Card{Title: cards.T("answer.tags")}
		if len(found) == 0 {
			card.Body = []cards.Text{cards.T("answer.tags_none")}
			return card, nil
		}
		rows := make([]cards.Text, len(found))
		for i, t := range found {
			rows[i] = cards.T("answer.tag", "id", cards.Code(strconv.Itoa(t.ID)), "name", t.Name, "count", t.Count)
		}
		card.Body = []cards.Text{lines(rows)}
		return card, nil
	})
}

// tagMeant finds a tag by its id or its name.
func tagMeant(ctx context.Context, b *Book, said string) (wechat.Tag, error) {
	found, err := b.wechat.Tags(ctx)
	if err != nil {
		return wechat.Tag{}, err
	}
	for _, t := range found {
		if strconv.Itoa(t.ID) == said {
			return t, nil
		}
	}
	for _, t := range found {
		if foldName(t.Name) == foldName(said) {
			return t, nil
		}
	}
	refusal := cards.Refuse("fault.no_tag", "tag", cards.Code(snippet(said)), "line", cards.Code(b.index.said("tags")))
	refusal.Field = "tag"
	return wechat.Tag{}, refusal
}

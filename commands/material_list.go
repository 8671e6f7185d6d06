package commands

import (
	"context"
	"sync"

	"magpie/cards"
	"magpie/wechat"
)

type materialListArgs struct {
	Type *string `arg:"" optional:"" name:"TYPE" enum:"image,voice,video,news"`

	fromArgs `embed:""`
}

var materialKinds = map[string]cards.Text{
	wechat.MediaImage: cards.T("answer.images"), wechat.MediaVoice: cards.T("answer.voices"),
	wechat.MediaVideo: cards.T("answer.videos"), wechat.MediaNews: cards.T("answer.news"),
}

func materialList() *Command {
	return asking(Command{
		Path:     "material list",
		Examples: []string{`material list`, `material list news from=11`},
		grammar:  func() any { return new(materialListArgs) },
	}, func(ctx context.Context, b *Book, args any) (cards.Card, error) {
		a := args.(*materialListArgs)
		kind := orNone(a.Type)
		if kind == "" {
			kind = wechat.MediaImage
		}
		var page *wechat.MaterialPage
		var count *wechat.MaterialCount
		var err, uncounted error
		var wg sync.WaitGroup
		wg.Go(func() { page, err = b.wechat.ListMaterial(ctx, kind, a.page()) })
		wg.Go(func() { count, uncounted = b.wechat.CountMaterial(ctx) })
		wg.Wait()
		if err != nil {
			return cards.Card{}, err
		}
		card := cards.Card{Title: cards.T("answer.material"), Body: []cards.Text{materialKinds[kind]}}
		for _, m := range page.Items {
			name := cards.Plain(m.Name)
			if len(m.Articles) > 0 {
				name = titles(m.Articles)
			}
			card.Body = append(card.Body, cards.T("answer.material_row", "id", cards.Code(m.MediaID), "name", name, "at", day(m.UpdateTime), "url", m.URL))
		}
		if len(page.Items) == 0 {
			card.Body = append(card.Body, cards.T("answer.material_none"))
		}
		if uncounted == nil {
			card.Notes = append(card.Notes, cards.T("answer.material_count", "images", count.Images, "voices", count.Voices, "videos", count.Videos, "news", count.News))
		}
		card.Buttons = a.next("material list "+kind, len(page.Items), page.Total)
		return card, nil
	})
}

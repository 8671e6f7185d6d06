package commands

import (
	"context"
	"strconv"

	"magpie/cards"
	"magpie/wechat"
)

type followersArgs struct {
	What *string `arg:"" optional:"" name:"WHAT" enum:"count"`
	Tag  string  `name:"tag" placeholder:"TAG"`
	Next string  `name:"next" placeholder:"OPENID"`
}

// followersShown is how many openids one answer shows.
const followersShown = 20

func followers() *Command {
	return asking(Command{
		Path:     "followers",
		Examples: []string{`followers`, `followers count`, `followers tag=2`, `followers next=OPENID`},
		grammar:  func() any { return new(followersArgs) },
	}, func(ctx context.Context, b *Book, args any) (cards.Card, error) {
		a := args.(*followersArgs)
		page, more, total, err := followerPage(ctx, b, a)
		if err != nil {
			return cards.Card{}, err
		}
		card := cards.Card{Title: cards.T("answer.followers"), Body: []cards.Text{cards.T("answer.followers_total", "count", total)}}
		if a.What != nil || len(page.OpenIDs) == 0 {
			return card, nil
		}
		// WeChat gives up to 10,000 at once; it goes on after any openid.
		shown := page.OpenIDs[:min(len(page.OpenIDs), followersShown)]
		card.Body = append(card.Body, cards.T("answer.openids", "openids", codes(shown)))
		if last := shown[len(shown)-1]; len(shown) < len(page.OpenIDs) || page.Next != "" && page.Next != last {
			card.Buttons = []cards.Button{{Label: cards.T("answer.more"), Line: more + " next=" + Quote(last)}}
		}
		return card, nil
	})
}

// followerPage reads a page of all followers or of those with a tag, the line that asks
// for the next, and how many there are.
func followerPage(ctx context.Context, b *Book, a *followersArgs) (page *wechat.FollowerPage, more string, total int, err error) {
	if a.Tag == "" {
		page, err = b.wechat.FollowerPage(ctx, a.Next)
		if err == nil {
			total = page.Total
		}
		return page, "followers", total, err
	}
	tag, err := tagMeant(ctx, b, a.Tag)
	if err != nil {
		return nil, "", 0, err
	}
	page, err = b.wechat.TagPage(ctx, tag.ID, a.Next)
	return page, "followers tag=" + strconv.Itoa(tag.ID), tag.Count, err
}

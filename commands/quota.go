package commands

import (
	"context"
	"slices"
	"strings"
	"sync"

	"magpie/cards"
	"magpie/wechat"
	"magpie/wechat/apis"
)

type quotaArgs struct {
	Path string `arg:"" optional:"" name:"PATH" example:"/cgi-bin/message/mass/sendall"`
}

// counted is an API that WeChat counts, by what its quota is asked for as.
type counted struct {
	as  string
	api apis.API
}

// quotas are the APIs whose quota is asked about where none is named.
var quotas = []counted{
	{"subscribe.send", apis.SubscribeSend},
	{"weapp.subscribe.send", apis.WeappSubscribeSend},
	{"template.send", apis.TemplateSend},
	{"custom.send", apis.CustomSend},
	{"mass.send", apis.MassAll},
	{"mass.preview", apis.MassPreview},
	{"news.upload", apis.UploadNews},
	{"draft", apis.DraftAdd},
	{"publish", apis.PublishSubmit},
}

func quota() *Command {
	return asking(Command{
		Path:     "quota",
		Examples: []string{`quota`, `quota mass.send`, `quota /cgi-bin/message/mass/sendall`},
		grammar:  func() any { return new(quotaArgs) },
	}, func(ctx context.Context, b *Book, args any) (cards.Card, error) {
		card := cards.Card{Title: cards.T("answer.quota"), Notes: []cards.Text{cards.T("answer.quota_day")}}
		if path := args.(*quotaArgs).Path; path != "" {
			if i := slices.IndexFunc(quotas, func(q counted) bool { return q.as == path }); i >= 0 {
				path = quotas[i].api.Path
			} else if !strings.HasPrefix(path, "/") {
				path = "/" + path
			}
			q, err := b.wechat.Quota(ctx, path)
			if err != nil {
				return card, err
			}
			card.Fields = []cards.Field{quotaField(path, q)}
			return card, nil
		}
		own := slices.DeleteFunc(slices.Clone(quotas), func(q counted) bool { return !q.api.For.Include(string(b.wechat.Is())) })
		fields, errs := make([]cards.Field, len(own)), make([]error, len(own))
		var wg sync.WaitGroup
		for i, of := range own {
			wg.Go(func() {
				var q *wechat.Quota
				if q, errs[i] = b.wechat.Quota(ctx, of.api.Path); errs[i] == nil {
					fields[i] = quotaField(of.api.Path, q)
				} else {
					fields[i] = cards.Field{Label: cards.Code(of.api.Path), Value: whyUnread(ctx, errs[i])}
				}
			})
		}
		wg.Wait()
		if !slices.Contains(errs, nil) {
			return card, errs[0]
		}
		card.Fields = fields
		return card, nil
	})
}

func quotaField(path string, q *wechat.Quota) cards.Field {
	return cards.Field{Label: cards.Code(path), Value: cards.T("answer.quota_of", "used", q.Used, "limit", q.Limit, "left", q.Remain)}
}

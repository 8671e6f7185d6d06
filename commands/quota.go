package commands

import (
	"context"
	"slices"
	"strings"
	"sync"

	"magpie/cards"
	"magpie/wechat"
)

type quotaArgs struct {
	Path string `arg:"" optional:"" name:"PATH" example:"/cgi-bin/message/mass/sendall"`
}

// counted is an API that WeChat counts, by the kind of request that calls it, and for whom
// it is.
type counted struct {
	kind, path string
	need       need
}

// quotas are the APIs whose quota is asked about where none is named.
var quotas = []counted{
	{"subscribe.send", "/cgi-bin/message/subscribe/bizsend", official},
	{"weapp.subscribe.send", "/cgi-bin/message/subscribe/send", mini},
	{"template.send", "/cgi-bin/message/template/send", service},
	{"custom.send", "/cgi-bin/message/custom/send", every},
	{"mass.send", "/cgi-bin/message/mass/sendall", official},
	{"mass.preview", "/cgi-bin/message/mass/preview", official},
	{"news.upload", "/cgi-bin/media/uploadnews", official},
	{"draft", "/cgi-bin/draft/add", official},
	{"publish", "/cgi-bin/freepublish/submit", official},
}

func quota() *Command {
	return asking(Command{
		Path:     "quota",
		Examples: []string{`quota`, `quota mass.send`, `quota /cgi-bin/message/mass/sendall`},
		grammar:  func() any { return new(quotaArgs) },
	}, func(ctx context.Context, b *Book, args any) (cards.Card, error) {
		card := cards.Card{Title: cards.T("answer.quota"), Notes: []cards.Text{cards.T("answer.quota_day")}}
		if path := args.(*quotaArgs).Path; path != "" {
			if i := slices.IndexFunc(quotas, func(q counted) bool { return q.kind == path }); i >= 0 {
				path = quotas[i].path
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
		own := slices.DeleteFunc(slices.Clone(quotas), func(q counted) bool { return !q.need.takes(b.wechat.Is()) })
		fields, errs := make([]cards.Field, len(own)), make([]error, len(own))
		var wg sync.WaitGroup
		for i, of := range own {
			wg.Go(func() {
				var q *wechat.Quota
				if q, errs[i] = b.wechat.Quota(ctx, of.path); errs[i] == nil {
					fields[i] = quotaField(of.path, q)
				} else {
					fields[i] = cards.Field{Label: cards.Code(of.path), Value: whyUnread(ctx, errs[i])}
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

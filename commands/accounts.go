package commands

import (
	"context"
	"sync"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
	"magpie/wechat/apis"
)

// accounts shows each account: what it is, whether WeChat gives it a token, what is left of
// its quota, and in which channels lines are for it.
func accounts() *Command {
	return &Command{
		Path:     "accounts",
		Role:     outbox.Everyone,
		Examples: []string{`accounts`},
		looks:    true,
		grammar:  func() any { return new(struct{}) },
		do: func(ctx context.Context, b *Book, call Call, _ []any) (Answer, error) {
			card := cards.Card{Title: cards.T("answer.accounts")}
			rows := make([]cards.Text, len(b.served.accounts))
			errs := make([]error, len(b.served.accounts))
			var wg sync.WaitGroup
			for i, a := range b.served.accounts {
				wg.Go(func() { rows[i], errs[i] = accountRow(ctx, b.outbox, a) })
			}
			wg.Wait()
			for _, err := range errs {
				if err != nil {
					return Answer{}, err
				}
			}
			card.Body = []cards.Text{lines(rows)}
			return Answer{Card: card}, nil
		},
	}
}

// quotaPath is the API by which an account's quota is shown: the one most used by its kind.
func quotaPath(k wechat.AccountKind) string {
	switch k {
	case wechat.MiniProgram:
		return apis.WeappSubscribeSend.Path
	case wechat.SubscriptionAccount:
		return apis.MassAll.Path
	}
	return apis.SubscribeSend.Path
}

func accountRow(ctx context.Context, o *outbox.Outbox, a wechat.Account) (cards.Text, error) {
	channels, err := o.ChannelsOf(ctx, a.AppID())
	if err != nil {
		return cards.Text{}, err
	}
	asking, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	state := cards.Text{}
	switch q, err := a.Quota(asking, quotaPath(a.Is())); {
	case err != nil:
		state = cards.T("answer.account_refused", "why", whyUnread(asking, err))
	default:
		state = cards.T("answer.account_quota", "left", q.Remain, "limit", q.Limit, "path", cards.Code(quotaPath(a.Is())))
	}
	places := cards.T("answer.account_no_channel")
	if len(channels) > 0 {
		shown := make([]cards.Text, len(channels))
		for i, c := range channels {
			shown[i] = cards.T("answer.account_channel", "channel", cards.Channel(c))
		}
		places = cards.T("answer.account_channels", "channels", shown)
	}
	return cards.T("answer.account_row", "title", a.Title, "name", cards.Code(a.Name), "kind", kindText(a.Is()), "appid", cards.Code(a.AppID()), "state", state, "channels", places), nil
}

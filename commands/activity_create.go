package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

type activityCreateArgs struct {
	OpenID  string `name:"openid" xor:"who"`
	UnionID string `name:"unionid" xor:"who"`
}

func activityCreate() *Command {
	return &Command{
		Path:     "activity create",
		Role:     outbox.Sender,
		Examples: []string{`activity create`, `activity create openid=OPENID`},
		grammar:  func() any { return new(activityCreateArgs) },
		ask: first(func(a *activityCreateArgs) (outbox.Ask, error) {
			params := wechat.CreateActivityIDParams{OpenID: a.OpenID, UnionID: a.UnionID}
			return outbox.Ask{Kind: "activity.create", Payload: params}, params.Check()
		}),
	}
}

// activityCreateKind needs no approval and may be repeated: an id that nobody uses
// does no harm.
func activityCreateKind(w *wechat.Client) outbox.Kind[wechat.CreateActivityIDParams] {
	return outbox.Kind[wechat.CreateActivityIDParams]{
		Name: "activity.create", Done: cards.T("done.created"), Keeps: outbox.InTheLine[wechat.CreateActivityIDParams](), Repeat: outbox.RepeatHarmless,
		Do: func(ctx context.Context, params wechat.CreateActivityIDParams, _ string) (outbox.Receipt, error) {
			id, err := w.CreateActivityID(ctx, params)
			if err != nil {
				return nil, explain(err)
			}
			return outbox.Receipt{"activity_id": id.ActivityID, "expiration_time": unix(id.ExpirationTime)}, nil
		},
		Content: func(params wechat.CreateActivityIDParams) []cards.Content {
			return contents{}.add("openid", params.OpenID).add("unionid", params.UnionID)
		},
		Result: func(r outbox.Receipt) []cards.Field {
			return results(r, "activity_id", "expiration_time")
		},
	}
}

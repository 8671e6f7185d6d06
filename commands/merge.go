package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"magpie/audiences"
	"magpie/cards"
	"magpie/outbox"
	"magpie/sending"
	"magpie/wechat"
)

// askTo fills in whom a request goes to. What an API's rules say of a payload's merge
// fields is left to be seen member by member.
func askTo(to Openids, kind string, payload any, err error, data ...Data) (outbox.Ask, error) {
	if name := to.audience(); name != "" {
		return outbox.Ask{Kind: kind, Payload: payload, Audience: name}, withoutMerged(err, data)
	}
	text, unsaid := json.Marshal(payload)
	if unsaid != nil {
		return outbox.Ask{}, fmt.Errorf("ask %s: %w", kind, unsaid)
	}
	if field := sending.MergeField(text); field != "" {
		return outbox.Ask{}, atField(cards.Refuse("fault.merge_nobody", "name", cards.Code(field), "to", cards.Code("to=")), "to")
	}
	return outbox.Ask{Kind: kind, Payload: payload, Recipients: to}, err
}

// toOneMeant refuses the name of an audience whose @ was left out.
func toOneMeant(ctx context.Context, b *Book, _ []any, ask *outbox.Ask) error {
	if near := audienceMeant(ctx, b.audiences, ask.Account, ask.Recipients); near != "" {
		return atField(cards.Refuse("fault.audience_near", "name", cards.Code(ask.Recipients[0]), "near", cards.Code("to=@"+near)), "to")
	}
	return nil
}

// audienceMeant is the audience whose @ was left out, or "".
func audienceMeant(ctx context.Context, people *audiences.Audiences, account string, to Openids) string {
	if len(to) != 1 || people == nil {
		return ""
	}
	name, ok := audiences.ParseName(to[0])
	if !ok {
		return ""
	}
	if _, err := people.Audience(ctx, people.DB, account, name); err != nil {
		return "" // an openid, most likely
	}
	return name
}

// withoutMerged leaves out what an API's rules say of values that each member of an
// audience fills: those are checked member by member.
func withoutMerged(err error, data []Data) error {
	var rest []error
	for _, f := range wechat.FieldErrors(err) {
		_, name, _ := strings.Cut(f.Field, "data.")
		filled := slices.ContainsFunc(data, func(d Data) bool { return strings.Contains(d[name].Value, "{{") })
		if !filled {
			rest = append(rest, f)
		}
	}
	var of *ofTemplate
	switch {
	case len(wechat.FieldErrors(err)) == 0:
		return err
	case len(rest) == 0:
		return nil
	case errors.As(err, &of):
		return &ofTemplate{errors.Join(rest...), of.template}
	}
	return errors.Join(rest...)
}

// Reason is why WeChat refused, in words that are the same for everybody: without the
// id of the one call.
func (e *explained) Reason() (int, cards.Text) {
	var failed *wechat.Error
	if !errors.As(e.error, &failed) {
		return 0, e.words
	}
	same := *failed
	same.RID = ""
	return failed.Code, cards.Both(same.In("en"), same.In("zh"))
}

// noAccess are the codes by which WeChat refuses everybody alike.
var noAccess = []int{40001, 40013, 40014, 40037, 40125, 40164, 40243, 41001, 41002, 41004, 42001, 43102, 43104, 43107, 43116, 45103, 45106, 45109, 48001, 48004, 48008, 50002, 50004, 50007, 61003, 61004, 61007, 61023}

// Obstacle tells refusals of everybody apart from those of one person.
func (e *explained) Obstacle() outbox.Obstacle {
	var failed *wechat.Error
	if !errors.As(e.error, &failed) {
		return outbox.NoObstacle
	}
	switch {
	case failed.Code == 45009:
		return outbox.QuotaSpent
	case failed.Code == 45011:
		return outbox.TooFast
	case slices.Contains(noAccess, failed.Code), failed.For != "" && failed.Code > 0:
		return outbox.NoAccess
	}
	return outbox.NoObstacle
}

// quotaOf reads what the account has left today of a kind's API.
func quotaOf(w *wechat.Client, kind string) func(context.Context) (outbox.Quota, error) {
	return func(ctx context.Context) (outbox.Quota, error) {
		at := slices.IndexFunc(quotas, func(q counted) bool { return q.as == kind })
		if at < 0 {
			return outbox.Quota{}, fmt.Errorf("quota of %s: %w", kind, errors.ErrUnsupported)
		}
		q, err := w.Quota(ctx, quotas[at].api.Path)
		if err != nil {
			return outbox.Quota{}, err
		}
		return outbox.Quota{Limit: q.Limit, Left: q.Remain}, nil
	}
}

package audiences

import (
	"context"
	"fmt"
	"slices"
	"time"

	"magpie/cards"
	"magpie/store"
)

// Unsubscribed are those of openids who want nothing more of an account.
func (a *Audiences) Unsubscribed(ctx context.Context, q store.Queryer, account string, ids []string) ([]string, error) {
	var found []string
	for some := range slices.Chunk(ids, rowsPerStatement) {
		args := append(make([]any, 0, 1+rowsPerStatement), account)
		for _, id := range some {
			args = append(args, id)
		}
		these, err := store.Column[string](q.Query(ctx, "select openid from unsubscribed where account = $1 and openid in ("+places(2, len(some))+")", args...))
		if err != nil {
			return nil, fmt.Errorf("read the unsubscribe list: %w", err)
		}
		found = append(found, these...)
	}
	digests, err := digestsOf(ctx, q, account)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if isForgotten(id) || digests[digestOf(id)] && !slices.Contains(found, id) {
			found = append(found, id)
		}
	}
	return found, nil
}

// Unsubscribe puts people on the list of those who get nothing more, whatever audience
// they are in. It refuses, without a code, what is no openid.
func (a *Audiences) Unsubscribe(ctx context.Context, act Act, ids []string, reason string) (Said, error) {
	act.Verb, act.Note = "unsubscribed", fmt.Sprintf("%d: %s", len(ids), reason)
	return a.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		if bad := slices.IndexFunc(ids, func(id string) bool { return !IsOpenID(id) }); bad >= 0 {
			return Said{}, cards.Refuse("audience.not_openid", "openid", cards.Code(shorten(ids[bad], 64)))
		}
		added, err := a.unsubscribe(ctx, tx, act.Account, act.Who.ID, ids, reason)
		return Said{Text: cards.T("audience.answer_unsubscribed", "count", added)}, err
	})
}

func (a *Audiences) unsubscribe(ctx context.Context, tx *store.Tx, account, who string, ids []string, reason string) (added int64, err error) {
	for _, id := range ids {
		n, err := tx.Exec(ctx, `insert into unsubscribed (account, openid, hash, who, reason, at) values ($1, $2, $3, $4, $5, $6) on conflict (account, openid) do nothing`,
			account, id, memberKeyOf(id, 0).hash, who, reason, store.Millis(a.Now()))
		if err != nil {
			return added, err
		}
		added += n
	}
	return added, nil
}

// Resubscribe takes people off the list.
func (a *Audiences) Resubscribe(ctx context.Context, act Act, ids []string) (Said, error) {
	act.Verb, act.Note = "resubscribed", fmt.Sprint(len(ids))
	return a.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		var gone int64
		for _, id := range ids {
			n, err := tx.Exec(ctx, "delete from unsubscribed where account = $1 and openid = $2", act.Account, id)
			if err != nil {
				return Said{}, err
			}
			kept, err := tx.Exec(ctx, "delete from unsubscribed_digest where account = $1 and digest = $2", act.Account, digestOf(id))
			if err != nil {
				return Said{}, err
			}
			gone += max(n, kept)
		}
		return Said{Text: cards.T("audience.answer_resubscribed", "count", gone)}, nil
	})
}

// unsubscribedShown is how many one answer lists.
const unsubscribedShown = 20

// UnsubscribeList shows those who get nothing more of an account, by openid, after the one
// that is named, and how many are on the lists of others.
func (a *Audiences) UnsubscribeList(ctx context.Context, account, after string) (cards.Card, error) {
	var total, elsewhere int64
	served, args := a.Outbox.Accounts.In("account", 2)
	if err := a.DB.QueryRow(ctx, "select coalesce(sum(case when account = $1 then 1 else 0 end), 0), coalesce(sum(case when not ("+served+") then 1 else 0 end), 0) from unsubscribed", append([]any{account}, args...)...).Scan(&total, &elsewhere); err != nil {
		return cards.Card{}, fmt.Errorf("read the unsubscribe list: %w", err)
	}
	rows, err := store.All[unsubscribedRow](a.DB.Query(ctx, "select openid, who, reason, at from unsubscribed where account = $1 and openid > $2 order by openid limit $3", account, after, unsubscribedShown+1))
	if err != nil {
		return cards.Card{}, fmt.Errorf("read the unsubscribe list: %w", err)
	}
	card := cards.Card{Title: cards.T("audience.unsubscribed_title"), Body: []cards.Text{cards.T("audience.unsubscribed_total", "count", total)}}
	var shown []cards.Text
	var last string
	for _, r := range rows {
		if len(shown) == unsubscribedShown {
			card.Buttons = []cards.Button{{Label: cards.T("audience.button_more"), Line: "unsubscribe list next=" + last}}
			break
		}
		shown, last = append(shown, r.text()), r.OpenID
	}
	if len(shown) > 0 {
		card.Body = append(card.Body, lines(shown))
	}
	if elsewhere > 0 {
		card.Notes = append(card.Notes, cards.T("audience.unsubscribed_elsewhere", "count", elsewhere))
	}
	return card, nil
}

type unsubscribedRow struct {
	OpenID string    `db:"openid"`
	Who    string    `db:"who"`
	Reason string    `db:"reason"`
	At     time.Time `db:"at"`
}

func (r unsubscribedRow) text() cards.Text {
	if r.Reason == "" {
		return cards.T("audience.unsubscribed_row", "openid", cards.Code(r.OpenID), "who", cards.User(r.Who), "at", r.At)
	}
	return cards.T("audience.unsubscribed_row_why", "openid", cards.Code(r.OpenID), "who", cards.User(r.Who), "at", r.At, "why", r.Reason)
}

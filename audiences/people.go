package audiences

import (
	"context"
	"fmt"
	"iter"
	"time"

	"magpie/store"
	"magpie/wechat"
)

// WriteWithin is how long after somebody wrote to an account it may write to them.
const WriteWithin = 48 * time.Hour

// Heard keeps what WeChat tells of people: who accepts and rejects a template, who wrote,
// and who follows no more, of whom nothing is kept. Other events are not for here.
func (a *Audiences) Heard(ctx context.Context, account string, e wechat.Event) error {
	if e.From == "" {
		return nil
	}
	at := e.At
	if at.IsZero() {
		at = a.Now()
	}
	switch what := e.What.(type) {
	case wechat.SubscribeAnswered:
		return a.DB.Update(ctx, func(tx *store.Tx) error {
			for _, answer := range what.Answers {
				if err := noteAnswer(ctx, tx, account, e.From, answer, at); err != nil {
					return err
				}
			}
			return nil
		})
	case wechat.Wrote:
		return a.DB.Update(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(ctx, `insert into writer (account, openid, at) values ($1, $2, $3)
				on conflict (account, openid) do update set at = excluded.at where writer.at < excluded.at`, account, e.From, store.Millis(at))
			return err
		})
	case wechat.Unfollowed:
		return a.DB.Update(ctx, func(tx *store.Tx) error {
			for _, table := range []string{"subscriber", "writer"} {
				if _, err := tx.Exec(ctx, "delete from "+table+" where account = $1 and openid = $2 and at <= $3", account, e.From, store.Millis(at)); err != nil {
					return fmt.Errorf("forget who unfollowed: %w", err)
				}
			}
			return nil
		})
	}
	return nil
}

// noteAnswer keeps an answer, unless a later one is known: WeChat may tell of an earlier one
// again.
func noteAnswer(ctx context.Context, tx *store.Tx, account, openid string, answer wechat.SubscribeAnswer, at time.Time) error {
	accepted := 0
	if answer.Accepted {
		accepted = 1
	}
	_, err := tx.Exec(ctx, `insert into subscriber (account, template, openid, accepted, at) values ($1, $2, $3, $4, $5)
		on conflict (account, template, openid) do update set accepted = excluded.accepted, at = excluded.at where subscriber.at <= excluded.at`,
		account, answer.TemplateID, openid, accepted, store.Millis(at))
	if err != nil {
		return fmt.Errorf("keep who subscribed to %s: %w", answer.TemplateID, err)
	}
	return nil
}

// Wrote reports which of some people wrote to an account within the time in which it may
// write to them, and whether anybody did: where nobody is known to, WeChat may tell nothing.
func (a *Audiences) Wrote(ctx context.Context, account string, openids []string) (wrote map[string]bool, anybody bool, err error) {
	since := store.Millis(a.Now().Add(-WriteWithin))
	var n int
	if err := a.DB.QueryRow(ctx, "select count(*) from (select 1 from writer where account = $1 and at > $2 limit 1) as found", account, since).Scan(&n); err != nil || n == 0 {
		return nil, false, err
	}
	wrote = map[string]bool{}
	for _, id := range openids {
		if err := a.DB.QueryRow(ctx, "select count(*) from writer where account = $1 and openid = $2 and at > $3", account, id, since).Scan(&n); err != nil {
			return nil, true, fmt.Errorf("read who wrote: %w", err)
		}
		wrote[id] = n > 0
	}
	return wrote, true, nil
}

// forgetWriters forgets who wrote so long ago that nothing may be sent to them for it.
func (a *Audiences) forgetWriters(ctx context.Context) error {
	return a.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "delete from writer where at < $1", store.Millis(a.Now().Add(-WriteWithin)))
		return err
	})
}

// subscribersPage is how many openids are read at once.
const subscribersPage = 10_000

// subscribers are those who accepted a template of an account's and have not rejected it
// since, in the order of their openids.
func (a *Audiences) subscribers(ctx context.Context, account, template string) iter.Seq2[string, error] {
	page := func(after string) (ids []string, err error) {
		rows, err := a.DB.Query(ctx, `select openid from subscriber where account = $1 and template = $2 and accepted = 1 and openid > $3 order by openid limit $4`,
			account, template, after, subscribersPage)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return nil, err
			}
			ids = append(ids, id)
		}
		return ids, rows.Err()
	}
	return func(yield func(string, error) bool) {
		for after := ""; ; {
			ids, err := page(after)
			if err != nil {
				yield("", fmt.Errorf("read who subscribed to %s: %w", template, err))
				return
			}
			for _, id := range ids {
				if !yield(id, nil) {
					return
				}
			}
			if len(ids) < subscribersPage {
				return
			}
			after = ids[len(ids)-1]
		}
	}
}

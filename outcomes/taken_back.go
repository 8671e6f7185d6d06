package outcomes

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// Part is what can be taken back: a mass message or a published article, or a part of it.
type Part struct {
	Account string
	What    string // see OfMessage and OfArticle
	Number  int    // of an article in it, from 1; 0: all of it
	Request int64  // that sent or published it; 0: not known
}

// OfMessage names a mass message, by WeChat's msg_id.
func OfMessage(msgID string) string { return "msg:" + msgID }

// OfArticle names a publishing, by WeChat's article_id.
func OfArticle(articleID string) string { return "article:" + articleID }

// PartOf is a published article as it is taken back.
func (o *Outcomes) PartOf(ctx context.Context, account string, t articles.TakeBack) (Part, error) {
	all, err := o.publications(ctx, o.DB, "account = $1 and filing = $2", account, t.Filing)
	return Part{Account: account, What: OfArticle(t.ArticleID), Number: t.Number, Request: firstRequest(all)}, err
}

// TakeBack notes, in the transaction that writes request n, that it takes something back. It
// refuses where another does, or has.
func (o *Outcomes) TakeBack(p Part) outbox.With {
	return func(ctx context.Context, tx *store.Tx, n int64) error {
		// Two that ask at once meet at this row: one of them finds the other's.
		var by, at int64
		if err := tx.QueryRow(ctx, `insert into taken_back (account, what, part, by_request, of_request) values ($1, $2, $3, $4, $5)
			on conflict (account, what, part) do update set part = excluded.part returning by_request, at`, p.Account, p.What, p.Number, n, p.Request).Scan(&by, &at); err != nil {
			return fmt.Errorf("note what request %d takes back: %w", n, err)
		}
		if err := o.notTakenBack(ctx, tx, p, n); err != nil {
			return err
		}
		if by == n {
			return nil
		}
		_, err := tx.Exec(ctx, "update taken_back set by_request = $4, of_request = $5 where account = $1 and what = $2 and part = $3", p.Account, p.What, p.Number, n, p.Request)
		return err
	}
}

// NotTakenBack refuses what is being taken back, or has been, but by request n.
func (o *Outcomes) NotTakenBack(ctx context.Context, p Part, n int64) error {
	return o.notTakenBack(ctx, o.DB, p, n)
}

func (o *Outcomes) notTakenBack(ctx context.Context, q store.Queryer, p Part, n int64) error {
	all, err := o.backs(ctx, q, "account = $1 and what = $2", p.Account, p.What)
	if err != nil {
		return err
	}
	for _, b := range all {
		if b.by == n || b.part != 0 && p.Number != 0 && b.part != p.Number {
			continue
		}
		if !b.at.IsZero() {
			if b.part == 0 || b.part == p.Number {
				return cards.Refuse("taken.already", "n", b.by, "at", b.at)
			}
			continue // a part is gone, and all the rest is asked for
		}
		void, err := o.Outbox.IsVoid(ctx, q, b.by)
		switch {
		case err != nil:
			return err
		case !void:
			return cards.Refuse("taken.asked", "n", b.by)
		}
	}
	return nil
}

// TookBackSent notes that WeChat has deleted what a mass message leads to, by its media_id.
func (o *Outcomes) TookBackSent(ctx context.Context, p Part, mediaID string, by int64) error {
	return o.tookBack(ctx, p, by, func(ctx context.Context, tx *store.Tx) error {
		return o.Articles.TookBackSent(ctx, tx, p.Account, mediaID, p.Number, by)
	})
}

// TookBackArticle notes that WeChat has deleted an article that was published.
func (o *Outcomes) TookBackArticle(ctx context.Context, p Part, t articles.TakeBack, by int64) error {
	return o.tookBack(ctx, p, by, func(ctx context.Context, tx *store.Tx) error {
		out, err := o.Articles.OutOf(ctx, tx, t.Filing)
		if err != nil {
			return err
		}
		if len(out.Members) == 1 && p.Request > 0 { // nothing is left of it to be read
			if err := o.unfollow(ctx, tx, p.Request); err != nil {
				return err
			}
		}
		return o.Articles.TookBack(ctx, tx, t, by)
	})
}

// tookBack notes that WeChat has deleted something, with what belongs to it, and tells it
// where it was sent from. It bears being said twice.
func (o *Outcomes) tookBack(ctx context.Context, p Part, by int64, with func(context.Context, *store.Tx) error) error {
	err := o.insist(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `insert into taken_back (account, what, part, by_request, of_request, at) values ($1, $2, $3, $4, $5, $6)
			on conflict (account, what, part) do update set by_request = excluded.by_request, of_request = excluded.of_request, at = excluded.at`,
			p.Account, p.What, p.Number, by, p.Request, store.Millis(o.Now())); err != nil {
			return fmt.Errorf("note what request %d has taken back: %w", by, err)
		}
		if err := with(ctx, tx); err != nil || p.Request == 0 {
			return err
		}
		if p.Number == 0 {
			if err := o.unfollow(ctx, tx, p.Request); err != nil {
				return err
			}
		}
		return o.Outbox.Reply(ctx, tx, p.Request, p.words(cards.T("taken.by", "n", by)))
	})
	if err != nil {
		err = &unwritten{err}
	}
	return err
}

// unwritten is that WeChat has deleted something, and that could not be written down before
// magpie stopped: people are asked, and what is sent again finds it deleted.
type unwritten struct{ error }

func (u *unwritten) Unwrap() error { return u.error }

// Unclear is true: whoever looks at WeChat sees what was done.
func (u *unwritten) Unclear() bool { return true }

// words say that something, or a part of it, was taken back.
func (p Part) words(how cards.Text) cards.Text {
	if p.Number == 0 {
		return cards.T("taken.all", "how", how)
	}
	return cards.T("taken.part", "part", strconv.Itoa(p.Number), "how", how)
}

// back is what a request takes back, or has taken back.
type back struct {
	part int
	by   int64
	at   time.Time // zero: not yet
}

func (o *Outcomes) backs(ctx context.Context, q store.Queryer, where string, args ...any) ([]back, error) {
	rows, err := q.Query(ctx, "select part, by_request, at from taken_back where "+where+" order by at, part", args...)
	if err != nil {
		return nil, fmt.Errorf("read what was taken back: %w", err)
	}
	defer rows.Close()
	var all []back
	for rows.Next() {
		var b back
		var at int64
		if err := rows.Scan(&b.part, &b.by, &at); err != nil {
			return nil, err
		}
		b.at = store.Time(at)
		all = append(all, b)
	}
	return all, rows.Err()
}

// backFields say on the card of request n what of it was taken back, by which request, when.
func (o *Outcomes) backFields(ctx context.Context, q store.Queryer, n int64) ([]cards.Field, error) {
	all, err := o.backs(ctx, q, "of_request = $1 and at > 0", n)
	var fields []cards.Field
	for _, b := range all {
		p := Part{Number: b.part}
		fields = append(fields, cards.Field{Label: cards.T("taken.field"), Value: p.words(cards.T("taken.by_at", "n", b.by, "at", b.at))})
	}
	return fields, err
}

package outbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"magpie/cards"
	"magpie/posts"
	"magpie/store"
)

// maxReminded bounds how many people are reminded of one request in their own
// conversations; where more have not acted, all are mentioned at the card besides.
const maxReminded = maxPersonal

// remindFirst is when a request that waits from now on is reminded of first; the second
// time is lastEighth.
func (r Request) remindFirst(now time.Time) time.Time {
	return now.Add(r.ExpiresAt.Sub(now) / 2)
}

// lastEighth is when an eighth of a request's time is left.
func (r Request) lastEighth() time.Time {
	return r.ExpiresAt.Add(-r.ExpiresAt.Sub(r.AskedAt) / 8)
}

// remindBy reminds of what waits and has come due. What a sleep passed over is one
// reminder; whoever moves a request's remind_at does it, so several processes may watch.
func (o *teller) remindBy(ctx context.Context, now time.Time) error {
	return o.eachDue(ctx, "remind_at > 0 and remind_at <= $1", now, func(tx *store.Tx, n int64) error {
		r, err := o.request(ctx, tx, n)
		if err != nil {
			return err
		}
		var due int64
		if err := tx.QueryRow(ctx, "select remind_at from request where n = $1", n).Scan(&due); err != nil {
			return err
		}
		last, next := r.lastEighth(), int64(0)
		isLast := !now.Before(last) || !store.Time(due).Before(last)
		if !isLast {
			next = store.Millis(last)
		}
		if _, err := tx.Exec(ctx, "update request set remind_at = $2 where n = $1", n, next); err != nil {
			return err
		}
		if !o.Accounts.Serve(r.Account) {
			return nil // nobody can approve it now
		}
		if err := o.noteSelf(ctx, tx, n, "reminded", cards.Text{}); err != nil {
			return err
		}
		if isLast && r.By != "" {
			if _, err := o.addPost(ctx, tx, n, posts.Post{Role: roleNobody, At: cards.Place{User: r.By}}); err != nil {
				return err
			}
		}
		return o.remindApprovers(ctx, tx, r)
	}, "update request set n = n where n = $1 and state = 'waiting' and remind_at > 0 and remind_at <= $2")
}

// remindApprovers posts a reminder to each of those asked who have not acted. Where it is
// not known who they are, or they are too many, it stands in the card's thread.
func (o *teller) remindApprovers(ctx context.Context, tx *store.Tx, r Request) error {
	ids, err := o.asked(ctx, tx, r)
	if isUnknown(err) {
		return o.reply(ctx, tx, r.N, posts.Post{Role: roleRemind}, false)
	} else if err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(r.ApprovedBy, id) })
	for _, id := range ids[:min(len(ids), maxReminded)] {
		if _, err := o.addPost(ctx, tx, r.N, posts.Post{Role: roleRemind, At: cards.Place{User: id}}); err != nil {
			return err
		}
	}
	if len(ids) > maxReminded {
		return o.reply(ctx, tx, r.N, posts.Post{Role: roleRemind}, true)
	}
	return nil
}

// reminder is what stands in a card's thread, or in an approver's own conversation.
func (o *teller) reminder(r Request, p posts.Post) cards.Card {
	if p.At.User == "" {
		return cards.Card{Body: []cards.Text{o.reminds(r)}}
	}
	return cards.Card{
		Body:    []cards.Text{cards.T("remind.own", "n", r.N, "kind", cards.T("kind."+r.Kind), "who", cards.User(r.By), "at", r.ExpiresAt)},
		Buttons: []cards.Button{showButton(r.N)},
	}
}

// reminds mentions those who are asked; where nobody is left who could be, it says so.
func (o *teller) reminds(r Request) cards.Text {
	if left := o.nobodyLeft(r); !left.IsZero() {
		return left
	}
	return cards.T("remind.body", "who", o.askedOf(r), "n", r.N, "at", r.ExpiresAt)
}

// nobodyActed tells whoever asked, before the request expires.
func (o *teller) nobodyActed(r Request) cards.Card {
	says := cards.T("remind.nobody", "n", r.N, "kind", cards.T("kind."+r.Kind), "at", r.ExpiresAt)
	if have := len(r.ApprovedBy); have > 0 {
		says = cards.T("remind.some", "n", r.N, "kind", cards.T("kind."+r.Kind), "have", have, "count", r.Need, "at", r.ExpiresAt)
	}
	body := []cards.Text{says}
	if left := o.nobodyLeft(r); !left.IsZero() {
		body = append(body, left)
	}
	return cards.Card{Body: body, Buttons: []cards.Button{showButton(r.N)}}
}

func showButton(n int64) cards.Button {
	return cards.Button{Label: cards.T("button.show"), Line: fmt.Sprintf("show %d", n)}
}

package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/store"
)

// Hold is that an admin has paused everything.
type Hold struct {
	Who   string // Slack user id
	Since time.Time
}

// Text says who holds everything, and since when.
func (h Hold) Text() cards.Text {
	return cards.T("card.held", "who", cards.User(h.Who), "at", h.Since)
}

// Held is who holds everything, and since when; nil where nobody does.
func (o *Outbox) Held(ctx context.Context) (*Hold, error) { return o.heldBy(ctx, o.DB) }

func (o *Outbox) heldBy(ctx context.Context, q store.Queryer) (*Hold, error) {
	var h Hold
	var since int64
	err := q.QueryRow(ctx, "select value from setting where name = 'paused'").Scan(&since)
	if isNone(err) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("read who holds everything: %w", err)
	}
	h.Since = store.Time(since)
	a, err := o.lastAct(ctx, q, 0, "paused_all")
	if a != nil {
		h.Who = a.Who
	}
	return &h, err
}

// unlessHeld is the answer of a key to an act, or KEY_held: that what it allows begins
// once everything is no longer held.
func (o *Outbox) unlessHeld(ctx context.Context, q store.Queryer, key string, pairs ...any) (cards.Text, error) {
	h, err := o.heldBy(ctx, q)
	if err != nil || h == nil {
		return cards.T(key, pairs...), err
	}
	return cards.T(key+"_held", append(pairs, "who", cards.User(h.Who), "since", h.Since)...), nil
}

// mostChannels bounds how many channels are told that everything is held: a post each.
const mostChannels = 100

// tellHold posts in each channel where the card of an open request stands that everything
// is held, or goes on, and has these cards drawn anew.
func (o *Outbox) tellHold(ctx context.Context, tx *store.Tx, told cards.Text) error {
	channels, err := store.Column[string](tx.Query(ctx, `select distinct p.channel from post p join request r on p.owner = 'request' and p.subject = cast(r.n as text)
		where p.role = 'card' and p.person = '' and p.channel <> '' and r.state in `+openStates+` order by p.channel limit $1`, mostChannels))
	if err != nil {
		return fmt.Errorf("read where cards wait: %w", err)
	}
	for _, channel := range channels {
		if err := o.Posts.Notify(ctx, tx, cards.Place{Channel: channel}, cards.Card{Body: []cards.Text{told}}); err != nil {
			return err
		}
	}
	return o.Jobs.Enqueue(ctx, tx, jobDrawOpen, drawOpenJob{})
}

const (
	openStates = "('waiting', 'approved', 'sending', 'paused')"
	drawAtOnce = 100 // requests, in one transaction
)

// drawOpenJob has the cards of all open requests after one drawn anew.
type drawOpenJob struct {
	After int64 `json:"after"`
}

// drawOpen has the cards of all open requests after number n drawn anew. There may be
// thousands, so lines are accepted in between.
func (o *Outbox) drawOpen(ctx context.Context, job drawOpenJob) error {
	n := job.After
	for {
		open, err := store.Column[int64](o.DB.Query(ctx, "select n from request where n > $1 and state in "+openStates+" order by n limit $2", n, drawAtOnce))
		if err != nil || len(open) == 0 {
			return err
		}
		if err := o.DB.Update(ctx, func(tx *store.Tx) (err error) {
			for _, n := range open {
				err = errors.Join(err, o.Redraw(ctx, tx, n))
			}
			return err
		}); err != nil {
			return fmt.Errorf("draw the cards of requests after %d: %w", n, err)
		}
		n = open[len(open)-1]
	}
}

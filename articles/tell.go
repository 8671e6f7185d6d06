package articles

import (
	"context"
	"errors"
	"time"

	"magpie/cards"
	"magpie/store"
)

const (
	jobTell = "article.tell"
	// drawWithin is how long one draw holds the card; Slack's time-out is shorter.
	drawWithin = 15 * time.Second
)

type tellJob struct {
	Article int64 `json:"article"`
}

func (d *Desk) enqueueTell(ctx context.Context, tx *store.Tx, article int64) error {
	return d.Jobs.Enqueue(ctx, tx, jobTell, tellJob{Article: article})
}

// Redraw has the cards of the articles of an upload drawn anew once tx has committed: its
// request has come to its end.
func (d *Desk) Redraw(ctx context.Context, tx *store.Tx, u Upload) error {
	for _, s := range u.Sheets {
		if err := d.enqueueTell(ctx, tx, s.Article); err != nil {
			return err
		}
	}
	return nil
}

// workTell draws the present state of an article where it was asked for.
func (d *Desk) workTell(ctx context.Context, job tellJob) error {
	_, err := d.tell(ctx, job.Article)
	return err
}

// tell posts an article's card, or draws it anew, and returns where it stands. One draw
// is under way at a time.
func (d *Desk) tell(ctx context.Context, n int64) (cards.Place, error) {
	if err := d.hold(ctx, n); err != nil {
		return cards.Place{}, err
	}
	defer d.let(ctx, n)
	a, err := d.Article(ctx, d.DB, n)
	if err != nil {
		return cards.Place{}, err
	}
	card, err := d.Card(ctx, n)
	if err != nil {
		return cards.Place{}, err
	}
	at := a.card
	if at.TS != "" {
		var gone interface{ Gone() bool }
		if err = d.Teller.Update(ctx, at, card); !errors.As(err, &gone) || !gone.Gone() {
			return at, err
		}
		at.TS = ""
	}
	if at.Channel == "" {
		at = cards.Place{Channel: a.Where.Channel, Thread: a.Where.Thread}
		if at.Channel == "" {
			at.User = a.By
		}
	}
	at, err = d.Teller.Post(ctx, at, card)
	var barred interface{ CannotPost() bool }
	if errors.As(err, &barred) && barred.CannotPost() {
		card.Notes = append(card.Notes, cards.T("article.invite", "channel", cards.Channel(a.Where.Channel)))
		at, err = d.Teller.Post(ctx, cards.Place{User: a.By}, card)
	}
	if err != nil {
		return cards.Place{}, err
	}
	return at, d.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "update article set card_channel = $2, card_thread = $3, card_ts = $4 where n = $1", n, at.Channel, at.Thread, at.TS)
		return err
	})
}

// inTurn draws once the pace of the channel has room. Only writing waits for that: it has
// minutes, and workers that draw no cards.
func (d *Desk) inTurn(ctx context.Context, draw func() error) error {
	for {
		err := draw()
		wait, paced := pacedFor(err)
		if !paced {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		case <-d.ending:
			return errStopping
		}
	}
}

// pacedFor is how long a drawing is asked to wait for its turn; false where it is not.
func pacedFor(err error) (time.Duration, bool) {
	var paced interface {
		Paced() bool
		RetryAfter() time.Duration
	}
	if !errors.As(err, &paced) || !paced.Paced() {
		return 0, false
	}
	return paced.RetryAfter(), true
}

// hold waits until the card is nobody else's to draw.
func (d *Desk) hold(ctx context.Context, n int64) error {
	for {
		var held int64
		now := d.Now()
		if err := d.DB.Update(ctx, func(tx *store.Tx) (err error) {
			held, err = tx.Exec(ctx, "update article set drawing_until = $2 where n = $1 and drawing_until <= $3",
				n, store.Millis(now.Add(drawWithin)), store.Millis(now))
			return err
		}); err != nil || held > 0 {
			return err
		}
		select {
		case <-time.After(150 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		case <-d.ending:
			return errStopping
		}
	}
}

func (d *Desk) let(ctx context.Context, n int64) {
	if err := d.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		_, err := tx.Exec(context.WithoutCancel(ctx), "update article set drawing_until = 0 where n = $1", n)
		return err
	}); err != nil {
		d.Log.Warn("a card is held for a moment longer", "article", n, "error", err)
	}
}

// thread is where things about an article are told, once its card stands.
func (a Article) thread() (cards.Place, bool) {
	at := cards.Place{Channel: a.card.Channel, Thread: a.card.TS, User: a.By}
	if a.card.Thread != "" {
		at.Thread = a.card.Thread
	}
	return at, a.card.TS != ""
}

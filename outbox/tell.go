package outbox

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/store"
)

// What a place shows of its request.
const (
	roleCard   = "card"   // everything, with the buttons
	roleStatus = "status" // where it was asked, when the card stands elsewhere
	roleResult = "result" // a reply in the thread: what came of it
	roleRemind = "remind" // a reply in the thread, or a message to one approver: it still waits
	roleNobody = "nobody" // a message to whoever asked: nobody has approved, and it expires soon
	roleHeld   = "held"   // a reply in the thread: magpie will not go on by itself
	roleReply  = "reply"  // a reply in the thread, in words of its own: somebody did something
)

// drawWithin is how long one draw holds its place; Slack's time-out is shorter.
const drawWithin = 15 * time.Second

const (
	longestWait = 30 * time.Second
	tellEvery   = time.Second // a broadcast's card
)

// tellJob draws the present state of a request at one place.
type tellJob struct {
	Place string `json:"place"`
}

// enqueueTells has every card of a request drawn anew. A place that is waiting to be
// drawn already will show the present state anyway.
func (o *Outbox) enqueueTells(ctx context.Context, tx *store.Tx, n int64) error {
	places, err := o.places(ctx, tx, "request = $1 and role in ('card', 'status') and queued = 0", n)
	if err != nil {
		return err
	}
	for _, p := range places {
		free, err := tx.Exec(ctx, "update place set queued = 1 where id = $1 and queued = 0", p.id)
		if err != nil {
			return err
		}
		if free == 0 {
			continue // a draw that was sent away comes back for it
		}
		if err := o.Jobs.Enqueue(ctx, tx, jobTell, tellJob{Place: p.id}); err != nil {
			return err
		}
	}
	return nil
}

// workTell draws one place. One draw of a message is under way at a time; Slack's
// refusals are waited out, so an outage delays a card and loses none.
func (o *Outbox) workTell(ctx context.Context, job tellJob) error {
	var p place
	var held int64
	err := o.DB.Update(ctx, func(tx *store.Tx) (err error) {
		now := o.Now()
		// What changes from here on is drawn by a further job.
		held, err = tx.Exec(ctx, "update place set queued = 0, drawing_until = $2 where id = $1 and (drawing_until <= $3 or drawing_until > $2)",
			job.Place, store.Millis(now.Add(drawWithin)), store.Millis(now)) // one that lasts longer is of a clock that was set back since
		if err != nil {
			return err
		}
		ps, err := o.places(ctx, tx, "id = $1", job.Place)
		if err == nil && len(ps) == 1 {
			p = ps[0]
		}
		return err
	})
	if err != nil || p.id == "" { // a place that was given up is not drawn
		return err
	}
	if held == 0 {
		return jobs.After(200 * time.Millisecond)
	}
	if p.at.TS != "" && p.role != roleCard && p.role != roleStatus {
		return o.drawn(ctx, p, false) // what is said in a thread is said once
	}
	if pointless, err := o.isPointless(ctx, p); err != nil {
		return err
	} else if pointless {
		return o.drop(ctx, p)
	}
	anew := p.at.TS != ""
	wait, err := o.draw(cards.WithTurn(ctx, p.id), &p, jobs.Current(ctx).PutOffs)
	switch {
	case err == nil && wait == 0:
		return o.drawn(ctx, p, anew)
	case cannotPost(err):
		o.Log.Warn("the bot may not post there", "request", p.request, "role", p.role, "channel", p.at.Channel, "error", err)
		return o.moveToPeople(ctx, p)
	case err != nil:
		wait = o.later(p, err)
	}
	if ours, err := o.release(ctx, p.id, err != nil && !isPaced(err)); err != nil || !ours {
		return err
	}
	return jobs.After(wait)
}

// draw posts or updates the place's message. It returns how long to wait where the
// thread that it belongs to is not there yet, longer each time: once that stands, what
// belongs to it is drawn at once.
func (o *Outbox) draw(ctx context.Context, p *place, before int) (wait time.Duration, err error) {
	if p.parent != "" {
		parents, err := o.places(ctx, o.DB, "id = $1", p.parent)
		if err != nil {
			return 0, err
		}
		if len(parents) == 0 {
			return 0, nil // its card moved to the people's own conversations
		}
		if parents[0].at.TS == "" {
			return min(300*time.Millisecond<<min(before, 7), longestWait), nil
		}
		p.at.Channel, p.at.Thread = parents[0].at.Channel, parents[0].at.TS
		if parents[0].at.Thread != "" {
			p.at.Thread = parents[0].at.Thread
		}
	}
	card, err := o.cardAt(ctx, *p)
	if err != nil {
		return 0, err
	}
	if p.at.TS == "" {
		p.at, err = o.Teller.Post(ctx, p.at, card)
		return 0, err
	}
	err = o.Teller.Update(ctx, p.at, card)
	if isGone(err) {
		p.at, err = o.Teller.Post(ctx, cards.Place{Channel: p.at.Channel, Thread: p.at.Thread, User: p.at.User}, card)
	}
	return 0, err
}

// drawn keeps where the message is and lets the place go; one that was drawn anew rests a
// second, for a broadcast changes all the time.
func (o *Outbox) drawn(ctx context.Context, p place, anew bool) error {
	return o.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		first, err := tx.Exec(ctx, "update place set channel = $2, thread = $3, ts = $4, drawing_until = 0, fails = 0 where id = $1 and ts = ''",
			p.id, p.at.Channel, p.at.Thread, p.at.TS)
		if err != nil {
			return err
		}
		if first == 1 {
			if err := o.enqueueReplies(ctx, tx, p.id); err != nil {
				return err
			}
			where := cards.T("act.told", "role", cards.T("place."+p.role), "channel", cards.Channel(p.at.Channel))
			return o.noteSelf(ctx, tx, p.request, "told", where)
		}
		var broadcasts, rests int64
		if err := tx.QueryRow(ctx, "select count(*) from broadcast where request = $1", p.request).Scan(&broadcasts); err != nil {
			return err
		}
		if anew && broadcasts > 0 {
			rests = store.Millis(o.Now().Add(tellEvery))
		}
		_, err = tx.Exec(ctx, "update place set channel = $2, ts = $3, drawing_until = $4, fails = 0 where id = $1", p.id, p.at.Channel, p.at.TS, rests)
		return err
	})
}

// enqueueReplies has what waits for a card drawn in its thread.
func (o *Outbox) enqueueReplies(ctx context.Context, tx *store.Tx, card string) error {
	replies, err := o.places(ctx, tx, "parent = $1 and ts = ''", card)
	if err != nil {
		return err
	}
	for _, p := range replies {
		if err := o.Jobs.Enqueue(ctx, tx, jobTell, tellJob{Place: p.id}); err != nil {
			return err
		}
	}
	return nil
}

// release lets a place go that is to be drawn later; false where another job has come for
// it meanwhile, which draws it then.
func (o *Outbox) release(ctx context.Context, id string, failed bool) (ours bool, err error) {
	fails := 0
	if failed {
		fails = 1
	}
	err = o.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		free, err := tx.Exec(ctx, "update place set queued = 1 where id = $1 and queued = 0", id)
		if err != nil {
			return err
		}
		ours = free == 1
		_, err = tx.Exec(ctx, "update place set drawing_until = 0, fails = fails + $2 where id = $1", id, fails)
		return err
	})
	return ours, err
}

// later is how long to wait before a place is tried again: as long as Slack asks, or
// a second, doubled each time, 30 s at most.
func (o *Outbox) later(p place, err error) time.Duration {
	level := slog.LevelWarn
	if isPaced(err) {
		level = slog.LevelDebug // nothing is wrong
	}
	o.Log.Log(context.Background(), level, "card not drawn yet", "request", p.request, "role", p.role, "channel", p.at.Channel, "fails", p.fails+1, "error", err)
	wait := min(time.Second<<min(p.fails, 5), longestWait)
	var asked interface{ RetryAfter() time.Duration }
	if errors.As(err, &asked) {
		wait = max(asked.RetryAfter(), 100*time.Millisecond)
	}
	return wait
}

// isPaced reports whether a place is only to wait for its turn, which is no failed try.
func isPaced(err error) bool {
	var paced interface{ Paced() bool }
	return errors.As(err, &paced) && paced.Paced()
}

// cannotPost reports whether Slack lets the bot write at a place never.
func cannotPost(err error) bool {
	var barred interface{ CannotPost() bool }
	return errors.As(err, &barred) && barred.CannotPost()
}

// isGone reports whether the message that was to be updated is there no more.
func isGone(err error) bool {
	var gone interface{ Gone() bool }
	return errors.As(err, &gone) && gone.Gone()
}

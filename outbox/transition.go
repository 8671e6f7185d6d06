package outbox

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"magpie/cards"
	"magpie/store"
)

// Obstacle is why WeChat refuses everybody alike, not one person. An error of a call
// may tell it with Obstacle().
type Obstacle int

// The obstacles.
const (
	NoObstacle Obstacle = iota
	TooFast             // more calls than WeChat takes at the moment
	QuotaSpent          // the day's calls are used up
	NoAccess            // the account's token, secret, address or permission is refused
)

func obstacleOf(err error) Obstacle {
	var told interface{ Obstacle() Obstacle }
	if errors.As(err, &told) {
		return told.Obstacle()
	}
	return NoObstacle
}

// FailureLimit is the share of failed and unclear outcomes above which a broadcast is
// held, once there are so many outcomes; zero: never.
type FailureLimit struct{ Percent, After int }

// ParseFailureLimit reads PERCENT% or PERCENT%/OUTCOMES: `20%/50`; `off` is never.
func ParseFailureLimit(text string) (FailureLimit, error) {
	if text = strings.TrimSpace(text); text == "off" {
		return FailureLimit{}, nil
	}
	percent, after, some := strings.Cut(text, "/")
	limit := FailureLimit{After: 50}
	var err error
	if limit.Percent, err = strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(percent), "%")); err == nil && some {
		limit.After, err = strconv.Atoi(strings.TrimSpace(after))
	}
	if err != nil || limit.Percent < 1 || limit.Percent > 100 || limit.After < 1 {
		return FailureLimit{}, fmt.Errorf("FAILURE_LIMIT: %q does not read PERCENT%% or PERCENT%%/OUTCOMES, such as 20%% or 20%%/50; off is never", text)
	}
	return limit, nil
}

// passed reports whether a broadcast fails so much that a person has to look.
func (l FailureLimit) passed(good, bad int) bool {
	return l.Percent > 0 && good+bad >= l.After && bad*100 > l.Percent*(good+bad)
}

// addUp adds to a broadcast's counts. It reports whether they ask for a transition: nothing
// is under way any more, or too much fails.
func (o *Outbox) addUp(ctx context.Context, tx *store.Tx, r Request, d change) (bool, error) {
	var sending, done, failed, unclear, calls, good, bad int
	var remaining State
	if err := tx.QueryRow(ctx, `update sending set sending = sending + $2, done = done + $3, failed = failed + $4, unclear = unclear + $5,
		since_good = since_good + $6, since_bad = since_bad + $7 where request = $1
		returning sending, done, failed, unclear + stopped, remaining_as, calls, since_good, since_bad`,
		r.N, d.sending, d.done, d.failed, d.unclear, d.good, d.bad).Scan(&sending, &done, &failed, &unclear, &remaining, &calls, &good, &bad); err != nil {
		return false, fmt.Errorf("add up request %d: %w", r.N, err)
	}
	return sending == 0 && (remaining != "" || done+failed+unclear >= calls) || o.FailureLimit.passed(good, bad), nil
}

// endOf is the state of a request all of whose deliveries have ended.
func endOf(t Tally) State {
	switch {
	case t.Stopped > 0:
		return Stopped
	case t.Unclear > 0:
		return Unclear
	case t.Failed == 0:
		return Done
	case t.Done == 0:
		return Failed
	}
	return Partly
}

// transitionSoon is transition, tried until the database takes it.
func (o *Outbox) transitionSoon(ctx context.Context, n int64, what *problem) {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := o.transition(ctx, n, what)
		if err == nil || o.isStopping() {
			return
		}
		o.Log.Error("a broadcast's state not written yet", "request", n, "error", err)
		time.Sleep(wait)
	}
}

// transition brings the state of a broadcast in line with its counts: it has begun, it has
// ended, or something holds it.
func (o *Outbox) transition(ctx context.Context, n int64, what *problem) error {
	return o.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error { return o.transitionIn(ctx, tx, n, what) })
}

func (o *Outbox) transitionIn(ctx context.Context, tx *store.Tx, n int64, what *problem) error {
	if _, err := tx.Exec(ctx, "update request set n = n where n = $1", n); err != nil {
		return err
	}
	r, err := o.request(ctx, tx, n)
	if err != nil {
		return err
	}
	if r.State == Approved && !r.Progress.BegunAt.IsZero() {
		if _, err := tx.Exec(ctx, "update request set state = 'sending' where n = $1", n); err != nil {
			return err
		}
		if err := o.noteSelf(ctx, tx, n, "sending", cards.Text{}); err != nil {
			return err
		}
		if err := o.tellLate(ctx, tx, r); err != nil {
			return err
		}
		if err := o.enqueueTells(ctx, tx, n); err != nil {
			return err
		}
		r.State = Sending
	}
	if t := r.Tally; t.Sending+t.Waiting == 0 {
		if r.Progress.RemainingAs != "" && r.EndedAt.IsZero() {
			if err := o.holdDoubtful(ctx, tx, &r); err != nil {
				return err
			}
		}
		return o.endSent(ctx, tx, r)
	}
	if r.State != Sending {
		return nil
	}
	if what == nil || !what.begun.After(r.ResumedAt) { // said of a call before it went on, it is old
		var good, bad int
		if err := tx.QueryRow(ctx, "select since_good, since_bad from sending where request = $1", n).Scan(&good, &bad); err != nil {
			return err
		}
		if !o.FailureLimit.passed(good, bad) {
			return nil
		}
		if _, err := tx.Exec(ctx, "update request set held_for = $2 where n = $1", n, heldForFailures); err != nil {
			return err
		}
		return o.hold(ctx, tx, r, cards.T("hold.failures", "bad", bad, "all", good+bad, "limit", o.FailureLimit.Percent), time.Time{})
	}
	switch what.Obstacle {
	case TooFast:
		return o.slowDown(ctx, tx, r, r.Progress.Rate)
	case QuotaSpent:
		until := quotaReset(o.Now())
		return o.hold(ctx, tx, r, cards.T("hold.quota", "why", what.why, "at", until), until)
	}
	return o.hold(ctx, tx, r, cards.T("hold.access", "why", what.why), time.Time{})
}

// endSent ends a request of which nothing is left to call; one that has ended is
// ended anew where a late answer changed what came of it.
func (o *Outbox) endSent(ctx context.Context, tx *store.Tx, r Request) error {
	state := endOf(r.Tally)
	if r.Progress.RemainingAs == Stopped {
		state = Stopped
	}
	switch {
	case r.State == Approved || r.State == Sending || r.State == Paused || r.State == Stopped && r.EndedAt.IsZero():
		if err := o.noteSelf(ctx, tx, r.N, "sent", tallyText(r.Tally)); err != nil {
			return err
		}
	case r.State == Unclear && state != Unclear:
	default:
		return nil
	}
	if r.Broadcast == nil {
		return o.end(ctx, tx, r.N, state, r.Reason)
	}
	// One that was over before a second had gone has no rate yet.
	if t, took := r.Tally, o.Now().Sub(r.Progress.BegunAt); r.Progress.Rate == 0 && !r.Progress.BegunAt.IsZero() && took > 0 {
		rate := float64(t.Done+t.Failed+t.Unclear) / took.Seconds()
		if _, err := tx.Exec(ctx, "update sending set rate = $2 where request = $1", r.N, max(1, int64(rate))); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, "update sending set report_state = '' where request = $1", r.N); err != nil {
		return err
	}
	if err := o.end(ctx, tx, r.N, state, r.Reason); err != nil {
		return err
	}
	return o.Jobs.Enqueue(ctx, tx, jobReport, reportJob{Request: r.N})
}

// hold pauses a broadcast that magpie itself will not go on with; where until is set,
// it goes on by itself then.
func (o *Outbox) hold(ctx context.Context, tx *store.Tx, r Request, why cards.Text, until time.Time) error {
	if _, err := tx.Exec(ctx, "update request set state = 'paused' where n = $1", r.N); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "update sending set hold_why = $2, hold_until = $3 where request = $1", r.N, mustText(why), store.Millis(until)); err != nil {
		return err
	}
	if err := o.noteSelf(ctx, tx, r.N, "held", why); err != nil {
		return err
	}
	if err := o.placeReply(ctx, tx, r.N, roleHeld); err != nil {
		return err
	}
	return o.enqueueTells(ctx, tx, r.N)
}

// failRestOf fails all members of a broadcast that have not been called.
func (o *Outbox) failRestOf(ctx context.Context, tx *store.Tx, n int64, why cards.Text) error {
	if _, err := tx.Exec(ctx, "update sending set remaining_as = $2, remaining_why = $3 where request = $1 and remaining_as = ''", n, string(Failed), mustText(why)); err != nil {
		return err
	}
	return o.transitionIn(ctx, tx, n, nil)
}

// giveUp is failRestOf in a transaction of its own.
func (o *Outbox) giveUp(ctx context.Context, n int64, why cards.Text) error {
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "update request set n = n where n = $1", n); err != nil {
			return err
		}
		return o.failRestOf(ctx, tx, n, why)
	})
}

// shanghai is the zone in which WeChat counts days.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// quotaReset is when WeChat counts the day's calls anew.
func quotaReset(now time.Time) time.Time {
	y, m, d := now.In(shanghai).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, shanghai)
}

package sending

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
// is under way any more, or too much fails; and whether it goes on.
func (e *ledger) addUp(ctx context.Context, tx *store.Tx, r Order, d change) (asks, goes bool, err error) {
	is, err := store.One[struct {
		Sending     int   `db:"sending"`
		Ended       int   `db:"ended"`
		RemainingAs State `db:"remaining_as"`
		Phase       Phase `db:"phase"`
		Calls       int   `db:"calls"`
		Good        int   `db:"since_good"`
		Bad         int   `db:"since_bad"`
	}](ctx, tx, `update sending set sending = sending + $2, done = done + $3, failed = failed + $4, unclear = unclear + $5,
		since_good = since_good + $6, since_bad = since_bad + $7 where request = $1
		returning sending, done + failed + unclear + stopped as ended, remaining_as, phase, calls, since_good, since_bad`,
		r.N, d.sending, d.done, d.failed, d.unclear, d.good, d.bad)
	if err != nil {
		return false, false, fmt.Errorf("add up request %d: %w", r.N, err)
	}
	asks = is.Sending == 0 && (is.RemainingAs != "" || is.Ended >= is.Calls) || e.FailureLimit.passed(is.Good, is.Bad)
	return asks, is.Phase == Going && is.RemainingAs == "", nil
}

// transitionSoon is transition, tried until the database takes it.
func (e *Engine) transitionSoon(ctx context.Context, n int64, what *problem) {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := e.transition(ctx, n, what)
		if err == nil || e.isStopping() {
			return
		}
		e.Log.Error("a broadcast's state not written yet", "request", n, "error", err)
		time.Sleep(wait)
	}
}

// transition brings the state of a broadcast in line with its counts: it has begun, it has
// ended, or something holds it.
func (e *Engine) transition(ctx context.Context, n int64, what *problem) error {
	return e.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error { return e.transitionIn(ctx, tx, n, what) })
}

func (e *Engine) transitionIn(ctx context.Context, tx *store.Tx, n int64, what *problem) error {
	if err := e.Owner.Lock(ctx, tx, n); err != nil {
		return err
	}
	r, err := e.order(ctx, tx, n)
	if err != nil {
		return err
	}
	if r.Progress.Phase != Over && !r.Progress.BegunAt.IsZero() {
		if err := e.Owner.Began(ctx, tx, r); err != nil {
			return err
		}
	}
	if t := r.Tally; t.Sending+t.Waiting == 0 {
		if r.Progress.RemainingAs != "" && r.Progress.Phase != Over {
			if err := e.holdDoubtful(ctx, tx, &r); err != nil {
				return err
			}
		}
		return e.end(ctx, tx, r)
	}
	if r.Progress.Phase != Going || r.Progress.BegunAt.IsZero() {
		return nil
	}
	if what == nil || !what.begun.After(r.Progress.ResumedAt) { // said of a call before it went on, it is old
		var good, bad int
		if err := tx.QueryRow(ctx, "select since_good, since_bad from sending where request = $1", n).Scan(&good, &bad); err != nil {
			return err
		}
		if !e.FailureLimit.passed(good, bad) {
			return nil
		}
		return e.hold(ctx, tx, r, cards.T("hold.failures", "bad", bad, "all", good+bad, "limit", e.FailureLimit.Percent), time.Time{}, true)
	}
	switch what.Obstacle {
	case TooFast:
		return e.slowDown(ctx, tx, r, r.Progress.Rate)
	case QuotaSpent:
		until := quotaReset(e.Now())
		return e.hold(ctx, tx, r, cards.T("hold.quota", "why", what.why, "at", until), until, false)
	}
	return e.hold(ctx, tx, r, cards.T("hold.access", "why", what.why), time.Time{}, false)
}

// end ends an order of which nothing is left to call; one that has ended is ended anew
// where a late answer changed what came of it.
func (e *Engine) end(ctx context.Context, tx *store.Tx, r Order) error {
	if _, err := tx.Exec(ctx, "update sending set phase = 'over' where request = $1", r.N); err != nil {
		return err
	}
	if r.Progress.Phase != Over {
		tx.OnCommit(func() { e.delivered(r, r.Progress.RemainingAs, r.Progress.Remaining) })
	}
	told, err := e.Owner.Ended(ctx, tx, r)
	if err != nil || !told || r.Broadcast == nil {
		return err
	}
	// One that was over before a second had gone has no rate yet.
	rate := int64(r.Progress.Rate)
	if took := e.Now().Sub(r.Progress.BegunAt); rate == 0 && !r.Progress.BegunAt.IsZero() && took > 0 {
		rate = max(1, int64(float64(r.Tally.Ended())/took.Seconds()))
	}
	if _, err := tx.Exec(ctx, "update sending set rate = $2, report_state = '' where request = $1", r.N, rate); err != nil {
		return err
	}
	return e.Jobs.Enqueue(ctx, tx, jobReport, reportJob{Request: r.N})
}

// hold holds an order that the engine will not go on with; where until is set, it goes on
// by itself then.
func (e *Engine) hold(ctx context.Context, tx *store.Tx, r Order, why cards.Text, until time.Time, failing bool) error {
	if _, err := tx.Exec(ctx, "update sending set phase = 'held', hold_why = $2, hold_until = $3 where request = $1", r.N, why, store.Millis(until)); err != nil {
		return err
	}
	return e.Owner.Held(ctx, tx, r, why, failing)
}

// failRemaining fails all of an order who have not been called.
func (e *Engine) failRemaining(ctx context.Context, tx *store.Tx, n int64, why cards.Text) error {
	if err := e.lockBatches(ctx, tx, n); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "update sending set remaining_as = $2, remaining_why = $3 where request = $1 and remaining_as = ''", n, string(Failed), why); err != nil {
		return err
	}
	return e.transitionIn(ctx, tx, n, nil)
}

// giveUp is failRemaining in a transaction of its own.
func (e *Engine) giveUp(ctx context.Context, n int64, why cards.Text) error {
	return e.DB.Update(ctx, func(tx *store.Tx) error {
		if err := e.Owner.Lock(ctx, tx, n); err != nil {
			return err
		}
		return e.failRemaining(ctx, tx, n, why)
	})
}

// shanghai is the zone in which WeChat counts days.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// quotaReset is when WeChat counts the day's calls anew.
func quotaReset(now time.Time) time.Time {
	y, m, d := now.In(shanghai).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, shanghai)
}

package schedules

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// follow looks at the requests of runs under way and settles those that have ended.
// What was asked for just when its schedule was paused, removed or changed is called off, if
// it has not begun; under terms of before, once its instant has come, only what still waits. What somebody decided to make up for while
// it is paused is not.
func (s *Schedules) follow(ctx context.Context) error {
	type open struct {
		Schedule int64     `db:"schedule"`
		At       time.Time `db:"fire_at"`
		Request  int64     `db:"request"`
		Version  int64     `db:"version"`
		CallOff  string    `db:"call_off"` // its owner
		Due      bool      `db:"due"`      // under terms of before, and its instant has come
	}
	all, err := store.All[open](s.DB.Query(ctx, `select r.schedule, r.fire_at, r.request, r.version,
		case when r.who = '' and (s.state = 'removed' or s.state = 'paused' and r.missed = 0 or r.version < s.version) then s.owner else '' end as call_off,
		case when s.state not in ('removed', 'paused') and r.fire_at <= $1 then 1 else 0 end as due
		from schedule_run r join schedule s on s.id = r.schedule where r.state = 'open' order by r.request limit 500`, store.Millis(s.Now())))
	if err != nil {
		return err
	}
	for _, o := range all {
		state, may, err := s.Outbox.MayCallOff(ctx, o.Request)
		if errors.Is(err, sql.ErrNoRows) {
			state, err = outbox.Failed, nil
		}
		if err != nil {
			return err
		}
		if o.CallOff != "" && may && (!o.Due || state == outbox.Waiting) {
			if err := s.withdraw(ctx, o.Request, o.CallOff, cards.T("schedule.called_off")); err != nil {
				return err
			}
			continue // it is settled the next time
		}
		if state.Ended() {
			if err := s.settle(ctx, o.Schedule, o.Version, o.Request, o.At, state); err != nil {
				return err
			}
		}
	}
	return nil
}

// settle ends a run as its request has ended.
func (s *Schedules) settle(ctx context.Context, id, version, request int64, at time.Time, state outbox.State) error {
	one, err := s.asOf(ctx, id, version)
	if err != nil {
		return err
	}
	run, err := s.run(ctx, s.DB, id, at)
	if errors.Is(err, sql.ErrNoRows) || err == nil && run.Request != request {
		return nil // another has taken its place
	} else if err != nil {
		return err
	}
	why := cards.Text{}
	if state == outbox.Failed {
		if missed, err := s.Outbox.Missed(ctx, run.Request); err != nil {
			return err
		} else if missed && run.Who == "" {
			return s.missedAhead(ctx, one)
		}
		if why, err = s.whyFailed(ctx, run.Request); err != nil {
			return err
		}
	}
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		still, err := tx.Exec(ctx, "update schedule_run set request = request where schedule = $1 and fire_at = $2 and request = $3", id, store.Millis(at), request)
		if err != nil || still == 0 {
			return err
		}
		first, err := s.setRun(ctx, tx, id, at, "open", string(state), 0, why)
		if err != nil || !first {
			return err
		}
		switch {
		case state == outbox.Failed:
			return s.failed(ctx, tx, one, run, why)
		case run.Who == "" && (state == outbox.Done || state == outbox.Partly || state == outbox.Unclear):
			_, err = tx.Exec(ctx, "update schedule set failures = 0 where id = $1 and failures > 0", id)
		}
		return err
	})
}

// whyFailed tells people why a request failed.
func (s *Schedules) whyFailed(ctx context.Context, n int64) (cards.Text, error) {
	why, err := s.Outbox.WhyFailed(ctx, n)
	if err != nil || !why.IsZero() {
		return cards.T("schedule.failed_request", "n", n, "why", why), err
	}
	return cards.T("schedule.failed_unsaid", "n", n), nil
}

package schedules

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// Get is an account's schedule of a name. Refuses with cards.NotFound where there is none;
// without a code where only an account that is not served has one.
func (s *ledger) Get(ctx context.Context, account, name string) (Schedule, error) {
	found, err := store.One[Schedule](ctx, s.DB, selectSchedules+"s.account = $1 and s.folded = $2 and s.state <> 'removed'", account, folded(name))
	if errors.Is(err, sql.ErrNoRows) {
		return found, s.elsewhere(ctx, name)
	}
	if err != nil {
		return found, fmt.Errorf("read schedule %s: %w", name, err)
	}
	return found, nil
}

// elsewhere refuses a name that an account has no schedule of; where another has one that
// nobody serves, it says that this one is held.
func (s *ledger) elsewhere(ctx context.Context, name string) error {
	served, args := s.Outbox.Accounts.In("account", 2)
	var account string
	err := s.DB.QueryRow(ctx, "select account from schedule where folded = $1 and state <> 'removed' and not ("+served+") order by id limit 1", append([]any{folded(name)}, args...)...).Scan(&account)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return cards.Refuse("fault.schedule_none", "name", cards.Code(name)).WithCode(cards.NotFound)
	case err != nil:
		return fmt.Errorf("look whose schedule %s is: %w", name, err)
	}
	return (&outbox.Unserved{Account: account}).Refusal()
}

// List are the schedules of accounts, those that fire next first.
func (s *ledger) List(ctx context.Context, accounts outbox.Accounts, limit int) ([]Schedule, error) {
	of, args := accounts.In("s.account", 2)
	return s.list(ctx, of+" and s.state <> 'removed' order by case when s.next_at > 0 then s.next_at else 9000000000000000 end, s.folded, s.id limit $1", append([]any{limit}, args...)...)
}

// Elsewhere counts the schedules that are for none of accounts.
func (s *ledger) Elsewhere(ctx context.Context, accounts outbox.Accounts) (count int, err error) {
	of, args := accounts.In("account", 1)
	if err = s.DB.QueryRow(ctx, "select count(*) from schedule where not ("+of+") and state <> 'removed'", args...).Scan(&count); err != nil {
		return 0, fmt.Errorf("count the schedules for other accounts: %w", err)
	}
	return count, nil
}

func (s *ledger) list(ctx context.Context, where string, args ...any) ([]Schedule, error) {
	found, err := store.All[Schedule](s.DB.Query(ctx, selectSchedules+where, args...))
	if err != nil {
		return nil, fmt.Errorf("list schedules: %w", err)
	}
	return found, nil
}

// Fire is one instant of a schedule to come.
type Fire struct {
	Schedule Schedule
	At       time.Time
}

// Upcoming are the next n fires of all schedules of accounts, up to an instant where it
// is not zero.
func (s *ledger) Upcoming(ctx context.Context, accounts outbox.Accounts, n int, upTo time.Time) ([]Fire, error) {
	first, err := s.Active(ctx, accounts, n)
	if err != nil {
		return nil, err
	}
	return UpcomingOf(first, n, upTo)
}

// Active are the schedules of accounts that will fire, those that fire next first.
func (s *ledger) Active(ctx context.Context, accounts outbox.Accounts, limit int) ([]Schedule, error) {
	of, args := accounts.In("s.account", 2)
	return s.list(ctx, of+" and s.state = 'active' and s.next_at > 0 order by s.next_at, s.id limit $1", append([]any{limit}, args...)...)
}

// UpcomingOf are the next n fires of some schedules, up to an instant where it is not zero.
func UpcomingOf(of []Schedule, n int, upTo time.Time) ([]Fire, error) {
	var fires []Fire
	for _, one := range of {
		spec, err := one.Terms.Spec()
		if err != nil {
			return nil, err
		}
		for at, left := one.Next, n; !at.IsZero() && left > 0 && (upTo.IsZero() || !at.After(upTo)); at, left = spec.Next(at), left-1 {
			fires = append(fires, Fire{one, at})
		}
	}
	slices.SortStableFunc(fires, func(a, b Fire) int { return a.At.Compare(b.At) })
	return fires[:min(n, len(fires))], nil
}

// Run is one fire of a schedule that has come, or was said by hand.
type Run struct {
	At      time.Time  `db:"fire_at"`
	State   string     `db:"state"` // firing, asked, open, skipped, or the request's last state
	Request int64      `db:"request"`
	Who     string     `db:"who"` // who said it by hand
	Found   time.Time  `db:"found_at"`
	Missed  int        `db:"missed"` // how many fires it stands for; 0: it was not missed
	Since   time.Time  `db:"since"`  // the first that it stands for; of one that waited for the one before, when its turn came
	Version int64      `db:"version"`
	Note    cards.Text `db:"note"`
}

// Runs are the newest runs of a schedule.
func (s *ledger) Runs(ctx context.Context, id int64, limit int) ([]Run, error) {
	runs, err := store.All[Run](s.DB.Query(ctx, selectRuns+"schedule = $1 order by fire_at desc limit $2", id, limit))
	if err != nil {
		return nil, fmt.Errorf("read runs: %w", err)
	}
	for i, r := range runs {
		// A request goes on after it was looked at last: by the second, or by a person.
		if r.Request == 0 || r.State != "open" && r.State != string(outbox.Unclear) {
			continue
		}
		if state, _, err := s.Outbox.StateOf(ctx, r.Request); errors.Is(err, sql.ErrNoRows) {
			continue // it was removed, as the run says it stood
		} else if err != nil {
			return nil, err
		} else if state.Ended() {
			runs[i].State = string(state)
		}
	}
	return runs, nil
}

func (s *ledger) run(ctx context.Context, q store.Queryer, id int64, at time.Time) (Run, error) {
	return store.One[Run](ctx, q, selectRuns+"schedule = $1 and fire_at = $2", id, store.Millis(at))
}

// HeldBack are the schedules of accounts whose fire was due and is held: by pause-all, now.
func (s *ledger) HeldBack(ctx context.Context, accounts outbox.Accounts) ([]Schedule, error) {
	served, args := accounts.In("s.account", 2)
	return s.list(ctx, "s.state = 'active' and s.next_at > 0 and s.next_at <= $1 and (s.held = 1 or s.wake_at <= $1) and "+served+" order by s.next_at limit 20", append([]any{store.Millis(s.Now())}, args...)...)
}

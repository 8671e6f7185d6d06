package schedules

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/width"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// folded is a name as two people would call it the same.
func folded(name string) string { return strings.ToLower(width.Fold.String(name)) }

var nameForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$`)

// Draft is a schedule as it was said.
type Draft struct {
	Name, When, Zone, Channel, Missed, Overlap, Until, Line string

	Each, Either bool
	Once         bool // said by `schedule once`: one instant is wanted
	Owner        string
}

// Read makes terms of what was said, without its line's kind and audience; or refuses.
func (s *Schedules) Read(d Draft) (Terms, Spec, error) {
	t := Terms{
		Name: width.Fold.String(d.Name), Owner: d.Owner, Line: d.Line, Typed: d.When, Channel: d.Channel,
		Missed: d.Missed, Overlap: d.Overlap, Each: d.Each, Either: d.Either,
	}
	at := func(field string, err error) error {
		var refusal *cards.Refusal
		if errors.As(err, &refusal) && refusal.Field == "" {
			refusal.Field = field
		}
		return err
	}
	if !nameForm.MatchString(t.Name) {
		return t, Spec{}, at("NAME", cards.Refuse("fault.schedule_name", "name", cards.Code(d.Name)))
	}
	zone, err := s.Zone, error(nil)
	if d.Zone != "" {
		if zone, err = ParseZone(d.Zone); err != nil {
			return t, Spec{}, err
		}
	}
	t.Zone = zone.String()
	now := s.Now()
	understood, err := Understand(d.When, now, zone)
	if err != nil {
		return t, Spec{}, at("WHEN", err)
	}
	t.Cron, t.At = understood.Cron, understood.At
	spec := Once(t.At, zone)
	if t.Cron != "" {
		if spec, err = ParseCron(t.Cron, zone, d.Either); err != nil {
			return t, spec, at("WHEN", err)
		}
		t.Cron = spec.Cron
		if err := s.allowed(d, spec, now); err != nil {
			return t, spec, at("WHEN", err)
		}
	}
	if d.Until != "" {
		if t.Until, err = parseUntil(d.Until, zone, now); err != nil {
			return t, spec, at("until", err)
		}
		spec.Until = t.Until
	}
	if t.Fires = spec.Fires(now, 5); len(t.Fires) == 0 {
		key := "fault.spec_never"
		if d.Until != "" {
			key = "fault.spec_never_until"
		}
		return t, spec, at("WHEN", cards.Refuse(key, "spec", cards.Code(d.When)))
	}
	return t, spec, nil
}

// allowed refuses what recurs where one instant is wanted, and what recurs too often.
func (s *Schedules) allowed(d Draft, spec Spec, now time.Time) error {
	switch {
	case d.Once:
		return cards.Refuse("fault.spec_not_once", "spec", cards.Code(d.When))
	case spec.Next(now).IsZero():
		return cards.Refuse("fault.spec_never", "spec", cards.Code(d.When))
	case spec.Interval() < s.Least:
		return cards.Refuse("fault.spec_often", "spec", cards.Code(d.When), "every", Span(spec.Interval()), "least", Span(s.Least))
	}
	return nil
}

// parseUntil reads the last day on which a schedule fires.
func parseUntil(text string, zone *time.Location, now time.Time) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, strings.NewReplacer("/", "-", ".", "-").Replace(width.Fold.String(text)))
	if err != nil {
		return time.Time{}, cards.Refuse("fault.spec_until", "until", cards.Code(text))
	}
	end, _ := instantOf(day.AddDate(0, 0, 1), zone)
	if !end.After(now) {
		return end, cards.Refuse("fault.spec_until_past", "until", cards.Code(text))
	}
	return end, nil
}

// Get is the schedule of a name; a *cards.Refusal where there is none.
func (s *Schedules) Get(ctx context.Context, name string) (Schedule, error) {
	found, err := scanSchedule(s.DB.QueryRow(ctx, "select "+scheduleColumns+" from schedule s where s.folded = $1 and s.state <> 'removed'", folded(name)))
	if errors.Is(err, sql.ErrNoRows) {
		return found, cards.Refuse("fault.schedule_none", "name", cards.Code(name))
	}
	if err != nil {
		return found, fmt.Errorf("read schedule %s: %w", name, err)
	}
	return found, nil
}

// List are the schedules, those that fire next first.
func (s *Schedules) List(ctx context.Context, limit int) ([]Schedule, error) {
	return s.list(ctx, "s.state <> 'removed' order by case when s.next_at > 0 then s.next_at else 9000000000000000 end, s.folded limit $1", limit)
}

func (s *Schedules) list(ctx context.Context, where string, args ...any) ([]Schedule, error) {
	rows, err := s.DB.Query(ctx, "select "+scheduleColumns+" from schedule s where "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("list schedules: %w", err)
	}
	defer rows.Close()
	var found []Schedule
	for rows.Next() {
		one, err := scanSchedule(rows)
		if err != nil {
			return nil, fmt.Errorf("list schedules: %w", err)
		}
		found = append(found, one)
	}
	return found, rows.Err()
}

// Fire is one instant of a schedule to come.
type Fire struct {
	Schedule Schedule
	At       time.Time
}

// Upcoming are the next n fires of all schedules, up to an instant where it is not zero.
func (s *Schedules) Upcoming(ctx context.Context, n int, upTo time.Time) ([]Fire, error) {
	first, err := s.list(ctx, "s.state = 'active' and s.next_at > 0 order by s.next_at, s.id limit $1", n)
	if err != nil {
		return nil, err
	}
	var fires []Fire
	for _, one := range first {
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
	At      time.Time
	State   string // firing, asked, open, skipped, or the request's last state
	Request int64
	Who     string // who said it by hand
	Found   time.Time
	Missed  int // how many fires it stands for; 0: it was not missed
	Since   time.Time
	Version int64
	Note    cards.Text
}

// Runs are the newest runs of a schedule.
func (s *Schedules) Runs(ctx context.Context, id int64, limit int) ([]Run, error) {
	rows, err := s.DB.Query(ctx, "select "+runColumns+" from schedule_run where schedule = $1 order by fire_at desc limit $2", id, limit)
	if err != nil {
		return nil, fmt.Errorf("read runs: %w", err)
	}
	defer rows.Close()
	var runs []Run
	for rows.Next() {
		r, err := scanRun(rows)
		if err != nil {
			return nil, fmt.Errorf("read runs: %w", err)
		}
		runs = append(runs, r)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for i, r := range runs {
		// A request goes on after it was looked at last: by the second, or by a person.
		if r.Request == 0 || r.State != "open" && r.State != string(outbox.Unclear) {
			continue
		}
		if state, _, err := s.Outbox.StateOf(ctx, r.Request); err != nil {
			return nil, err
		} else if state.Ended() {
			runs[i].State = string(state)
		}
	}
	return runs, nil
}

func (s *Schedules) run(ctx context.Context, q store.Queryer, id int64, at time.Time) (Run, error) {
	return scanRun(q.QueryRow(ctx, "select "+runColumns+" from schedule_run where schedule = $1 and fire_at = $2", id, store.Millis(at)))
}

// HeldBack are the schedules whose fire was due and is held: by pause-all, now.
func (s *Schedules) HeldBack(ctx context.Context) ([]Schedule, error) {
	return s.list(ctx, "s.state = 'active' and s.next_at > 0 and s.next_at <= $1 and (s.held = 1 or s.wake_at <= $1) order by s.next_at limit 20", store.Millis(s.Now()))
}

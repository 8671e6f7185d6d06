package schedules

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"magpie/store/storetest"
	"magpie/zones"
)

// Through down-times, stalls and clocks that are set back, every instant of a paper
// calendar is fired once or stands in exactly one missed run.
func TestNoInstantIsLostAndNoneTwice(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 2))
	start := time.Date(2026, time.Month(3+7*r.IntN(2)), 18, 6, 7, 0, 0, time.UTC) // both sides' clock changes follow
	w := newWorld(t, storetest.SQLite(t), start)
	var said atomic.Int64
	w.say = func(context.Context, Line) (int64, error) { return 1_000_000 + said.Add(1), nil }
	type one struct {
		calendar calendar
		zone     *time.Location
		missed   string
	}
	const count = 24
	all := map[string]one{}
	for i := range count {
		zone, err := zones.Load(worldZones[i%len(worldZones)])
		if err != nil {
			t.Fatal(err)
		}
		c := randomCalendar(r)
		c.minute, c.month = oneOf(r, 0, 59), randomField(r, 1, 12, 1)
		if c.hour.any || len(c.hour.text) > 3 {
			c.hour = oneOf(r, 0, 4) // where clocks change
		}
		name := fmt.Sprintf("s%d", i)
		all[name] = one{c, zone, []string{"skip", "once", "ask"}[i%3]}
		w.add(Draft{Name: name, When: c.String(), Zone: zone.String(), Either: true, Missed: all[name].missed, Overlap: "together"})
	}
	now, end := start, start.AddDate(0, 0, 24)
	downs := 0
	for now.Before(end) {
		switch r.IntN(20) {
		case 0: // down for up to three days
			now = now.Add(time.Duration(r.IntN(72*60)) * time.Minute)
			if now.After(end) {
				now = end
			}
			w.began = now
			downs++
		case 1: // it stalls, living
			now = now.Add(time.Duration(r.IntN(6*60)) * time.Minute)
		case 2: // the clock is set back for a while
			w.at(now.Add(-time.Duration(r.IntN(120)) * time.Minute))
		default:
			now = now.Add(time.Duration(1+r.IntN(240)) * time.Minute)
		}
		if now.After(end) {
			now = end
		}
		w.clock.set(now)
		for due := 1; due > 0; {
			w.at(now)
			if err := w.DB.QueryRow(t.Context(), "select count(*) from schedule where state = 'active' and wake_at > 0 and wake_at <= $1", now.UnixMilli()).Scan(&due); err != nil {
				t.Fatal(err)
			}
		}
	}
	instants, missed := 0, 0
	for name, s := range all {
		want := s.calendar.walk(start, end, s.zone)
		var got []time.Time
		for _, run := range w.runsOfQuietly(name) {
			if run.Missed == 0 {
				got = append(got, run.At)
				continue
			}
			stands := 0
			for _, at := range want {
				if !at.Before(run.Since) && !at.After(run.At) {
					got = append(got, at)
					stands++
				}
			}
			missed += stands
			if stands != run.Missed {
				t.Errorf("%s: a run stands for %d from %s to %s, want %d", name, run.Missed, run.Since, run.At, stands)
			}
		}
		if !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Errorf("%s %q in %s:\ngot  %v\nwant %v", name, s.calendar, s.zone, got, want)
		}
		instants += len(want)
	}
	t.Logf("%d instants, %d of them missed in %d down-times", instants, missed, downs)
}

func oneOf(r *rand.Rand, low, high int) field {
	f := field{allow: make([]bool, 60)}
	v := low + r.IntN(high-low+1)
	f.allow[v], f.text = true, fmt.Sprint(v)
	return f
}

// runsOfQuietly reads the runs without looking at their requests.
func (w *world) runsOfQuietly(name string) []Run {
	w.t.Helper()
	var id int64
	if err := w.DB.QueryRow(w.t.Context(), "select max(id) from schedule where folded = $1", folded(name)).Scan(&id); err != nil {
		w.t.Fatal(err)
	}
	rows, err := w.DB.Query(w.t.Context(), "select "+runColumns+" from schedule_run where schedule = $1 order by fire_at", id)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	var runs []Run
	for rows.Next() {
		run, err := scanRun(rows)
		if err != nil {
			w.t.Fatal(err)
		}
		runs = append(runs, run)
	}
	return runs
}

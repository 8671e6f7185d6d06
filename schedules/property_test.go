package schedules

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"magpie/store"
	"magpie/store/storetest"
	"magpie/zones"
)

// Through sleeps, also between a claim and its line, and clocks that are stepped either
// way: every instant of a paper calendar is fired once or stands in exactly one missed
// run; whenever somebody wakes, at most one run of a schedule goes out, none later than
// the grace unless it makes up for others; and what was missed is told by its policy.
func TestNoInstantIsLostAndNoneTwice(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		noneLostNoneTwice(t, storetest.SQLite(t), 24, 24)
	})
	t.Run("postgres", func(t *testing.T) { // where a transaction takes longer: fewer of them
		t.Parallel()
		noneLostNoneTwice(t, storetest.Postgres(t), 12, 14)
	})
}

func noneLostNoneTwice(t *testing.T, url string, count, days int) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 2))
	start := time.Date(2026, time.Month(3+7*r.IntN(2)), 18, 6, 7, 0, 0, time.UTC) // both sides' clock changes follow
	w := newWorld(t, url, start)
	g := &gate{w: w, names: map[int64]string{}, out: map[outIn]int{}}
	w.say = g.say
	type one struct {
		calendar        calendar
		zone            *time.Location
		missed, overlap string
	}
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
		all[name] = one{c, zone, []string{"skip", "once", "ask"}[i%3], []string{"together", "wait"}[i/3%2]}
		added := w.add(Draft{Name: name, When: c.String(), Zone: zone.String(), Either: true, Missed: all[name].missed, Overlap: all[name].overlap})
		g.names[added.Version] = name
	}
	now, end := start, start.AddDate(0, 0, days)
	gaps, asleep := 0, 0
	for now.Before(end) {
		suspended := false
		switch r.IntN(50) {
		case 0: // it sleeps for up to three days
			now = now.Add(time.Duration(r.IntN(72*60)) * time.Minute)
			gaps++
		case 1, 2: // the clock is set back for a while
			g.wake(now.Add(-time.Duration(r.IntN(120)) * time.Minute))
		case 3, 4, 5: // it claims what is due, and sleeps before it says so
			suspended = true
			fallthrough
		default: // the next fire is found, soon or late
			var next int64
			if err := w.DB.QueryRow(t.Context(), "select min(wake_at) from schedule where state = 'active' and wake_at > $1", now.UnixMilli()).Scan(&next); err != nil {
				t.Fatal(err)
			}
			now = time.UnixMilli(next).Add(time.Duration(r.IntN(7*60)) * time.Second).UTC()
		}
		if now.After(end) {
			now = end
		}
		if suspended && g.sleep(now) {
			asleep++
			now = now.Add(time.Duration(r.IntN(30*60)) * time.Minute)
			if now.After(end) {
				now = end
			}
			w.clock.set(now)
			if r.IntN(2) == 0 {
				g.open()
			} else {
				w.at(now) // the clock finds it first
				g.open()
			}
		}
		g.wake(now)
	}
	// What still waits for its turn has it.
	g.wake(end.Add(time.Second))
	instants, missed, told := 0, 0, map[string]int{}
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
			if want := map[string]string{"skip": "skipped", "once": "done", "ask": "asked"}[s.missed]; run.State != want {
				t.Errorf("%s: a missed run with missed=%s: got %s, want %s", name, s.missed, run.State, want)
			}
			told[s.missed]++
		}
		if !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Errorf("%s %q in %s:\ngot  %v\nwant %v", name, s.calendar, s.zone, got, want)
		}
		instants += len(want)
	}
	for _, p := range []struct{ policy, key string }{{"skip", "schedule.missed_skipped"}, {"ask", "schedule.missed_ask"}} {
		w.until(fmt.Sprintf("%d cards with %s", told[p.policy], p.key), func() bool { return w.cardsWith(p.key) == told[p.policy] })
	}
	if g.madeUp != told["once"] {
		t.Errorf("made up for, and said so: got %d, want %d", g.madeUp, told["once"])
	}
	t.Logf("%d instants, %d of them missed; %d long sleeps, %d between claim and line", instants, missed, gaps, asleep)
}

// gate is a door that notes what goes out, and that can be shut: who is about to say a
// line then stands there, as a process that is suspended does.
type gate struct {
	w     *world
	names map[int64]string // by version

	mu     sync.Mutex
	shut   chan struct{} // nil: open
	stand  int
	n      int64
	madeUp int
	wave   int // which time somebody woke
	out    map[outIn]int
}

// outIn is a schedule, and when somebody woke.
type outIn struct {
	name string
	wave int
}

func (g *gate) say(ctx context.Context, l Line) (int64, error) {
	g.mu.Lock()
	shut := g.shut
	if shut != nil {
		g.stand++
	}
	g.mu.Unlock()
	if shut != nil {
		<-shut
	}
	var n int64
	var at time.Time // of the commit: afterwards the clock is free to go on
	var wave int
	err := g.w.DB.Update(ctx, func(tx *store.Tx) error {
		g.mu.Lock()
		g.n++
		n, wave = 1_000_000+g.n, g.wave
		g.mu.Unlock()
		at = g.w.clock.now()
		if err := l.With(ctx, tx, n); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "update schedule_run set state = 'done' where request = $1", n)
		return err
	})
	if err != nil {
		return 0, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	name, late := g.names[l.Grant], at.Sub(l.Due)
	in := outIn{name, wave}
	if g.out[in]++; g.out[in] > 1 {
		g.w.t.Errorf("%s: %d runs went out at %s, want one at most", name, g.out[in], at)
	}
	switch madeUp := l.Note.Key == "schedule.catch_up"; {
	case madeUp:
		g.madeUp++
	case late > g.w.Grace:
		g.w.t.Errorf("%s of %s went out %s late", name, l.Due, late)
	case late > time.Second != (l.Note.Key == "schedule.late"):
		g.w.t.Errorf("%s of %s, %s late, says %s", name, l.Due, late, l.Note.Key)
	}
	return n, nil
}

// wake sets the clock and looks at it until nothing is left to do.
func (g *gate) wake(now time.Time) {
	g.mu.Lock()
	g.wave++
	g.mu.Unlock()
	g.w.at(now)
	g.w.until("all that is due to be settled", func() bool {
		g.w.at(now)
		busy := g.count("select count(*) from schedule where state = 'active' and wake_at > 0 and wake_at <= $1", now.UnixMilli()) +
			g.count("select count(*) from schedule_run where state = 'firing' and fire_at > $1", 0)
		if busy > 0 {
			g.w.hurry()
		}
		return busy == 0
	})
}

// sleep claims what is due and suspends whoever says it; false where nothing is due.
func (g *gate) sleep(now time.Time) bool {
	g.mu.Lock()
	g.shut, g.stand = make(chan struct{}), 0
	g.wave++
	g.mu.Unlock()
	g.w.at(now)
	if g.count("select count(*) from schedule_run where state = 'firing' and fire_at > $1", 0) == 0 {
		g.open()
		return false
	}
	g.w.until("somebody to stand at the gate", func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.stand > 0
	})
	return true
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.shut)
	g.shut = nil
}

func (g *gate) count(query string, arg int64) (n int) {
	if err := g.w.DB.QueryRow(g.w.t.Context(), query, arg).Scan(&n); err != nil {
		g.w.t.Fatal(err)
	}
	return n
}

// cardsWith counts the cards that have a text of the key.
func (w *world) cardsWith(key string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, card := range w.posts {
		for _, body := range card.Body {
			if body.Key == key {
				n++
			}
		}
	}
	return n
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
	runs, err := store.All[Run](w.DB.Query(w.t.Context(), selectRuns+"schedule = $1 order by fire_at", id))
	if err != nil {
		w.t.Fatal(err)
	}
	return runs
}

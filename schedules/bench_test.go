package schedules

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"magpie/store"
	"magpie/store/storetest"
)

// BenchmarkClock holds N schedules, of which 200 come due within 8 s, beside one bare
// robfig/cron with as many entries: how long it takes to start, what it holds in
// memory, what a look at the clock costs, and how late a line is said.
//
//	go test ./schedules -run - -bench Clock -benchtime 1x
func BenchmarkClock(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("cron/%d", n), func(b *testing.B) { benchCron(b, n) })
		b.Run(fmt.Sprintf("sqlite/%d", n), func(b *testing.B) { benchSchedules(b, n, storetest.SQLite(b)) })
		b.Run(fmt.Sprintf("postgres/%d", n), func(b *testing.B) { benchSchedules(b, n, storetest.Postgres(b)) })
	}
}

const dueSoon = 200

func benchSchedules(b *testing.B, n int, url string) {
	for b.Loop() {
		db := storetest.Open(b, url)
		fill(b, db, n)
		db.Close()
		before := heap()
		began := time.Now()
		w := newWorld(b, url, time.Time{})
		late := newLateness()
		w.say = func(_ context.Context, l Line) (int64, error) {
			late.add(time.Since(l.Due))
			return 1, nil
		}
		if err := w.tick(b.Context()); err != nil {
			b.Fatal(err)
		}
		started := time.Since(began)
		looks := time.Now()
		const ticks = 50
		for range ticks {
			if err := w.tick(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		look := time.Since(looks) / ticks
		first := time.Now().Add(time.Second)
		if err := w.DB.Update(b.Context(), func(tx *store.Tx) error {
			for i := range dueSoon {
				at := first.Add(time.Duration(i) * 8 * time.Second / dueSoon).UnixMilli()
				if _, err := tx.Exec(b.Context(), "update schedule set next_at = $2, wake_at = $2 where id = $1", 1+i*(n/dueSoon), at); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
		ctx, stop := context.WithCancel(b.Context())
		w.running.Go(func() { w.watch(ctx) })
		w.running.Go(func() { w.look(ctx) })
		late.wait(b)
		stop()
		w.running.Wait()
		report(b, started, heap()-before, look, late)
		w.ending()
	}
}

func benchCron(b *testing.B, n int) {
	for b.Loop() {
		before := heap()
		began := time.Now()
		c := cron.New(cron.WithLocation(time.UTC))
		late := newLateness()
		first := began.Add(4 * time.Second) // the last of 100,000 entries must be in by then
		for i := range n {
			if i%(n/dueSoon) == 0 {
				at := first.Add(time.Duration(i/(n/dueSoon)) * 8 * time.Second / dueSoon)
				c.Schedule(once{at}, cron.FuncJob(func() { late.add(time.Since(at)) }))
				continue
			}
			if _, err := c.AddFunc(fmt.Sprintf("%d %d 1 1 *", i%60, i%24), func() {}); err != nil {
				b.Fatal(err)
			}
		}
		c.Start()
		started := time.Since(began)
		late.wait(b)
		report(b, started, heap()-before, 0, late)
		c.Stop()
	}
}

type once struct{ at time.Time }

func (o once) Next(t time.Time) time.Time {
	if o.at.After(t) {
		return o.at
	}
	return time.Time{}
}

// fill writes n schedules that fire in January.
func fill(b *testing.B, db *store.DB, n int) {
	b.Helper()
	ctx := b.Context()
	next := time.Now().AddDate(0, 6, 0).UnixMilli()
	if err := db.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `insert into request (account, n, kind, state, line, asked_by, channel, thread, payload, hash, size, need, asked_at, expires_at, remind_at, approved_at)
			select 'wx1', 0, 'schedule.add', 'done', '', 'U1', 'C1', '', '{}', '', 1, 0, 0, 0, 0, 0 where 1 = 1`); err != nil {
			return err
		}
		for i := 1; i <= n; i++ {
			terms, err := json.Marshal(Terms{Key: fmt.Sprint(i), Name: fmt.Sprintf("s%d", i), Owner: "U1", Line: "send tea {{date}} to o1", Cron: fmt.Sprintf("%d %d 1 1 *", i%60, i%24), Zone: "UTC", Channel: "C1", Missed: "once", Overlap: "together", Kind: "test.send", Size: 1})
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `insert into schedule (id, account, name, folded, state, owner, channel, version, next_at, wake_at, created_at) values ($1, 'wx1', $2, $2, 'active', 'U1', 'C1', $1, $3, $3, 0)`, i, fmt.Sprintf("s%d", i), next+int64(i)); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "insert into schedule_version (n, key, schedule, terms) values ($1, $2, $1, $3)", i, fmt.Sprint(i), string(terms)); err != nil {
				return err
			}
		}
		// Their approvals.
		_, err := tx.Exec(ctx, `insert into request (account, n, kind, state, line, asked_by, channel, thread, payload, hash, size, need, asked_at, expires_at, remind_at, approved_at)
			select 'wx1', id, 'schedule.add', 'done', '', 'U1', 'C1', '', '{}', '', 1, 0, 0, 0, 0, 0 from schedule`)
		return err
	}); err != nil {
		b.Fatal(err)
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// lateness is how late each of the due lines was said.
type lateness struct {
	mu   sync.Mutex
	took []time.Duration
}

func newLateness() *lateness { return &lateness{} }

func (l *lateness) add(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.took = append(l.took, d)
}

func (l *lateness) wait(b *testing.B) {
	b.Helper()
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		l.mu.Lock()
		n := len(l.took)
		l.mu.Unlock()
		if n >= dueSoon {
			return
		}
		if time.Now().After(deadline) {
			b.Fatalf("only %d of %d were said", n, dueSoon)
		}
	}
}

func report(b *testing.B, started time.Duration, held int64, look time.Duration, late *lateness) {
	slices.Sort(late.took)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(started.Microseconds())/1000, "start-ms")
	b.ReportMetric(float64(held)/1e6, "heap-MB")
	if look > 0 {
		b.ReportMetric(float64(look.Nanoseconds())/1000, "look-µs")
	}
	b.ReportMetric(float64(late.took[len(late.took)/2].Microseconds())/1000, "late-p50-ms")
	b.ReportMetric(float64(late.took[len(late.took)*99/100].Microseconds())/1000, "late-p99-ms")
}

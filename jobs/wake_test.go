package jobs_test

import (
	"context"
	"testing"
	"time"

	"magpie/jobs"
	"magpie/store"
	"magpie/store/storetest"
)

// soon is far longer than a job that is due waits for, and far shorter than River's poll.
const soon = 12 * time.Second

func workedSoon(t *testing.T, worked <-chan string, what string) {
	t.Helper()
	select {
	case <-worked:
	case <-time.After(soon):
		t.Errorf("%s: it is not worked within %s", what, soon)
	}
}

// A job is worked when it is due, whether or not anybody said so: one that another process
// wrote, one that waits past River's own horizon, one that fell due while nobody ran, and
// on PostgreSQL those that come while the connection that hears of them is cut.
func TestWhatIsDueIsWorkedSoon(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		worked := make(chan string, 9)
		put := make(chan struct{}, 9)
		made := func() *jobs.Jobs {
			j := newJobs(t, url)
			jobs.Register(j, jobs.Calls, "greet", func(ctx context.Context, a args) error {
				if wait := time.Duration(a.N) * time.Second; wait > 0 && jobs.Current(ctx).PutOffs == 0 {
					put <- struct{}{}
					return jobs.After(wait)
				}
				worked <- a.Who
				return nil
			})
			open(t, j)
			return j
		}
		j := made()
		stop := start(t, j)
		greet := func(a args) {
			t.Helper()
			write(t, j, func(tx *store.Tx) error { return j.Enqueue(t.Context(), tx, "greet", a) })
		}
		greet(args{Who: "oA"})
		workedSoon(t, worked, "a job")
		greet(args{Who: "oB", N: 6}) // River keeps what is further off than 5 s aside
		workedSoon(t, worked, "one that was put off by 6 s")
		write(t, j, func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `insert into river_job (args, kind, max_attempts, queue, state, scheduled_at)
				values ('{"who":"oC"}', 'greet', 1000, 'send', 'available', current_timestamp)`)
			return err
		})
		workedSoon(t, worked, "one that nobody tells of")
		if j.DB.Postgres() {
			if _, err := j.DB.Pool.Exec(t.Context(), "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'LISTEN%'"); err != nil {
				t.Fatal(err)
			}
			for range 5 { // River waits longer each time it loses its connection
				greet(args{Who: "oD"})
				workedSoon(t, worked, "one that comes while nothing is heard")
			}
		}
		<-put
		greet(args{Who: "oE", N: 6})
		<-put
		stop()
		j.DB.Close()
		time.Sleep(6 * time.Second) // it falls due while nobody runs
		j = made()
		start(t, j)
		workedSoon(t, worked, "one that fell due while nobody ran")
	})
}

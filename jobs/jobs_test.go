package jobs_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"magpie/jobs"
	"magpie/store"
	"magpie/store/storetest"
)

type args struct {
	N   int    `json:"n,omitempty"`
	Who string `json:"who,omitempty"`
}

// newJobs are the jobs of a database, not open yet.
func newJobs(t *testing.T, url string) *jobs.Jobs {
	t.Helper()
	db := storetest.Open(t, url)
	return jobs.New(jobs.Options{DB: db, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
}

func open(t *testing.T, j *jobs.Jobs) {
	t.Helper()
	if err := j.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// start begins to work; stop ends it, at the test's end at the latest.
func start(t *testing.T, j *jobs.Jobs) (stop func()) {
	t.Helper()
	if err := j.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := j.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func write(t *testing.T, j *jobs.Jobs, do func(tx *store.Tx) error) {
	t.Helper()
	if err := j.DB.Update(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

// A job stands where its transaction stands, and knows which one it is and how often it
// was put off.
func TestAJobIsWorkedOnceItIsCommitted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		j := newJobs(t, url)
		worked := make(chan string, 9)
		jobs.Register(j, jobs.Calls, "greet", func(ctx context.Context, a args) error {
			if at := jobs.Current(ctx); at.PutOffs == 0 {
				return jobs.After(10 * time.Millisecond)
			} else if at.ID == 0 {
				return fmt.Errorf("a job without a number: %+v", at)
			}
			worked <- a.Who
			return nil
		})
		open(t, j)
		start(t, j)
		if err := j.DB.Update(t.Context(), func(tx *store.Tx) error {
			if err := j.Enqueue(t.Context(), tx, "greet", args{Who: "nobody"}); err != nil {
				t.Error(err)
			}
			return fmt.Errorf("rolled back")
		}); err == nil {
			t.Fatal("the transaction was committed")
		}
		write(t, j, func(tx *store.Tx) error { return j.Enqueue(t.Context(), tx, "greet", args{Who: "oA"}) })
		if who := <-worked; who != "oA" || len(worked) > 0 {
			t.Errorf("worked for %q, and %d more; want oA alone", who, len(worked))
		}
		if err := j.DB.Update(t.Context(), func(tx *store.Tx) error { return j.Enqueue(t.Context(), tx, "unknown", args{}) }); err == nil {
			t.Error("a job that nobody registered was written")
		}
		if err := j.DB.Update(t.Context(), func(tx *store.Tx) error { return j.Enqueue(t.Context(), tx, "greet", "oA") }); err == nil {
			t.Error("arguments that are no object were written")
		}
	})
}

// What failed three times by time-out is not taken up again by itself; other failures
// are, and do not count.
func TestThreeTimeoutsEndAJob(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		var mu sync.Mutex
		tries, cut := 0, 0
		gaveUp := make(chan int, 9)
		j := newJobs(t, url)
		jobs.RegisterBounded(j, jobs.Imports, "long", 50*time.Millisecond, func(ctx context.Context, _ args) error {
			mu.Lock()
			tries++
			first := tries == 1
			mu.Unlock()
			if first {
				return fmt.Errorf("Slack is away")
			}
			<-ctx.Done()
			mu.Lock()
			cut++
			mu.Unlock()
			return ctx.Err()
		}, func(_ context.Context, a args) error {
			gaveUp <- a.N
			return nil
		})
		open(t, j)
		stop := start(t, j)
		write(t, j, func(tx *store.Tx) error { return j.Enqueue(t.Context(), tx, "long", args{N: 5}) })
		if n := <-gaveUp; n != 5 {
			t.Errorf("given up: got %d, want 5", n)
		}
		stop() // waits for the job's end
		mu.Lock()
		defer mu.Unlock()
		if tries != 4 || cut != 3 || len(gaveUp) != 0 {
			t.Errorf("got %d tries, %d ended by time-out, %d times more given up; want 4, 3, 0", tries, cut, len(gaveUp))
		}
	})
}

// A magpie of before kept the jobs of most rooms under one name, in one queue.
func TestJobsOfBeforeGetTheirNames(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		fired, stands := make(chan int, 1), make(chan struct{})
		j := newJobs(t, url)
		jobs.Register(j, jobs.Writing, "write", func(ctx context.Context, _ args) error {
			select {
			case <-stands:
			case <-ctx.Done():
			}
			return nil
		})
		jobs.Register(j, jobs.Fires, "fire", func(_ context.Context, a args) error {
			fired <- a.N
			return nil
		})
		drawn := make(chan int, 1)
		jobs.Register(j, jobs.Tells, "draw_open", func(_ context.Context, a struct{ After int }) error {
			drawn <- a.After
			return nil
		})
		open(t, j)
		write(t, j, func(tx *store.Tx) error {
			was := func(name, args string) error {
				blob := "jsonb($1)"
				if j.DB.Postgres() {
					blob = "$1::text::jsonb"
				}
				_, err := tx.Exec(t.Context(), "insert into river_job (args, kind, max_attempts, queue, state) values ("+blob+", 'neighbour', 1000, 'neighbour', 'available')",
					fmt.Sprintf(`{"name": %q, "args": %s}`, name, args))
				return err
			}
			for range 20 {
				if err := was("write", `{"n": 1}`); err != nil {
					return err
				}
			}
			if err := was("draw open cards", "3"); err != nil {
				return err
			}
			return was("fire", `{"n": 7}`)
		})
		open(t, j) // as the next process does
		start(t, j)
		t.Cleanup(func() { close(stands) })
		for range 2 {
			select {
			case n := <-fired:
				if n != 7 {
					t.Errorf("the fire of before: got %d, want 7", n)
				}
			case n := <-drawn:
				if n != 3 {
					t.Errorf("the draw of before: got %d, want 3", n)
				}
			case <-time.After(15 * time.Second):
				t.Fatal("a fire of before waits behind articles that are being written")
			}
		}
	})
}

func TestAJobWithoutAWorkedQueueIsNotRegistered(t *testing.T) {
	t.Parallel()
	// What an input may make long has a limit.
	for _, queue := range []jobs.Queue{"", jobs.Imports, jobs.Fills} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Register with the queue %q: no panic", queue)
				}
			}()
			jobs.Register(jobs.New(jobs.Options{}), queue, "lost", func(context.Context, args) error { return nil })
		}()
	}
}

// A job that was taken over is another: whoever had it, and wakes, cannot end it. Those
// that name it are told.
func TestAJobThatIsTakenOverIsAnother(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	j := newJobs(t, url)
	var told []int64
	j.OnReplace(func(_ context.Context, _ *store.Tx, was, is int64) error {
		told = append(told, was, is)
		return nil
	})
	open(t, j)
	write(t, j, func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), `insert into river_job (args, attempt, attempted_at, attempted_by, kind, max_attempts, queue, state)
			values ('{"request": 99, "batch": 0}', 1, now(), '{gone}', 'lost', 5, 'nobody', 'running')`)
		return err
	})
	var was, is int64
	read := func(state string, into *int64) {
		t.Helper()
		if err := j.DB.QueryRow(t.Context(), "select id from river_job where kind = 'lost' and state = '"+state+"'").Scan(into); err != nil {
			t.Fatal(err)
		}
	}
	read("running", &was)
	open(t, j)
	read("available", &is)
	if is == was || len(told) != 2 || told[0] != was || told[1] != is {
		t.Errorf("the job was %d and is %d; told %v", was, is, told)
	}
}

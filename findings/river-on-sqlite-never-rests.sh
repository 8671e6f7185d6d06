#!/usr/bin/env bash
# github.com/riverqueue/river v0.51.2 with riverdriver/riversqlite, modernc.org/sqlite v1.50.0.
# A client with nothing to do and FetchPollInterval at an hour. Guess: it looks at a clock or
# at the database a few times a second at most. Seen: the threads of its process wake well over
# 40 times a second (some 270 on two cores), for it asks its table of notifications, and its
# completer looks at its clock, every 50 ms, whether or not there is anything to complete.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
cat > main.go <<'GO'
package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	_ "modernc.org/sqlite"
)

type nothing struct{}

func (nothing) Kind() string { return "nothing" }

type worker struct{ river.WorkerDefaults[nothing] }

func (worker) Work(context.Context, *river.Job[nothing]) error { return nil }

func main() {
	ctx := context.Background()
	db, err := sql.Open("sqlite", "file:jobs.db?_pragma=journal_mode(WAL)")
	must(err)
	db.SetMaxOpenConns(1)
	driver := riversqlite.New(db)
	log := slog.New(slog.DiscardHandler)
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: log})
	must(err)
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	must(err)
	fmt.Println("no client:", often())

	workers := river.NewWorkers()
	river.AddWorker(workers, worker{})
	client, err := river.NewClient(driver, &river.Config{
		Queues: map[string]river.QueueConfig{"default": {MaxWorkers: 1}}, Workers: workers,
		FetchPollInterval: time.Hour, Logger: log,
	})
	must(err)
	must(client.Start(ctx))
	fmt.Println("a client with nothing to do:", often())
}

// often says whether threads of this process wake more than 40 times a second.
func often() string {
	time.Sleep(3 * time.Second)
	before, began := slept(), time.Now()
	time.Sleep(10 * time.Second)
	a := float64(slept()-before) / time.Since(began).Seconds()
	fmt.Fprintf(os.Stderr, "%.0f a second\n", a)
	if a > 40 {
		return "more than 40 times a second"
	}
	return "rests"
}

// slept is how often threads of this process have gone to sleep.
func slept() (n int64) {
	threads, err := filepath.Glob("/proc/self/task/*/status")
	must(err)
	for _, thread := range threads {
		f, err := os.Open(thread)
		if err != nil {
			continue // it has ended
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if count, ok := strings.CutPrefix(lines.Text(), "voluntary_ctxt_switches:"); ok {
				k, err := strconv.ParseInt(strings.TrimSpace(count), 10, 64)
				must(err)
				n += k
			}
		}
		f.Close()
	}
	return n
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/riverqueue/river@v0.51.2 github.com/riverqueue/river/riverdriver/riversqlite@v0.51.2 modernc.org/sqlite@v1.50.0 >/dev/null 2>&1
go run . | tee seen
diff seen - <<'SEEN'
no client: rests
a client with nothing to do: more than 40 times a second
SEEN

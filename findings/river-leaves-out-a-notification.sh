#!/usr/bin/env bash
# github.com/riverqueue/river v0.51.2 with riverdriver/riversqlite, modernc.org/sqlite v1.50.0.
# River tells its workers of a job that is inserted in a transaction, so that they need not
# poll. Guess: whenever such a transaction commits, a worker looks at once. Seen: it does for
# one alone; of two of the same queue inserted within FetchCooldown only the first is told of,
# and the second, whose transaction ended after the first job was done, waits for the poll.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
cat > main.go <<'GO'
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	_ "modernc.org/sqlite"
)

const (
	cooldown = time.Second     // FetchCooldown, long enough to stand between the two
	poll     = 5 * time.Second // FetchPollInterval
)

type greeting struct {
	Who string `json:"who"`
}

func (greeting) Kind() string { return "greeting" }

type worker struct {
	river.WorkerDefaults[greeting]
	done chan string
}

func (w *worker) Work(_ context.Context, job *river.Job[greeting]) error {
	w.done <- job.Args.Who
	return nil
}

func main() {
	ctx := context.Background()
	db, err := sql.Open("sqlite", "file:jobs.db?_pragma=journal_mode(WAL)")
	must(err)
	db.SetMaxOpenConns(1)
	driver := riversqlite.New(db)
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	must(err)
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	must(err)
	done := make(chan string, 9)
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{done: done})
	client, err := river.NewClient(driver, &river.Config{
		Queues: map[string]river.QueueConfig{"default": {MaxWorkers: 2}}, Workers: workers,
		FetchCooldown: cooldown, FetchPollInterval: poll, Logger: slog.New(slog.DiscardHandler),
	})
	must(err)
	must(client.Start(ctx))
	time.Sleep(poll + poll/2) // it has polled, and polls again in half the time at least

	insert := func(who string) (committed time.Time) {
		tx, err := db.BeginTx(ctx, nil)
		must(err)
		_, err = client.InsertTx(ctx, tx, greeting{who}, nil)
		must(err)
		must(tx.Commit())
		return time.Now()
	}
	for _, pause := range []time.Duration{2 * cooldown, cooldown / 2} {
		insert("first")
		<-done
		time.Sleep(pause)
		began := insert("second")
		<-done
		how := "at once"
		if time.Since(began) > cooldown+cooldown/2 {
			how = "by the poll"
		}
		fmt.Printf("%s after the first: %s\n", pause, how)
		time.Sleep(2 * cooldown)
	}
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
2s after the first: at once
500ms after the first: by the poll
SEEN

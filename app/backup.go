package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"magpie/config"
	"magpie/jobs"
	"magpie/outbox"
	"magpie/store"
)

// Backup copies the database that DATABASE_URL names, as it is now, into a new SQLite file,
// and tells what its next start will do. It works beside a magpie that runs. In the copy
// everything is held where something would go on by itself: see outbox.HoldCopy.
func Backup(ctx context.Context, getenv func(string) string, file string, stdout io.Writer) error {
	env, err := config.ReadEnvFile(envFile)
	if err != nil {
		return err
	}
	url, err := config.Database(env.Over(getenv))
	if err != nil {
		return err
	}
	quiet := slog.New(slog.DiscardHandler) // what is said of a new file says nothing of the backup
	held := false
	err = store.Backup{From: url, File: file, Queue: jobs.Mover{Log: quiet}, Log: quiet, Mark: func(ctx context.Context, tx *store.Tx) error {
		var err error
		held, err = outbox.HoldCopy(ctx, tx, time.Now())
		return err
	}}.Make(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s is a copy of the database. It starts as DATABASE_URL=sqlite:%s.\n", file, file)
	if held {
		fmt.Fprintln(stdout, "Started on it, magpie sends nothing until an admin says resume-all: what was under way may have gone out since.")
	}
	return nil
}

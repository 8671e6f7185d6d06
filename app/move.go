package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"magpie/jobs"
	"magpie/store"
)

// MoveDatabase copies the database at from into the empty one at to, and tells what
// there was.
func MoveDatabase(ctx context.Context, from, to string, stdout io.Writer, log *slog.Logger) error {
	moved, err := store.Move(ctx, from, to, jobs.Mover{Log: log}, log)
	if err != nil {
		return err
	}
	for _, m := range moved {
		fmt.Fprintf(stdout, "%9d  %s\n", m.Rows, m.Table)
	}
	fmt.Fprintln(stdout, "Everything is moved, and counted on both sides. Set DATABASE_URL to the new address and start magpie; keep the old file, which is as it was.")
	return nil
}

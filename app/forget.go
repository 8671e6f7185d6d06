package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"magpie/audiences"
	"magpie/config"
	"magpie/retention"
	"magpie/store"
)

// Forget removes a person from everywhere in the database, and from its files, and prints how
// many rows named them, and where. It works beside a magpie that runs, and may be said
// again: what is written to the files is finished then, too. It refuses while something would
// still write to the person.
func Forget(ctx context.Context, getenv func(string) string, openid string, stdout io.Writer, log *slog.Logger) error {
	if !audiences.IsOpenID(openid) {
		return fmt.Errorf("%q is no openid: expected letters, digits, _ and -, 64 at most", openid)
	}
	file, err := config.ReadEnvFile(envFile)
	if err != nil {
		return err
	}
	url, err := config.Database(file.Over(getenv))
	if err != nil {
		return err
	}
	db, err := store.Alter(ctx, url, log)
	if err != nil {
		return err
	}
	defer db.Close()
	keeper := &retention.Keeper{DB: db, Now: time.Now, Log: log}
	forgotten, err := keeper.Forget(ctx, openid, "")
	if err != nil {
		return err
	}
	fmt.Fprint(stdout, forgotten)
	kept := fmt.Sprintf("%d unsubscriptions are", forgotten.Kept)
	if forgotten.Kept == 1 {
		kept = "1 unsubscription is"
	}
	fmt.Fprintf(stdout, "%9d  rows in all named sha256 %s; %s kept by that alone\n", forgotten.Rows(), forgotten.Digest, kept)
	if err := keeper.Compact(ctx); err != nil {
		return fmt.Errorf("the person is removed, but the database's files may still hold it; say the same again: %w", err)
	}
	return nil
}

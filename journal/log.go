package journal

import (
	"context"
	"log/slog"

	"magpie/store"
)

// logLast has an act logged once it stands: one line, what came of it among its keys. What is
// unclear by then is a warning.
func (j *Journal) logLast(ctx context.Context, tx *store.Tx, e Entry) {
	if j.Log == nil || !j.Log.Enabled(ctx, slog.LevelWarn) {
		return
	}
	about := j.About
	if about == nil {
		about = j.subject
	}
	tx.Last(func() error {
		attrs, err := about(ctx, tx, e)
		if err != nil {
			return err
		}
		level := slog.LevelInfo
		for _, a := range attrs {
			if a.Key == "state" && a.Value.String() == "unclear" {
				level = slog.LevelWarn
			}
		}
		attrs = append(attrs, slog.String("who", e.Who))
		said := e.Verb
		if e.Why != nil {
			said, attrs = "refused", append(attrs, slog.String("why", e.Why.Text.Key))
		}
		tx.OnCommit(func() { j.Log.LogAttrs(context.WithoutCancel(ctx), level, said, attrs...) })
		return nil
	})
}

func (j *Journal) subject(_ context.Context, _ *store.Tx, e Entry) ([]slog.Attr, error) {
	return []slog.Attr{slog.String("room", j.Room), slog.String("subject", e.Subject), slog.String("account", e.Account)}, nil
}

package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"

	"magpie/journal"
	"magpie/store"
)

// asides are acts that leave a request as it is: it was told, or somebody was reminded of it.
var asides = []string{"told", "untold", "reminded"}

// What is noted in a transaction about request n, so that each change of state is one line.
func changedTo(n int64) string { return fmt.Sprintf("request %d entered", n) } // the state, while no line has told it
func byPerson(n int64) string  { return fmt.Sprintf("request %d pressed", n) } // a person's act tells it

// about is what the log says of an act on a request: what the request is and, where the act is a
// person's or has changed it, in which state it is left.
func about(ctx context.Context, tx *store.Tx, e journal.Entry) ([]slog.Attr, error) {
	n, err := strconv.ParseInt(e.Subject, 10, 64)
	if err != nil { // of somebody's absence, or of a token
		return []slog.Attr{slog.String("subject", e.Subject), slog.String("account", e.Account)}, nil
	}
	attrs, err := keys(ctx, tx, n, e)
	if err != nil || slices.Contains(asides, e.Verb) {
		return attrs, err
	}
	state := tx.Noted(changedTo(n))
	if e.Who == "" && (state == "" || tx.Noted(byPerson(n)) != "") {
		return attrs, nil
	}
	if state == "" && n > 0 {
		if err := tx.QueryRow(ctx, "select state from request where n = $1", n).Scan(&state); err != nil && !isNone(err) {
			return nil, fmt.Errorf("read the state of request %d for the log: %w", n, err)
		}
	}
	tx.Note(changedTo(n), "")
	return append(attrs, slog.String("state", state)), nil
}

// keys are what each line about a request bears; of one that came to nothing what was wanted.
func keys(ctx context.Context, tx *store.Tx, n int64, e journal.Entry) ([]slog.Attr, error) {
	kind, account := e.Kind, e.Account
	if n > 0 {
		if err := tx.QueryRow(ctx, "select kind, account from request where n = $1", n).Scan(&kind, &account); err != nil && !isNone(err) {
			return nil, fmt.Errorf("read request %d for the log: %w", n, err)
		}
	}
	return []slog.Attr{slog.Int64("request", n), slog.String("kind", kind), slog.String("account", account)}, nil
}

// logEntered has a change of state logged, by the line of the act that brought it where there is
// one, else by a line of its own.
func (o *ground) logEntered(ctx context.Context, tx *store.Tx, n int64, state State) {
	if before := tx.Noted(changedTo(n)); before != "" {
		o.logState(ctx, tx, n, State(before)) // it was in that one for a moment
	}
	tx.Note(changedTo(n), string(state))
	tx.Last(func() error {
		tx.Last(func() error { // behind the acts
			if left := tx.Noted(changedTo(n)); left != "" {
				tx.Note(changedTo(n), "")
				o.logState(ctx, tx, n, State(left))
			}
			return nil
		})
		return nil
	})
}

func (o *ground) logState(ctx context.Context, tx *store.Tx, n int64, state State) {
	tx.Last(func() error {
		attrs, err := keys(ctx, tx, n, journal.Entry{})
		if err != nil {
			return err
		}
		level := slog.LevelInfo
		if state == Unclear {
			level = slog.LevelWarn
		}
		attrs = append(attrs, slog.String("state", string(state)), slog.String("who", ""))
		tx.OnCommit(func() { o.Log.LogAttrs(context.WithoutCancel(ctx), level, "entered", attrs...) })
		return nil
	})
}

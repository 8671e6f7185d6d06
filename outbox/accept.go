package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"magpie/cards"
	"magpie/store"
)

// acceptWithin is how long accepting a line may take, so that Slack is acknowledged
// in its 3 s.
const acceptWithin = 2 * time.Second

// Line is something said that a room accepts once.
type Line struct {
	Record string // the table that keeps what was done, each with its key (once) and its answer
	Once   string // the line's key: a repeated delivery of the same line has the same
	What   string // for errors and the log: "approved request 5"
}

// Answer is what a line was answered, as a record keeps it.
type Answer[S any] struct {
	Said    S              `json:"said"`
	Refusal *cards.Refusal `json:"refusal,omitempty"`
}

// AcceptOnce does a line once for its key, and notes it in the record in the same
// transaction; both may be called again when that begins anew. The same key again gets
// the same answer. A refusal of do is an answer too: it is noted, and returned as a
// *cards.Refusal. What is not committed within 2 s never happened, and the refusal
// fault.not_accepted asks the person to say it again. Where the answer to the COMMIT did
// not come, what stands is read again; where that cannot be had either, the refusal
// fault.maybe_accepted says that nobody knows, and what to look at.
func AcceptOnce[S any](ctx context.Context, db *store.DB, log *slog.Logger, line Line,
	do func(ctx context.Context, tx *store.Tx) (S, error), note func(ctx context.Context, tx *store.Tx, answer Answer[S]) error) (S, error) {
	ctx, cancel := context.WithTimeout(ctx, acceptWithin)
	defer cancel()
	var answer Answer[S]
	write := func(tx *store.Tx) (err error) {
		answer = Answer[S]{} // of an attempt before
		var before string
		err = tx.QueryRow(ctx, "select answer from "+line.Record+" where once = $1", line.Once).Scan(&before)
		if err == nil {
			return json.Unmarshal([]byte(before), &answer)
		}
		if !isNone(err) {
			return err
		}
		if answer.Said, err = do(ctx, tx); err != nil && !errors.As(err, &answer.Refusal) {
			return err
		}
		return note(ctx, tx, answer)
	}
	err := db.Update(ctx, write)
	if store.IsConflict(err) {
		// Another process accepted the same line meanwhile; its answer stands now.
		err = db.Update(ctx, write)
	}
	var none S
	if errors.Is(err, store.ErrUnknown) {
		log.Warn("whether a line was accepted is read again", "line", line.What, "error", err)
		if err = readAnswer(context.WithoutCancel(ctx), db, line, &answer); err != nil {
			log.Warn("whether a line was accepted is not known", "line", line.What, "error", err)
			return none, cards.Refuse("fault.maybe_accepted")
		}
	}
	switch {
	case err != nil && (ctx.Err() != nil || store.IsBusy(err)):
		log.Warn("line not accepted in time", "line", line.What, "error", err)
		return none, cards.Refuse("fault.not_accepted")
	case err != nil:
		return none, fmt.Errorf("%s: %w", line.What, err)
	case answer.Refusal != nil:
		return answer.Said, answer.Refusal
	}
	return answer.Said, nil
}

// readWithin is how long the answer of a line is looked for whose COMMIT went unanswered.
const readWithin = 700 * time.Millisecond

// readAnswer reads what a line was answered. That there is nothing proves nothing: the
// COMMIT may still be on its way.
func readAnswer[S any](ctx context.Context, db *store.DB, line Line, answer *Answer[S]) error {
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	for {
		var before string
		err := db.QueryRow(ctx, "select answer from "+line.Record+" where once = $1", line.Once).Scan(&before)
		if err == nil {
			*answer = Answer[S]{}
			return json.Unmarshal([]byte(before), answer)
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}

// NotAccepted reports that a line was not accepted, or that nobody knows, for want of an
// answer of the database's: said again with the same key it is done once.
func NotAccepted(err error) bool {
	var refusal *cards.Refusal
	return errors.As(err, &refusal) && (refusal.Text.Key == "fault.not_accepted" || refusal.Text.Key == "fault.maybe_accepted")
}

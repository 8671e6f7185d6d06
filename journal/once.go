package journal

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/store"
)

const (
	// acceptWithin is how long accepting a line may take, so that Slack is acknowledged
	// in its 3 s.
	acceptWithin = 2 * time.Second
	// readWithin is how long the answer of a line is looked for whose COMMIT went
	// unanswered.
	readWithin = 700 * time.Millisecond
)

// Answer is what a line was answered, as the record keeps it.
type Answer[S any] struct {
	Said    S              `json:"said"`
	Refusal *cards.Refusal `json:"refusal,omitempty"`
}

// Once does a line once for its key, entry.Once, and records it in the same transaction.
// The same key again gets the same answer; "" is a line of its own. do may fill in the
// entry, and may be called again where the transaction begins anew. A refusal of do is an
// answer too: it is recorded with its code, and returned. What is not committed within 2 s
// never happened.
//
// Refuses with cards.NotAccepted where nothing was written in that time, and with
// cards.MaybeAccepted where the answer to the COMMIT did not come and what stands could not
// be read again within 0.7 s. Any other refusal is do's.
func Once[S any](ctx context.Context, j *Journal, entry Entry, do func(ctx context.Context, tx *store.Tx, entry *Entry) (S, error)) (S, error) {
	ctx, cancel := context.WithTimeout(ctx, acceptWithin)
	defer cancel()
	entry.Once = cmp.Or(entry.Once, uuid.NewString())
	what := fmt.Sprintf("%s %s %s", entry.Verb, j.Room, entry.Subject)
	var answer Answer[S]
	write := func(tx *store.Tx) error {
		answer = Answer[S]{} // of an attempt before
		if known, err := readOnce(ctx, tx, j.Room, entry.Once, &answer); known || err != nil {
			return err
		}
		noted, err := entry, error(nil)
		if answer.Said, err = do(ctx, tx, &noted); err != nil && !errors.As(err, &answer.Refusal) {
			return err
		}
		if answer.Refusal != nil {
			j.refuse(&noted, answer.Refusal)
		}
		raw, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		return j.write(ctx, tx, noted, string(raw))
	}
	err := j.DB.Update(ctx, write)
	if store.IsConflict(err) {
		// Another process accepted the same line meanwhile; its answer stands now.
		err = j.DB.Update(ctx, write)
	}
	var none S
	if errors.Is(err, store.ErrUnknown) {
		j.Log.Warn("whether a line was accepted is read again", "line", what, "error", err)
		if err = readAnswer(context.WithoutCancel(ctx), j, entry.Once, &answer); err != nil {
			j.Log.Warn("whether a line was accepted is not known", "line", what, "error", err)
			return none, cards.Refuse("fault.maybe_accepted").WithCode(cards.MaybeAccepted)
		}
	}
	switch {
	case err != nil && (ctx.Err() != nil || store.IsBusy(err)):
		j.Log.Warn("line not accepted in time", "line", what, "error", err)
		return none, cards.Refuse("fault.not_accepted").WithCode(cards.NotAccepted)
	case err != nil:
		return none, fmt.Errorf("%s: %w", what, err)
	case answer.Refusal != nil:
		return answer.Said, answer.Refusal
	}
	return answer.Said, nil
}

func (j *Journal) refuse(e *Entry, why *cards.Refusal) {
	if j.Refused != nil {
		j.Refused(e, why)
	} else {
		e.Note = e.Verb + ": " + why.Text.Key
	}
	e.Verb, e.Why = "refused", why
}

// readOnce reads what a line was answered, where it was.
func readOnce[S any](ctx context.Context, q store.Queryer, room, once string, answer *Answer[S]) (known bool, err error) {
	var text string
	err = q.QueryRow(ctx, "select answer from journal where room = $1 and once = $2", room, once).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	*answer = Answer[S]{}
	return true, json.Unmarshal([]byte(text), answer)
}

// Answered is what a line of a key was answered, where it was accepted before; a refusal of then
// is the error. An act of the verb not has no answer of its own.
func Answered[S any](ctx context.Context, j *Journal, once, not string) (said S, known bool, err error) {
	var text, verb string
	err = j.DB.QueryRow(ctx, "select answer, verb from journal where room = $1 and once = $2", j.Room, once).Scan(&text, &verb)
	if errors.Is(err, sql.ErrNoRows) || err == nil && verb == not {
		return said, false, nil
	} else if err != nil {
		return said, false, fmt.Errorf("read what a line was answered: %w", err)
	}
	var answer Answer[S]
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		return said, false, fmt.Errorf("read what a line was answered: %w", err)
	}
	if answer.Refusal != nil {
		return answer.Said, true, answer.Refusal
	}
	return answer.Said, true, nil
}

// readAnswer reads what a line was answered whose COMMIT went unanswered. That there is
// nothing proves nothing: the COMMIT may still be on its way.
func readAnswer[S any](ctx context.Context, j *Journal, once string, answer *Answer[S]) error {
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	for {
		known, err := readOnce(ctx, j.DB, j.Room, once, answer)
		if known {
			return err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return cmp.Or(err, ctx.Err())
		}
	}
}

// NotAccepted reports whether a line was refused with cards.NotAccepted or
// cards.MaybeAccepted, for want of an answer of the database's. Said again with the same key
// it is done once.
func NotAccepted(err error) bool {
	return cards.IsRefused(err, cards.NotAccepted, cards.MaybeAccepted)
}

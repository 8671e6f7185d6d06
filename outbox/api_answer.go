package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/journal"
	"magpie/store"
)

// APIAnswer is what a program's line was answered that was accepted.
type APIAnswer struct {
	Request int64 // 0: none
	Text    string
	// Said is what is on record of a line whose answer was lost with the process that did it, in
	// the place of Text. Zero where that is not on record.
	Said cards.Text
	// Lost says that the line was done, and that its answer was lost or is not there yet.
	Lost bool
}

// apiAnswerFor is how long an answer is kept for the line to be said again.
const apiAnswerFor = 30 * 24 * time.Hour

// ErrAPIClaimed says that another call does the line of a key, or has done it: nothing was done.
var ErrAPIClaimed = errors.New("the line of this once is another call's")

// ClaimAPI is a claim, for journal.Claiming, of the line of a key by one call: it stands exactly
// where what the line does stands. The claim's error is ErrAPIClaimed where another call's does.
func (o *people) ClaimAPI(once, call string) func(ctx context.Context, tx *store.Tx) error {
	return func(ctx context.Context, tx *store.Tx) error {
		set, err := tx.Exec(ctx, `insert into api_answer (once, request, text, at, claimed_by, answered) values ($1, 0, '', $2, $3, 0)
			on conflict (once) do update set claimed_by = excluded.claimed_by where api_answer.claimed_by = excluded.claimed_by`, once, store.Millis(o.Now()), call)
		if err == nil && set == 0 {
			err = ErrAPIClaimed
		}
		return err
	}
}

// UnclaimAPI gives up the claim of a call that came to nothing: the line may be said again.
func (o *people) UnclaimAPI(ctx context.Context, once, call string) error {
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "delete from api_answer where once = $1 and claimed_by = $2 and answered = 0", once, call)
		return err
	})
}

// APIAnswered is what a line of a key was answered, and known, where it was accepted within the
// last 30 days. Where its process ended before it had answered, it is what the act's own
// transaction recorded, and Lost.
func (o *people) APIAnswered(ctx context.Context, once string) (a APIAnswer, known bool, err error) {
	var answered bool
	err = o.DB.QueryRow(ctx, "select request, text, answered = 1 from api_answer where once = $1 and at >= $2", once, store.Millis(o.Now().Add(-apiAnswerFor))).Scan(&a.Request, &a.Text, &answered)
	if isNone(err) {
		return a, false, nil
	}
	if err == nil && !answered {
		a.Lost = true
		err = o.onRecord(ctx, once, &a)
	}
	if err != nil {
		return a, false, fmt.Errorf("read what a program was answered: %w", err)
	}
	return a, true, nil
}

// onRecord fills in what a line of a key was answered, as the act that it was says.
func (o *people) onRecord(ctx context.Context, once string, a *APIAnswer) error {
	var text string
	err := o.DB.QueryRow(ctx, "select answer from journal where once = $1 and verb <> 'refused' and verb <> 'tried' order by id limit 1", once).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) || err == nil && text == "" {
		return nil
	} else if err != nil {
		return err
	}
	var answer journal.Answer[Said]
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		return err
	}
	a.Request, a.Said = answer.Said.N, answer.Said.Text
	return nil
}

// KeepAPIAnswer keeps what a line of a key was answered, for 30 days, and is the answer that
// stands: an earlier one where there is one.
func (o *people) KeepAPIAnswer(ctx context.Context, once string, a APIAnswer) (stands APIAnswer, err error) {
	err = o.DB.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "delete from api_answer where at < $1", store.Millis(o.Now().Add(-apiAnswerFor))); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `insert into api_answer (once, request, text, at) values ($1, $2, $3, $4)
			on conflict (once) do update set answered = 1, request = case when api_answer.answered = 1 then api_answer.request else excluded.request end,
				text = case when api_answer.answered = 1 then api_answer.text else excluded.text end
			returning request, text`, once, a.Request, a.Text, store.Millis(o.Now())).Scan(&stands.Request, &stands.Text)
	})
	if err != nil {
		return a, fmt.Errorf("keep what a program was answered: %w", err)
	}
	return stands, nil
}

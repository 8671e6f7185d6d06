package outbox

import (
	"context"
	"fmt"
	"time"

	"magpie/store"
)

// APIAnswer is what a program's line was answered that was accepted.
type APIAnswer struct {
	Request int64 // 0: none
	Text    string
}

// apiAnswerFor is how long an answer is kept for the line to be said again.
const apiAnswerFor = 30 * 24 * time.Hour

// APIAnswered is what a line of a key was answered, and known, where it was accepted within the
// last 30 days.
func (o *people) APIAnswered(ctx context.Context, once string) (a APIAnswer, known bool, err error) {
	err = o.DB.QueryRow(ctx, "select request, text from api_answer where once = $1 and at >= $2", once, store.Millis(o.Now().Add(-apiAnswerFor))).Scan(&a.Request, &a.Text)
	if known = err == nil; known || isNone(err) {
		return a, known, nil
	}
	return a, false, fmt.Errorf("read what a program was answered: %w", err)
}

// KeepAPIAnswer keeps what a line of a key was answered, for 30 days, and is the answer that
// stands: an earlier one where there is one.
func (o *people) KeepAPIAnswer(ctx context.Context, once string, a APIAnswer) (stands APIAnswer, err error) {
	err = o.DB.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "delete from api_answer where at < $1", store.Millis(o.Now().Add(-apiAnswerFor))); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `insert into api_answer (once, request, text, at) values ($1, $2, $3, $4)
			on conflict (once) do update set once = api_answer.once returning request, text`, once, a.Request, a.Text, store.Millis(o.Now())).Scan(&stands.Request, &stands.Text)
	})
	if err != nil {
		return a, fmt.Errorf("keep what a program was answered: %w", err)
	}
	return stands, nil
}

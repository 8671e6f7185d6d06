package outbox

import (
	"context"
	"time"

	"magpie/cards"
	"magpie/journal"
	"magpie/sending"
	"magpie/store"
)

// HoldCopy holds everything in a copy of the database where something in it would go on by
// itself: what was approved, was under way, or is on a schedule may have gone out since the
// copy was made. It reports whether it did. An admin who has looked says `resume-all`. What
// waits for a person is decided by a person, in a copy too.
func HoldCopy(ctx context.Context, tx *store.Tx, now time.Time) (held bool, err error) {
	var goes int
	if err := tx.QueryRow(ctx, `select (select count(*) from request where state in ('preparing', 'approved', 'sending', 'paused'))
		+ (select count(*) from schedule where state = 'active')`).Scan(&goes); err != nil || goes == 0 {
		return false, err
	}
	set, err := tx.Exec(ctx, "insert into setting (name, value) values ($1, $2) on conflict (name) do nothing", sending.PausedAs(""), store.Millis(now))
	if err != nil || set == 0 {
		return false, err // people hold it already
	}
	record := journal.Journal{Room: "request", Now: func() time.Time { return now }}
	return true, record.Write(ctx, tx, journal.Entry{Subject: journal.Subject(0), Verb: "paused_all", Note: noteOf(cards.T("hold.by_backup"))})
}

package jobs

import (
	"context"

	"magpie/store"
)

// lookForDue wakes for every job that is due and that nobody works: what another process had
// put off, what was put off before this one started, what a fetch that failed or a row that
// was locked left behind, and whatever a stepped clock has made due.
func (j *Jobs) lookForDue(ctx context.Context) error {
	due := "scheduled_at <= datetime('now', 'subsec')"
	if j.DB.Postgres() {
		due = "scheduled_at <= now()"
	}
	rows, err := j.DB.Query(ctx, "select distinct queue, state = 'available' from river_job where state in ('available', 'scheduled', 'retryable') and "+due)
	if err != nil {
		return err
	}
	defer rows.Close()
	var queues []Queue
	unready := false
	for rows.Next() {
		var queue Queue
		var ready bool
		if err := rows.Scan(&queue, &ready); err != nil {
			return err
		}
		queues, unready = append(queues, queue), unready || !ready
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	if unready { // River would make them ready within 5 s, once it has found who leads
		if err := j.DB.Update(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(ctx, "update river_job set state = 'available' where state in ('scheduled', 'retryable') and "+due)
			return err
		}); err != nil {
			return err
		}
	}
	j.waker.wake(queues...)
	return nil
}

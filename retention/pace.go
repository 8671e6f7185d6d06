package retention

import (
	"context"
	"errors"
	"time"

	"magpie/store"
)

// paceEach does one transaction, which counts what it removed and moves the lease on, and then
// rests twice as long as that took.
func (r *Retainer) paceEach(ctx context.Context, do func(tx *store.Tx) (Retained, error)) error {
	until := store.Millis(r.Now().Add(leaseLasts))
	var gone Retained
	var begun time.Time
	err := r.DB.Update(ctx, func(tx *store.Tx) error {
		begun = time.Now() // others wait from here on; where many work, we have waited for them
		if held, err := tx.Exec(ctx, "update setting set value = $3 where name = $1 and value = $2", leaseUntil, r.lease, until); err != nil || held == 0 {
			return errors.Join(err, errLost)
		}
		var err error
		if gone, err = do(tx); err != nil || gone == (Retained{}) {
			return err
		}
		for name, count := range map[string]int64{retainedCount: gone.Requests, retainedRows: gone.Rows, retainedTexts: gone.Texts, retainedImages: gone.Images} {
			if count == 0 {
				continue
			}
			if _, err := tx.Exec(ctx, "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = setting.value + excluded.value", name, count); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	took := time.Since(begun)
	r.lease = until
	r.last = measured{r.last.transactions + 1, max(r.last.mostRows, gone.Rows), max(r.last.longest, took)}
	pace := r.paced
	if pace == nil {
		pace = rest
	}
	return pace(ctx, took)
}

func rest(ctx context.Context, took time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(max(2*took, leastRest)):
		return nil
	}
}

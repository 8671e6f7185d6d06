package retention

import (
	"context"
	"errors"
	"time"

	"magpie/store"
)

// takeLease reports whether this process is the one to remove what is old.
func (r *Retainer) takeLease(ctx context.Context) (has bool, err error) {
	now := r.Now()
	until := store.Millis(now.Add(leaseLasts))
	err = r.DB.Update(ctx, func(tx *store.Tx) error {
		taken, err := tx.Exec(ctx, "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value where setting.value < $3", leaseUntil, until, store.Millis(now))
		has = taken > 0
		return err
	})
	r.lease = until
	return has && err == nil, err
}

// giveBack lets the next go on at once, where the database still answers.
func (r *Retainer) giveBack(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	return r.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "update setting set value = 0 where name = $1 and value = $2", leaseUntil, r.lease)
		return err
	})
}

// errLost says that a process that slept finds another at its work.
var errLost = errors.New("another process removes what is old by now")

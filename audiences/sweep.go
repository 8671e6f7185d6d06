package audiences

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"

	"magpie/sending"
	"magpie/store"
)

const (
	// sweepEvery is how often versions that nobody needs are looked for.
	sweepEvery = time.Minute
	// grace is longer than any line takes to be accepted: a request that was being
	// written when its audience was replaced is there by then.
	grace = time.Minute
	// lentFor is how long a version that a request refers to is left alone.
	lentFor = time.Hour
)

// watch puts versions away until the audiences stop.
func (a *Audiences) watch() {
	ctx, cancel := a.untilStop(context.Background())
	defer cancel()
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		if err := a.sweep(ctx); err != nil && !a.isStopping() {
			a.Log.Warn("old audiences could not be put away", "error", err)
		}
		if err := a.forgetWriters(ctx); err != nil && !a.isStopping() {
			a.Log.Warn("who wrote long ago could not be forgotten", "error", err)
		}
		select {
		case <-ticker.C:
		case <-a.ending:
			return
		}
	}
}

// sweep deletes the members of versions that were superseded a while ago and that no request
// refers to.
func (a *Audiences) sweep(ctx context.Context) error {
	for {
		var version, since int64
		err := a.DB.QueryRow(ctx, "select version, left_at from audience_version where left_at > 0 and left_at < $1 and emptied = 0 order by left_at limit 1",
			store.Millis(a.Now().Add(-grace))).Scan(&version, &since)
		if isNone(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := a.putAway(ctx, version, since); err != nil && !errors.Is(err, errSuperseded) {
			return err
		}
	}
}

// putAway deletes the members of one version that nobody needs. Its column left_at is when it
// was superseded, and from then on a heartbeat: each chunk moves it, and another process takes
// over where it has not moved for a while. Of a version that work still refers to it is set an
// hour ahead, when somebody looks again.
func (a *Audiences) putAway(ctx context.Context, version, since int64) error {
	attempt, lent := uuid.NewString(), false
	if err := a.DB.Update(ctx, func(tx *store.Tx) (err error) {
		if lent, err = a.Outbox.Engine.Lent(ctx, tx, version); err != nil {
			return err
		}
		next := a.Now()
		if lent {
			next = next.Add(lentFor)
		}
		return orSuperseded(tx.Exec(ctx, "update audience_version set attempt = $3, left_at = $4 where version = $1 and left_at = $2", version, since, attempt, store.Millis(next)))
	}); err != nil || lent {
		return err
	}
	if err := a.empty(ctx, version, attempt); err != nil {
		return err
	}
	return a.DB.Update(ctx, func(tx *store.Tx) error {
		if err := orSuperseded(tx.Exec(ctx, "update audience_version set emptied = 1 where version = $1 and attempt = $2", version, attempt)); err != nil {
			return err
		}
		return a.Outbox.Engine.ForgetLeftOut(ctx, tx, sending.LeftOutByAudience(version))
	})
}

// empty deletes the members of a version, a chunk in each transaction, while it is this
// attempt's.
func (a *Audiences) empty(ctx context.Context, version int64, attempt string) error {
	if err := a.emptyTable(ctx, "audience_member", "row", version, attempt); err != nil {
		return err
	}
	return a.emptyTable(ctx, "audience_key", "hash", version, attempt)
}

func (a *Audiences) emptyTable(ctx context.Context, table, column string, version int64, attempt string) error {
	// What is gone is not looked through again: PostgreSQL's index still has it.
	after, upTo := int64(math.MinInt64), sql.NullInt64{Valid: true}
	for upTo.Valid {
		if err := a.DB.Update(ctx, func(tx *store.Tx) error {
			if err := orSuperseded(tx.Exec(ctx, "update audience_version set left_at = case when left_at > 0 then $3 else left_at end where version = $1 and attempt = $2",
				version, attempt, store.Millis(a.Now()))); err != nil {
				return err
			}
			err := tx.QueryRow(ctx, fmt.Sprintf("select max(n) from (select %[2]s as n from %[1]s where version = $1 and %[2]s > $2 order by %[2]s limit $3) first", table, column),
				version, after, chunk).Scan(&upTo)
			if err != nil || !upTo.Valid {
				return err
			}
			_, err = tx.Exec(ctx, fmt.Sprintf("delete from %[1]s where version = $1 and %[2]s > $2 and %[2]s <= $3", table, column), version, after, upTo.Int64)
			return err
		}); err != nil {
			return err
		}
		after = upTo.Int64
	}
	return nil
}

package sending

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"magpie/jobs"
	"magpie/store"
)

const (
	// prepareBatches are written in one transaction: lines are accepted in between.
	prepareBatches = 5
	samples        = 3
	shownRows      = 10 // of those left out, by reason
	maxSkipped     = 50 // reasons for leaving rows out that are told apart
	quotaWithin    = 10 * time.Second
)

// prepareJob reads the audience of a request into batches.
type prepareJob struct {
	Request int64 `json:"request"`
}

// workPrepare prepares a request from where an earlier attempt left it, until it waits for
// approval.
func (e *Engine) workPrepare(ctx context.Context, job prepareJob) error {
	var done func()
	for {
		if e.isStopping() {
			return jobs.After(time.Second)
		}
		r, err := e.order(ctx, e.DB, job.Request)
		if err != nil || r.Progress.Phase != Preparing || r.Broadcast == nil {
			return err
		}
		if done == nil {
			ok := false
			if done, ok = e.Jobs.Share(jobs.Prepares, r.Account); !ok {
				return jobs.Later()
			}
			defer done()
		}
		if !e.Serve(r.Account) {
			return jobs.After(servedPoll)
		}
		more, err := e.prepareMore(ctx, r)
		if err != nil {
			return fmt.Errorf("prepare request %d: %w", r.N, err)
		}
		if !more {
			return nil
		}
	}
}

// prepareMore reads some more members of a request's audience, or (false) finds none
// and has the request wait for approval.
func (e *Engine) prepareMore(ctx context.Context, r Order) (more bool, err error) {
	b := r.Broadcast
	members, err := e.Audiences.Members(ctx, e.DB, b.Version, b.PreparedTo, prepareBatches*batchSize)
	if err != nil {
		return false, err
	}
	if len(members) == 0 {
		return false, e.prepared(ctx, r)
	}
	checker, err := e.newChecker(r)
	if err != nil {
		return false, err
	}
	var first int64
	if err := e.DB.QueryRow(ctx, "select batches from broadcast where request = $1", r.N).Scan(&first); err != nil {
		return false, err
	}
	type row struct {
		members  []Member
		statuses outcomes
		sum      []byte
	}
	var rows []row
	for batch := range slices.Chunk(members, batchSize) {
		failed, err := e.failedOf(ctx, b.FailedOf, first+int64(len(rows)), len(batch))
		if err != nil {
			return false, err
		}
		statuses, err := checker.statuses(batch, failed)
		if err != nil {
			return false, err
		}
		rows = append(rows, row{batch, statuses, batchSum(batch, statuses)})
	}
	return true, e.DB.Update(ctx, func(tx *store.Tx) error {
		moved, err := tx.Exec(ctx, "update broadcast set prepared_to = $3, batches = batches + $4, skipped = $5, samples = $6 where request = $1 and prepared_to = $2 and batches = $7",
			r.N, b.PreparedTo, members[len(members)-1].Row, len(rows), store.JSON(checker.skipped), store.JSON(checker.samples), first)
		if err != nil || moved == 0 {
			return err // somebody else prepares it as well
		}
		// One turn leaves out as many rows as it has members, each for a reason of its own.
		if err := e.KeepLeftOut(ctx, tx, leftOutBy(r.N), first*batchSize, checker.left); err != nil {
			return err
		}
		for i, row := range rows {
			if _, err := tx.Exec(ctx, `insert into delivery_batch (request, n, first_row, last_row, members, waiting, sum, outcomes) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
				r.N, first+int64(i), row.members[0].Row, row.members[len(row.members)-1].Row, len(row.members), row.statuses.count()[isWaiting], row.sum, []byte(row.statuses)); err != nil {
				return err
			}
		}
		return nil
	})
}

// failedOf are the outcomes of one batch of an earlier request to the same version, in
// which nobody is failed who belongs to a follow-up already; nil where the new one goes to
// everybody.
func (e *Engine) failedOf(ctx context.Context, n, batch int64, size int) (outcomes, error) {
	if n == 0 {
		return nil, nil
	}
	var statuses []byte
	if err := e.DB.QueryRow(ctx, "select outcomes from delivery_batch where request = $1 and n = $2", n, batch).Scan(&statuses); err != nil {
		return nil, fmt.Errorf("read batch %d of request %d: %w", batch, n, err)
	}
	if outcomes(statuses).len() != size {
		return nil, fmt.Errorf("batch %d of request %d has %d members, its audience has %d there", batch, n, outcomes(statuses).len(), size)
	}
	return statuses, e.withoutFollowed(ctx, e.DB, n, batch, statuses)
}

// prepared counts the audience and hands the order to its owner.
func (e *Engine) prepared(ctx context.Context, r Order) error {
	k, err := e.kind(r)
	if err != nil {
		return err
	}
	quota, err := e.readQuota(ctx, k)
	if err != nil {
		return err
	}
	return e.DB.Update(ctx, func(tx *store.Tx) error {
		if err := e.Owner.Lock(ctx, tx, r.N); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, "select coalesce(sum(waiting), 0) from delivery_batch where request = $1", r.N).Scan(&r.Progress.Calls); err != nil {
			return err
		}
		sums, err := e.sums(ctx, tx, r.N)
		if err != nil {
			return err
		}
		r.Hash = broadcastHash(r.Account, r.Kind, r.Payload, sums)
		ready, err := tx.Exec(ctx, "update sending set phase = 'ready', calls = $2 where request = $1 and phase = 'preparing'", r.N, r.Progress.Calls)
		if err != nil || ready == 0 {
			return err
		}
		if _, err := tx.Exec(ctx, "update broadcast set quota = $2 where request = $1", r.N, quota); err != nil {
			return err
		}
		return e.Owner.Prepared(ctx, tx, r)
	})
}

// QuotaOf is what an account has left today of a kind's calls; nil where that is not known, or
// there is no limit. WeChat has as long as ctx lasts.
func (e *ledger) QuotaOf(ctx context.Context, account, kind string) *Quota {
	k, err := e.kind(Order{Account: account, Kind: kind})
	if err != nil || k.Quota == nil {
		return nil
	}
	quota, err := k.Quota(ctx)
	if err != nil {
		return nil
	}
	return &quota
}

// readQuota asks what the account has left today, as JSON; "" where that is not known.
func (e *ledger) readQuota(ctx context.Context, k Kind) (string, error) {
	if k.Quota == nil {
		return "", nil
	}
	asking, cancel := context.WithTimeout(ctx, quotaWithin)
	defer cancel()
	quota, err := k.Quota(asking)
	if err != nil {
		if !errors.Is(err, errors.ErrUnsupported) {
			e.Log.Warn("the day's quota could not be read", "kind", k.Name, "error", err)
		}
		return "", nil
	}
	raw, err := json.Marshal(quota)
	return string(raw), err
}

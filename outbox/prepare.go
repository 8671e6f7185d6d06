package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"magpie/cards"
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
func (o *Outbox) workPrepare(ctx context.Context, job prepareJob) error {
	for {
		if o.isStopping() {
			return jobs.After(time.Second)
		}
		r, err := o.request(ctx, o.DB, job.Request)
		if err != nil || r.State != Preparing || r.Broadcast == nil {
			return err
		}
		if !o.Accounts.Serve(r.Account) {
			return jobs.After(lookAgain)
		}
		more, err := o.prepareMore(ctx, r)
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
func (o *Outbox) prepareMore(ctx context.Context, r Request) (more bool, err error) {
	b := r.Broadcast
	members, err := o.Audiences.Members(ctx, o.DB, b.Version, b.PreparedTo, prepareBatches*batchSize)
	if err != nil {
		return false, err
	}
	if len(members) == 0 {
		return false, o.prepared(ctx, r)
	}
	fitting, err := o.newFitting(r)
	if err != nil {
		return false, err
	}
	var first int64
	if err := o.DB.QueryRow(ctx, "select batches from broadcast where request = $1", r.N).Scan(&first); err != nil {
		return false, err
	}
	type row struct {
		members []Member
		marks   outcomes
		sum     []byte
	}
	var rows []row
	for batch := range slices.Chunk(members, batchSize) {
		failed, err := o.failedOf(ctx, b.FailedOf, first+int64(len(rows)), len(batch))
		if err != nil {
			return false, err
		}
		marks, err := fitting.marks(batch, failed)
		if err != nil {
			return false, err
		}
		rows = append(rows, row{batch, marks, batchSum(batch, marks)})
	}
	skipped, err := json.Marshal(fitting.skipped)
	if err != nil {
		return false, err
	}
	shown, err := json.Marshal(fitting.samples)
	if err != nil {
		return false, err
	}
	return true, o.DB.Update(ctx, func(tx *store.Tx) error {
		moved, err := tx.Exec(ctx, "update broadcast set prepared_to = $3, batches = batches + $4, skipped = $5, samples = $6 where request = $1 and prepared_to = $2 and batches = $7",
			r.N, b.PreparedTo, members[len(members)-1].Row, len(rows), string(skipped), string(shown), first)
		if err != nil || moved == 0 {
			return err // somebody else prepares it as well
		}
		// One turn leaves out as many rows as it has members, each for a reason of its own.
		if err := o.KeepLeftOut(ctx, tx, leftOutBy(r.N), first*batchSize, fitting.left); err != nil {
			return err
		}
		for i, row := range rows {
			if _, err := tx.Exec(ctx, `insert into delivery_batch (request, n, first_row, last_row, members, waiting, sum, outcomes) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
				r.N, first+int64(i), row.members[0].Row, row.members[len(row.members)-1].Row, len(row.members), row.marks.count()[markWaiting], row.sum, []byte(row.marks)); err != nil {
				return err
			}
		}
		return nil
	})
}

// failedOf are the outcomes of one batch of an earlier request to the same version, in
// which nobody is failed who belongs to a follow-up already; nil where the new one goes to
// everybody.
func (o *Outbox) failedOf(ctx context.Context, n, batch int64, size int) (outcomes, error) {
	if n == 0 {
		return nil, nil
	}
	var marks []byte
	if err := o.DB.QueryRow(ctx, "select outcomes from delivery_batch where request = $1 and n = $2", n, batch).Scan(&marks); err != nil {
		return nil, fmt.Errorf("read batch %d of request %d: %w", batch, n, err)
	}
	if outcomes(marks).len() != size {
		return nil, fmt.Errorf("batch %d of request %d has %d members, its audience has %d there", batch, n, outcomes(marks).len(), size)
	}
	return marks, o.withoutFollowed(ctx, o.DB, n, batch, marks)
}

// prepared counts the audience and has the request wait for approval; one that has
// its approval already, a schedule's, begins.
func (o *Outbox) prepared(ctx context.Context, r Request) error {
	k := o.kinds[r.Kind]
	quota, err := o.readQuota(ctx, k)
	if err != nil {
		return err
	}
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		if held, err := tx.Exec(ctx, "update request set n = n where n = $1 and state = $2", r.N, string(Preparing)); err != nil || held == 0 {
			return err
		}
		var size int
		if err := tx.QueryRow(ctx, "select coalesce(sum(waiting), 0) from delivery_batch where request = $1", r.N).Scan(&size); err != nil {
			return err
		}
		sums, err := o.sums(ctx, tx, r.N)
		if err != nil {
			return err
		}
		r.Size, r.Hash = size, broadcastHash(r.Account, r.Kind, r.Payload, sums)
		differs, err := o.Changed(ctx, tx, r.N)
		if err != nil {
			return err
		}
		r.Need = max(r.Broadcast.AtLeast, o.Policy.Need(k.name, k.approval, size))
		if len(differs) > 0 {
			r.Need = max(r.Need, 1)
		}
		if r.Grant > 0 {
			granted, err := o.grants(ctx, tx, r.Grant, r)
			if err != nil {
				return err
			}
			if granted < r.Need {
				r.Grant = 0 // the audience has grown past what was approved: it is asked anew
			}
		}
		now := o.Now()
		r.State = Waiting
		remind := store.Millis(r.remindFirst(now))
		if r.Need == 0 || r.Grant > 0 {
			r.State, r.ApprovedAt, remind = Approved, now, 0
		}
		// The schedule that asked was approved by others, or for fewer people.
		var nobody *cards.Refusal
		if r.State == Waiting && size > 0 {
			if err := o.canBeApproved(r); err != nil && (isUnknown(err) || !errors.As(err, &nobody)) {
				return err
			}
		}
		if _, err := tx.Exec(ctx, "update request set state = $2, size = $3, hash = $4, need = $5, grant_n = $6, approved_at = $7, remind_at = $8 where n = $1",
			r.N, string(r.State), size, r.Hash, r.Need, r.Grant, store.Millis(r.ApprovedAt), remind); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "update broadcast set quota = $2 where request = $1", r.N, quota); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "update sending set calls = $2 where request = $1", r.N, size); err != nil {
			return err
		}
		if err := o.noteSelf(ctx, tx, r.N, "prepared", cards.T("act.prepared", "count", size)); err != nil {
			return err
		}
		if err := o.placeCards(ctx, tx, r); err != nil {
			return err
		}
		switch {
		case size == 0:
			return o.endUnsent(ctx, tx, r.N, cards.T("reason.nobody"))
		case nobody != nil:
			return o.endUnsent(ctx, tx, r.N, nobody.Text)
		case r.State == Approved:
			return o.begin(ctx, tx, r)
		}
		return nil
	})
}

// endUnsent ends a broadcast of which nothing is sent.
func (o *Outbox) endUnsent(ctx context.Context, tx *store.Tx, n int64, why cards.Text) error {
	if _, err := tx.Exec(ctx, "update sending set remaining_as = $2, remaining_why = $3 where request = $1", n, string(Failed), mustText(why)); err != nil {
		return err
	}
	return o.end(ctx, tx, n, Failed, "")
}

// readQuota asks what the account has left today, as JSON; "" where that is not known.
func (o *Outbox) readQuota(ctx context.Context, k kind) (string, error) {
	if k.quota == nil {
		return "", nil
	}
	asking, cancel := context.WithTimeout(ctx, quotaWithin)
	defer cancel()
	quota, err := k.quota(asking)
	if err != nil {
		if !errors.Is(err, errors.ErrUnsupported) {
			o.Log.Warn("the day's quota could not be read", "kind", k.name, "error", err)
		}
		return "", nil
	}
	raw, err := json.Marshal(quota)
	return string(raw), err
}

// mustText is a text as the database keeps it.
func mustText(t cards.Text) string {
	if t.IsZero() {
		return ""
	}
	raw, err := json.Marshal(t)
	if err != nil {
		panic("outbox: a text of ours cannot be written: " + err.Error())
	}
	return string(raw)
}

package outbox

import (
	"context"
	"strings"

	"magpie/store"
)

// write inserts the request, its deliveries and the places where it is told.
func (o *Outbox) write(ctx context.Context, tx *store.Tx, r Request, a Ask, alike string) error {
	remind, sets := int64(0), r.Sets
	if r.Broadcast != nil { // what it needs by the policy is seen once it is prepared
		sets = a.AtLeast.Sets
	}
	if r.State == Waiting {
		remind = store.Millis(r.remindFirst(r.AskedAt))
	}
	fixed := 0
	if a.With != nil || a.Grant > 0 || !a.Due.IsZero() || a.FailedOf > 0 {
		fixed = 1
	}
	if _, err := tx.Exec(ctx, `insert into request (n, account, kind, state, line, asked_by, channel, thread, payload, hash, size, need,
		asked_at, expires_at, remind_at, approved_at, due_at, grant_n, note, alike, grace, behind, instead_of, fixed, sets, trace) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)`,
		r.N, r.Account, r.Kind, string(r.State), r.Line, r.By, r.Where.Channel, r.Where.Thread, string(r.Payload), r.Hash, r.Size, r.Need,
		store.Millis(r.AskedAt), store.Millis(r.ExpiresAt), remind, store.Millis(r.ApprovedAt), store.Millis(r.Due), r.Grant, store.JSON(a.Note), alike, r.Grace.Milliseconds(), strings.Join(r.Behind, " "), a.Instead, fixed, written(sets), r.Trace); err != nil {
		return err
	}
	o.entered(tx, r.Kind, r.State)
	o.logEntered(ctx, tx, r.N, r.State)
	if err := o.writeNames(ctx, tx, r, a.Names); err != nil {
		return err
	}
	if r.Broadcast != nil {
		if err := o.Engine.WriteBroadcast(ctx, tx, r.Order); err != nil {
			return err
		}
		return o.tellFirst(ctx, tx, r.N) // it is shown itself once it is prepared
	}
	if err := o.Engine.WriteNamed(ctx, tx, r.Order, a.Recipients); err != nil {
		return err
	}
	if err := o.enqueuePicture(ctx, tx, r); err != nil {
		return err
	}
	return o.postCards(ctx, tx, r)
}

package outbox

import (
	"context"
	"encoding/json"

	"magpie/cards"
	"magpie/store"
)

// Report takes WeChat's final word on a delivery, as its event brings it: ref is what
// the receipt named it by (see Kind.Ref). A delivery that WeChat had accepted and then
// failed becomes failed, one that was unclear is cleared up; the request follows and
// its thread is told. Where several bear the ref, as notifications of one template to
// one person do, the word is for the newest. An unknown ref, or the same word again,
// changes nothing.
func (o *Outbox) Report(ctx context.Context, kindName, ref string, ok bool, why cards.Text) error {
	state, reason := Done, ""
	if !ok {
		raw, err := json.Marshal(why)
		if err != nil {
			return err
		}
		state, reason = Failed, string(raw)
	}
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		var n int64
		err := tx.QueryRow(ctx, `update delivery set state = $3, reason = $4
			where ref = $2 and state in ('done', 'unclear', 'failed') and (state <> $3 or reason <> $4)
			and request = (select max(n) from request join delivery d on d.request = n where kind = $1 and d.ref = $2) returning request`, kindName, ref, string(state), reason).Scan(&n)
		if isNone(err) {
			return nil
		} else if err != nil {
			return err
		}
		if err := o.noteSelf(ctx, tx, n, "heard", stateText(state)); err != nil {
			return err
		}
		return o.endAnew(ctx, tx, n)
	})
}

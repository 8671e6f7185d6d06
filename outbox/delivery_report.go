package outbox

import (
	"context"
	"encoding/json"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/store"
)

// An event may overtake the answer to the very call that it is about: it is held for as
// long as such a call may take, and looked at again each second.
const heldFor = time.Minute

// heard is WeChat's final word on a delivery.
type heard struct {
	Account string     `json:"account"`
	Kind    string     `json:"kind"`
	Ref     string     `json:"ref"`
	State   State      `json:"state"`
	Why     cards.Text `json:"why"`
	At      time.Time  `json:"at"`
}

// Report takes WeChat's final word on a delivery of an account, as its event brings it:
// ref is what the receipt named it by (see Kind.Ref). A delivery that WeChat had accepted and then
// failed becomes failed, one that was unclear is cleared up; the request follows and
// its thread is told. Where several bear the ref, as notifications of one template to
// one person do, the word is for the newest. An unknown ref, or the same word again,
// changes nothing. A word on a call that is still under way is held until it has ended.
func (o *Outbox) Report(ctx context.Context, account, kindName, ref string, ok bool, why cards.Text) error {
	word := heard{Account: account, Kind: kindName, Ref: ref, State: Done, Why: why, At: o.Now()}
	if !ok {
		word.State = Failed
	}
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		early, err := o.hear(ctx, tx, word)
		if err != nil || !early {
			return err
		}
		return o.Jobs.Enqueue(ctx, tx, jobHeard, word)
	})
}

// hearAgain works a word that was held.
func (o *Outbox) hearAgain(ctx context.Context, word heard) error {
	if word.Account == "" { // held by a magpie of before words bore one
		word.Account = o.Accounts.First()
	}
	early := false
	err := o.DB.Update(ctx, func(tx *store.Tx) (err error) {
		early, err = o.hear(ctx, tx, word)
		return err
	})
	if err == nil && early && o.Now().Sub(word.At) < heldFor {
		return jobs.After(time.Second)
	}
	return err
}

// hear writes a word down, or finds that the call it is about may be under way yet.
func (o *Outbox) hear(ctx context.Context, tx *store.Tx, word heard) (early bool, err error) {
	var known, under int
	if err := tx.QueryRow(ctx, "select count(*) from delivery d join request on n = d.request where d.ref = $2 and kind = $1 and account = $3",
		word.Kind, word.Ref, word.Account).Scan(&known); err != nil {
		return false, err
	}
	// A ref that names its recipient may be a later delivery's too.
	if err := tx.QueryRow(ctx, `select count(*) from request join delivery d on d.request = n where kind = $1 and account = $4 and request.state = 'sending' and d.state = 'sending'
		and ($3 = 0 or recipient <> '' and $2 like '% ' || recipient)`, word.Kind, word.Ref, known, word.Account).Scan(&under); err != nil || under > 0 {
		return under > 0, err
	}
	reason := ""
	if !word.Why.IsZero() {
		raw, err := json.Marshal(word.Why)
		if err != nil {
			return false, err
		}
		reason = string(raw)
	}
	var n int64
	err = tx.QueryRow(ctx, `update delivery set state = $3, reason = $4
		where ref = $2 and state in ('done', 'unclear', 'failed') and (state <> $3 or reason <> $4)
		and request = (select max(n) from request join delivery d on d.request = n where kind = $1 and d.ref = $2 and account = $5) returning request`,
		word.Kind, word.Ref, string(word.State), reason, word.Account).Scan(&n)
	if isNone(err) && known == 0 {
		return o.hearBroadcast(ctx, tx, word)
	} else if isNone(err) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	if err := o.noteSelf(ctx, tx, n, "heard", stateText(word.State)); err != nil {
		return false, err
	}
	return false, o.endAnew(ctx, tx, n)
}

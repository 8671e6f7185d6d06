package outbox

import (
	"context"

	"magpie/cards"
	"magpie/sending"
	"magpie/store"
)

// noneWanted refuses to send again what nobody wants any more.
func noneWanted(n int64) error { return cards.Refuse("fault.again_unsubscribed", "n", n) }

// againText says how many calls are made again, and how many are not since their people
// want nothing more.
func (o *drawer) againText(ctx context.Context, tx *store.Tx, account string, n int64, count, unwanted int) (cards.Text, error) {
	text, err := o.unlessHeld(ctx, tx, account, "answer.again", "n", n, "count", count)
	if err != nil || unwanted == 0 {
		return text, err
	}
	return cards.T("answer.again_without", "sent", text, "count", unwanted), nil
}

// mayAskFailed reports whether those whom a broadcast failed to reach can be sent to
// again by a new request.
func mayAskFailed(r *Request) bool {
	return r.Broadcast != nil && r.State.Ended() && r.Tally.Failed > 0 && r.Progress.RemainingAs != sending.Failed
}

// AskFailed asks for a new request, to be approved anew, to those whom request n failed
// to reach. It refuses as Ask does, and with cards.NotFound where there is no request n;
// without a code where it failed to reach nobody, and while all of them belong to another
// follow-up.
func (o *Outbox) AskFailed(ctx context.Context, p Press) (Said, error) {
	return o.anew(ctx, p, func(ctx context.Context, tx *store.Tx, r Request, a *Ask) error {
		if err := mayStillGoOut(&r); err != nil {
			return err
		}
		if !mayAskFailed(&r) {
			return cards.Refuse("fault.none_failed", "n", r.N, "state", nowText(r.State))
		}
		b := r.Broadcast
		a.again, a.FailedOf = &Audience{Version: b.Version, Name: b.Audience, Columns: b.Columns, Size: b.Total}, r.N
		a.Note = cards.T("broadcast.failed_of", "n", r.N)
		return nil
	})
}

// AskTrial asks for a new request that sends the first message of broadcast n to whoever
// presses: to the openid which they have linked, without anybody's approval, or else, to be
// approved like others, to those which they gave as their own. It refuses
// as Ask does, and with cards.NotFound where there is no request n; without a code where that
// is no broadcast, or the person gave no openids.
func (o *Outbox) AskTrial(ctx context.Context, p Press) (Said, error) {
	return o.anew(ctx, p, func(ctx context.Context, tx *store.Tx, r Request, a *Ask) error {
		if r.Broadcast == nil || len(r.Broadcast.Samples) == 0 {
			return cards.Refuse("fault.no_trial", "n", r.N)
		}
		var own []string
		if linked, err := ownOf(ctx, tx, r.Account, p.Who.ID); err != nil {
			return err
		} else if linked != "" {
			own = []string{linked}
		} else if own, err = o.Audiences.Trial(ctx, tx, r.Account, p.Who); err != nil {
			return err
		}
		if len(own) == 0 {
			refusal := cards.Refuse("fault.no_trial_openids", "n", r.N)
			refusal.Buttons = []cards.Button{{Label: cards.T("button.link_own"), Line: "me", Account: r.Account}}
			return refusal
		}
		a.Recipients, a.payload = own, r.Broadcast.Samples[0].Payload
		a.Note = cards.T("broadcast.trial_of", "n", r.N)
		return nil
	})
}

// anew asks for a request that is made of an earlier one.
func (o *Outbox) anew(ctx context.Context, p Press, change func(ctx context.Context, tx *store.Tx, r Request, a *Ask) error) (Said, error) {
	return o.accept(ctx, p.Once, act{request: p.N, verb: "asked", who: p.Who.ID}, func(ctx context.Context, tx *store.Tx, entry *act) (Said, error) {
		r, err := o.request(ctx, tx, p.N)
		if isNone(err) {
			entry.request = 0
			return Said{}, noRequest(ctx, tx, p.N)
		} else if err != nil {
			return Said{}, err
		}
		a := Ask{Account: r.Account, Kind: r.Kind, Line: r.Line, Who: p.Who, Where: p.Where, payload: r.Payload}
		if err := change(ctx, tx, r, &a); err != nil {
			return Said{}, err
		}
		entry.note = a.Note
		k, _ := o.kinds.of(r.Account, r.Kind)
		return o.ask(ctx, tx, k, a, a.payload)
	})
}

// SendAgain repeats exactly the unclear deliveries, but for those to people who want nothing
// more by now. Saying it is their approval, so it is an approver's who did not ask for the
// request. Of a failed request whose kind allows it, what failed is tried again under the
// approval that it has, by whoever asked or an approver, while that approval is not too old.
//
// Refuses with cards.NotFound where there is no such request, and with cards.NotTheirs where
// what failed is tried again by somebody else; without a code where nothing of it is unclear,
// it is a broadcast that was stopped, the person had a share in it, its approval does not
// count any more, its account is not served, or nobody wants it any more.
func (o *Outbox) SendAgain(ctx context.Context, p Press) (Said, error) {
	return o.press(ctx, "again", p, Everyone, func(ctx context.Context, tx *store.Tx, r *Request, entry *act) (Said, error) {
		if err := mayStillGoOut(r); err != nil {
			return Said{}, err
		}
		repeated := sending.Unclear
		if o.mayTryAgain(r) {
			repeated = sending.Failed
		}
		if err := o.mayRepeat(ctx, tx, r, p, State(repeated)); err != nil {
			return Said{}, err
		}
		if err := o.mustServe(r.Account); err != nil {
			return Said{}, err
		}
		count, unwanted, err := o.Engine.Again(ctx, tx, r.Order, repeated)
		switch {
		case err != nil:
			return Said{}, err
		case count == 0: // nothing is written: a refusal commits
			return Said{}, noneWanted(r.N)
		}
		// The hour in which it may begin runs anew; where nobody decides, as when what failed
		// is tried again, its approval is as old as it was.
		approved := o.Now()
		if repeated == sending.Failed {
			approved = r.ApprovedAt
		}
		if err := o.enter(ctx, tx, r.N, Sending, also{"approved_at", store.Millis(approved)}, also{"ended_at", 0}); err != nil {
			return Said{}, err
		}
		if err := o.tellFirst(ctx, tx, r.N); err != nil {
			return Said{}, err
		}
		text, err := o.againText(ctx, tx, r.Account, r.N, count, unwanted)
		return Said{Text: text}, err
	})
}

// mayTryAgain reports whether a request failed and may be tried again as it is.
func (o *reader) mayTryAgain(r *Request) bool {
	return (r.State == Failed || r.State == Partly) && o.kinds.ofAll(r.Kind).again
}

// mayRepeatUnclear reports whether what is unclear may be sent again: not of a broadcast
// whose other members are never to be called.
func (r *Request) mayRepeatUnclear() bool { return r.Broadcast == nil || r.Progress.RemainingAs == "" }

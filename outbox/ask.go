package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"magpie/cards"
	"magpie/sending"
	"magpie/store"
	"magpie/traces"
)

// Ask is a request not yet written.
type Ask struct {
	// Account is the WeChat account, by its AppID, that is called and no other.
	Account    string
	Kind       string
	Payload    any      // the kind's T
	Recipients []string // openids; empty for kinds without
	Audience   string   // in their stead, the name of an audience
	FailedOf   int64    // of the audience, only those whom this request failed to reach
	Line       string   // as it was said
	Who        cards.Person
	Where      cards.Place
	Once       string // a repeated delivery of the same line has the same Once
	Anyway     bool   // the person has seen that it looks like an earlier one

	// Due is the scheduled instant before which nothing is called; zero: at once.
	Due time.Time
	// Grace is how long after Due it may begin, if it was approved by then or under Grant;
	// 0: an hour, as whatever is asked has from its approval. A broadcast under a grant has 5
	// minutes more, in which it is prepared.
	Grace time.Duration
	// Until is when it expires unapproved; zero: after the time to live.
	Until time.Time
	// Grant is the request whose approvals stand for this one's: a schedule's, for its
	// fires. Where they are too few for this audience, it is asked anew.
	Grant int64
	// Granted is the content that the grant was given for, beside the line; nil: it was
	// not kept. A fire whose content is another is asked anew, and what is approved then
	// is what later fires are held against.
	Granted []Kept
	// Names is what the line calls by names that somebody may change, beside its audience.
	Names []Name
	// Behind is who has it asked in the name of Who: somebody who runs another's schedule.
	// Nobody's approval counts for what they had a share in.
	Behind string
	// Note is what people should know beside the content; it is not part of it.
	Note cards.Text
	// Instead is the request that it is asked instead of: that is withdrawn where it waits.
	Instead int64
	// AtLeast is who must approve it whatever the policy says.
	AtLeast Quorum
	// With writes what belongs to the request in the same transaction.
	With With

	checked bool            // only: it is undone, whoever asks
	again   *Audience       // the version that an earlier request was sent to
	payload json.RawMessage // of an earlier request
}

// Said is what came of a line: the request and the private answer, which is final.
type Said struct {
	N       int64          `json:"n"`
	Text    cards.Text     `json:"text"`
	Buttons []cards.Button `json:"buttons,omitempty"`
}

// alikeWithin is how long the same line by the same person is asked about.
const alikeWithin = 2 * time.Minute

// Ask writes a request, its deliveries and their jobs. It is a sender's.
//
// Refuses with cards.RolesUnknown also where nobody can tell who could approve it, and with
// cards.NotFound where there is no audience of the name; without a code where too few people
// could approve it, it looks like one asked within the last 2 minutes, somebody in it has
// unsubscribed, its audience cannot be sent to, or its account is not served. A refusal of
// a.With is returned as it is.
func (o *Outbox) Ask(ctx context.Context, a Ask) (Said, error) {
	k, ok := o.kinds.of(a.Account, a.Kind)
	if !ok {
		return Said{}, fmt.Errorf("ask: kind %q is not registered", a.Kind)
	}
	payload, err := sending.Encode(a.Payload)
	if err != nil {
		return Said{}, fmt.Errorf("ask %s: %w", a.Kind, err)
	}
	ctx, span := o.Traces.Start(ctx, "request asked")
	defer span.End()
	span.Text("magpie.kind", a.Kind)
	span.Text("magpie.account", a.Account)
	said, err := o.accept(ctx, a.Once, act{verb: "asked", who: a.Who.ID}, func(ctx context.Context, tx *store.Tx, entry *act) (Said, error) {
		switch {
		case a.Instead > 0:
			entry.note = cards.T("act.instead", "n", a.Instead)
		case a.Behind != "" && a.Behind != a.Who.ID:
			entry.note = cards.T("act.behind", "who", cards.User(a.Behind))
		}
		return o.ask(ctx, tx, k, a, payload)
	})
	if refused := (*undone)(nil); errors.As(err, &refused) {
		err = refused.cause
	}
	if said.N > 0 {
		span.Number("magpie.request", said.N)
	}
	return said, err
}

func (o *Outbox) ask(ctx context.Context, tx *store.Tx, k kind, a Ask, payload json.RawMessage) (Said, error) {
	if err := o.Roles.May(a.Who, Sender); err != nil && !a.checked {
		return Said{}, err
	}
	if err := o.mustServe(a.Account); err != nil {
		return Said{}, err
	}
	now := o.Now()
	size, err := k.size(payload)
	if err != nil {
		return Said{}, err
	}
	r := Request{
		Order: sending.Order{Account: a.Account, Kind: a.Kind, Payload: payload, Hash: sending.Hash(a.Account, a.Kind, payload, a.Recipients), AskedAt: now, Due: a.Due, Trace: traces.Carry(ctx)},
		State: Waiting, Line: a.Line, By: a.Who.ID, Where: a.Where, Size: max(size, len(a.Recipients)), ExpiresAt: a.Until, Grace: a.Grace,
	}
	if r.ExpiresAt.IsZero() {
		r.ExpiresAt = now.Add(o.TTL)
	}
	alike := r.Hash
	var audience *Audience
	if a.FailedOf > 0 {
		if err := o.mayFollow(ctx, tx, a.FailedOf); err != nil {
			return Said{}, err
		}
		a.Note = cards.T("broadcast.failed_of", "n", a.FailedOf)
	}
	if a.Audience != "" || a.again != nil {
		if audience, err = o.askBroadcast(ctx, tx, &r, a); err != nil {
			return Said{}, err
		}
		alike = sending.Hash(a.Account, a.Kind, payload, []string{fmt.Sprintf("@%d of %d", r.Broadcast.Version, a.FailedOf)})
	}
	named, err := k.named(payload)
	if err != nil {
		return Said{}, err
	}
	if err := o.mayReach(ctx, tx, a.Account, slices.Concat(a.Recipients, named)); err != nil {
		return Said{}, err
	}
	var old Request
	if a.Instead > 0 {
		if old, err = o.mayReplace(ctx, tx, a, &r, alike); err != nil {
			return Said{}, err
		}
	}
	r.need(a.AtLeast.Or(o.Policy.Need(a.Account, k.name, k.approval, r.Size)))
	if own, err := o.goesToOneself(ctx, tx, r, slices.Concat(a.Recipients, named)); err != nil {
		return Said{}, err
	} else if own && k.reaches {
		r.need(a.AtLeast)
	}
	granted, covers, err := o.grantCovers(ctx, tx, a.Grant, r)
	if err != nil {
		return Said{}, err
	}
	kept, differ, err := o.heldAgainst(ctx, tx, k, a, payload, audience)
	if err != nil {
		return Said{}, err
	}
	r.addBehind(a.Behind)
	for _, c := range differ {
		r.addBehind(c.By)
	}
	if len(differ) > 0 && granted {
		r.Need = max(r.Need, 1) // what one person has approved is not another's to change
	}
	if r.Need == 0 {
		differ = nil // nobody has to approve it, whatever it is
	}
	stands := a.Grant > 0 && len(differ) == 0
	if stands && covers {
		r.Grant = a.Grant
	}
	if k.reaches && !a.Anyway && a.Grant == 0 {
		if err := o.alike(ctx, tx, r, alike, a.Instead); err != nil {
			return Said{}, err
		}
	}
	if r.Broadcast != nil && stands {
		r.Grant = a.Grant // what it is worth is seen once the audience is counted
		if r.Grace > 0 {
			r.Grace += preparesWithin
		}
	}
	if r.Need == 0 || r.Grant > 0 {
		if r.Broadcast == nil {
			r.State, r.ApprovedAt = Approved, now
		}
	} else if err := o.canBeApproved(r); err != nil {
		return Said{}, err
	} else if err := o.stillMissing(&r); err != nil {
		return Said{}, err
	}
	if err := tx.QueryRow(ctx, "update counter set n = n + 1 where name = 'request' returning n").Scan(&r.N); err != nil {
		return Said{}, err
	}
	if err := o.write(ctx, tx, r, a, alike); err != nil {
		return Said{}, err
	}
	if a.Instead > 0 {
		if err := o.replace(ctx, tx, old, r.N, a.Who); err != nil {
			return Said{}, err
		}
	}
	// What is asked about under a grant is what later fires are held against, changed or not;
	// whether a broadcast is, is seen once it is prepared.
	if len(differ) > 0 || a.Grant > 0 && r.Need > 0 && (r.Grant == 0 || r.Broadcast != nil) {
		if err := o.writeKept(ctx, tx, r.N, a.Grant, kept, differ); err != nil {
			return Said{}, err
		}
	}
	if a.With != nil {
		if err := a.With(ctx, tx, r.N); err != nil {
			if errors.As(err, new(*cards.Refusal)) {
				err = &undone{err}
			}
			return Said{}, err
		}
	}
	switch r.State {
	case Preparing:
		return Said{N: r.N, Text: cards.T("answer.preparing", "n", r.N, "audience", cards.Code("@"+r.Broadcast.Audience), "count", r.Size)}, nil
	case Approved:
		text, err := o.unlessHeld(ctx, tx, r.Account, "answer.sending", "n", r.N)
		if err != nil {
			return Said{}, err
		}
		return Said{N: r.N, Text: text}, o.Engine.Begin(ctx, tx, r.Order)
	}
	return Said{N: r.N, Text: r.waits()}, nil
}

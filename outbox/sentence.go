package outbox

import (
	"cmp"
	"context"
	"encoding/json"

	"magpie/cards"
)

// titleOf is the first line of a request's card: its state as a sign and in words, and its
// number.
func (o *drawer) titleOf(k kind, r Request) cards.Text {
	return cards.T("card.title", "sign", k.sign(r), "state", k.standing(r), "n", r.N)
}

// sign is how a request stands, at a glance.
func (k kind) sign(r Request) cards.Text {
	if k.instant && r.State == Sending {
		return cards.T("sign." + string(Approved))
	}
	return cards.T("sign." + string(r.State))
}

// standing is how a request stands, as people say it. What has ended says how many got it.
func (k kind) standing(r Request) cards.Text {
	t := r.Tally
	done := max(t.Done, 0)
	if r.State == Done {
		done = cmp.Or(max(t.Done, r.Size), 1)
	}
	switch {
	case r.State == Done && !k.done.IsZero():
		return k.done
	case r.State == Sending && k.instant:
		return called(Approved)
	case r.State == Done && k.sends():
		return cards.T("ended.sent", "count", done)
	case r.State == Done && done > 1:
		return cards.T("ended.done_for", "count", done)
	case r.State == Partly && k.sends():
		return cards.T("ended.sent_partly", "sent", t.Done, "failed", t.Failed)
	case r.State == Partly:
		return cards.T("ended.done_partly", "done", t.Done, "failed", t.Failed)
	case r.State == Unclear && t.Done+t.Failed > 0:
		return cards.T("ended.unclear", "done", t.Done, "failed", t.Failed, "unclear", t.Unclear)
	case r.State == Stopped && t.Done > 0:
		return cards.T("ended.stopped", "count", t.Done)
	case r.State == Sending && !k.sends():
		return cards.T("called.under_way")
	}
	return called(r.State)
}

// called is a state as people say it.
func called(s State) cards.Text { return cards.T("called." + string(s)) }

// sends reports whether people get something of a request of the kind.
func (k kind) sends() bool { return k.reaches }

// sentence says what a request is to do, in one sentence: what, to whom, when, and as which
// account, where that has a name or is one of several.
func (o *drawer) sentence(k kind, r Request, recipients []string) (said cards.Text, named bool, err error) {
	if said, err = k.sentence(r.Payload); err != nil {
		return said, false, err
	}
	if said.IsZero() {
		what, err := k.what(r.Payload)
		if err != nil {
			return said, false, err
		}
		said = cards.T("does."+r.Kind, "what", what)
	}
	whom, err := o.whomOf(k, r, recipients)
	if err != nil {
		return said, false, err
	}
	pairs := []any{"whom", whom}
	if !r.Due.IsZero() {
		pairs = append(pairs, "at", r.Due)
	}
	named = o.hasName(r.Account)
	if named {
		pairs = append(pairs, "as", o.title(r.Account))
	} else {
		pairs = append(pairs, "as", "")
	}
	return said.With(pairs...), named, nil
}

// hasName reports whether an account is called by more than its AppID.
func (o *drawer) hasName(account string) bool {
	return o.Title != nil && !o.Title(account).Code
}

// whomOf is whom a request reaches: those of an audience, those whom its line names, or as its
// kind says it.
func (o *drawer) whomOf(k kind, r Request, recipients []string) (cards.Text, error) {
	if r.Broadcast != nil {
		return cards.T("whom.audience", "count", r.Size, "audience", "@"+r.Broadcast.Audience), nil
	}
	whom, err := k.whom(r.Payload, r.Size)
	if err != nil || !whom.IsZero() || len(recipients) == 0 {
		return whom, err
	}
	return cards.T("whom.people", "count", len(recipients)), nil
}

// Sentence says what a request is to do, as its card does; named reports whether it says as
// which account. Of a kind that this magpie does not know it is zero.
func (o *drawer) Sentence(ctx context.Context, r Request) (said cards.Text, named bool, err error) {
	k, known := o.kinds.of(r.Account, r.Kind)
	if !known {
		return cards.Text{}, false, nil
	}
	if err := o.Engine.Read(ctx, o.DB, &r.Order); err != nil { // a listed request does not say its audience
		return cards.Text{}, false, err
	}
	recipients, err := o.namedRecipients(ctx, r)
	if err != nil {
		return cards.Text{}, false, err
	}
	return o.sentence(k, r, recipients)
}

// sentenceOf is what a payload's sentence is where a neighbour shows it.
func (o *drawer) sentenceOf(k kind, account string, payload json.RawMessage, recipients []string, list *List, size int) (cards.Text, error) {
	r := Request{Size: size}
	r.Account, r.Kind, r.Payload = account, k.name, payload
	if list != nil {
		r.Size, r.Broadcast = list.Size, &Broadcast{Audience: list.Name}
	}
	said, _, err := o.sentence(k, r, recipients)
	return said, err
}

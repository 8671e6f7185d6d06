package outbox

import (
	"context"
	"fmt"
	"slices"

	"magpie/cards"
	"magpie/store"
)

// Missing is whose voices a request waits for.
type Missing struct {
	Voices int      // how many are missing
	Of     []string // the Slack ids of the sets that one may still count in
	// Each are how many of each set, where that is not one or another.
	Each []Set
	Any  int // how many of any approvers'
}

// mayApprove refuses whoever neither is an approver nor in one of the sets whose voices a
// request needs.
func (o *voices) mayApprove(who cards.Person, r Request) error {
	refused := o.Roles.May(who, Approver)
	if refused == nil || len(r.Sets) == 0 || cards.IsRefused(refused, cards.HasLeft) {
		return refused
	}
	for _, s := range r.Sets {
		in, err := o.isIn(s.Of, who.ID)
		switch {
		case isUnknown(err):
			refused = err
		case err != nil:
			return err
		case in:
			return nil
		}
	}
	return refused
}

// SetsWaiting are the Slack ids of the sets whose voices what is open needs, in order: settings
// may name them no more.
func SetsWaiting(ctx context.Context, q store.Queryer) ([]string, error) {
	open, err := store.Column[Sets](q.Query(ctx, "select distinct sets from request where sets <> '' and state in ('preparing', 'waiting', 'approved', 'paused')"))
	if err != nil {
		return nil, fmt.Errorf("read whose voices are waited for: %w", err)
	}
	var ids []string
	for _, sets := range open {
		for _, s := range sets {
			ids = append(ids, s.Of)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// NeedsVoice reports whether somebody is in one of the sets whose voices request n needs.
func (o *voices) NeedsVoice(ctx context.Context, who cards.Person, n int64) bool {
	var sets Sets
	if who.Gone || o.DB.QueryRow(ctx, "select sets from request where n = $1", n).Scan(&sets) != nil {
		return false
	}
	return slices.ContainsFunc(sets, func(s Set) bool {
		in, err := o.isIn(s.Of, who.ID)
		return in && err == nil
	})
}

// HasVoice reports whether somebody is in a set that a rule names.
func (o *voices) HasVoice(who cards.Person) bool {
	return !who.Gone && slices.ContainsFunc(o.Policy.Named(), func(id string) bool {
		in, err := o.isIn(id, who.ID)
		return in && err == nil
	})
}

// isIn reports whether somebody is whom a Slack id names, or in the group. It refuses as
// Roles.Named does.
func (o *ground) isIn(id, who string) (bool, error) {
	if !isGroup(id) && id != who {
		return false, nil
	}
	ids, err := o.Roles.Named(id)
	return slices.Contains(ids, who), err
}

// voices are where the approvals of a request may count, in the places of its quorum.
// lenient says that whoever cannot be told to be out of a group is in it; else it refuses.
func (o *voices) voices(r Request, all []Approval, lenient bool) ([]voice, error) {
	voices := make([]voice, len(all))
	for i, a := range all {
		whose := []string{a.Who}
		for _, absent := range a.For {
			own := slices.ContainsFunc(all, func(o Approval) bool { return o.Who == absent })
			if !own && !r.isBehind(absent) {
				whose = append(whose, absent)
			}
		}
		var err error
		if voices[i], err = o.voiceOf(r, whose, lenient); err != nil {
			return nil, err
		}
	}
	return voices, nil
}

// voiceOf is where one approval may count: in the sets of whoever gave it and of those for
// whom they stood in, who must be an approver for that; and, of an approver, as any's.
func (o *voices) voiceOf(r Request, whose []string, lenient bool) (voice, error) {
	v := make(voice, len(r.Sets)+1)
	role := o.Roles.May(cards.Person{ID: whose[0]}, Approver)
	isApprover := role == nil || lenient && isUnknown(role)
	if !isApprover {
		whose = whose[:1]
	}
	for i, s := range r.Sets {
		for _, id := range whose {
			in, err := o.isIn(s.Of, id)
			if err != nil && !(lenient && isUnknown(err)) {
				return nil, err
			}
			v[i] = v[i] || in || err != nil
		}
	}
	v[len(r.Sets)] = isApprover
	return v, nil
}

// stillMissing notes whose voices a waiting request waits for. Where nobody knows who is in a
// group, none of its voices has been heard.
func (o *voices) stillMissing(r *Request) error {
	if len(r.Sets) == 0 {
		r.Missing = Missing{Voices: max(r.Need-len(r.Approvals), 0), Any: max(r.Need-len(r.Approvals), 0)}
		return nil
	}
	voices, err := o.voices(*r, r.Approvals, false)
	if err != nil && !isUnknown(err) {
		return err
	}
	m := missingOf(r.quorum().places(), voices)
	r.Missing = Missing{Voices: m.voices}
	for i, s := range r.Sets {
		if m.open[i] {
			r.Missing.Of = append(r.Missing.Of, s.Of)
		}
		if m.exact != nil && m.exact[i] > 0 {
			r.Missing.Each = append(r.Missing.Each, Set{s.Of, m.exact[i]})
		}
	}
	if m.open[len(r.Sets)] {
		r.Missing.Any = max(1, m.voices)
	}
	if m.exact != nil {
		r.Missing.Any = m.exact[len(r.Sets)]
	}
	return nil
}

// canBeHeard refuses a request whose sets have too few voices beside those who had a share in
// it. approvers are all who may approve.
func (o *voices) canBeHeard(r Request, approvers []string) error {
	everybody := slices.Clone(approvers)
	for _, s := range r.Sets {
		ids, err := o.Roles.Named(s.Of)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return cards.Refuse("fault.set_empty", "kind", cards.Code(r.Kind), "sets", cards.Code(written(r.Sets)), "who", cards.User(s.Of), "id", cards.Code(s.Of))
		}
		everybody = append(everybody, ids...)
	}
	slices.Sort(everybody)
	everybody = slices.DeleteFunc(slices.Compact(everybody), r.isBehind)
	voices := make([]voice, len(everybody))
	for i, id := range everybody {
		var err error
		if voices[i], err = o.voiceOf(r, []string{id}, false); err != nil {
			return err
		}
	}
	if m := missingOf(r.quorum().places(), voices); m.voices > 0 {
		return cards.Refuse("fault.too_few_voices", "kind", cards.Code(r.Kind), "sets", cards.Code(written(r.Sets)), "count", r.Need, "others", r.Need-m.voices)
	}
	return nil
}

// mayBeHeard refuses an approval that fills no place: the set of whoever gives it has been
// heard, or it is in none.
func (o *voices) mayBeHeard(r Request, a Approval) error {
	if len(r.Sets) == 0 {
		return nil
	}
	voices, err := o.voices(r, r.Approvals, false)
	if err != nil {
		return err
	}
	with, err := o.voices(r, append(r.Approvals[:len(r.Approvals):len(r.Approvals)], a), false)
	if err != nil {
		return err
	}
	places := r.quorum().places()
	before, _ := seated(places, voices)
	if after, _ := seated(places, with); after > before {
		return nil
	}
	last := with[len(with)-1]
	if slices.Contains(last[:len(r.Sets)], true) {
		return cards.Refuse("fault.set_heard", "n", r.N, "missing", r.missingText())
	}
	return cards.Refuse("fault.no_voice", "n", r.N, "missing", r.missingText())
}

// askedOfSets are those whose voices a request waits for, one by one, but for who had a share
// in it: of any approvers', whoever is asked where no sets are.
func (o *voices) askedOfSets(r Request) ([]string, error) {
	var ids []string
	for _, id := range r.Missing.Of {
		named, err := o.Roles.Named(id)
		if err != nil {
			return nil, fmt.Errorf("who is asked to approve request %d: %w", r.N, err)
		}
		ids = append(ids, named...)
	}
	if r.Missing.Any > 0 {
		any, err := o.Roles.Asked()
		if err != nil {
			return nil, fmt.Errorf("who is asked to approve request %d: %w", r.N, err)
		}
		ids = append(ids, any...)
	}
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), r.isBehind), nil
}

// standsFor are those for whom whoever approves a request stands in: who are away, had no
// share in it, may approve it, and have not approved, themselves or by another.
func (o *voices) standsFor(ctx context.Context, q store.Queryer, r Request, who string) ([]string, error) {
	if o.Roles.May(cards.Person{ID: who}, Approver) != nil {
		return nil, nil
	}
	absent, err := store.Column[string](q.Query(ctx, "select who from absence where stand_in = $1 and until > $2 order by who", who, store.Millis(o.Now())))
	return slices.DeleteFunc(absent, func(id string) bool {
		return r.isBehind(id) || o.mayApprove(cards.Person{ID: id}, r) != nil ||
			slices.ContainsFunc(r.Approvals, func(a Approval) bool { return a.Who == id || slices.Contains(a.For, id) })
	}), err
}

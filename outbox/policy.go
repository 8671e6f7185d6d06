package outbox

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Policy says who must approve a request, by account, kind and audience size. It is read from
// APPROVALS: rules [ACCOUNT/]KIND[>AUDIENCE]=APPROVERS, comma-separated.
type Policy struct{ rules []rule }

type rule struct {
	account string // an AppID; "": whichever
	kind    string // or "*"
	over    int    // -1: whatever the audience
	need    Quorum
}

// holds reports whether a rule is about an account's requests of a kind.
func (r rule) holds(account, kind string) bool {
	return (r.account == "" || r.account == account) && (r.kind == "*" || r.kind == kind)
}

// weight is how closely a rule names what it is about: its kind counts before its account.
func (r rule) weight() (weight int) {
	if r.kind != "*" {
		weight += 2
	}
	if r.account != "" {
		weight++
	}
	return weight
}

// ParsePolicy reads rules such as `*=1,*>1000=2,mass.send=1@S0LEGAL+1@S0BRAND`. kinds are the
// names that a rule may give, accounts the AppIDs of the accounts by their names. All faults
// are named at once.
func ParsePolicy(text string, kinds []string, accounts map[string]string) (Policy, error) {
	var p Policy
	var faults []error
	fault := func(part, why string) {
		faults = append(faults, fmt.Errorf("APPROVALS: %q %s; a rule reads [ACCOUNT/]KIND[>AUDIENCE]=APPROVERS, such as *=1, *>1000=2 or mass.send=1@S0LEGAL+1@U0BRAND", part, why))
	}
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		left, right, ok := strings.Cut(part, "=")
		need, why := parseQuorum(right)
		if !ok || why != "" {
			fault(part, cmp.Or(why, "does not end in a number of approvers"))
			continue
		}
		name, audience, hasOver := strings.Cut(left, ">")
		r := rule{kind: strings.TrimSpace(name), over: -1, need: need}
		if account, kind, hasAccount := strings.Cut(r.kind, "/"); hasAccount {
			known := false
			if r.account, known = accounts[strings.TrimSpace(account)]; !known {
				fault(part, "names an unknown account (known: "+strings.Join(slices.Sorted(maps.Keys(accounts)), ", ")+")")
				continue
			}
			r.kind = strings.TrimSpace(kind)
		}
		if hasOver {
			var err error
			if r.over, err = strconv.Atoi(strings.TrimSpace(audience)); err != nil || r.over < 0 {
				fault(part, "has no number after >")
				continue
			}
		}
		if r.kind != "*" && !slices.Contains(kinds, r.kind) {
			fault(part, "names an unknown kind (known: "+strings.Join(kinds, ", ")+", *)")
			continue
		}
		if slices.ContainsFunc(p.rules, func(o rule) bool { return o.account == r.account && o.kind == r.kind && o.over == r.over }) {
			fault(part, "says again what another rule says")
			continue
		}
		p.rules = append(p.rules, r)
	}
	return p, errors.Join(faults...)
}

// Most is how many approvers the strictest rule asks for that leaves open whose they are.
func (p Policy) Most() (most int) {
	for _, r := range p.rules {
		if len(r.need.Sets) == 0 {
			most = max(most, r.need.People)
		}
	}
	return most
}

// Need is who must approve an account's request of the kind to an audience of size.
// byDefault says whether the kind needs approval when no rule names it. A named kind
// beats `*`, then a named account beats none; every threshold that is passed is a floor; the
// highest counts, of people and of each set.
func (p Policy) Need(account, kind string, byDefault bool, size int) Quorum {
	need, floor, closest, named := Quorum{People: 1}, Quorum{}, -1, byDefault
	for _, r := range p.rules {
		if !r.holds(account, kind) {
			continue
		}
		named = named || r.kind == kind
		switch {
		case r.over >= 0:
			if size > r.over {
				floor = floor.Or(r.need)
			}
		case r.weight() > closest:
			need, closest = r.need, r.weight()
		}
	}
	if !named {
		return Quorum{}
	}
	return need.Or(floor)
}

// Thresholds are the sizes above which rules ask for more of an account's requests of a kind,
// in order.
func (p Policy) Thresholds(account, kind string) []int {
	var over []int
	for _, r := range p.rules {
		if r.holds(account, kind) && r.over >= 0 {
			over = append(over, r.over)
		}
	}
	slices.Sort(over)
	return slices.Compact(over)
}

// Asking are the sets in which rules ask for the voice of a Slack id, as they are written.
func (p Policy) Asking(id string) []string {
	var sets []string
	for _, r := range p.rules {
		if slices.ContainsFunc(r.need.Sets, func(s Set) bool { return s.Of == id }) {
			sets = append(sets, r.kind+"="+written(r.need.Sets))
		}
	}
	return sets
}

// Named are the Slack ids of all sets, in order, each once.
func (p Policy) Named() []string {
	var ids []string
	for _, r := range p.rules {
		for _, s := range r.need.Sets {
			ids = append(ids, s.Of)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

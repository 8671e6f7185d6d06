package outbox

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Policy says how many approvers a request needs, by account, kind and audience size. It
// is read from APPROVALS: rules [ACCOUNT/]KIND[>AUDIENCE]=APPROVERS, comma-separated.
type Policy struct{ rules []rule }

type rule struct {
	account string // an AppID; "": whichever
	kind    string // or "*"
	over    int    // -1: whatever the audience
	need    int
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

// ParsePolicy reads rules such as `*=1,*>1000=2,activity.update=0`. kinds are the
// names that a rule may give, accounts the AppIDs of the accounts by their names. All faults
// are named at once.
func ParsePolicy(text string, kinds []string, accounts map[string]string) (Policy, error) {
	var p Policy
	var faults []error
	fault := func(part, why string) {
		faults = append(faults, fmt.Errorf("APPROVALS: %q %s; a rule reads [ACCOUNT/]KIND[>AUDIENCE]=APPROVERS, such as *=1 or *>1000=2", part, why))
	}
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		left, right, ok := strings.Cut(part, "=")
		need, err := strconv.Atoi(strings.TrimSpace(right))
		if !ok || err != nil || need < 0 || need > 100 {
			fault(part, "does not end in a number of approvers")
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

// Most is how many approvers the strictest rule asks for.
func (p Policy) Most() (most int) {
	for _, r := range p.rules {
		most = max(most, r.need)
	}
	return most
}

// Need is how many people must approve an account's request of the kind to an audience of size.
// byDefault says whether the kind needs approval when no rule names it. A named kind
// beats `*`, then a named account beats none; every threshold that is passed is a floor; the
// highest counts.
func (p Policy) Need(account, kind string, byDefault bool, size int) int {
	need, floor, closest, named := 1, 0, -1, byDefault
	for _, r := range p.rules {
		if !r.holds(account, kind) {
			continue
		}
		named = named || r.kind == kind
		switch {
		case r.over >= 0:
			if size > r.over {
				floor = max(floor, r.need)
			}
		case r.weight() > closest:
			need, closest = r.need, r.weight()
		}
	}
	if !named {
		return 0
	}
	return max(need, floor)
}

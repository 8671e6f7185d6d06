package outbox

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Policy says how many approvers a request needs, by kind and by audience size. It
// is read from APPROVALS: rules KIND[>AUDIENCE]=APPROVERS, comma-separated.
type Policy struct{ rules []rule }

type rule struct {
	kind string // or "*"
	over int    // -1: whatever the audience
	need int
}

// ParsePolicy reads rules such as `*=1,*>1000=2,activity.update=0`. kinds are the
// names that a rule may give. All faults are named at once.
func ParsePolicy(text string, kinds []string) (Policy, error) {
	var p Policy
	var faults []error
	fault := func(part, why string) {
		faults = append(faults, fmt.Errorf("APPROVALS: %q %s; a rule reads KIND[>AUDIENCE]=APPROVERS, such as *=1 or *>1000=2", part, why))
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
		if slices.ContainsFunc(p.rules, func(o rule) bool { return o.kind == r.kind && o.over == r.over }) {
			fault(part, "says again what another rule says")
			continue
		}
		p.rules = append(p.rules, r)
	}
	return p, errors.Join(faults...)
}

// Need is how many people must approve a request of the kind to an audience of size.
// byDefault says whether the kind needs approval when no rule names it. A named kind
// beats `*`; every threshold that is passed is a floor; the highest counts.
func (p Policy) Need(kind string, byDefault bool, size int) int {
	named := slices.ContainsFunc(p.rules, func(r rule) bool { return r.kind == kind })
	if !byDefault && !named {
		return 0
	}
	need, floor, found := 1, 0, ""
	for _, r := range p.rules {
		switch {
		case r.kind != kind && r.kind != "*":
		case r.over >= 0:
			if size > r.over {
				floor = max(floor, r.need)
			}
		case found != kind:
			need, found = r.need, r.kind
		}
	}
	return max(need, floor)
}

package outbox

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Quorum is who must approve a request: so many people, and among them so many voices of each
// of the sets. A person counts once, for whichever makes the rest possible.
type Quorum struct {
	People int   // in all; at least as many as the sets have voices
	Sets   []Set // whose voices are needed; none: any approvers' will do
}

// Set is whose voices are needed, and how many.
type Set struct {
	Of     string // a Slack id: a user's (U…, W…) or a user group's (S…)
	Voices int
}

// String is a set as APPROVALS has it.
func (s Set) String() string { return fmt.Sprintf("%d@%s", s.Voices, s.Of) }

// written are sets as APPROVALS, and a request's row, have them.
func written(sets []Set) string {
	parts := make([]string, len(sets))
	for i, s := range sets {
		parts[i] = s.String()
	}
	return strings.Join(parts, "+")
}

// Or is what satisfies both: the stricter counts.
func (q Quorum) Or(other Quorum) Quorum {
	both := Quorum{People: max(q.People, other.People)}
	both.Sets = append(both.Sets, q.Sets...)
	for _, s := range other.Sets {
		both.add(s, func(a, b int) int { return max(a, b) })
	}
	voices := 0
	for _, s := range both.Sets {
		voices += s.Voices
	}
	both.People = max(both.People, voices)
	return both
}

// add puts a set in, or to the voices that are needed of it already.
func (q *Quorum) add(s Set, to func(have, more int) int) {
	for i := range q.Sets {
		if q.Sets[i].Of == s.Of {
			q.Sets[i].Voices = to(q.Sets[i].Voices, s.Voices)
			return
		}
	}
	q.Sets = append(q.Sets, s)
}

// Covers reports whether q asks for as much as other, of each set.
func (q Quorum) Covers(other Quorum) bool {
	both := q.Or(other)
	return both.People == q.People && written(both.Sets) == written(q.Sets)
}

// places are how many voices are needed of each set, and last of any approvers.
func (q Quorum) places() []int {
	places := make([]int, len(q.Sets)+1)
	rest := q.People
	for i, s := range q.Sets {
		places[i] = s.Voices
		rest -= s.Voices
	}
	places[len(q.Sets)] = max(rest, 0)
	return places
}

// maxVoices is how many voices a rule may ask for.
const maxVoices = 100

var slackID = regexp.MustCompile(`^[UWS][A-Z0-9_]+$`)

// parseQuorum reads what stands behind the = of a rule: a number of people, or voices of sets
// such as 1@S0LEGAL+1@U0BRAND, beside which a bare number is of any approvers. why is what is
// wrong with it; "": nothing.
func parseQuorum(text string) (q Quorum, why string) {
	text = strings.TrimSpace(text)
	if !strings.ContainsAny(text, "@+") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > maxVoices {
			return q, "does not end in a number of approvers"
		}
		return Quorum{People: n}, ""
	}
	for part := range strings.SplitSeq(text, "+") {
		part = strings.TrimSpace(part)
		if part == "" {
			return q, fmt.Sprintf("has an empty part in the set %q", text)
		}
		number, of, hasSet := strings.Cut(part, "@")
		voices, err := strconv.Atoi(strings.TrimSpace(number))
		of = strings.TrimSpace(of)
		switch {
		case err != nil || voices < 1 || voices > maxVoices:
			return q, fmt.Sprintf("asks in the set %q for no number of voices from 1 to %d in %q", text, maxVoices, part)
		case hasSet && !slackID.MatchString(of):
			return q, fmt.Sprintf("names in the set %q no Slack id of a person (U…, W…) or of a user group (S…) in %q", text, part)
		case hasSet:
			q.add(Set{of, voices}, func(have, more int) int { return have + more })
		}
		q.People += voices
	}
	for _, s := range q.Sets {
		if s.Voices > 1 && !isGroup(s.Of) {
			return q, fmt.Sprintf("asks in the set %q for %d voices of one person, %s", text, s.Voices, s.Of)
		}
	}
	if q.People > maxVoices {
		return q, fmt.Sprintf("asks in the set %q for more than %d voices", text, maxVoices)
	}
	return q, ""
}

// Sets are whose voices a request needs, as its row has them.
type Sets []Set

// Scan reads what written has written.
func (s *Sets) Scan(value any) error {
	text, ok := value.(string)
	if *s = nil; ok && text == "" {
		return nil
	}
	q, why := parseQuorum(text)
	if why != "" {
		return fmt.Errorf("read the sets of a request: %v %s", value, why)
	}
	*s = q.Sets
	return nil
}

// isGroup tells a Slack user group by its id.
func isGroup(id string) bool { return strings.HasPrefix(id, "S") }

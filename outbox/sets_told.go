package outbox

import "magpie/cards"

// setText is how many voices of a set.
func setText(s Set) cards.Text {
	if s.Voices == 1 {
		return cards.T("set.one", "who", cards.User(s.Of))
	}
	return cards.T("set.some", "count", s.Voices, "who", cards.User(s.Of))
}

// Text is who must approve, in words: so many approvers, or one of each set.
func (q Quorum) Text(approvers []cards.User) cards.Text {
	if len(q.Sets) == 0 {
		return cards.T("quorum.any", "count", q.People, "who", approvers)
	}
	parts := make([]cards.Text, 0, len(q.Sets)+1)
	for _, s := range q.Sets {
		parts = append(parts, setText(s))
	}
	if rest := q.places()[len(q.Sets)]; rest > 0 {
		parts = append(parts, cards.T("set.any", "count", rest, "who", approvers))
	}
	return cards.T("quorum.sets", "count", q.People, "sets", parts)
}

// waits says that a request waits for approval, and by whom.
func (r *Request) waits() cards.Text {
	if len(r.Sets) == 0 {
		return cards.T("answer.waits", "n", r.N, "count", r.Need)
	}
	parts := make([]cards.Text, len(r.Sets))
	for i, s := range r.Sets {
		parts[i] = setText(s)
	}
	if rest := r.quorum().places()[len(r.Sets)]; rest > 0 {
		parts = append(parts, cards.T("set.more", "count", rest))
	}
	return cards.T("answer.waits_sets", "n", r.N, "sets", parts)
}

// missingText says whose voices are missing.
func (r *Request) missingText() cards.Text {
	m := r.Missing
	parts := make([]cards.Text, 0, len(m.Of)+1)
	if len(m.Each) == 0 && len(m.Of) > 0 { // of one or of another
		return cards.T("set.either", "count", m.Voices, "who", cards.Mentions(m.Of))
	}
	for _, s := range m.Each {
		parts = append(parts, setText(s))
	}
	if m.Any > 0 {
		parts = append(parts, cards.T("set.more", "count", m.Any))
	}
	return cards.T("set.all", "sets", parts)
}

// approvalText names who approved, and for whom.
func approvalText(a Approval) cards.Text {
	if len(a.For) == 0 {
		return cards.T("approval.own", "who", cards.User(a.Who))
	}
	return cards.T("approval.for", "who", cards.User(a.Who), "absent", cards.Mentions(a.For))
}

// askedOf are those whose voices a request waits for, as they are mentioned: of sets, those
// that are missing.
func (o *voices) askedOf(r Request) []cards.User {
	if len(r.Sets) == 0 {
		return o.mentions()
	}
	who := cards.Mentions(r.Missing.Of)
	if r.Missing.Any > 0 {
		who = append(who, o.mentions()...)
	}
	return who
}

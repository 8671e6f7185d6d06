package commands

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"magpie/cards"
	"magpie/outbox"
)

// testPeople is a workspace: U1 and U2 are members, G1 is a guest, S1 a group.
type testPeople struct{ groups map[string][]string }

func (p testPeople) Person(id string) (cards.Person, bool) {
	switch id {
	case "U1", "U2", "U3":
		return cards.Person{ID: id, Member: true}, true
	case "G1":
		return cards.Person{ID: id}, true
	case "UGONE":
		return cards.Person{ID: id, Member: true, Gone: true}, true
	}
	return cards.Person{}, false
}

func (p testPeople) Members(group string) ([]string, bool) {
	ids, ok := p.groups[group]
	return ids, ok
}

var (
	member = cards.Person{ID: "U1", Member: true}
	admin  = cards.Person{ID: "UADMIN", Member: true}
)

func testBook(t testing.TB) *Book {
	t.Helper()
	return New(Options{Roles: NewRoles([]string{"UADMIN"}, nil, nil, testPeople{})})
}

// plan says line as a member.
func plan(t testing.TB, line string) (Plan, error) {
	t.Helper()
	return testBook(t).Plan(context.Background(), Call{Line: line, Who: member, Once: "once"})
}

func refusalOf(t testing.TB, line string, err error) *cards.Refusal {
	t.Helper()
	var refusal *cards.Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("Plan(%s): got error %v, want a refusal", line, err)
	}
	return refusal
}

// payload is what the request of a line would send, for its first recipient.
func payload(t testing.TB, ask *outbox.Ask) map[string]any {
	t.Helper()
	raw, err := json.Marshal(ask.Payload)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	if len(ask.Recipients) > 0 {
		out["touser"] = ask.Recipients[0]
	}
	return out
}

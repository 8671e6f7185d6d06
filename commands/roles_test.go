package commands

import (
	"errors"
	"slices"
	"testing"

	"magpie/cards"
	"magpie/outbox"
)

func TestMay(t *testing.T) {
	t.Parallel()
	people := testPeople{groups: map[string][]string{"S1": {"U2", "G1"}, "S2": {"U3"}}}
	open := NewRoles([]string{"UADMIN"}, nil, nil, people)
	closed := NewRoles([]string{"UADMIN", "S9"}, []string{"S2"}, []string{"S1", "W7"}, people)
	for _, test := range []struct {
		name  string
		roles *Roles
		who   string
		role  outbox.Role
		want  string
	}{
		{"a guest looks", open, "G1", outbox.Everyone, ""},
		{"a member asks", open, "U1", outbox.Sender, ""},
		{"a guest asks", open, "G1", outbox.Sender, "fault.role_guest"},
		{"a stranger asks", open, "X1", outbox.Sender, "fault.role_guest"},
		{"one who has left asks", open, "UGONE", outbox.Sender, "fault.role_gone"},
		{"nobody asks", open, "", outbox.Sender, "fault.role_guest"},
		{"a member approves", open, "U1", outbox.Approver, "fault.role_approver"},
		{"an admin approves", open, "UADMIN", outbox.Approver, ""},
		{"an admin is one", open, "UADMIN", outbox.Admin, ""},
		{"a listed guest asks", closed, "G1", outbox.Sender, ""},
		{"a listed user asks", closed, "W7", outbox.Sender, ""},
		{"an approver asks", closed, "U3", outbox.Sender, ""},
		{"an approver approves", closed, "U3", outbox.Approver, ""},
		{"a sender approves, with a group unknown", closed, "U2", outbox.Approver, "fault.role_unloaded"},
		{"an unlisted member asks, with a group unknown", closed, "U1", outbox.Sender, "fault.role_unloaded"},
		{"an unlisted member asks", NewRoles([]string{"UADMIN"}, nil, []string{"S1"}, people), "U1", outbox.Sender, "fault.role_sender"},
		{"a member asks, open to all, with a group unknown", NewRoles([]string{"S9"}, nil, nil, people), "U1", outbox.Sender, ""},
		{"a guest asks, open to all, with a group unknown", NewRoles([]string{"S9"}, nil, nil, people), "G1", outbox.Sender, "fault.role_unloaded"},
		{"an approver is no admin", closed, "U3", outbox.Admin, "fault.role_unloaded"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			who, _ := people.Person(test.who)
			who.ID = test.who
			got := ""
			if err := test.roles.May(who, test.role); err != nil {
				refusal := refusalOf(t, test.name, err)
				got = refusal.Text.Key
				// A schedule whose owner meets it is paused, or waits until groups are loaded.
				if pauses := refusal.Code == cards.LacksRole || refusal.Code == cards.HasLeft; pauses == (got == "fault.role_unloaded") {
					t.Errorf("LacksRole(%s): got %t", got, pauses)
				}
			}
			if got != test.want {
				t.Errorf("May(%s, %s): got %q, want %q", test.who, roleName(test.role), got, test.want)
			}
		})
	}
}

func TestApprovers(t *testing.T) {
	t.Parallel()
	people := testPeople{groups: map[string][]string{"S1": {"U2", "U1"}}}
	got, err := NewRoles([]string{"U1"}, []string{"S1", "U9"}, []string{"U5"}, people).Approvers()
	if want := []string{"U1", "U2", "U9"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("Approvers: got %v, %v, want %v", got, err, want)
	}
	_, err = NewRoles([]string{"U1"}, []string{"S9"}, nil, people).Approvers()
	var refusal *cards.Refusal
	if !errors.As(err, &refusal) || refusal.Code != cards.RolesUnknown {
		t.Errorf("Approvers with an unknown group: got %v, want fault.role_unloaded", err)
	}
}

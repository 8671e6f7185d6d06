package commands

import (
	"slices"
	"strings"

	"magpie/cards"
	"magpie/outbox"
)

// People is who is who in the workspace, from a cache; never asked of Slack while a
// line waits.
type People interface {
	Person(id string) (cards.Person, bool) // false: never loaded
	Members(group string) ([]string, bool) // false: never loaded
}

// Roles tells who may do what. An admin may do everything an approver may, an approver
// everything a sender may. Without approvers only admins approve; without senders
// every member of the workspace may ask. Guests, bots and people of other workspaces
// may ask only where they are listed, by id or in a listed group.
type Roles struct {
	lists  map[outbox.Role][]string // what each role's setting names: users and groups
	people People
}

// RoleNames are outbox.Roles that also say whom the settings name.
type RoleNames interface {
	outbox.Roles
	// Names are the Slack ids of users and groups that have a role by being named; none for
	// what is everybody's, or every member's.
	Names(role outbox.Role) []string
}

var _ RoleNames = (*Roles)(nil)

// NewRoles takes Slack ids of users (U…, W…) and user groups (S…).
func NewRoles(admins, approvers, senders []string, people People) *Roles {
	return &Roles{
		lists:  map[outbox.Role][]string{outbox.Admin: admins, outbox.Approver: approvers, outbox.Sender: senders},
		people: people,
	}
}

// May returns nil where who has the role. It refuses with cards.HasLeft where they have left
// Slack, with cards.RolesUnknown where they may be in a group that was never loaded, else with
// cards.LacksRole.
func (r *Roles) May(who cards.Person, role outbox.Role) error {
	if role == outbox.Everyone {
		return nil
	}
	if known, ok := r.people.Person(who.ID); who.Gone || ok && known.Gone {
		return cards.Refuse("fault.role_gone", "who", cards.User(who.ID)).WithCode(cards.HasLeft)
	}
	var unloaded []string
	for listed := role; listed <= outbox.Admin; listed++ {
		in, missing := r.listedIn(who.ID, r.lists[listed])
		if in {
			return nil
		}
		unloaded = append(unloaded, missing...)
	}
	openToAll := role == outbox.Sender && len(r.lists[outbox.Sender]) == 0
	switch {
	case openToAll && r.isMember(who):
		return nil
	case len(unloaded) > 0:
		return cards.Refuse("fault.role_unloaded", "groups", codes(unloaded)).WithCode(cards.RolesUnknown)
	case openToAll:
		return cards.Refuse("fault.role_guest").WithCode(cards.LacksRole)
	}
	return cards.Refuse("fault.role_"+roleName(role), "who", mentions(r.namesOf(role))).WithCode(cards.LacksRole)
}

// Approvers are the user ids of everybody who may approve: the admins and the
// approvers, groups opened. It refuses with cards.RolesUnknown where a group was never loaded.
func (r *Roles) Approvers() ([]string, error) { return r.opened(r.namesOf(outbox.Approver)) }

// Asked are the user ids of those who are asked to approve: the approvers, groups opened,
// or the admins where none is named. It refuses as Approvers does.
func (r *Roles) Asked() ([]string, error) {
	if named := r.lists[outbox.Approver]; len(named) > 0 {
		return r.opened(named)
	}
	return r.opened(r.lists[outbox.Admin])
}

// Named are the user ids of those whom a Slack id of a user or of a group names, but for who has
// left Slack. It refuses as Approvers does.
func (r *Roles) Named(id string) ([]string, error) {
	ids, err := r.opened([]string{id})
	return slices.DeleteFunc(ids, func(id string) bool {
		known, ok := r.people.Person(id)
		return ok && known.Gone
	}), err
}

func (r *Roles) opened(names []string) ([]string, error) {
	var ids, unloaded []string
	for _, listed := range names {
		if !isGroup(listed) {
			ids = append(ids, listed)
			continue
		}
		members, ok := r.people.Members(listed)
		if !ok {
			unloaded = append(unloaded, listed)
		}
		ids = append(ids, members...)
	}
	if len(unloaded) > 0 {
		return nil, cards.Refuse("fault.role_unloaded", "groups", codes(unloaded)).WithCode(cards.RolesUnknown)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// listedIn looks id up in a setting; unloaded are the groups of it that are not known.
func (r *Roles) listedIn(id string, listed []string) (in bool, unloaded []string) {
	for _, name := range listed {
		if name == id && id != "" {
			return true, nil
		}
		if !isGroup(name) {
			continue
		}
		members, ok := r.people.Members(name)
		if !ok {
			unloaded = append(unloaded, name)
		} else if slices.Contains(members, id) {
			return true, nil
		}
	}
	return false, unloaded
}

// isMember trusts what the line's person brings, or else the cache.
func (r *Roles) isMember(who cards.Person) bool {
	if who.Member {
		return true
	}
	known, ok := r.people.Person(who.ID)
	return ok && known.Member
}

// Names are those in the settings of a role and of those above it; none where no setting names
// who has it.
func (r *Roles) Names(role outbox.Role) []string {
	if role == outbox.Everyone || role == outbox.Sender && len(r.lists[outbox.Sender]) == 0 {
		return nil
	}
	return slices.Compact(r.namesOf(role))
}

// namesOf are the names in the settings of role and of those above it.
func (r *Roles) namesOf(role outbox.Role) []string {
	var names []string
	for listed := role; listed <= outbox.Admin; listed++ {
		names = append(names, r.lists[listed]...)
	}
	return names
}

// isGroup tells a Slack user group by its id.
func isGroup(id string) bool { return strings.HasPrefix(id, "S") }

func mentions(ids []string) []cards.User {
	users := make([]cards.User, len(ids))
	for i, id := range ids {
		users[i] = cards.User(id)
	}
	return users
}

func codes(ids []string) []cards.Text {
	texts := make([]cards.Text, len(ids))
	for i, id := range ids {
		texts[i] = cards.Code(id)
	}
	return texts
}

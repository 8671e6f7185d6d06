package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"magpie/cards"
)

// groupsUnread is what is known of groups that give no role, or soon will not.
type groupsUnread struct {
	read     map[string]time.Time // when a group was read last
	since    map[string]time.Time // since when it cannot be read
	disabled map[string]bool      // or it is gone
	last     map[string][]string  // who was in it when somebody was
	told     map[string]string    // the state that admins were told of; see groupState

	admins []string // whom to tell: people and groups
	tell   TellOnce
}

func newGroupsUnread() groupsUnread {
	return groupsUnread{read: map[string]time.Time{}, since: map[string]time.Time{}, disabled: map[string]bool{}, last: map[string][]string{}, told: map[string]string{}}
}

// TellOnce shows a card to people in their own conversations where what it tells of stands
// otherwise than it was last told, whoever told it; "" is the state that needs no telling
// but after another.
type TellOnce func(ctx context.Context, what, state string, to []string, card cards.Card) error

// TellAdmins has admins, people and groups, told of groups that give no role since Slack
// does not let them be read or has disabled them, and when they do again. Call it before
// Run.
func (d *Directory) TellAdmins(admins []string, tell TellOnce) {
	d.unread.admins, d.unread.tell = admins, tell
}

// How often groups are read. Slack takes 20 such calls a minute.
const (
	groupEvery = 15 * time.Second // one that cannot be read
	groupFresh = 45 * time.Second // one that was read: two more tries fit into groupGrace
)

// watchGroups reads the groups again and again, those that could not be read more often, and
// tells of them. Where lines arrive again after they did not, events were missed: all are
// read.
func (d *Directory) watchGroups(ctx context.Context) {
	var put time.Time // Slack asked to be left alone until then
	for first, all := true, true; ; first = false {
		for _, group := range d.opt.Groups {
			if ctx.Err() != nil || time.Now().Before(put) {
				break
			}
			if all || d.isDue(group) {
				err := d.loadGroup(ctx, group) // it is logged, and told below
				if wait, limited := rateLimit(err); limited {
					put = time.Now().Add(wait)
				}
			}
		}
		if first {
			close(d.loaded)
		}
		d.tellGroups(ctx)
		var err error
		if all, err = d.waitOrMissed(ctx, groupEvery, d.missedGroups); err != nil {
			return
		}
	}
}

// isDue reports that a group is to be read: it cannot be, or was not for a while.
func (d *Directory) isDue(group string) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.unread.disabled[group] || !d.unread.since[group].IsZero() || ago(d.unread.read[group]) > groupFresh
}

// isUnknown reports that nobody knows who is in a group by now, and since when it is not
// read. d.mu is held.
func (d *Directory) isUnknown(group string) (bool, time.Time) {
	since, read := d.unread.read[group], true
	if since.IsZero() {
		since, read = d.unread.since[group], false
	}
	return (read || !since.IsZero()) && ago(since) > groupGrace, since
}

// ago is how long ago t was, by the clock that a sleep stops or the one on the wall, by
// which it was longer.
func ago(t time.Time) time.Duration {
	now := time.Now()
	return max(now.Sub(t), now.Round(0).Sub(t.Round(0)))
}

// tellGroups tells admins of each group whose state is another than they were told.
func (d *Directory) tellGroups(ctx context.Context) {
	if d.unread.tell == nil {
		return
	}
	for _, group := range d.opt.Groups {
		state, since := d.groupState(group)
		d.mu.RLock()
		told, ever := d.unread.told[group]
		d.mu.RUnlock()
		if ever && told == state {
			continue
		}
		if err := d.unread.tell(ctx, "group "+group, state, d.AdminsNow(), groupCard(group, state, since)); err != nil {
			d.opt.Log.Warn("admins could not be told of a user group yet", "group", group, "err", err)
			continue
		}
		d.mu.Lock()
		d.unread.told[group] = state
		d.mu.Unlock()
	}
}

// The states of a group that are told.
const (
	groupUnread   = "unread"
	groupDisabled = "disabled"
	groupEmpty    = "empty" // and its voice is needed
)

// groupState is why a group gives no role, and since when it is not read; "" where it gives
// its roles.
func (d *Directory) groupState(group string) (string, time.Time) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	unknown, since := d.isUnknown(group)
	switch {
	case d.unread.disabled[group]:
		return groupDisabled, since
	case unknown:
		return groupUnread, since
	case slices.Contains(d.opt.Voices, group) && d.groups[group] != nil && len(d.groups[group]) == 0:
		return groupEmpty, since
	}
	return "", since
}

// AdminsNow are the admins, one by one. Of a group that cannot be read they are those who
// were in it: they are told nothing that is not theirs to know.
func (d *Directory) AdminsNow() []string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	var ids []string
	for _, id := range d.unread.admins {
		if strings.HasPrefix(id, "S") {
			ids = append(ids, d.unread.last[id]...)
		} else {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// groupCard tells how a group stands; Slack shows its name.
func groupCard(group, state string, since time.Time) cards.Card {
	told := cards.T("bot.group_back", "group", cards.User(group))
	switch state {
	case groupUnread:
		told = cards.T("bot.group_unread", "group", cards.User(group), "at", since)
	case groupDisabled:
		told = cards.T("bot.group_disabled", "group", cards.User(group))
	case groupEmpty:
		told = cards.T("bot.group_empty", "group", cards.User(group))
	}
	return cards.Card{Body: []cards.Text{told}}
}

// isGroupGone reports that a group is disabled or there no more.
func isGroupGone(err error) bool {
	// usergroups.users.list answers so for a disabled group, unless include_disabled.
	return isCode(err, "no_such_subteam", "subteam_not_found", "usergroup_disabled")
}

// loadGroup asks for the members of one group. One that is empty, disabled or gone has
// none from now on; one that cannot be read keeps its members until groupGrace after it was.
func (d *Directory) loadGroup(ctx context.Context, group string) error {
	begun := time.Now()
	members, err := d.client.GetUserGroupMembersContext(ctx, group)
	switch {
	case err == nil:
		d.setGroup(group, begun, members)
		return nil
	case isCode(err, "no_users", "no_users_in_group", "usergroup_is_empty"):
		d.setGroup(group, begun, nil)
		return nil
	case isGroupGone(err):
		if state, _ := d.groupState(group); state != groupDisabled {
			d.opt.Log.Error("a user group that roles are given to is disabled or gone: it gives none", "group", group)
		}
		d.setGroup(group, begun, nil)
		d.mu.Lock()
		defer d.mu.Unlock()
		d.unread.disabled[group] = true
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.unread.since[group].IsZero() {
		d.unread.since[group] = time.Now()
		if ctx.Err() == nil {
			d.opt.Log.Error("loading a user group failed; two minutes after it was read last it gives no role", "group", group, "err", err)
		}
	}
	return err
}

func (d *Directory) setGroup(group string, at time.Time, members []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if members == nil {
		members = []string{}
	}
	if was, known := d.groups[group]; len(members) == 0 && (!known || len(was) > 0) && slices.Contains(d.opt.Voices, group) {
		d.opt.Log.Error("nobody is in a user group whose voice APPROVALS needs: what needs it is refused", "group", group)
	}
	d.groups[group], d.unread.read[group] = members, at
	delete(d.unread.since, group)
	delete(d.unread.disabled, group)
	if len(members) > 0 {
		d.unread.last[group] = members
	}
}

// reload asks for one group again, since the event itself may be one of several, and
// late; where Slack is busy or away, as often as it takes until the group gives no role.
func (d *Directory) reload(group string) {
	ctx, cancel := context.WithTimeout(context.Background(), groupGrace)
	defer cancel()
	for wait := time.Second; ; wait = min(2*wait, refreshFailed) {
		call, end := context.WithTimeout(ctx, callTimeout)
		err := d.loadGroup(call, group)
		end()
		asked, limited := rateLimit(err)
		switch {
		case err == nil, isGroupGone(err), isUnsupported(err):
			return
		case limited:
			wait = max(asked, 100*time.Millisecond)
		}
		if sleep(ctx, wait) != nil {
			return
		}
	}
}

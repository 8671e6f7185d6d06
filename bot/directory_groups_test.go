package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/cards"
)

// Admins are told of a group that gives no role, by name: once when it cannot be read for
// two minutes, or is disabled, and once when it is back.
func TestAdminsAreToldOfGroupsThatGiveNoRole(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	s.say(amy, general, "/wechat help") // the groups are loaded by now
	dir := NewDirectory(s.bot.opt.Client, DirectoryOptions{Groups: []string{approvers}})
	var told []string
	var away error
	dir.TellAdmins([]string{"UADMIN", approvers}, func(_ context.Context, what, state string, to []string, card cards.Card) error {
		if away != nil {
			return away
		}
		told = append(told, fmt.Sprintf("%s %q %s: %s %s", what, state, to, card.Body[0].Key, card.Body[0].Args["group"].User))
		return nil
	})
	s.SetGroup(approvers, amy, bo)
	step := func(what string, want ...string) {
		t.Helper()
		told = nil
		_ = dir.loadGroup(t.Context(), approvers)
		for range 3 {
			dir.tellGroups(t.Context())
		}
		if !slices.Equal(told, want) {
			t.Errorf("%s: told %q, want %q", what, told, want)
		}
	}
	line := func(state, key string) string {
		return fmt.Sprintf("group %s %q %s: %s %s", approvers, state, []string{amy, bo, "UADMIN"}, key, approvers)
	}
	step("at the start", line("", "bot.group_back")) // which is told nobody who was told nothing
	s.Fail("usergroups.users.list", -1, slacktest.Fault{Error: "internal_error"})
	step("a failure of a moment")
	dir.mu.Lock()
	dir.unread.read[approvers] = time.Now().Add(-groupGrace - time.Second)
	dir.mu.Unlock()
	away = errors.New("the database is away")
	step("while nobody can be told")
	away = nil
	step("after two minutes", line(groupUnread, "bot.group_unread"))
	s.Heal()
	step("read again", line("", "bot.group_back"))
	s.Fail("usergroups.users.list", -1, slacktest.Fault{Error: "no_such_subteam"})
	step("disabled", line(groupDisabled, "bot.group_disabled"))
	s.Heal()
	step("enabled", line("", "bot.group_back"))
}

// readLast makes as if the group of approvers had been read at a time and not since.
func (d *Directory) readLast(at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unread.read[approvers] = at
}

// What counts is when a group was read last, not when reading it failed first: where nobody
// has tried since, it gives no role either, and it is tried before that.
func TestAGroupIsKnownForTwoMinutesAfterItWasRead(t *testing.T) {
	t.Parallel()
	dir := NewDirectory(nil, DirectoryOptions{Groups: []string{approvers}})
	if !dir.isDue(approvers) {
		t.Error("a group that was never read: got not due")
	}
	dir.setGroup(approvers, time.Now(), []string{bo})
	for _, step := range []struct {
		read       time.Time
		due, known bool
	}{
		{time.Now(), false, true},
		{time.Now().Add(-groupFresh - time.Second), true, true},
		{time.Now().Add(-groupGrace + 10*time.Second), true, true},
		{time.Now().Add(-groupGrace - time.Second), true, false},
		{time.Now().Round(0).Add(-groupGrace - time.Second), true, false}, // over a sleep, by the wall clock
	} {
		dir.readLast(step.read)
		if _, known := dir.Members(approvers); known != step.known || dir.isDue(approvers) != step.due {
			t.Errorf("read %s ago: got due %v, known %v, want %v, %v", ago(step.read).Round(time.Second), dir.isDue(approvers), known, step.due, step.known)
		}
	}
}

// News that came while no line arrived are not lost: where one does again, groups and people
// are read anew.
func TestGroupsAreReadAnewWhenSlackIsBack(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	s.say(amy, general, "/wechat help") // the groups are loaded by now
	s.SetGroup(approvers, amy)          // nobody is told
	people := len(s.Calls("users.list"))
	s.DropSockets()
	if err := s.WaitFor(s.ctx, func() bool {
		members, known := s.dir.Members(approvers)
		return known && slices.Equal(members, []string{amy}) && len(s.Calls("users.list")) > people
	}); err != nil {
		members, known := s.dir.Members(approvers)
		t.Errorf("after a reconnect: got %v, %v, want %s alone, and the people read anew", members, known, amy)
	}
}

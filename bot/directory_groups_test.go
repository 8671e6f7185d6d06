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
	dir.unread.since[approvers] = time.Now().Add(-groupGrace - time.Second)
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

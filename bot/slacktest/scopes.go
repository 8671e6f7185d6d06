package slacktest

import (
	"slices"
	"strings"
)

// ofMethods are the scopes that methods need, by their pages; of several, that of the
// conversation's kind: public, private, with one person, with several.
// https://docs.slack.dev/reference/methods
var ofMethods = map[string][]string{
	"chat.postMessage": {"chat:write"}, "chat.update": {"chat:write"}, "chat.delete": {"chat:write"}, "chat.postEphemeral": {"chat:write"},
	"chat.startStream": {"chat:write"}, "chat.appendStream": {"chat:write"}, "chat.stopStream": {"chat:write"},
	"reactions.add": {"reactions:write"}, "users.info": {"users:read"}, "users.list": {"users:read"},
	"usergroups.list": {"usergroups:read"}, "usergroups.users.list": {"usergroups:read"},
	"conversations.open": {"im:write"}, "conversations.join": {"channels:join"},
	"files.getUploadURLExternal": {"files:write"}, "files.completeUploadExternal": {"files:write"}, "files.info": {"files:read"},
	"conversations.info": kindly("read"), "conversations.members": kindly("read"), "conversations.list": kindly("read"), "users.conversations": kindly("read"),
	"conversations.replies": kindly("history"), "conversations.history": kindly("history"),
}

func kindly(what string) []string {
	return []string{"channels:" + what, "groups:" + what, "im:" + what, "mpim:" + what}
}

// Revoke takes scopes from the bot's token; Grant gives them back. In the beginning it has
// all that the methods served here need.
func (w *Workspace) Revoke(scopes ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.revoked = append(w.revoked, scopes...)
}

// Grant gives back what Revoke took.
func (w *Workspace) Grant(scopes ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.revoked = slices.DeleteFunc(w.revoked, func(s string) bool { return slices.Contains(scopes, s) })
}

// allowed refuses what the token has no scope for, as Slack does: with what it needs and
// what it has.
func (w *Workspace) allowed(r *request) error {
	needs := ofMethods[r.method]
	if len(needs) == 4 {
		if c := w.channel(r.str("channel")); c != nil {
			needs = needs[kindOf(c) : kindOf(c)+1]
		}
	}
	has := func(scope string) bool { return !slices.Contains(w.revoked, scope) }
	if len(needs) == 0 || slices.ContainsFunc(needs, has) {
		return nil
	}
	return &refusal{code: "missing_scope", more: map[string]any{"needed": strings.Join(needs, ","), "provided": strings.Join(w.granted(), ",")}}
}

func kindOf(c *Channel) int {
	switch {
	case c.IM:
		return 2
	case c.Private:
		return 1
	}
	return 0
}

// granted are the scopes of the token.
func (w *Workspace) granted() []string {
	var all []string
	for _, scopes := range ofMethods {
		all = append(all, scopes...)
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(s string) bool { return slices.Contains(w.revoked, s) })
}

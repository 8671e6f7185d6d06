package slacktest

import (
	"slices"
	"strings"
)

func (w *Workspace) wireChannel(c *Channel) map[string]any {
	out := map[string]any{
		"id": c.ID, "created": 1700000000, "is_im": c.IM, "is_archived": c.Archived, "is_private": c.Private || c.IM,
		"is_org_shared": false, "context_team_id": w.opt.Team, "updated": 1700000000000,
	}
	if c.IM {
		out["user"], out["is_user_deleted"], out["is_open"] = c.User, false, true
		return out
	}
	name := strings.ToLower(c.Name)
	note := map[string]any{"value": "", "creator": "", "last_set": 0}
	for k, v := range map[string]any{
		"name": name, "name_normalized": name, "is_channel": !c.Private, "is_group": c.Private, "is_mpim": false, "is_general": false,
		"is_shared": c.Shared, "is_ext_shared": c.Shared, "is_pending_ext_shared": false, "unlinked": 0, "creator": "",
		"is_member": w.botIn(c), "topic": note, "purpose": note, "num_members": len(w.membersOf(c)),
	} {
		out[k] = v
	}
	return out
}

func (w *Workspace) membersOf(c *Channel) []string {
	ids := slices.Clone(c.Members)
	if len(ids) == 0 && !c.Private && !c.IM {
		for _, u := range w.users {
			if !u.Bot && !u.Deleted && !u.Stranger {
				ids = append(ids, u.ID)
			}
		}
	}
	if w.botIn(c) && !slices.Contains(ids, w.opt.BotUser) {
		ids = append(ids, w.opt.BotUser)
	}
	return ids
}

func (w *Workspace) channelPage(r *request, all []*Channel) (map[string]any, error) {
	cs, meta, err := page(r, all, 100)
	if err != nil {
		return nil, err
	}
	out := []map[string]any{}
	for _, c := range cs {
		out = append(out, w.wireChannel(c))
	}
	return map[string]any{"channels": out, "response_metadata": meta}, nil
}

// conversationsInfo answers Slack's conversations.info. A private channel that the bot
// is not in is not to be found.
// https://docs.slack.dev/reference/methods/conversations.info
func conversationsInfo(w *Workspace, r *request) (map[string]any, error) {
	c := w.reachable(r.str("channel"))
	if c == nil {
		return nil, refuse("channel_not_found")
	}
	return map[string]any{"channel": w.wireChannel(c)}, nil
}

// conversationsList answers Slack's conversations.list.
func conversationsList(w *Workspace, r *request) (map[string]any, error) {
	var all []*Channel
	for _, c := range w.channels {
		if ofType(r, c) && (!c.Private || w.botIn(c)) {
			all = append(all, c)
		}
	}
	return w.channelPage(r, all)
}

// conversationsOpen answers Slack's conversations.open for one person. A group
// direct message is not built.
func conversationsOpen(w *Workspace, r *request) (map[string]any, error) {
	id := r.str("channel")
	already := true
	if users := r.str("users"); users != "" {
		ids := strings.Split(users, ",")
		if len(ids) != 1 {
			return nil, refuse("too_many_users")
		}
		u := w.user(ids[0])
		switch {
		case u == nil:
			return nil, refuse("user_not_found")
		case u.Deleted:
			return nil, refuse("user_disabled")
		case u.ID == w.opt.BotUser || u.Bot:
			return nil, refuse("cannot_dm_bot")
		}
		id, already = w.openDM(u.ID)
	}
	c := w.channel(id)
	if c == nil || !c.IM {
		return nil, refuse("channel_not_found")
	}
	out := map[string]any{"channel": map[string]any{"id": c.ID}}
	if r.flag("return_im") {
		out["channel"] = w.wireChannel(c)
	}
	if already {
		out["no_op"], out["already_open"] = true, true
	}
	return out, nil
}

// conversationsMembers answers Slack's conversations.members, also of public channels
// that the bot is not in; what Slack takes as limit ends at 999.
// https://docs.slack.dev/reference/methods/conversations.members
func conversationsMembers(w *Workspace, r *request) (map[string]any, error) {
	c := w.reachable(r.str("channel"))
	if c == nil {
		return nil, refuse("channel_not_found")
	}
	if limit := r.int("limit", 100); limit < 1 || limit > 999 {
		return nil, refuse("invalid_limit")
	}
	ids, meta, err := page(r, w.membersOf(c), 100)
	if err != nil {
		return nil, err
	}
	return map[string]any{"members": append([]string{}, ids...), "response_metadata": meta}, nil
}

// conversationsJoin answers Slack's conversations.join.
func conversationsJoin(w *Workspace, r *request) (map[string]any, error) {
	c := w.reachable(r.str("channel"))
	switch {
	case c == nil:
		return nil, refuse("channel_not_found")
	case c.IM || c.Private:
		return nil, refuse("method_not_supported_for_channel_type")
	case c.Archived:
		return nil, refuse("is_archived")
	}
	out := map[string]any{}
	if w.botIn(c) {
		out["warning"], out["response_metadata"] = "already_in_channel", map[string]any{"warnings": []string{"already_in_channel"}}
	}
	c.BotIn = true
	w.changed()
	out["channel"] = w.wireChannel(c)
	return out, nil
}

// readable is a channel whose messages the bot may read: it has to be in it.
func (w *Workspace) readableBy(r *request) (*Channel, error) {
	c := w.reachable(r.str("channel"))
	switch {
	case c == nil:
		return nil, refuse("channel_not_found")
	case !w.botIn(c):
		return nil, refuse("not_in_channel")
	}
	return c, nil
}

// conversationsHistory answers Slack's conversations.history: newest first,
// without replies.
func conversationsHistory(w *Workspace, r *request) (map[string]any, error) {
	c, err := w.readableBy(r)
	if err != nil {
		return nil, err
	}
	var all []*Message
	for _, m := range slices.Backward(w.messages[c.ID]) {
		if (m.ThreadTS == "" || m.ThreadTS == m.TS || m.Broadcast) && between(r, m.TS) {
			all = append(all, m)
		}
	}
	return w.messagePage(r, all)
}

// conversationsReplies answers Slack's conversations.replies: the root, then
// the replies, oldest first.
func conversationsReplies(w *Workspace, r *request) (map[string]any, error) {
	c, err := w.readableBy(r)
	if err != nil {
		return nil, err
	}
	ts := r.str("ts")
	m := w.message(c.ID, ts)
	if m == nil {
		return nil, refuse("thread_not_found")
	}
	if m.ThreadTS != "" {
		ts = m.ThreadTS
	}
	var all []*Message
	for _, m := range w.messages[c.ID] {
		if m.TS == ts || m.ThreadTS == ts && between(r, m.TS) {
			all = append(all, m)
		}
	}
	return w.messagePage(r, all)
}

func between(r *request, ts string) bool {
	oldest, latest := r.str("oldest"), r.str("latest")
	if r.flag("inclusive") && (ts == oldest || ts == latest) {
		return true
	}
	return (oldest == "" || oldest == "0" || ts > oldest) && (latest == "" || ts < latest)
}

func (w *Workspace) messagePage(r *request, all []*Message) (map[string]any, error) {
	ms, meta, err := page(r, all, 100)
	if err != nil {
		return nil, err
	}
	out := []map[string]any{}
	for _, m := range ms {
		out = append(out, w.wire(m))
	}
	return map[string]any{"messages": out, "has_more": meta["next_cursor"] != "", "pin_count": 0, "response_metadata": meta}, nil
}

package slacktest

import (
	"slices"
	"strings"
)

func (w *Workspace) wireUser(u *User, locale bool) map[string]any {
	out := map[string]any{
		"id": u.ID, "team_id": u.TeamID, "name": u.Name, "deleted": u.Deleted, "color": "4bbe2e", "real_name": u.RealName,
		"tz": u.TZ, "tz_label": u.TZ, "tz_offset": u.TZOffset, "is_admin": u.Admin, "is_owner": false, "is_primary_owner": false,
		"is_restricted": u.Guest || u.UltraGuest, "is_ultra_restricted": u.UltraGuest, "is_bot": u.Bot, "is_app_user": false,
		"updated": 1700000000,
		"profile": map[string]any{
			"real_name": u.RealName, "real_name_normalized": u.RealName, "display_name": u.Name, "display_name_normalized": u.Name,
			"team": u.TeamID, "image_24": "", "image_32": "", "image_48": "", "image_72": "", "image_192": "", "image_512": "",
		},
	}
	if u.Stranger {
		out["is_stranger"] = true
	}
	if u.Bot {
		out["profile"].(map[string]any)["bot_id"] = "B" + strings.TrimPrefix(u.ID, "U")
	}
	if locale {
		out["locale"] = u.Locale
	}
	return out
}

// usersInfo answers Slack's users.info.
func usersInfo(w *Workspace, r *request) (map[string]any, error) {
	u := w.user(r.str("user"))
	if u == nil {
		return nil, refuse("user_not_found")
	}
	return map[string]any{"user": w.wireUser(u, r.flag("include_locale"))}, nil
}

// usersList answers Slack's users.list.
func usersList(w *Workspace, r *request) (map[string]any, error) {
	us, meta, err := page(r, w.users, 1000)
	if err != nil {
		return nil, err
	}
	members := []map[string]any{}
	for _, u := range us {
		members = append(members, w.wireUser(u, r.flag("include_locale")))
	}
	return map[string]any{"members": members, "cache_ts": w.opt.Now().Unix(), "response_metadata": meta}, nil
}

func (w *Workspace) wireGroup(g *Group, users bool) map[string]any {
	var gone int64
	if g.Disabled {
		gone = 1700000000
	}
	out := map[string]any{
		"id": g.ID, "team_id": w.opt.Team, "is_usergroup": true, "is_subteam": true, "name": g.Name, "description": "",
		"handle": g.Handle, "is_external": false, "date_create": 1700000000, "date_update": 1700000000, "date_delete": gone,
		"auto_type": nil, "created_by": "", "updated_by": "", "deleted_by": nil, "user_count": len(g.Users),
		"prefs": map[string]any{"channels": []string{}, "groups": []string{}},
	}
	if users {
		out["users"] = append([]string{}, g.Users...)
	}
	return out
}

// usergroupsList answers Slack's usergroups.list.
func usergroupsList(w *Workspace, r *request) (map[string]any, error) {
	out := []map[string]any{}
	for _, g := range w.groups {
		if !g.Disabled || r.flag("include_disabled") {
			out = append(out, w.wireGroup(g, r.flag("include_users")))
		}
	}
	return map[string]any{"usergroups": out}, nil
}

// usergroupsUsersList answers Slack's usergroups.users.list.
func usergroupsUsersList(w *Workspace, r *request) (map[string]any, error) {
	g := w.group(r.str("usergroup"))
	if g == nil || g.Disabled && !r.flag("include_disabled") {
		return nil, refuse("no_such_subteam")
	}
	return map[string]any{"users": append([]string{}, g.Users...)}, nil
}

// usersConversations answers Slack's users.conversations: of the bot, or of a
// person as far as the bot can see.
func usersConversations(w *Workspace, r *request) (map[string]any, error) {
	who := r.str("user")
	if who != "" && w.user(who) == nil {
		return nil, refuse("user_not_found")
	}
	var all []*Channel
	for _, c := range w.channels {
		in := w.botIn(c)
		if who != "" && who != w.opt.BotUser {
			in = c.sees(who) && (!c.Private || w.botIn(c))
		}
		if in && ofType(r, c) {
			all = append(all, c)
		}
	}
	return w.channelPage(r, all)
}

// ofType reports whether the channel is of the types asked for.
func ofType(r *request, c *Channel) bool {
	types := strings.Split(r.str("types"), ",")
	if r.str("types") == "" {
		types = []string{"public_channel"}
	}
	kind := "public_channel"
	switch {
	case c.IM:
		kind = "im"
	case c.Private:
		kind = "private_channel"
	}
	return slices.Contains(types, kind) && !(c.Archived && r.flag("exclude_archived"))
}

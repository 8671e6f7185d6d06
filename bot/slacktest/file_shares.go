package slacktest

import "slices"

// share is one message that a file is shared by.
type share struct{ channel, ts, thread string }

// share notes where the files of a message are shared by it.
func (w *Workspace) share(m *Message) {
	for i := range m.Files {
		if f := w.files[m.Files[i].ID]; f != nil {
			f.shares = append(f.shares, share{m.Channel, m.TS, m.ThreadTS})
			if !slices.Contains(f.Channels, m.Channel) {
				f.Channels = append(slices.Clone(f.Channels), m.Channel)
			}
		}
	}
}

// visible reports whether Slack shows the bot a file: it is shared where the bot may
// look, or nowhere, as what a form has just taken.
func (w *Workspace) visible(f *File) bool {
	return f.User == w.opt.BotUser || len(f.Channels) == 0 ||
		slices.ContainsFunc(f.Channels, func(id string) bool { return w.reachable(id) != nil })
}

// wireShares tells in which channels a file is shared, as far as the bot sees them:
// public ones as channels, private ones as groups, direct messages as ims, and the
// messages themselves as shares.
// https://docs.slack.dev/reference/objects/file-object
func (w *Workspace) wireShares(f *File) map[string]any {
	public, private := map[string][]any{}, map[string][]any{}
	channels, groups, ims := []string{}, []string{}, []string{}
	for _, id := range f.Channels {
		switch c := w.reachable(id); {
		case c == nil:
		case c.IM:
			ims = append(ims, id)
		case c.Private:
			groups = append(groups, id)
		default:
			channels = append(channels, id)
		}
	}
	for _, s := range f.shares {
		c := w.reachable(s.channel)
		if c == nil {
			continue
		}
		of := public
		if c.Private || c.IM {
			of = private
		}
		one := map[string]any{"ts": s.ts, "channel_name": c.Name, "team_id": w.opt.Team, "reply_users": []string{}, "reply_users_count": 0, "reply_count": 0}
		if s.thread != "" {
			one["thread_ts"] = s.thread
		}
		of[s.channel] = append(of[s.channel], one)
	}
	shares := map[string]any{}
	if len(public) > 0 {
		shares["public"] = public
	}
	if len(private) > 0 {
		shares["private"] = private
	}
	return map[string]any{"is_public": len(channels) > 0, "channels": channels, "groups": groups, "ims": ims, "shares": shares}
}

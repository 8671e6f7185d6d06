package slacktest

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Message is what stands in a channel, a thread, or before one person only.
type Message struct {
	Channel      string          `json:"channel"`
	TS           string          `json:"ts"` // of an ephemeral message its EphemeralID: no API method takes it
	ThreadTS     string          `json:"thread_ts,omitempty"`
	Broadcast    bool            `json:"broadcast,omitempty"` // a reply shown in the channel too
	User         string          `json:"user"`
	BotID        string          `json:"bot_id,omitempty"`
	Text         string          `json:"text"`
	Blocks       json.RawMessage `json:"blocks,omitempty"`
	Attachments  json.RawMessage `json:"attachments,omitempty"`
	Metadata     json.RawMessage `json:"metadata,omitempty"`
	Files        []File          `json:"files,omitempty"`
	Reactions    []string        `json:"reactions,omitempty"`
	Edited       bool            `json:"edited,omitempty"`
	EditedTS     string          `json:"edited_ts,omitempty"`
	Streaming    bool            `json:"streaming,omitempty"` // chat.stopStream has not come yet
	Tombstone    bool            `json:"tombstone,omitempty"` // it was deleted, and its thread stays
	EphemeralFor string          `json:"ephemeral_for,omitempty"`
	Posted       time.Time       `json:"posted"`
	History      []Version       `json:"history,omitempty"` // what it said before, oldest first
}

// Version is what a message said before an edit.
type Version struct {
	Text   string          `json:"text"`
	Blocks json.RawMessage `json:"blocks,omitempty"`
	Until  time.Time       `json:"until"`
}

// Button is something to press.
type Button struct {
	Label    string `json:"label"`
	Value    string `json:"value"`
	ActionID string `json:"action_id"`
	BlockID  string `json:"block_id"`
	Style    string `json:"style,omitempty"`
	URL      string `json:"url,omitempty"`
	// Confirm is the dialog that Slack shows first: its title and its text, and the words of
	// going on. Press answers it with those.
	Confirm *Dialog `json:"confirm,omitempty"`
}

// Dialog is what somebody is asked who presses something.
type Dialog struct {
	Title   string `json:"title"`
	Text    string `json:"text"`
	Confirm string `json:"confirm"`
	Deny    string `json:"deny,omitempty"`
	Style   string `json:"style,omitempty"`
}

// Messages returns what the channel shows, oldest first: no replies but those
// that were broadcast.
func (w *Workspace) Messages(channelID string) []Message {
	return w.pick(channelID, func(m *Message) bool {
		return m.ThreadTS == "" || m.ThreadTS == m.TS || m.Broadcast
	})
}

// Thread returns a message and its replies, oldest first.
func (w *Workspace) Thread(channelID, ts string) []Message {
	return w.pick(channelID, func(m *Message) bool { return m.TS == ts || m.ThreadTS == ts })
}

// Message returns one message of a channel.
func (w *Workspace) Message(channelID, ts string) (Message, bool) {
	if all := w.pick(channelID, func(m *Message) bool { return m.TS == ts }); len(all) > 0 {
		return all[0], true
	}
	return Message{}, false
}

// Ephemerals returns what only that person sees, oldest first: answers to slash
// commands, chat.postEphemeral and response addresses.
func (w *Workspace) Ephemerals(userID string) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	return copies(w.ephemerals, func(m *Message) bool { return m.EphemeralFor == userID })
}

func (w *Workspace) pick(channelID string, want func(*Message) bool) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	return copies(w.messages[channelID], want)
}

func copies(in []*Message, want func(*Message) bool) []Message {
	var out []Message
	for _, m := range in {
		if want(m) {
			c := *m
			c.History = slices.Clone(m.History)
			c.Reactions = slices.Clone(m.Reactions)
			out = append(out, c)
		}
	}
	return out
}

func (w *Workspace) message(channelID, ts string) *Message {
	return find(w.messages[channelID], func(m *Message) bool { return m.TS == ts })
}

// Buttons returns the buttons of the message in the order they stand.
func (m Message) Buttons() []Button { return buttons(m.Blocks) }

// PlainText returns every text that can be read on the message, a line each:
// its text, or its blocks where it has some, and its attachments.
func (m Message) PlainText() string { return plain(m.Text, m.Blocks, m.Attachments) }

// Has reports whether all the words stand somewhere on the message.
func (m Message) Has(words ...string) bool {
	text := m.Text + "\n" + m.PlainText()
	for _, s := range words {
		if !strings.Contains(text, s) {
			return false
		}
	}
	return true
}

// wire is the message as Slack's API tells it.
func (w *Workspace) wire(m *Message) map[string]any {
	out := map[string]any{"type": "message", "user": m.User, "text": m.Text, "ts": m.TS, "team": w.opt.Team}
	if m.BotID != "" {
		out["bot_id"], out["app_id"] = m.BotID, w.opt.AppID
		out["bot_profile"] = map[string]any{"id": m.BotID, "app_id": w.opt.AppID, "name": w.opt.BotName, "team_id": w.opt.Team, "deleted": false, "updated": 1700000000}
	}
	if m.Tombstone {
		out["subtype"], out["hidden"] = "tombstone", true
	}
	raw := map[string]json.RawMessage{"blocks": w.typedBlocks(m), "attachments": m.Attachments, "metadata": m.Metadata}
	for k, v := range raw {
		if len(v) > 0 {
			out[k] = v
		}
	}
	if m.ThreadTS != "" {
		out["thread_ts"] = m.ThreadTS
	}
	if m.ThreadTS != "" && m.ThreadTS != m.TS {
		out["parent_user_id"] = ""
		if root := w.message(m.Channel, m.ThreadTS); root != nil {
			out["parent_user_id"] = root.User
		}
	}
	if m.Edited {
		out["edited"] = map[string]any{"user": m.User, "ts": m.EditedTS}
	}
	if len(m.Files) > 0 {
		out["files"] = w.wireFiles(m.Files)
	}
	if len(m.Reactions) > 0 {
		var rs []map[string]any
		for _, r := range m.Reactions {
			rs = append(rs, map[string]any{"name": r, "count": 1, "users": []string{w.opt.BotUser}})
		}
		out["reactions"] = rs
	}
	var replies []*Message
	for _, r := range w.messages[m.Channel] {
		if r.ThreadTS == m.TS && r.TS != m.TS {
			replies = append(replies, r)
		}
	}
	if n := len(replies); n > 0 {
		out["thread_ts"], out["reply_count"], out["latest_reply"] = m.TS, n, replies[n-1].TS
	}
	return out
}

package slacktest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// place finds the channel that the bot may write to.
func (w *Workspace) place(r *request, ephemeral bool) (*Channel, error) {
	name := r.str("channel")
	c := w.reachable(name)
	if c == nil && w.user(name) != nil && !ephemeral { // a user id is that person's DM
		id, _ := w.openDM(name)
		c = w.channel(id)
	}
	switch {
	case c == nil:
		return nil, refuse("channel_not_found")
	case c.Archived:
		return nil, refuse("is_archived")
	case !w.botIn(c) && (ephemeral || w.opt.NoPublicWrite):
		return nil, refuse("not_in_channel") // chat:write.public is for chat.postMessage alone
	}
	return c, nil
}

// reachable is the channel as the bot knows it: a private one only from inside.
func (w *Workspace) reachable(name string) *Channel {
	c := find(w.channels, func(c *Channel) bool { return c.ID == name || !c.IM && "#"+c.Name == name || !c.IM && c.Name == name })
	if c == nil || (c.Private || c.IM) && !w.botIn(c) {
		return nil
	}
	return c
}

func (w *Workspace) botIn(c *Channel) bool {
	return c.IM && c.User != "" || c.BotIn || slices.Contains(c.Members, w.opt.BotUser)
}

// content checks and fills what a message says. An absent key leaves what stood.
func (w *Workspace) content(m *Message, r *request) error {
	if r.has("markdown_text") {
		if r.has("text") && r.str("text") != "" || r.has("blocks") {
			return refuse("markdown_text_conflict")
		}
		if utf8.RuneCountInString(r.str("markdown_text")) > 12000 {
			return refuse("msg_too_long")
		}
		m.Text, m.Blocks = r.str("markdown_text"), nil
		return nil
	}
	blocks := r.json("blocks")
	if err := validateMessage(r.str("text"), blocks, r.json("attachments")); err != nil {
		return err
	}
	if err := w.pictures(blocks); err != nil {
		return err
	}
	m.Text = r.str("text")
	if r.has("blocks") {
		m.Blocks = w.identify(blocks)
	}
	if r.has("attachments") {
		m.Attachments = emptyIsNone(r.json("attachments"))
	}
	if r.has("metadata") {
		m.Metadata = r.json("metadata")
	}
	return nil
}

func emptyIsNone(raw json.RawMessage) json.RawMessage {
	if s := strings.TrimSpace(string(raw)); s == "[]" || s == "null" {
		return nil
	}
	return raw
}

// post stands a message in its channel.
func (w *Workspace) post(m *Message) {
	m.TS, m.Posted = w.ts(), w.opt.Now()
	if m.EphemeralFor != "" {
		w.ephemerals = append(w.ephemerals, m)
	} else {
		w.messages[m.Channel] = append(w.messages[m.Channel], m)
		w.share(m)
	}
	w.changed()
}

func (w *Workspace) byBot(channelID string) *Message {
	return &Message{Channel: channelID, User: w.opt.BotUser, BotID: w.opt.BotID}
}

func (w *Workspace) tooFast(channelID string) error {
	if w.opt.PerSecond <= 0 {
		return nil
	}
	now := w.opt.Now()
	recent := slices.DeleteFunc(w.posted[channelID], func(t time.Time) bool { return now.Sub(t) >= time.Second })
	if len(recent) >= w.opt.PerSecond {
		w.posted[channelID] = recent
		return &refusal{code: "ratelimited", status: http.StatusTooManyRequests, retry: time.Second}
	}
	w.posted[channelID] = append(recent, now)
	return nil
}

// chatPostMessage answers Slack's chat.postMessage.
func chatPostMessage(w *Workspace, r *request) (map[string]any, error) {
	c, err := w.place(r, false)
	if err != nil {
		return nil, err
	}
	m := w.byBot(c.ID)
	if err := w.content(m, r); err != nil {
		return nil, err
	}
	if err := w.tooFast(c.ID); err != nil {
		return nil, err
	}
	if m.ThreadTS = r.str("thread_ts"); m.ThreadTS != "" {
		if root := w.message(c.ID, m.ThreadTS); root == nil {
			m.ThreadTS = "" // Slack posts outside a thread whose root is gone
		} else if root.ThreadTS != "" {
			m.ThreadTS = root.ThreadTS
		}
		m.Broadcast = r.flag("reply_broadcast")
	}
	w.post(m)
	return map[string]any{"channel": c.ID, "ts": m.TS, "message": w.wire(m)}, nil
}

// own finds a message of the bot that a call is about to change.
func (w *Workspace) own(r *request, code string) (*Message, error) {
	c := w.reachable(r.str("channel"))
	if c == nil {
		return nil, refuse("channel_not_found")
	}
	if c.Archived {
		return nil, refuse("is_archived")
	}
	m := w.message(c.ID, r.str("ts"))
	if m == nil || m.Tombstone { // an ephemeral message cannot be found by its ts either
		return nil, refuse("message_not_found")
	}
	if m.BotID != w.opt.BotID {
		return nil, refuse(code)
	}
	return m, nil
}

// chatUpdate answers Slack's chat.update. Blocks and attachments that are not
// given stay; an empty array removes them.
func chatUpdate(w *Workspace, r *request) (map[string]any, error) {
	m, err := w.own(r, "cant_update_message")
	if err != nil {
		return nil, err
	}
	if m.Streaming {
		return nil, refuse("streaming_state_conflict")
	}
	if len(r.str("text")) > 4000 { // Slack counts bytes here, after escaping
		return nil, refuse("msg_too_long")
	}
	was := Version{Text: m.Text, Blocks: m.Blocks, Until: w.opt.Now()}
	next := *m
	if err := w.content(&next, r); err != nil {
		return nil, err
	}
	if err := w.tooFast(m.Channel); err != nil {
		return nil, err
	}
	next.History = append(slices.Clone(m.History), was)
	next.Edited, next.EditedTS = true, w.ts()
	*m = next
	w.changed()
	return map[string]any{"channel": m.Channel, "ts": m.TS, "text": m.Text, "message": w.wire(m)}, nil
}

// chatDelete answers Slack's chat.delete.
func chatDelete(w *Workspace, r *request) (map[string]any, error) {
	m, err := w.own(r, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	w.remove(m)
	return map[string]any{"channel": m.Channel, "ts": m.TS}, nil
}

// remove takes a message away. What began a thread leaves a tombstone, beneath which the
// replies stay.
// https://docs.slack.dev/reference/events/message/message_deleted tells nothing of it; that
// it is so, recorded events show: a message_changed with subtype tombstone, of USLACKBOT.
func (w *Workspace) remove(m *Message) {
	if slices.ContainsFunc(w.messages[m.Channel], func(o *Message) bool { return o.ThreadTS == m.TS && o.TS != m.TS }) {
		*m = Message{Channel: m.Channel, TS: m.TS, ThreadTS: m.TS, User: "USLACKBOT", Text: "This message was deleted.", Tombstone: true, Posted: m.Posted}
		w.changed()
		return
	}
	is := func(o *Message) bool { return o == m }
	w.messages[m.Channel] = slices.DeleteFunc(w.messages[m.Channel], is)
	w.ephemerals = slices.DeleteFunc(w.ephemerals, is)
	w.changed()
}

// chatPostEphemeral answers Slack's chat.postEphemeral.
func chatPostEphemeral(w *Workspace, r *request) (map[string]any, error) {
	c, err := w.place(r, true)
	if err != nil {
		return nil, err
	}
	if w.user(r.str("user")) == nil || !c.sees(r.str("user")) {
		return nil, refuse("user_not_in_channel")
	}
	m := w.byBot(c.ID)
	m.EphemeralFor, m.ThreadTS = r.str("user"), r.str("thread_ts")
	if err := w.content(m, r); err != nil {
		return nil, err
	}
	w.post(m)
	return map[string]any{"message_ts": m.TS}, nil
}

// chatGetPermalink answers Slack's chat.getPermalink.
func chatGetPermalink(w *Workspace, r *request) (map[string]any, error) {
	c := w.reachable(r.str("channel"))
	if c == nil {
		return nil, refuse("channel_not_found")
	}
	m := w.message(c.ID, r.str("message_ts"))
	if m == nil {
		return nil, refuse("message_not_found")
	}
	link := r.root + "/archives/" + c.ID + "/p" + strings.ReplaceAll(m.TS, ".", "")
	if m.ThreadTS != "" && m.ThreadTS != m.TS {
		link += "?thread_ts=" + m.ThreadTS + "&cid=" + c.ID
	}
	return map[string]any{"channel": c.ID, "permalink": link}, nil
}

// reactionsAdd answers Slack's reactions.add.
func reactionsAdd(w *Workspace, r *request) (map[string]any, error) {
	c := w.reachable(r.str("channel"))
	if c == nil {
		return nil, refuse("channel_not_found")
	}
	m := w.message(c.ID, r.str("timestamp"))
	name := strings.Trim(r.str("name"), ":")
	switch {
	case m == nil:
		return nil, refuse("message_not_found")
	case name == "":
		return nil, refuse("invalid_name")
	case slices.Contains(m.Reactions, name):
		return nil, refuse("already_reacted")
	}
	m.Reactions = append(slices.Clone(m.Reactions), name)
	w.changed()
	return nil, nil
}

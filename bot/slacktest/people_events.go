package slacktest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Mention is a message that names the bot, in a channel or a thread, sent as
// the event app_mention; in the bot's DM it is the event message.im and needs
// no mention. The text is as Slack delivers it (see Escape); where the mention
// is missing it is put in front.
//
// An event that is not acknowledged is sent again by Options.EventRetries.
func (w *Workspace) Mention(ctx context.Context, userID, channelID, threadTS, text string, files ...File) error {
	w.mu.Lock()
	u, c, err := w.scene(userID, channelID)
	if err == nil && !w.botIn(c) {
		err = fmt.Errorf("%w: the bot in %s", ErrNotMember, channelID)
	}
	if err != nil {
		w.mu.Unlock()
		return err
	}
	tag := "<@" + w.opt.BotUser + ">"
	if !c.IM && !strings.Contains(text, tag) {
		text = tag + " " + text
	}
	m := &Message{Channel: c.ID, ThreadTS: threadTS, User: u.ID, Text: text, Files: files}
	w.post(m)
	event := w.wire(m)
	event["channel"], event["event_ts"], event["client_msg_id"] = c.ID, m.TS, secret()
	event["type"] = "app_mention"
	if c.IM {
		event["type"], event["channel_type"] = "message", "im"
		if len(files) > 0 {
			event["subtype"] = "file_share"
		}
	}
	e := w.event(event)
	w.mu.Unlock()
	return w.tell(ctx, e)
}

// Write is a message that the bot is not told of.
func (w *Workspace) Write(userID, channelID, threadTS, text string, files ...File) (Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, c, err := w.scene(userID, channelID)
	if err != nil {
		return Message{}, err
	}
	m := &Message{Channel: c.ID, ThreadTS: threadTS, User: u.ID, Text: text, Files: files}
	w.post(m)
	return *m, nil
}

// OpenHome is a look at the app's home tab, the event app_home_opened.
func (w *Workspace) OpenHome(ctx context.Context, userID string) error {
	w.mu.Lock()
	dm, _ := w.openDM(userID)
	body := map[string]any{"type": "app_home_opened", "user": userID, "channel": dm, "tab": "home", "event_ts": w.ts()}
	if v := w.homes[userID]; v != nil {
		body["view"] = w.wireView(v)
	}
	e := w.event(body)
	w.mu.Unlock()
	return w.tell(ctx, e)
}

// event wraps an event in what the Events API puts around it.
func (w *Workspace) event(inner map[string]any) *envelope {
	return w.envelope("events_api", false, map[string]any{
		"token": "verification", "team_id": w.opt.Team, "context_team_id": w.opt.Team, "context_enterprise_id": nil,
		"api_app_id": w.opt.AppID, "event": inner, "type": "event_callback", "event_id": w.id("Ev"), "event_time": w.opt.Now().Unix(),
		"authorizations": []any{map[string]any{
			"enterprise_id": nil, "team_id": w.opt.Team, "user_id": w.opt.BotUser, "is_bot": true, "is_enterprise_install": false}},
		"is_ext_shared_channel": false, "event_context": secret(),
	})
}

// tell sends an event and, where it stays unanswered, sends it again later.
func (w *Workspace) tell(ctx context.Context, e *envelope) error {
	_, _, err := w.deliver(ctx, e)
	if errors.Is(err, ErrNoAck) || errors.Is(err, ErrNotConnected) {
		go w.retell(e)
	}
	return err
}

func (w *Workspace) retell(e *envelope) {
	for i, wait := range w.opt.EventRetries {
		select {
		case <-time.After(wait):
		case <-w.closed:
			return
		}
		w.mu.Lock()
		if !w.opt.SameEnvelope {
			again := &envelope{ID: secret(), Type: e.Type, Payload: e.Payload}
			w.envelopes.add(again.ID, again)
			e = again
		}
		e.RetryAttempt, e.RetryReason = i+1, "timeout"
		w.mu.Unlock()
		if _, _, err := w.deliver(context.Background(), e); err == nil {
			return
		}
	}
}

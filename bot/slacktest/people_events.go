package slacktest

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

// OpenHome is a look at the app's Home tab: the event app_home_opened, with the view once
// one was published.
// https://docs.slack.dev/reference/events/app_home_opened
func (w *Workspace) OpenHome(ctx context.Context, userID string) error {
	return w.openTab(ctx, userID, "home")
}

// OpenMessages is a look at the app's Messages tab, which is told by app_home_opened too.
func (w *Workspace) OpenMessages(ctx context.Context, userID string) error {
	return w.openTab(ctx, userID, "messages")
}

func (w *Workspace) openTab(ctx context.Context, userID, tab string) error {
	w.mu.Lock()
	if w.user(userID) == nil {
		w.mu.Unlock()
		return fmt.Errorf("slacktest: no user %q", userID)
	}
	dm, _ := w.openDM(userID)
	body := map[string]any{"type": "app_home_opened", "user": userID, "channel": dm, "tab": tab, "event_ts": w.ts()}
	if v := w.homes[userID]; v != nil && tab == "home" {
		body["view"] = w.wireView(v)
	}
	e := w.event(body)
	w.mu.Unlock()
	return w.tell(ctx, e)
}

// Join puts a person into a channel and tells the app, where the bot is in it, by the
// event member_joined_channel.
// https://docs.slack.dev/reference/events/member_joined_channel
func (w *Workspace) Join(ctx context.Context, userID, channelID string) error {
	return w.move(ctx, "member_joined_channel", userID, channelID)
}

// Leave takes a person out of a channel and tells the app, where the bot is in it, by
// the event member_left_channel.
// https://docs.slack.dev/reference/events/member_left_channel
func (w *Workspace) Leave(ctx context.Context, userID, channelID string) error {
	return w.move(ctx, "member_left_channel", userID, channelID)
}

func (w *Workspace) move(ctx context.Context, event, userID, channelID string) error {
	w.mu.Lock()
	u, c := w.user(userID), w.channel(channelID)
	if u == nil || c == nil || c.IM {
		w.mu.Unlock()
		return fmt.Errorf("slacktest: %s cannot come to or leave %s", userID, channelID)
	}
	told := w.botIn(c)
	c.Members = slices.DeleteFunc(w.membersOf(c), func(id string) bool { return id == userID })
	if event == "member_joined_channel" {
		c.Members = append(c.Members, userID)
	}
	c.BotIn = slices.Contains(c.Members, w.opt.BotUser)
	told = told || c.BotIn
	w.changed()
	e := w.event(map[string]any{
		"type": event, "user": u.ID, "channel": c.ID, "channel_type": c.ID[:1], "team": u.TeamID, "event_ts": w.ts(),
	})
	w.mu.Unlock()
	if !told {
		return nil
	}
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
	again := func(failed error) bool { return errors.Is(err, failed) }
	if !e.noRetry && slices.ContainsFunc([]error{ErrNoAck, ErrNotConnected, ErrHTTPStatus, errTooManyRedirects}, again) {
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
			again := &envelope{ID: secret(), Type: e.Type, Payload: e.Payload, failed: e.failed}
			w.envelopes.add(again.ID, again)
			e = again
		}
		e.RetryAttempt, e.RetryReason = i+1, "timeout"
		w.mu.Unlock()
		if _, _, err := w.deliver(context.Background(), e); err == nil || e.noRetry {
			return
		}
	}
}

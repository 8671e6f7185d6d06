package slacktest

import (
	"encoding/json"
	"unicode/utf8"
)

// chunk takes what a streaming call adds: markdown_text, or chunks of it. Other
// chunks (tasks, plans, blocks) are taken and not drawn.
func chunk(r *request) (string, error) {
	text := r.str("markdown_text")
	if raw := r.json("chunks"); raw != nil {
		var list []struct{ Type, Text string }
		if json.Unmarshal(raw, &list) != nil {
			return "", refuse("invalid_chunks")
		}
		for _, c := range list {
			if c.Type == "markdown_text" {
				text += c.Text
			}
		}
	}
	if utf8.RuneCountInString(text) > maxMarkdown {
		return "", refuse("msg_too_long")
	}
	return text, nil
}

// chatStartStream answers Slack's chat.startStream: a message that grows.
// Outside a DM Slack wants to know for whom.
func chatStartStream(w *Workspace, r *request) (map[string]any, error) {
	c, err := w.place(r, false)
	if err != nil {
		return nil, err
	}
	switch {
	case !c.IM && r.str("recipient_team_id") == "":
		return nil, refuse("missing_recipient_team_id")
	case !c.IM && w.user(r.str("recipient_user_id")) == nil:
		return nil, refuse("missing_recipient_user_id")
	}
	m := w.byBot(c.ID)
	if m.Text, err = chunk(r); err != nil {
		return nil, err
	}
	m.ThreadTS, m.Streaming = r.str("thread_ts"), true
	w.post(m)
	return map[string]any{"channel": c.ID, "ts": m.TS}, nil
}

// streaming finds a message of the bot that still grows.
func (w *Workspace) streaming(r *request) (*Message, string, error) {
	m, err := w.own(r, "message_not_owned_by_app")
	if err != nil {
		return nil, "", err
	}
	if !m.Streaming {
		return nil, "", refuse("message_not_in_streaming_state")
	}
	text, err := chunk(r)
	return m, text, err
}

// chatAppendStream answers Slack's chat.appendStream.
func chatAppendStream(w *Workspace, r *request) (map[string]any, error) {
	m, text, err := w.streaming(r)
	if err != nil {
		return nil, err
	}
	m.Text += text
	w.changed()
	return map[string]any{"channel": m.Channel, "ts": m.TS}, nil
}

// chatStopStream answers Slack's chat.stopStream; blocks stand below the text.
func chatStopStream(w *Workspace, r *request) (map[string]any, error) {
	m, text, err := w.streaming(r)
	if err != nil {
		return nil, err
	}
	if blocks := r.json("blocks"); blocks != nil {
		if err := ValidateMessage("", blocks); err != nil {
			return nil, err
		}
		m.Blocks = w.identify(blocks)
	}
	m.Text, m.Streaming = m.Text+text, false
	w.changed()
	return map[string]any{"channel": m.Channel, "ts": m.TS, "message": w.wire(m)}, nil
}

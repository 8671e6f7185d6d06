package slacktest

import (
	"context"
	"encoding/json"
	"fmt"
)

// Target says where something to press stands: a message by Channel and TS, an
// ephemeral one by EphemeralID (its TS), or a view by ViewID.
type Target struct{ Channel, TS, EphemeralID, ViewID string }

// Press is a press on a button, or the choice of an option in a menu, found by
// its label, action id or value; it is sent as block_actions. Where Slack asks once more
// (see Button.Confirm), the answer is to go on: whoever goes back presses nothing.
func (w *Workspace) Press(ctx context.Context, userID string, at Target, button string) (*Ack, error) {
	w.mu.Lock()
	ack, e, err := w.press(userID, at, button)
	w.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return ack, w.send(ctx, e, ack)
}

func (w *Workspace) press(userID string, at Target, button string) (*Ack, *envelope, error) {
	if at.EphemeralID == "" && at.ViewID == "" && find(w.ephemerals, func(m *Message) bool { return m.TS == at.TS }) != nil {
		at.EphemeralID = at.TS
	}
	body, ack := map[string]any{"type": "block_actions"}, &Ack{}
	var blocks json.RawMessage
	var m *Message
	switch {
	case at.ViewID != "":
		v := w.viewBy(at.ViewID, "")
		if v == nil || v.User != userID {
			return nil, nil, fmt.Errorf("slacktest: %s has no view %q open", userID, at.ViewID)
		}
		ack.TriggerID = w.newTrigger(userID, v.ID)
		blocks = v.Blocks
		body["view"], body["container"] = w.wireView(v), map[string]any{"type": "view", "view_id": v.ID}
	case at.EphemeralID != "":
		m = find(w.ephemerals, func(m *Message) bool { return m.TS == at.EphemeralID && m.EphemeralFor == userID })
	default:
		m = w.message(at.Channel, at.TS)
	}
	if at.ViewID == "" {
		if m == nil {
			return nil, nil, fmt.Errorf("slacktest: %s sees no message %+v", userID, at)
		}
		_, c, err := w.scene(userID, m.Channel)
		if err != nil {
			return nil, nil, err
		}
		resp := w.newResponse(c.ID, userID, m)
		ack.TriggerID, ack.ResponseURL = w.newTrigger(userID, ""), w.root()+"/response/"+resp.id
		blocks = m.Blocks
		box := map[string]any{"type": "message", "message_ts": m.TS, "channel_id": c.ID, "is_ephemeral": m.EphemeralFor != ""}
		// The parent of a thread bears the thread too: its thread_ts is its own ts.
		// Recorded parents show it: github.com/GregHilston/Simple-Slack-Bot/issues/35.
		if thread := w.wire(m)["thread_ts"]; thread != nil {
			box["thread_ts"] = thread
		}
		body["container"], body["channel"], body["response_url"] = box, map[string]any{"id": c.ID, "name": c.slashName()}, ack.ResponseURL
		body["state"] = map[string]any{"values": (&View{Blocks: m.Blocks}).state()}
		if m.EphemeralFor == "" { // Slack sends no copy of an ephemeral message
			body["message"] = w.wire(m)
		}
	}
	action, err := w.action(blocks, button)
	if err != nil {
		return nil, nil, err
	}
	body["actions"], body["trigger_id"] = []any{action}, ack.TriggerID
	e, err := w.interaction(userID, false, body)
	return ack, e, err
}

// action finds what is pressed and writes it as Slack does.
func (w *Workspace) action(blocks json.RawMessage, name string) (object, error) {
	var hits []object
	for _, el := range elements(decodeBlocks(blocks)) {
		o := object{"type": el.object["type"], "action_id": el.object["action_id"], "block_id": el.block["block_id"], "action_ts": w.ts()}
		if str(el.object, "type") == "button" {
			if name == str(el.object, "text", "text") || name == str(el.object, "action_id") || name != "" && name == str(el.object, "value") {
				o["text"] = el.object["text"]
				for _, k := range []string{"value", "style", "confirm"} {
					if el.object[k] != nil {
						o[k] = el.object[k]
					}
				}
				hits = append(hits, o)
			}
			continue
		}
		for _, opt := range el.options() {
			if name == str(opt, "text", "text") || name == str(opt, "value") {
				if _, many := holds(str(el.object, "type")); many {
					o["selected_options"] = []any{opt}
				} else {
					o["selected_option"] = opt
				}
				hits = append(hits, o)
			}
		}
	}
	if len(hits) != 1 {
		return nil, fmt.Errorf("slacktest: %d buttons or options answer to %q, one is needed", len(hits), name)
	}
	return hits[0], nil
}

// interaction packs what every interactive payload has beside its own.
func (w *Workspace) interaction(userID string, accepts bool, body map[string]any) (*envelope, error) {
	u := w.user(userID)
	if u == nil {
		return nil, fmt.Errorf("slacktest: no user %q", userID)
	}
	body["team"] = map[string]any{"id": w.opt.Team, "domain": w.opt.TeamDomain}
	body["user"] = map[string]any{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID}
	body["api_app_id"], body["token"] = w.opt.AppID, "verification"
	body["enterprise"], body["is_enterprise_install"] = nil, false
	return w.envelope("interactive", accepts, body), nil
}

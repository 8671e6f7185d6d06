package slacktest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// Fill puts values into a form without submitting it. See Submit.
func (w *Workspace) Fill(userID, viewID string, values map[string]any) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	v, err := w.opened(userID, viewID)
	if err != nil {
		return err
	}
	w.changed()
	return w.fill(v, values)
}

// Submit fills the form and sends it as view_submission; "" is the view on top.
// Values are addressed by block id, action id or label, and are text, a number,
// a list, or a File; a choice is told by its value or its label. A field that
// is not named keeps what it holds: its initial value, else nothing.
//
// A form that Slack's own client would not send, or that the app answers with
// errors, stays open and is told as FieldErrors.
func (w *Workspace) Submit(ctx context.Context, userID, viewID string, values map[string]any) (*Ack, error) {
	w.mu.Lock()
	v, err := w.opened(userID, viewID)
	if err == nil {
		err = w.fill(v, values)
	}
	if err != nil {
		w.mu.Unlock()
		return nil, err
	}
	v.Errors = v.incomplete()
	if w.changed(); len(v.Errors) > 0 {
		defer w.mu.Unlock()
		return nil, FieldErrors(v.Errors)
	}
	ack := &Ack{TriggerID: w.newTrigger(userID, v.ID)}
	e, err := w.interaction(userID, true, map[string]any{
		"type": "view_submission", "trigger_id": ack.TriggerID, "view": w.wireView(v), "response_urls": w.responseURLs(v),
	})
	w.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if err := w.send(ctx, e, ack); err != nil {
		return ack, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return ack, w.submitted(v, ack.Payload)
}

// opened finds a view that the person has open.
func (w *Workspace) opened(userID, viewID string) (*View, error) {
	stack := w.views[userID]
	if viewID == "" && len(stack) > 0 {
		return stack[len(stack)-1], nil
	}
	if v := find(stack, func(v *View) bool { return v.ID == viewID }); v != nil {
		return v, nil
	}
	return nil, fmt.Errorf("slacktest: %s has no view %q open", userID, viewID)
}

// responseURLs hands out an address for each chosen channel of a select that
// asked for it with response_url_enabled.
func (w *Workspace) responseURLs(v *View) []map[string]any {
	out := []map[string]any{}
	state := v.state()
	for _, e := range elements(decodeBlocks(v.Blocks)) {
		block, action := str(e.block, "block_id"), str(e.object, "action_id")
		key, _ := holds(str(e.object, "type"))
		if channel := str(state[block][action], key); e.object["response_url_enabled"] == true && channel != "" {
			r := w.newResponse(channel, v.User, nil)
			out = append(out, map[string]any{"block_id": block, "action_id": action, "channel_id": channel, "response_url": w.root() + "/response/" + r.id})
		}
	}
	return out
}

// submitted does what the acknowledgement of a form asks for; none closes it.
func (w *Workspace) submitted(v *View, payload json.RawMessage) error {
	defer w.changed()
	var in struct {
		Action string            `json:"response_action"`
		View   json.RawMessage   `json:"view"`
		Errors map[string]string `json:"errors"`
	}
	if payload != nil && json.Unmarshal(payload, &in) != nil {
		return fmt.Errorf("%w: %s", ErrBadAnswer, payload)
	}
	stack := w.views[v.User]
	switch in.Action {
	case "":
		w.views[v.User] = slices.DeleteFunc(slices.Clone(stack), func(o *View) bool { return o == v })
	case "clear":
		w.views[v.User] = nil
	case "errors":
		inputs := map[string]bool{}
		for _, b := range decodeBlocks(v.Blocks) {
			inputs[str(b, "block_id")] = str(b, "type") == "input"
		}
		for block := range in.Errors {
			if !inputs[block] { // Slack shows "trouble connecting" then
				return fmt.Errorf("%w: errors name %q, which is no input block", ErrBadAnswer, block)
			}
		}
		if len(in.Errors) == 0 {
			return fmt.Errorf("%w: response_action errors without errors", ErrBadAnswer)
		}
		v.Errors = in.Errors
		return FieldErrors(in.Errors)
	case "update":
		if err := ValidateView(in.View); err != nil {
			return fmt.Errorf("%w: %w", ErrBadAnswer, err)
		}
		return w.redraw(v, in.View)
	case "push":
		next, err := w.newView(in.View, v.User, "modal")
		if err == nil {
			err = w.push(next)
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrBadAnswer, err)
		}
	default:
		return fmt.Errorf("%w: response_action %q", ErrBadAnswer, in.Action)
	}
	return nil
}

// CloseView closes a view, "" the one on top, as its X or Cancel does. The app
// is told with view_closed where it asked for it with notify_on_close.
func (w *Workspace) CloseView(ctx context.Context, userID, viewID string) (*Ack, error) {
	w.mu.Lock()
	v, err := w.opened(userID, viewID)
	if err != nil {
		w.mu.Unlock()
		return nil, err
	}
	stack := w.views[userID]
	all := v.given["clear_on_close"] == true
	if w.views[userID] = slices.DeleteFunc(slices.Clone(stack), func(o *View) bool { return o == v }); all {
		w.views[userID] = nil
	}
	w.changed()
	if v.given["notify_on_close"] != true {
		w.mu.Unlock()
		return &Ack{}, nil
	}
	e, err := w.interaction(userID, false, map[string]any{"type": "view_closed", "view": w.wireView(v), "is_cleared": all})
	w.mu.Unlock()
	if err != nil {
		return nil, err
	}
	ack := &Ack{}
	return ack, w.send(ctx, e, ack)
}

// Shortcut is a message shortcut (message_action) when it is used on a message,
// a global one (shortcut) when the target is empty.
func (w *Workspace) Shortcut(ctx context.Context, userID, callbackID string, on Target) (*Ack, error) {
	w.mu.Lock()
	ack := &Ack{TriggerID: w.newTrigger(userID, "")}
	body := map[string]any{"type": "shortcut", "callback_id": callbackID, "trigger_id": ack.TriggerID, "action_ts": w.ts()}
	if on != (Target{}) {
		_, c, err := w.scene(userID, on.Channel)
		m := w.message(on.Channel, on.TS)
		if err == nil && m == nil {
			err = fmt.Errorf("slacktest: no message %+v", on)
		}
		if err != nil {
			w.mu.Unlock()
			return nil, err
		}
		resp := w.newResponse(c.ID, userID, nil)
		ack.ResponseURL = w.root() + "/response/" + resp.id
		body["type"], body["response_url"], body["message_ts"] = "message_action", ack.ResponseURL, m.TS
		body["channel"], body["message"] = map[string]any{"id": c.ID, "name": c.slashName()}, w.wire(m)
	}
	e, err := w.interaction(userID, false, body)
	w.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return ack, w.send(ctx, e, ack)
}

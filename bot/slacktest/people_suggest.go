package slacktest

import (
	"context"
	"encoding/json"
	"fmt"
)

// Suggest types into an external_select of a view, "" is the view on top, and returns the options
// that the app answers with. The field is told by its block id, action id or label.
func (w *Workspace) Suggest(ctx context.Context, userID, viewID, field, typed string) ([]Option, error) {
	w.mu.Lock()
	e, err := w.suggestion(userID, viewID, field, typed)
	w.mu.Unlock()
	if err != nil {
		return nil, err
	}
	ack := &Ack{}
	if err := w.send(ctx, e, ack); err != nil {
		return nil, err
	}
	var in struct {
		Options []struct {
			Text struct {
				Text string `json:"text"`
			} `json:"text"`
			Value string `json:"value"`
		} `json:"options"`
	}
	if err := json.Unmarshal(ack.Payload, &in); err != nil {
		return nil, fmt.Errorf("%w: %s", ErrBadAnswer, ack.Payload)
	}
	if len(in.Options) > 100 { // Slack takes no more
		return nil, fmt.Errorf("%w: %d options", ErrBadAnswer, len(in.Options))
	}
	options := make([]Option, len(in.Options))
	for i, o := range in.Options {
		if o.Text.Text == "" || len([]rune(o.Text.Text)) > 75 || o.Value == "" || len([]rune(o.Value)) > 150 {
			return nil, fmt.Errorf("%w: option %d: %+v", ErrBadAnswer, i, o)
		}
		options[i] = Option{Label: o.Text.Text, Value: o.Value}
	}
	return options, nil
}

// Option is one that a list offers.
type Option struct{ Label, Value string }

func (w *Workspace) suggestion(userID, viewID, field, typed string) (*envelope, error) {
	v, err := w.opened(userID, viewID)
	if err != nil {
		return nil, err
	}
	for _, el := range elements(decodeBlocks(v.Blocks)) {
		block, action := str(el.block, "block_id"), str(el.object, "action_id")
		if str(el.object, "type") != "external_select" || field != block && field != action && field != str(el.block, "label", "text") {
			continue
		}
		return w.interaction(userID, true, map[string]any{
			"type": "block_suggestion", "block_id": block, "action_id": action, "value": typed,
			"view": w.wireView(v), "container": map[string]any{"type": "view", "view_id": v.ID},
		})
	}
	return nil, fmt.Errorf("slacktest: no list answers to %q in view %q", field, v.Title)
}

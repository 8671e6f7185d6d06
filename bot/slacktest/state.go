package slacktest

import (
	"fmt"
	"strconv"
	"strings"
)

// holds names the key under which Slack tells what an element holds, and
// whether it holds several. Buttons and overflow menus hold nothing.
func holds(kind string) (key string, many bool) {
	switch kind {
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		return "value", false
	case "rich_text_input":
		return "rich_text_value", false
	case "static_select", "external_select", "radio_buttons":
		return "selected_option", false
	case "users_select":
		return "selected_user", false
	case "conversations_select":
		return "selected_conversation", false
	case "channels_select":
		return "selected_channel", false
	case "datepicker":
		return "selected_date", false
	case "timepicker":
		return "selected_time", false
	case "datetimepicker":
		return "selected_date_time", false
	case "checkboxes", "multi_static_select", "multi_external_select":
		return "selected_options", true
	case "multi_users_select":
		return "selected_users", true
	case "multi_conversations_select":
		return "selected_conversations", true
	case "multi_channels_select":
		return "selected_channels", true
	case "file_input":
		return "files", true
	}
	return "", false
}

// state is what the fields of the view hold: what the person put in, else the
// initial value, else null or an empty list.
func (v *View) state() map[string]map[string]object {
	out := map[string]map[string]object{}
	for _, e := range elements(decodeBlocks(v.Blocks)) {
		kind, block, action := str(e.object, "type"), str(e.block, "block_id"), str(e.object, "action_id")
		key, many := holds(kind)
		if key == "" {
			continue
		}
		if out[block] == nil {
			out[block] = map[string]object{}
		}
		if o := v.values[block][action]; o != nil && o["type"] == kind {
			out[block][action] = o
			continue
		}
		var first any
		if many {
			first = []any{}
		}
		if init := e.object["initial_"+strings.TrimPrefix(key, "selected_")]; init != nil {
			first = init
		} else if init := e.object["initial_value"]; init != nil {
			first = init
		}
		out[block][action] = object{"type": kind, key: first}
	}
	return out
}

// fill puts values into the fields of the view. A value is addressed by block
// id, action id or label and is text, a number, a list of those, a File, or a
// whole state object.
func (w *Workspace) fill(v *View, values map[string]any) error {
	if v.values == nil {
		v.values = map[string]map[string]object{}
	}
	all := elements(decodeBlocks(v.Blocks))
	for name, value := range values {
		var hits []element
		for _, e := range all {
			if key, _ := holds(str(e.object, "type")); key == "" {
				continue
			}
			if name == str(e.block, "block_id") || name == str(e.object, "action_id") || name == str(e.block, "label", "text") {
				hits = append(hits, e)
			}
		}
		if len(hits) != 1 {
			return fmt.Errorf("slacktest: %d fields answer to %q in view %q", len(hits), name, v.Title)
		}
		e := hits[0]
		switch f := value.(type) {
		case File:
			value = w.wireFile(&f)
		case []File:
			var list []any
			for i := range f {
				list = append(list, w.wireFile(&f[i]))
			}
			value = list
		}
		o, err := e.holding(value)
		if err != nil {
			return err
		}
		block := str(e.block, "block_id")
		if v.values[block] == nil {
			v.values[block] = map[string]object{}
		}
		v.values[block][str(e.object, "action_id")] = o
	}
	return nil
}

// holding is the state of an element into which the person put value.
func (e element) holding(value any) (object, error) {
	kind := str(e.object, "type")
	key, many := holds(kind)
	if o, ok := value.(map[string]any); ok && o["type"] == kind {
		return o, nil
	}
	out := object{"type": kind}
	if !many {
		one, err := e.one(value)
		out[key] = one
		return out, err
	}
	list := []any{}
	add := func(v any) error {
		one, err := e.one(v)
		if one != nil {
			list = append(list, one)
		}
		return err
	}
	var err error
	switch vs := value.(type) {
	case []any:
		for _, v := range vs {
			if err = add(v); err != nil {
				break
			}
		}
	case []string:
		for _, v := range vs {
			if err = add(v); err != nil {
				break
			}
		}
	default:
		err = add(value)
	}
	out[key] = list
	return out, err
}

// one is a single held value in Slack's form.
func (e element) one(value any) (any, error) {
	if value == nil {
		return nil, nil
	}
	text := fmt.Sprint(value)
	switch kind := str(e.object, "type"); kind {
	case "static_select", "radio_buttons", "checkboxes", "multi_static_select":
		if text == "" {
			return nil, nil
		}
		for _, o := range e.options() {
			if str(o, "value") == text || str(o, "text", "text") == text {
				return o, nil
			}
		}
		return nil, fmt.Errorf("slacktest: %q is not among the options of %q", text, str(e.object, "action_id"))
	case "external_select", "multi_external_select":
		if o, ok := value.(map[string]any); ok {
			return o, nil
		}
		if text == "" {
			return nil, nil
		}
		return object{"text": object{"type": "plain_text", "text": text, "emoji": true}, "value": text}, nil
	case "datetimepicker":
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err
	case "file_input":
		if o, ok := value.(map[string]any); ok {
			return o, nil
		}
		return nil, fmt.Errorf("slacktest: a file_input takes a File of AddFile, not %T", value)
	case "rich_text_input":
		if o, ok := value.(map[string]any); ok {
			return o, nil
		}
		return object{"type": "rich_text", "elements": []any{object{"type": "rich_text_section",
			"elements": []any{object{"type": "text", "text": text}}}}}, nil
	}
	if text == "" {
		return nil, nil
	}
	return text, nil
}

package slacktest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// object is one JSON object of a block kit tree.
type object = map[string]any

func decodeBlocks(raw json.RawMessage) []object {
	var list []object
	_ = json.Unmarshal(raw, &list)
	return list
}

func str(o object, keys ...string) string {
	for i, k := range keys {
		if i == len(keys)-1 {
			switch v := o[k].(type) {
			case string:
				return v
			case nil:
				return ""
			default:
				return fmt.Sprint(v)
			}
		}
		o, _ = o[k].(object)
	}
	return ""
}

func objects(v any) []object {
	list, _ := v.([]any)
	var out []object
	for _, e := range list {
		if o, ok := e.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

// element is something in a block that a person can act on.
type element struct {
	block object
	object
}

// elements lists what can be acted on: in actions and context_actions blocks,
// beside sections, in inputs, and in whatever newer block holds such a thing.
func elements(blocks []object) []element {
	var out []element
	for _, b := range blocks {
		for _, key := range []string{"elements", "actions"} {
			for _, e := range objects(b[key]) {
				if acts(str(e, "type")) {
					out = append(out, element{b, e})
				}
			}
		}
		for _, key := range []string{"accessory", "element"} {
			if e, ok := b[key].(object); ok && acts(str(e, "type")) {
				out = append(out, element{b, e})
			}
		}
	}
	return out
}

func acts(kind string) bool {
	switch kind {
	case "", "image", "plain_text", "mrkdwn", "url", "rich_text", "url_source":
		return false
	}
	return !strings.HasPrefix(kind, "rich_text_") || kind == "rich_text_input"
}

// options lists the choices of a select, radio, checkbox or overflow element.
func (e element) options() []object {
	out := objects(e.object["options"])
	for _, g := range objects(e.object["option_groups"]) {
		out = append(out, objects(g["options"])...)
	}
	return out
}

func buttons(raw json.RawMessage) []Button {
	var out []Button
	for _, e := range elements(decodeBlocks(raw)) {
		if str(e.object, "type") == "button" {
			out = append(out, Button{
				Label: str(e.object, "text", "text"), Value: str(e.object, "value"), ActionID: str(e.object, "action_id"),
				BlockID: str(e.block, "block_id"), Style: str(e.object, "style"), URL: str(e.object, "url"), Confirm: dialog(e.object),
			})
		}
	}
	return out
}

// dialog is what an element asks once more, or nil.
func dialog(e object) *Dialog {
	c, ok := e["confirm"].(object)
	if !ok {
		return nil
	}
	return &Dialog{Title: str(c, "title", "text"), Text: str(c, "text", "text"), Confirm: str(c, "confirm", "text"), Deny: str(c, "deny", "text"), Style: str(c, "style")}
}

// identify gives every block an id and every element an action id, as Slack
// does where the app gave none, and wraps nothing else.
func (w *Workspace) identify(raw json.RawMessage) json.RawMessage {
	var blocks []object
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.UseNumber()
	if dec.Decode(&blocks) != nil || len(blocks) == 0 {
		return nil
	}
	for _, b := range blocks {
		if str(b, "block_id") == "" {
			b["block_id"] = w.shortID()
		}
	}
	for _, e := range elements(blocks) {
		if str(e.object, "action_id") == "" {
			e.object["action_id"] = w.shortID()
		}
	}
	out, _ := json.Marshal(blocks)
	return out
}

func (w *Workspace) shortID() string {
	w.serial++
	return fmt.Sprintf("b%04x", w.serial)
}

// plain flattens a message to the text that can be read on it.
func plain(text string, blocks, attachments json.RawMessage) string {
	var lines []string
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			lines = append(lines, s)
		}
	}
	list := decodeBlocks(blocks)
	if len(list) == 0 {
		add(text)
	}
	for _, b := range list {
		readable(b, add)
	}
	for _, a := range decodeBlocks(attachments) {
		for _, k := range []string{"pretext", "title", "text", "footer"} {
			add(str(a, k))
		}
		for _, f := range objects(a["fields"]) {
			add(str(f, "title"))
			add(str(f, "value"))
		}
		for _, b := range objects(a["blocks"]) {
			readable(b, add)
		}
	}
	return strings.Join(lines, "\n")
}

// readable walks one block in reading order. Rich text runs together within a
// section; everything else is a line of its own.
func readable(o object, add func(string)) {
	switch str(o, "type") {
	case "rich_text_section", "rich_text_preformatted", "rich_text_quote":
		var run strings.Builder
		for _, e := range objects(o["elements"]) {
			run.WriteString(richText(e))
		}
		add(run.String())
		return
	}
	for _, k := range []string{"title", "subtitle", "label", "text", "body", "placeholder", "alt_text", "fields", "hint", "description",
		"elements", "element", "accessory", "options", "option_groups", "actions", "blocks", "tasks", "details", "output"} {
		switch v := o[k].(type) {
		case string:
			add(v)
		case object:
			readable(v, add)
		case []any:
			for _, e := range objects(v) {
				readable(e, add)
			}
		}
	}
	if chart, ok := o["chart"].(object); ok {
		readableChart(chart, add)
	}
	if str(o, "type") == "raw_number" && o["text"] == nil {
		add(str(o, "value"))
	}
	rows, _ := o["rows"].([]any) // of a table: a line a row
	for _, row := range rows {
		cells, _ := row.([]any)
		var line []string
		for _, c := range cells {
			cell, _ := c.(object)
			var parts []string
			readable(cell, func(s string) { parts = append(parts, s) })
			line = append(line, strings.Join(parts, " "))
		}
		add(strings.Join(line, " | "))
	}
}

func richText(e object) string {
	switch str(e, "type") {
	case "user":
		return "<@" + str(e, "user_id") + ">"
	case "usergroup":
		return "<!subteam^" + str(e, "usergroup_id") + ">"
	case "channel":
		return "<#" + str(e, "channel_id") + ">"
	case "broadcast":
		return "<!" + str(e, "range") + ">"
	case "date":
		return str(e, "fallback")
	case "emoji":
		return ":" + str(e, "name") + ":"
	case "link":
		if t := str(e, "text"); t != "" {
			return t
		}
		return str(e, "url")
	}
	return str(e, "text")
}

package slacktest

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Invalid is a message or view that Slack would refuse: the code that its API
// answers with, and each broken rule with a pointer to where it is broken.
type Invalid struct {
	Code     string   // no_text, msg_too_long, invalid_blocks, invalid_blocks_format, msg_blocks_too_long, invalid_arguments, view_too_large …
	Problems []string // such as "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"
}

func (e *Invalid) Error() string {
	if len(e.Problems) == 0 {
		return e.Code
	}
	return e.Code + ": " + strings.Join(e.Problems, "; ")
}

func (e *Invalid) refusal() *refusal { return &refusal{code: e.Code, messages: e.Problems} }

// Sizes that Slack holds a message and a view to. Slack counts characters as
// code points, as far as can be told from outside; an emoji written as :name:
// counts as it is written.
const (
	maxText        = 40000 // of postMessage; Slack's pages also say "truncated" there, both beyond use
	maxBlocks      = 50
	maxViewBlocks  = 100
	maxBlockText   = 13200 // over all blocks of a message; found by trial, Slack names no number
	maxMarkdown    = 12000 // over all markdown blocks of a message
	maxAttachments = 100
	maxView        = 250 * 1024
)

// ValidateMessage tells whether Slack would take a message with that text and
// those blocks (nil: none), nil if so, else an *Invalid.
func ValidateMessage(text string, blocks json.RawMessage) error {
	return validateMessage(text, blocks, nil)
}

func validateMessage(text string, blocks, attachments json.RawMessage) error {
	list, err := blockList(blocks)
	if err != nil {
		return err
	}
	var atts []object
	if len(attachments) > 0 && json.Unmarshal(attachments, &atts) != nil {
		return &Invalid{Code: "invalid_attachments"}
	}
	switch {
	case strings.TrimSpace(text) == "" && len(list) == 0 && len(atts) == 0:
		return &Invalid{Code: "no_text"}
	case utf8.RuneCountInString(text) > maxText:
		return &Invalid{Code: "msg_too_long"}
	case len(atts) > maxAttachments:
		return &Invalid{Code: "too_many_attachments"}
	}
	c := &checker{}
	c.blocks("/blocks", list, onMessage)
	tables, charts := tablesIn(list), chartsIn(list)
	for i, a := range atts {
		if inner, ok := a["blocks"].([]any); ok {
			c.blocks(fmt.Sprintf("/attachments/%d/blocks", i), inner, onMessage)
			tables, charts = tables+tablesIn(inner), charts+chartsIn(inner)
		}
	}
	if len(c.problems) > 0 {
		return &Invalid{Code: "invalid_blocks", Problems: c.problems}
	}
	if charts > maxCharts {
		return &Invalid{Code: "invalid_blocks", Problems: []string{fmt.Sprintf("no more than %d data_visualization blocks allowed", maxCharts)}}
	}
	if tables > 1 {
		return &Invalid{Code: "invalid_attachments", Problems: []string{"only_one_table_allowed"}}
	}
	if c.letters > maxBlockText || c.markdown > maxMarkdown {
		return &Invalid{Code: "msg_blocks_too_long"}
	}
	return nil
}

// tablesIn counts tables, those within containers too: Slack takes one a message, as those
// tell who have met its only_one_table_allowed.
// https://docs.slack.dev/reference/block-kit/blocks/table-block
func tablesIn(list []any) (n int) {
	for _, b := range objects(list) {
		switch str(b, "type") {
		case "table", "data_table":
			n++
		case "container":
			children, _ := b["child_blocks"].([]any)
			n += tablesIn(children)
		}
	}
	return n
}

func blockList(raw json.RawMessage) ([]any, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var list []any
	if json.Unmarshal(raw, &list) != nil {
		return nil, &Invalid{Code: "invalid_blocks_format"}
	}
	for _, b := range list {
		if _, ok := b.(object); !ok {
			return nil, &Invalid{Code: "invalid_blocks_format"}
		}
	}
	return list, nil
}

// ValidateView tells whether Slack would take a modal or a home tab.
func ValidateView(view json.RawMessage) error {
	if len(view) > maxView {
		return &Invalid{Code: "view_too_large"}
	}
	var v object
	if json.Unmarshal(view, &v) != nil || v == nil {
		return &Invalid{Code: "invalid_arguments", Problems: []string{"must be an object [json-pointer:/view]"}}
	}
	c := &checker{}
	spec, surface := modal, onModal
	switch v["type"] {
	case "home":
		spec, surface = home, onHome
	case "modal":
	default:
		c.fail("/view/type", "unsupported type: %s", str(v, "type"))
	}
	c.object("/view", v, spec)
	if list, ok := v["blocks"].([]any); ok {
		c.blocks("/view/blocks", list, surface)
		for _, b := range objects(v["blocks"]) {
			if surface == onModal && str(b, "type") == "input" && v["submit"] == nil {
				c.fail("/view", "missing required field: submit") // inputs and no way to send them
				break
			}
		}
	}
	if len(c.problems) > 0 {
		return &Invalid{Code: "invalid_arguments", Problems: c.problems}
	}
	return nil
}

type surface int

const (
	onMessage surface = 1 << iota
	onModal
	onHome
	anywhere = onMessage | onModal | onHome
)

// checker walks a tree of blocks and notes what Slack would not take.
type checker struct {
	problems []string
	letters  int // characters of visible text
	markdown int // of them in markdown blocks
	on       surface
}

func (c *checker) fail(path, format string, args ...any) {
	if len(c.problems) < 50 {
		c.problems = append(c.problems, fmt.Sprintf(format, args...)+" [json-pointer:"+path+"]")
	}
}

// blocks checks a list of blocks as it stands on a surface.
func (c *checker) blocks(path string, list []any, on surface) {
	c.on = on
	most := maxBlocks
	if on != onMessage {
		most = maxViewBlocks
	}
	if len(list) > most {
		c.fail(path, "no more than %d items allowed", most)
	}
	ids := map[string]bool{}
	focused := 0
	for i, e := range list {
		at := fmt.Sprintf("%s/%d", path, i)
		b, ok := e.(object)
		if !ok {
			c.fail(at, "must be an object")
			continue
		}
		kind := str(b, "type")
		spec, known := blockTypes[kind]
		switch {
		case kind == "":
			c.fail(at, "missing required field: type")
			continue
		case !known || spec.on&on == 0:
			c.fail(at+"/type", "unsupported type: %s", kind)
			continue
		}
		c.object(at, b, spec)
		if id := str(b, "block_id"); id != "" {
			if ids[id] {
				c.fail(at, "block_id `%s` already exists", id)
			}
			ids[id] = true
		}
		actions := map[string]bool{}
		for _, el := range elements([]object{b}) {
			if id := str(el.object, "action_id"); id != "" {
				if actions[id] {
					c.fail(at, "`action_id` `%s` already exists for `block_id` `%s`", id, str(b, "block_id"))
				}
				actions[id] = true
			}
			if el.object["focus_on_load"] == true {
				focused++
			}
		}
	}
	if focused > 1 {
		c.fail(path, "only one element may have focus_on_load")
	}
}

// object checks one object against its spec.
func (c *checker) object(path string, o object, s spec) {
	for _, name := range s.required {
		if v, ok := o[name]; !ok || v == nil {
			c.fail(path, "missing required field: %s", name)
		}
	}
	for name, v := range o {
		rule, known := s.fields[name]
		switch {
		case v == nil: // Slack takes null for absent
		case known && rule != nil:
			rule(c, path+"/"+name, v)
		case !known && name != "type" && !s.open:
			c.fail(path, "invalid additional property: %s", name)
		}
	}
	if s.also != nil {
		s.also(c, path, o)
	}
}

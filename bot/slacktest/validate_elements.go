package slacktest

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// elementTypes are the elements of blocks, by type. Which block takes which
// stands with the blocks.
var elementTypes = map[string]spec{
	"button": {required: []string{"text"}, fields: map[string]rule{
		"text": text(75, true), "action_id": actionID, "url": link(3000), "value": chars(0, 2000), "style": oneOf("primary", "danger"),
		"confirm": confirm, "accessibility_label": chars(0, 75), "visible_to_user_ids": nil, "agent_prompt": nil, "agent_prompt_display": nil,
	}},
	"workflow_button": {required: []string{"text", "workflow"}, fields: map[string]rule{
		"text": text(75, true), "action_id": actionID, "workflow": nil, "style": oneOf("primary", "danger"), "accessibility_label": chars(0, 75),
	}},
	"image": {required: []string{"alt_text"}, fields: map[string]rule{
		"alt_text": chars(0, 2000), "image_url": publicLink(3000), "slack_file": slackFile,
		"image_width": nil, "image_height": nil, "image_bytes": nil, "is_animated": nil, "fallback": nil,
	}, also: justOne("image_url", "slack_file")},
	"overflow": {required: []string{"options"}, fields: map[string]rule{
		"action_id": actionID, "options": list(1, 5, linkOption), "confirm": confirm}},
	"checkboxes": {required: []string{"options"}, fields: map[string]rule{
		"action_id": actionID, "options": list(1, 10, richOption), "initial_options": list(1, 10, richOption), "confirm": confirm,
		"focus_on_load": boolean, "visible_to_user_ids": nil}, also: initialAmongOptions},
	"radio_buttons": {required: []string{"options"}, fields: map[string]rule{
		"action_id": actionID, "options": list(1, 10, richOption), "initial_option": richOption, "confirm": confirm, "focus_on_load": boolean},
		also: initialAmongOptions},

	"datepicker":     field("initial_date", inForm(time.DateOnly, "a date YYYY-MM-DD")),
	"timepicker":     field("initial_time", inForm("15:04", "a time HH:mm"), "timezone", rule(zone)),
	"datetimepicker": field("initial_date_time", whole(1_000_000_000, 9_999_999_999)), // "10 digits", its page says

	"plain_text_input": typed("initial_value", chars(0, 3000), "multiline", boolean, "min_length", whole(0, 3000), "max_length", whole(1, 3000)),
	"email_text_input": typed("initial_value", chars(0, 3000)),
	"url_text_input":   typed("initial_value", chars(0, 3000)),
	"number_input":     number(),
	"rich_text_input":  typed("initial_value", rule(nil), "min_lines", rule(nil), "max_lines", rule(nil)),
	"file_input": {fields: map[string]rule{
		"action_id": actionID, "filetypes": list(0, 100, chars(1, 100)), "max_files": whole(1, 10)}},

	"static_select":        menu("options", list(1, 100, option), "option_groups", list(1, 100, optionGroup), "initial_option", rule(option)),
	"external_select":      menu("initial_option", rule(option), "min_query_length", whole(0, -1)),
	"users_select":         menu("initial_user", chars(1, 255)),
	"conversations_select": menu("initial_conversation", chars(1, 255), "default_to_current_conversation", rule(boolean), "response_url_enabled", rule(boolean), "filter", rule(nil)),
	"channels_select":      menu("initial_channel", chars(1, 255), "response_url_enabled", rule(boolean)),

	"multi_static_select":        multi("options", list(1, 100, option), "option_groups", list(1, 100, optionGroup), "initial_options", list(1, 100, option)),
	"multi_external_select":      multi("initial_options", list(1, 100, option), "min_query_length", whole(0, -1)),
	"multi_users_select":         multi("initial_users", list(1, 100, chars(1, 255))),
	"multi_conversations_select": multi("initial_conversations", list(1, 100, chars(1, 255)), "default_to_current_conversation", rule(boolean), "filter", rule(nil)),
	"multi_channels_select":      multi("initial_channels", list(1, 100, chars(1, 255))),

	"feedback_buttons": {required: []string{"positive_button", "negative_button"}, open: true, fields: map[string]rule{"action_id": actionID}},
	"icon_button":      {required: []string{"icon", "text"}, open: true, fields: map[string]rule{"action_id": actionID, "text": text(75, true)}},
}

// field is an element with the fields that all pickers share and some of its own.
func field(own ...any) spec {
	s := spec{fields: map[string]rule{"action_id": actionID, "placeholder": text(150, true), "confirm": confirm, "focus_on_load": boolean}}
	for i := 0; i < len(own); i += 2 {
		switch r := own[i+1].(type) {
		case rule:
			s.fields[own[i].(string)] = r
		case func(*checker, string, any):
			s.fields[own[i].(string)] = r
		}
	}
	return s
}

// typed is an element that a person types into.
func typed(own ...any) spec {
	s := field(own...)
	delete(s.fields, "confirm")
	s.fields["dispatch_action_config"] = an(spec{fields: map[string]rule{
		"trigger_actions_on": list(1, 2, oneOf("on_enter_pressed", "on_character_entered"))}})
	s.also = func(c *checker, path string, o object) {
		least, a := o["min_length"].(float64)
		most, b := o["max_length"].(float64)
		if a && b && least > most {
			c.fail(path, "min_length must not exceed max_length")
		}
		if b && utf8.RuneCountInString(str(o, "initial_value")) > int(most) {
			c.fail(path+"/initial_value", "must be less than %d characters", int(most)+1)
		}
	}
	return s
}

func number() spec {
	s := typed("is_decimal_allowed", rule(boolean), "initial_value", chars(0, 3000), "min_value", chars(0, 3000), "max_value", chars(0, 3000))
	s.required = []string{"is_decimal_allowed"}
	s.also = func(c *checker, path string, o object) {
		least, noLeast := strconv.ParseFloat(str(o, "min_value"), 64)
		most, noMost := strconv.ParseFloat(str(o, "max_value"), 64)
		if noLeast == nil && noMost == nil && least > most { // @slack/types: "cannot be greater than max_value"
			c.fail(path, "min_value must not exceed max_value")
		}
	}
	return s
}

// menu is a select; static ones need options or option groups, not both.
func menu(own ...any) spec {
	s := field(own...)
	if _, static := s.fields["options"]; static {
		s.also = func(c *checker, path string, o object) {
			oneNeeded("options", "option_groups")(c, path, o)
			if o["options"] != nil && o["option_groups"] != nil {
				c.fail(path, "only one of options and option_groups is allowed")
			}
			initialAmongOptions(c, path, o)
		}
	}
	return s
}

func multi(own ...any) spec {
	s := menu(own...)
	s.fields["max_selected_items"] = whole(1, -1)
	return s
}

// option is a choice; its text is plain but in checkboxes and radio buttons, and it leads
// to an address in overflow menus alone. Slack raised the limit of value from 75 to 150; its
// pages name both.
// https://docs.slack.dev/reference/block-kit/composition-objects/option-object
func option(c *checker, path string, v any)     { choice(c, path, v, true, false) }
func richOption(c *checker, path string, v any) { choice(c, path, v, false, false) }
func linkOption(c *checker, path string, v any) { choice(c, path, v, true, true) }

func choice(c *checker, path string, v any, plain, leads bool) {
	s := spec{required: []string{"text", "value"}, fields: map[string]rule{
		"text": text(75, plain), "value": chars(1, 150), "description": text(75, plain)}}
	if leads {
		s.fields["url"] = link(3000)
	}
	an(s)(c, path, v)
}

func optionGroup(c *checker, path string, v any) {
	an(spec{required: []string{"label", "options"}, fields: map[string]rule{"label": text(75, true), "options": list(1, 100, option)}})(c, path, v)
}

func confirm(c *checker, path string, v any) {
	an(spec{required: []string{"title", "text", "confirm"}, fields: map[string]rule{
		"title": text(100, true), "text": text(300, false), "confirm": text(30, true), "deny": text(30, true), "style": oneOf("primary", "danger")}})(c, path, v)
}

// initialAmongOptions: what is chosen at first has to be one of the choices,
// the same in text and value.
func initialAmongOptions(c *checker, path string, o object) {
	var all []object
	all = append(all, element{object: o}.options()...)
	chosen := objects(o["initial_options"])
	if first, ok := o["initial_option"].(object); ok {
		chosen = append(chosen, first)
	}
	for _, want := range chosen {
		if find(pointers(all), func(have *object) bool {
			return str(*have, "value") == str(want, "value") && str(*have, "text", "text") == str(want, "text", "text")
		}) == nil {
			c.fail(path, "initial option `%s` is not among the options", str(want, "value"))
		}
	}
}

func pointers(list []object) []*object {
	var out []*object
	for i := range list {
		out = append(out, &list[i])
	}
	return out
}

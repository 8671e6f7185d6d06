package slacktest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// incomplete says what Slack's own form refuses before it asks the app: a
// required field left empty, a text too short or too long, no number.
func (v *View) incomplete() map[string]string {
	out := map[string]string{}
	state := v.state()
	for _, e := range elements(decodeBlocks(v.Blocks)) {
		kind, block := str(e.object, "type"), str(e.block, "block_id")
		key, many := holds(kind)
		if str(e.block, "type") != "input" || key == "" {
			continue
		}
		held := state[block][str(e.object, "action_id")][key]
		empty := held == nil
		if many {
			raw, _ := json.Marshal(held)
			empty = string(raw) == "[]"
		}
		if empty {
			if e.block["optional"] != true {
				out[block] = "Please complete this required field."
			}
			continue
		}
		text, _ := held.(string)
		n := utf8.RuneCountInString(text)
		least, _ := e.object["min_length"].(float64)
		most, limited := e.object["max_length"].(float64)
		if !limited {
			most = 3000
		}
		switch _, notNumber := strconv.ParseFloat(text, 64); {
		case kind == "plain_text_input" && n < int(least):
			out[block] = fmt.Sprintf("Please use at least %d characters.", int(least))
		case kind == "plain_text_input" && n > int(most):
			out[block] = fmt.Sprintf("Please use at most %d characters.", int(most))
		case kind == "number_input" && notNumber != nil:
			out[block] = "Please enter a number."
		case kind == "email_text_input" && !strings.Contains(text, "@"):
			out[block] = "Please enter an email address."
		case kind == "url_text_input" && !strings.Contains(text, "://"):
			out[block] = "Please enter a link."
		}
	}
	return out
}

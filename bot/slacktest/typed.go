package slacktest

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"regexp"
	"strings"
)

// typedBlocks are a message's blocks: its own, or those that Slack makes of what a person
// types, one rich text with the mentions and links as pieces of their own. How people make
// words bold or slanted is not made pieces of here.
// https://docs.slack.dev/reference/events/message, https://docs.slack.dev/reference/events/app_mention
func (w *Workspace) typedBlocks(m *Message) json.RawMessage {
	if len(m.Blocks) > 0 || m.BotID != "" || m.Tombstone || m.Text == "" || w.opt.BotUser == m.User {
		return m.Blocks
	}
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(m.Channel + m.TS))
	blocks, _ := json.Marshal([]object{{"type": "rich_text", "block_id": fmt.Sprintf("t%06x", sum.Sum32()&0xffffff), "elements": []any{
		object{"type": "rich_text_section", "elements": pieces(m.Text)}}}})
	return blocks
}

var special = regexp.MustCompile(`<([^<>|]+)(?:\|([^<>]*))?>`)

// pieces cuts a message's text, as Slack delivers it, into the leaves of rich text.
func pieces(text string) []object {
	var out []object
	unescape := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	plain := func(s string) {
		if s != "" {
			out = append(out, object{"type": "text", "text": unescape.Replace(s)})
		}
	}
	at := 0
	for _, found := range special.FindAllStringSubmatchIndex(text, -1) {
		plain(text[at:found[0]])
		at = found[1]
		what, label := text[found[2]:found[3]], ""
		if found[4] >= 0 {
			label = text[found[4]:found[5]]
		}
		switch {
		case what[0] == '@':
			out = append(out, object{"type": "user", "user_id": what[1:]})
		case what[0] == '#':
			out = append(out, object{"type": "channel", "channel_id": what[1:]})
		case strings.HasPrefix(what, "!subteam^"):
			out = append(out, object{"type": "usergroup", "usergroup_id": strings.TrimPrefix(what, "!subteam^")})
		case what[0] == '!':
			out = append(out, object{"type": "broadcast", "range": what[1:]})
		default:
			link := object{"type": "link", "url": unescape.Replace(what)}
			if label != "" {
				link["text"] = unescape.Replace(label)
			}
			out = append(out, link)
		}
	}
	plain(text[at:])
	return out
}

package slacktest

import "unicode/utf8"

// richTextElement checks a piece of rich text and counts its letters.
// https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
func richTextElement(c *checker, path string, v any) {
	o, ok := v.(object)
	if !ok {
		c.fail(path, "must be an object")
		return
	}
	switch kind := str(o, "type"); kind {
	case "rich_text_section", "rich_text_preformatted", "rich_text_quote":
		list(0, 10000, richTextLeaf)(c, path+"/elements", o["elements"])
	case "rich_text_list":
		oneOf("bullet", "ordered")(c, path+"/style", o["style"])
		list(0, 10000, richTextElement)(c, path+"/elements", o["elements"])
	default:
		c.fail(path+"/type", "unsupported type: %s", kind)
	}
}

// richTextLeaves are the smallest pieces and what each needs; they are those of @slack/types
// 3.2.0.
var richTextLeaves = map[string][]string{
	"text": {"text"}, "link": {"url"}, "user": {"user_id"}, "usergroup": {"usergroup_id"}, "channel": {"channel_id"},
	"emoji": {"name"}, "broadcast": {"range"}, "color": {"value"}, "date": {"timestamp", "format"}, "team": {"team_id"},
}

// richTextStyle is how a leaf looks: @slack/types knows the first five, Slack's page of
// mentions and slack-go the others.
var richTextStyle = an(spec{fields: map[string]rule{
	"bold": boolean, "italic": boolean, "strike": boolean, "code": boolean, "underline": boolean,
	"highlight": boolean, "client_highlight": boolean, "unlink": boolean,
}})

func richTextLeaf(c *checker, path string, v any) {
	o, ok := v.(object)
	if !ok || str(o, "type") == "" {
		c.fail(path, "missing required field: type")
		return
	}
	needs, known := richTextLeaves[str(o, "type")]
	if !known {
		c.fail(path+"/type", "unsupported type: %s", str(o, "type"))
	}
	for _, name := range needs {
		if str(o, name) == "" {
			c.fail(path, "missing required field: %s", name)
		}
	}
	if o["style"] != nil {
		richTextStyle(c, path+"/style", o["style"])
	}
	c.letters += utf8.RuneCountInString(str(o, "text"))
}

package slacktest

// card is one thing with a picture, words and buttons.
// https://docs.slack.dev/reference/block-kit/blocks/card-block; that an icon is of one sort
// and that there are three buttons at most stand in slack-go's and slackblocks' pages alone.
var card = spec{on: anywhere, fields: map[string]rule{
	"block_id": blockID, "hero_image": elementOf("image"), "icon": elementOf("image"),
	"slack_icon": an(spec{required: []string{"name"}, fields: map[string]rule{"name": chars(1, 255)}}),
	"title":      text(150, false), "subtitle": text(150, false), "body": text(200, false), "subtext": text(200, false),
	"actions": list(0, 3, elementOf("button")),
}, also: func(c *checker, path string, o object) {
	oneNeeded("hero_image", "title", "actions", "body")(c, path, o)
	if o["icon"] != nil && o["slack_icon"] != nil {
		c.fail(path, "only one of icon and slack_icon is allowed")
	}
}}

// carousel is a row of cards.
// https://docs.slack.dev/reference/block-kit/blocks/carousel-block
var carousel = spec{on: anywhere, required: []string{"elements"}, fields: map[string]rule{
	"block_id": blockID, "elements": list(1, 10, aCard),
}}

func aCard(c *checker, path string, v any) {
	if o, ok := v.(object); ok && str(o, "type") != "card" {
		c.fail(path+"/type", "unsupported type: %s", str(o, "type"))
		return
	}
	an(card)(c, path, v)
}

// alert is a line that stands out, in modals alone.
// https://docs.slack.dev/reference/block-kit/blocks/alert-block, github.com/slackapi/java-slack-sdk/pull/1624
var alert = spec{on: onModal, required: []string{"text"}, fields: map[string]rule{
	"block_id": blockID, "text": text(200, false), "level": oneOf("default", "info", "warning", "error", "success"),
}}

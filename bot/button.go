package bot

import (
	"strings"

	"github.com/slack-go/slack"

	"magpie/cards"
)

func (d drawer) button(b cards.Button, action string) *slack.ButtonBlockElement {
	label := d.orLine(b.Label, b)
	button := slack.NewButtonBlockElement(action, b.Line, plainText(shorten(label, maxLabel)))
	if b.Style == "primary" || b.Style == "danger" {
		button.Style = slack.Style(b.Style)
	}
	if b.Confirm != nil {
		button.Confirm = d.confirm(b)
	}
	return button
}

// confirm is the dialog that Slack opens before it says that a button was pressed. All of it
// is plain text: in it nothing can be taken for a mention or an emphasis.
func (d drawer) confirm(b cards.Button) *slack.ConfirmationBlockObject {
	part := func(t cards.Text, most int) *slack.TextBlockObject {
		return plainText(shorten(d.orLine(t, b), most))
	}
	c := b.Confirm
	return slack.NewConfirmationBlockObject(part(c.Title, maxAskTitle), part(c.Text, maxAsk), part(c.Yes, maxAnswer), part(c.No, maxAnswer)).WithStyle(slack.StyleDanger)
}

// orLine is a text about a button, or the button's line where it says nothing: Slack takes no
// empty text.
func (d drawer) orLine(t cards.Text, b cards.Button) string {
	if said := d.plain(t); strings.TrimSpace(said) != "" {
		return said
	}
	return shown(b.Line)
}

// sizeOf is how many characters a dialog has.
func sizeOf(c *slack.ConfirmationBlockObject) int {
	if c == nil {
		return 0
	}
	return size(c.Title.Text) + size(c.Text.Text) + size(c.Confirm.Text) + size(c.Deny.Text)
}

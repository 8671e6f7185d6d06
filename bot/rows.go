package bot

import (
	"strconv"

	"github.com/slack-go/slack"

	"magpie/cards"
)

const (
	maxRowText = 1500
)

// rows are those of a list: a text with its one button beside it, or with several below.
func (d drawer) rows(rows []cards.Row, action string) []block {
	var blocks []block
	for i, r := range rows {
		said := shortenMrkdwn(d.say(r.Text), maxRowText)
		text := slack.NewSectionBlock(mrkdwn(said), nil, nil)
		buttons, width := d.rowButtons(r, action+"-"+strconv.Itoa(i), false)
		if len(buttons) == 1 {
			text.Accessory = slack.NewAccessory(buttons[0])
		}
		if said != "" {
			blocks = append(blocks, block{text, size(said) + width})
		}
		if len(buttons) > 1 {
			blocks = append(blocks, block{slack.NewActionBlock("", buttons...), width})
		}
	}
	return blocks
}

// rowButtons are what may be done to one of a list, and how many characters they have; below a
// table they say to which.
func (d drawer) rowButtons(r cards.Row, action string, below bool) (buttons []slack.BlockElement, width int) {
	for i, b := range r.Buttons {
		if b.Line == "" || size(b.Line) > maxLine || i >= maxButtons {
			continue
		}
		if below && !b.Below.IsZero() {
			b.Label = b.Below
		}
		button := d.button(b, action+"-"+strconv.Itoa(i))
		buttons, width = append(buttons, button), width+size(button.Text.Text)+size(b.Line)+sizeOf(button.Confirm)
	}
	return buttons, width
}

// fewer keeps to the first blocks, up to most: a row that does not fit is left out whole, with
// its buttons.
func fewer(blocks []block, most int) []block {
	if len(blocks) <= most {
		return blocks
	}
	blocks = blocks[:most]
	if last, ok := blocks[most-1].Block.(*slack.SectionBlock); ok && last.Accessory == nil {
		blocks = blocks[:most-1]
	}
	return blocks
}

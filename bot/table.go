package bot

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
)

// Slack's limits of a table, of which a message bears one, and what we keep below them.
// https://docs.slack.dev/reference/block-kit/blocks/table-block
const (
	maxTableRows    = 100
	maxTableColumns = 20
	maxTable        = 7000 // characters of all cells
	maxCell         = 700
	wideCell        = 24 // a column with a longer one is wrapped
	noCell          = "–"
)

// listed draws the rows of a card: as a table with their buttons below it where it has columns
// and they fit, else each with its own buttons.
func (d drawer) listed(card cards.Card) []block {
	if table, drawn := d.table(card); drawn {
		return append([]block{table}, d.below(card.Rows)...)
	}
	return d.rows(card.Rows, "row")
}

// table draws columns and rows; false where Slack would not take it.
func (d drawer) table(card cards.Card) (block, bool) {
	if len(card.Columns) == 0 || len(card.Columns) > maxTableColumns || len(card.Rows) == 0 || len(card.Rows) >= maxTableRows {
		return block{}, false
	}
	table := slack.NewTableBlock("")
	width, settings := 0, make([]slack.ColumnSetting, len(card.Columns))
	add := func(cells []cards.Text, style *slack.RichTextSectionTextStyle) {
		row := make([]slack.TableCell, len(card.Columns))
		for i := range row {
			settings[i].Align = slack.ColumnAlignmentLeft
			var text cards.Text
			if i < len(cells) {
				text = cells[i]
			}
			cell, n := d.cell(text, style)
			row[i], width, settings[i].IsWrapped = cell, width+n, settings[i].IsWrapped || n > wideCell
		}
		table.AddRow(row...)
	}
	add(card.Columns, &slack.RichTextSectionTextStyle{Bold: true})
	for _, r := range card.Rows {
		add(r.Cells, nil)
	}
	return block{table.WithColumnSettings(settings...), width}, width <= maxTable
}

// below are the buttons of rows that stand in a table: those of a row that has several stand
// together, and after them all that are alone.
func (d drawer) below(rows []cards.Row) []block {
	var blocks []block
	var alone []slack.BlockElement
	width := 0
	flush := func() {
		if len(alone) > 0 {
			blocks = append(blocks, block{slack.NewActionBlock("", alone...), width})
			alone, width = nil, 0
		}
	}
	for i, r := range rows {
		if buttons, n := d.rowButtons(r, "row-"+strconv.Itoa(i), true); len(buttons) > 1 {
			blocks = append(blocks, block{slack.NewActionBlock("", buttons...), n})
		}
	}
	for i, r := range rows {
		buttons, n := d.rowButtons(r, "row-"+strconv.Itoa(i), true)
		if len(buttons) != 1 {
			continue
		}
		if len(alone) == maxButtons || width+n > maxRow {
			flush()
		}
		alone, width = append(alone, buttons...), width+n
	}
	flush()
	return blocks
}

// asRows is a card whose list is drawn row by row.
func asRows(card cards.Card) cards.Card {
	card.Columns = nil
	return card
}

func (m Message) hasTable() bool {
	return slices.ContainsFunc(m.Blocks, func(b slack.Block) bool { return b.BlockType() == slack.MBTTable })
}

// cell is a text in a table: people, channels and times as Slack draws them, all else to the
// letter. It is rich text: workspaces have been met that fail at raw text (SlackNet 246).
func (d drawer) cell(t cards.Text, style *slack.RichTextSectionTextStyle) (slack.TableCell, int) {
	all := &leaves{style: style}
	said := voice{words: d.words, lang: d.lang, zone: d.zone, leaves: all}.text(t)
	elements, width := all.of(said)
	if len(elements) == 0 {
		elements, width = []slack.RichTextSectionElement{slack.NewRichTextSectionTextElement(noCell, style)}, 1
	}
	return slack.NewTableRichTextCell(slack.NewRichTextSection(elements...)), width
}

// leaves are what rich text has elements of its own for. In the words around them a mark stands
// for each.
type leaves struct {
	style *slack.RichTextSectionTextStyle
	all   []slack.RichTextSectionElement
	sizes []int
}

const (
	leafOpen, leafClose = '\uE002', '\uE003'

	leafSize = 16 // of one that Slack puts into words
)

// bareOfMarks has no sign in a value be taken for a mark.
var bareOfMarks = strings.NewReplacer(string(leafOpen), "\uFFFD", string(leafClose), "\uFFFD")

func (l *leaves) mark(e slack.RichTextSectionElement, size int) string {
	l.all, l.sizes = append(l.all, e), append(l.sizes, size)
	return string(leafOpen) + strconv.Itoa(len(l.all)-1) + string(leafClose)
}

// of are the words with the elements in the places of their marks, cut where they are long.
func (l *leaves) of(said string) (elements []slack.RichTextSectionElement, width int) {
	for said != "" && width < maxCell {
		before, rest, found := strings.Cut(said, string(leafOpen))
		if kept := shorten(before, maxCell-width); kept != "" {
			elements, width = append(elements, slack.NewRichTextSectionTextElement(kept, l.style)), width+size(kept)
		}
		if !found {
			break
		}
		index, after, _ := strings.Cut(rest, string(leafClose))
		if i, err := strconv.Atoi(index); err == nil && i < len(l.all) && width < maxCell {
			elements, width = append(elements, l.all[i]), width+l.sizes[i]
		}
		said = after
	}
	return elements, width
}

// leaf is the mark of an argument that rich text has an element for.
func (v voice) leaf(a cards.Arg) (mark string, is bool) {
	date := func(t time.Time, format, fallback string) (string, bool) {
		return v.leaves.mark(slack.NewRichTextSectionDateElement(t.Unix(), format, nil, &fallback), leafSize), true
	}
	switch {
	case v.leaves == nil:
	case a.Time != nil && a.String == clockAlone:
		return date(*a.Time, "{time}", v.clock(*a.Time, true))
	case a.Time != nil:
		return date(*a.Time, "{date_short_pretty} {time}", v.time(*a.Time, a.Zone, true))
	case a.User != "" && isID(a.User) && a.User[0] == 'S':
		return v.leaves.mark(slack.NewRichTextSectionUserGroupElement(a.User), leafSize), true
	case a.User != "" && isID(a.User):
		return v.leaves.mark(slack.NewRichTextSectionUserElement(a.User, nil), leafSize), true
	case a.Channel != "" && isID(a.Channel):
		return v.leaves.mark(slack.NewRichTextSectionChannelElement(a.Channel, nil), leafSize), true
	}
	return "", false
}

// tablesAgain is how long a workspace that has refused a table is shown none.
const tablesAgain = time.Hour

// tables is what is known of whether the workspace takes tables. Until Slack has taken one, or
// found one valid, none stands in an acknowledgement, whose refusal nobody hears.
type tables struct {
	taken   atomic.Bool
	refused atomic.Int64 // when, in Unix seconds
}

// note keeps what came of a message with a table.
func (t *tables) note(err error) {
	switch {
	case err == nil:
		t.taken.Store(true)
	case isInvalid(err):
		t.taken.Store(false)
		t.refused.Store(time.Now().Unix())
	}
}

// learnTables asks Slack whether a table is valid, so that the first list is one. Where it does
// not say, that shows with the first table that is posted.
//
// Slack: blocks.validate
func (b *Bot) learnTables(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, tablesWithin)
	defer cancel()
	cell := slack.NewTableRichTextCell(slack.NewRichTextSection(slack.NewRichTextSectionTextElement(noCell, nil)))
	table := slack.NewTableBlock("")
	table.AddRow(cell)
	// slack-go has no method for it.
	at := slack.UnsafeMsgOptionEndpoint(rootOf(b.opt.APIURL)+"blocks.validate", func(url.Values) {})
	_, _, _, err := b.opt.Client.SendMessageContext(ctx, "", at, slack.MsgOptionBlocks(table))
	b.tables.note(tellError("blocks.validate", err))
}

// tablesWithin is how long the start waits for that.
const tablesWithin = 2 * time.Second

func (t *tables) refusedLately() bool {
	return time.Since(time.Unix(t.refused.Load(), 0)) < tablesAgain
}

package commands

import (
	"context"
	"strings"

	"magpie/cards"
	"magpie/outbox"
)

// Command is one thing that can be said.
type Command struct {
	Path     string // its words: "subscribe send"
	Role     outbox.Role
	Examples []string // lines, without the slash command
	Hidden   bool     // said by buttons only
	Open     bool     // shows nothing that belongs to anybody: strangers may say it too
	Groups   bool     // its arguments may come several times, with -- between
	// Asks says that missing arguments alone open a form instead of being refused.
	Asks bool
	// Voices says that whoever's voice a request needs may say it, though no approver.
	Voices bool
	// decides says that it is about a request that waits: of another its form is not opened.
	decides bool

	grammar func() any // a fresh grammar struct
	args    []arg
	// ask is what is asked of WeChat, by the words and the rules alone: nothing is looked
	// up. errNothingToAsk leaves it to do.
	ask func(b *Book, args []any) (outbox.Ask, error)
	// prepare completes an ask by what stands at WeChat or in magpie; nil: it is whole.
	// It happens once for each line that is said, and writes nothing.
	prepare func(ctx context.Context, b *Book, args []any, ask *outbox.Ask) error
	do      func(ctx context.Context, b *Book, call Call, args []any) (Answer, error)
	// recurs says why a prepared payload cannot be asked for again and again; nil: it can.
	recurs func(payload any) error
	// free says that its form's keys are said as they are: they are none of its arguments.
	free bool
	// looks says that do asks WeChat or Slack before it answers, and so may take lookWithin.
	looks bool
	// stands says that what do brings about shows, where the line is said, contents of
	// what the line names; a request that ask makes does so anyway.
	stands bool
	// named says that its arguments name what not everybody may see; see mayNamed.
	named bool
	// names are the argument behind a field of WeChat's and how it is shown; nil means
	// that the names are the same.
	names func(field string) (input, shown string)
	// instead are buttons below the answer to a request that say better lines; nil: none.
	instead func(b *Book, ask outbox.Ask) []cards.Button
	// templates are those that TEMPLATE_ID names.
	templates templated
}

func (c *Command) dotted() string { return strings.ReplaceAll(c.Path, " ", ".") }

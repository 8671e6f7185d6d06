// Package commands is the one door: every line is looked up here. One file is one
// command: its words, its help, its doing.
//
// What cannot be done is refused with a *cards.Refusal, whose code is that of the room which
// refused it; see there. What is wrong with the line itself is refused without a code, with the
// argument at fault in Field where one is. A refusal that has Passes() bool is for what may be
// over in a moment, as WeChat not answering is: the line may be said again.
package commands

import (
	"time"

	"magpie/cards"
	"magpie/outbox"
)

// Call is one line said.
type Call struct {
	// Account is the AppID of the WeChat account that the line is for; "": see whose.
	Account string
	named   string // the AppID of the account that the line names
	usual   string // the AppID of the account of the channel in which it is said
	Line    string // without the slash command: `subscribe send TEMPLATE to=…`
	Who     cards.Person
	Where   cards.Place
	Once    string   // makes a repeated delivery the same call
	Files   []string // ids of Slack's, where the line came with files
	// Form says that the line was built from a form by Submitted: a fault is then
	// told alone, without usage and example.
	Form bool
	// Pressed says that a button on a card said it.
	Pressed bool
	// What the clock says brings these along; see outbox.Ask.
	Due, Until time.Time
	Grace      time.Duration
	Behind     string
	Grant      int64
	Granted    []outbox.Kept
	Anyway     bool
	Note       cards.Text
	With       outbox.With
	checks     bool // it is only checked: whoever says it
	// ByToken says that a program says it, with its owner's token: it asks, and decides nothing.
	ByToken bool
	// instead is the request that it is asked instead of.
	instead *outbox.Request
}

// Answer is what the person is shown, privately. Either Form or Card is set.
type Answer struct {
	Card    cards.Card
	Form    *cards.Form // to be opened as a modal
	Sheet   bool        // the card is opened as a modal where a button asks for it
	Page    int         // which page of the modal, from 1
	Request int64       // the request it speaks of, or 0
}

// Plan is a line that has been checked, with nothing written yet. Ask is the request
// it would write; it is nil for lines that ask nothing of WeChat. Form is set where
// the line lacks so much that a form should ask for it.
type Plan struct {
	Command string // its path: "subscribe send"
	Role    outbox.Role
	Ask     *outbox.Ask
	Form    *cards.Form

	command *Command
	args    []any
	names   []outbox.Name // that the line says
	account string        // the AppID of the account that it is for; "": all, or none
	named   string        // that of the account that it names
}

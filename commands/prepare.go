package commands

import (
	"context"
	"errors"
	"time"

	"magpie/cards"
	"magpie/outbox"
)

const (
	// acceptWithin is how long a line may take that looks nothing up.
	acceptWithin = 2 * time.Second
	// lookWithin is how long looking up may take, and lookingWithin a line that does: it
	// is answered within 5 s.
	lookWithin    = 2800 * time.Millisecond
	lookingWithin = lookWithin + acceptWithin
	// seeWithin is how long Slack may take to tell who may see something: the answer, or
	// that it is not known, is there before a form's trigger has expired.
	seeWithin = 1500 * time.Millisecond
)

// Within is how long a line may take, by what it looks up.
func (b *Book) Within(line string) time.Duration {
	words, _ := Lex(line) // one that cannot be read is refused at once
	if c, _ := b.index.find(b.index.withoutCommand(words)); c != nil && (c.prepare != nil || c.looks || c.named && c.Role < outbox.Approver) {
		return lookingWithin
	}
	return acceptWithin
}

// prepare completes what a planned line asks, under the caller's deadline.
func (b *Book) prepare(ctx context.Context, call Call, plan Plan) error {
	c := plan.command
	if c.prepare == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	err := c.prepare(ctx, b, plan.args, plan.Ask)
	if faults := fieldFaults(c, err); len(faults) > 0 {
		return b.refuse(c, call, faults)
	}
	return sayAgain(call, err)
}

// sayAgain offers to say a line again that WeChat gave no answer to: what was written in
// a form may be gone from the screen by then.
func sayAgain(call Call, err error) error {
	p, passes := errors.AsType[*passing](err)
	if passes && len(p.Buttons) == 0 && len(call.Line) <= maxButton {
		p.Buttons = []cards.Button{{Label: cards.T("answer.say_again"), Line: call.Line, Style: "primary"}}
	}
	return err
}

// passing is a refusal for what may be over in a moment: the clock says its line again.
type passing struct{ *cards.Refusal }

func (p *passing) Unwrap() error { return p.Refusal }

// Passes is true: WeChat could not be asked, which says nothing about the line.
func (p *passing) Passes() bool { return true }

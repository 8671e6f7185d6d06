package cards

import (
	"errors"
	"fmt"
	"slices"
)

// Refusal is an error that carries its own answer to the person: why nothing was
// done and what to do about it, with buttons where one line would mend it.
type Refusal struct {
	Code    RefusalCode `json:"code,omitempty"`
	Text    Text        `json:"text"`
	Field   string      `json:"field,omitempty"`  // the argument at fault, where there is one
	Faults  []Fault     `json:"faults,omitempty"` // each of several, as a form shows them; Text has them all
	Buttons []Button    `json:"buttons,omitempty"`
}

// Fault is what is wrong with one argument; with none where Field is "".
type Fault struct {
	Field string `json:"field,omitempty"`
	Text  Text   `json:"text"`
}

// Refuse makes a Refusal of a catalogue key and its arguments (see T).
func Refuse(key string, pairs ...any) *Refusal { return &Refusal{Text: T(key, pairs...)} }

// RefusalCode tells code which sort of refusal it is. People read the Text.
type RefusalCode string

// The codes of refusals. A refusal has one where a caller acts on its sort. One without a
// code says that what was asked cannot be done as it was asked: the caller shows its Text.
const (
	// NotAccepted says that nothing was written. The same line, with the same key, may be
	// said again. journal.Once returns it, and so does every method that accepts a line.
	NotAccepted RefusalCode = "not_accepted"
	// MaybeAccepted says that nobody knows whether it was written. The same line, with the
	// same key, may be said again: it is done once. journal.Once returns it.
	MaybeAccepted RefusalCode = "maybe_accepted"
	// LacksRole says that the person does not have the role that is needed. Roles.May
	// returns it, and so do the methods that ask it.
	LacksRole RefusalCode = "lacks_role"
	// HasLeft says that the person has left Slack, and has no role any more. Roles.May
	// returns it.
	HasLeft RefusalCode = "has_left"
	// RolesUnknown says that nobody can tell who has a role: a group was never loaded.
	// Roles.May, Roles.Approvers and Roles.Asked return it.
	RolesUnknown RefusalCode = "roles_unknown"
	// NotTheirs says that it belongs to somebody else, or that somebody else paused it, and
	// that the person is no approver. The outbox returns it for requests, and so do the
	// schedules for schedules.
	NotTheirs RefusalCode = "not_theirs"
	// NotFound says that there is nothing of that number or name. Whoever looks up a
	// request, a schedule, an article or an audience returns it.
	NotFound RefusalCode = "not_found"
	// NotWaiting says that a request does not wait for approval any more. The outbox returns
	// it for approvals, rejections and withdrawals.
	NotWaiting RefusalCode = "not_waiting"
	// TimePast says that the time which was said has passed. schedules.Understand returns it.
	TimePast RefusalCode = "time_past"
	// TwoDays says that a cron text names days of the month and days of the week, which may
	// mean either or both. schedules.ParseCron returns it.
	TwoDays RefusalCode = "two_days"
)

// WithCode gives a refusal its code.
func (r *Refusal) WithCode(code RefusalCode) *Refusal {
	r.Code = code
	return r
}

// IsRefused reports whether an error is a refusal with one of some codes.
func IsRefused(err error, codes ...RefusalCode) bool {
	refusal, ok := errors.AsType[*Refusal](err)
	return ok && slices.Contains(codes, refusal.Code)
}

// Error names the key and its arguments, for logs; people are shown Text.
func (r *Refusal) Error() string {
	if r.Text.Key == "" {
		return "refused: " + r.Text.Words["en"] + r.Text.Words[""]
	}
	return fmt.Sprintf("refused: %s", r.Text.Key)
}

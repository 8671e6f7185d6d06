package cards

import (
	"errors"
	"fmt"
)

// Refusal is an error that carries its own answer to the person: why nothing was
// done and what to do about it, with buttons where one line would mend it.
type Refusal struct {
	Code    RefusalCode `json:"code,omitempty"`
	Text    Text        `json:"text"`
	Field   string      `json:"field,omitempty"` // the argument at fault, where there is one
	Buttons []Button    `json:"buttons,omitempty"`
}

// Refuse makes a Refusal of a catalogue key and its arguments (see T).
func Refuse(key string, pairs ...any) *Refusal { return &Refusal{Text: T(key, pairs...)} }

// RefusalCode says to code what sort of refusal it is; people read the Text.
type RefusalCode string

// The codes of refusals. One without a code says that what was asked cannot be done as it
// was asked.
const (
	NotAccepted   RefusalCode = "not_accepted"   // nothing was written; said again with the same key it is done once
	MaybeAccepted RefusalCode = "maybe_accepted" // whether it was written is not known; said again with the same key it is done once
	LacksRole     RefusalCode = "lacks_role"     // a role is wanted that the person has not
	HasLeft       RefusalCode = "has_left"       // the person is gone from Slack, and with them every role
	RolesUnknown  RefusalCode = "roles_unknown"  // a group that says who may was never loaded: nobody knows
	NotTheirs     RefusalCode = "not_theirs"     // it is another's, or another has paused it, and the person is no approver
	TimePast      RefusalCode = "time_past"      // the time that was said is past
)

// WithCode gives a refusal its code.
func (r *Refusal) WithCode(code RefusalCode) *Refusal {
	r.Code = code
	return r
}

// Refused is the code that an error was refused with; false: it is no refusal, or has none.
func Refused(err error) (RefusalCode, bool) {
	refusal, ok := errors.AsType[*Refusal](err)
	if !ok || refusal.Code == "" {
		return "", false
	}
	return refusal.Code, true
}

// Error names the key and its arguments, for logs; people are shown Text.
func (r *Refusal) Error() string {
	if r.Text.Key == "" {
		return "refused: " + r.Text.Words["en"] + r.Text.Words[""]
	}
	return fmt.Sprintf("refused: %s", r.Text.Key)
}

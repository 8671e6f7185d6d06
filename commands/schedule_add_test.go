package commands

import (
	"errors"
	"testing"
	"time"

	"magpie/cards"
	"magpie/schedules"
)

// "next friday" said on a Wednesday is offered as both days, with the line around it.
func TestBothReadingsAreOffered(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	_, err := schedules.Understand("next friday 9am", now, time.UTC)
	for line, want := range map[string][]string{
		`schedule once tea "next friday 9am" -- subscribe send TPL to=oA thing1="next friday 9am"`: {
			`schedule once tea "2026-11-27 09:00" -- subscribe send TPL to=oA thing1="next friday 9am"`,
			`schedule once tea "2026-12-04 09:00" -- subscribe send TPL to=oA thing1="next friday 9am"`,
		},
		`schedule once tea next friday 9am tz=UTC -- subscribe send TPL to=oA thing1=Tea`: {
			`schedule once tea "2026-11-27 09:00" tz=UTC -- subscribe send TPL to=oA thing1=Tea`,
			`schedule once tea "2026-12-04 09:00" tz=UTC -- subscribe send TPL to=oA thing1=Tea`,
		},
	} {
		var refusal *cards.Refusal
		if got := offerReadings(Call{Line: line}, schedules.Draft{When: "next friday 9am"}, err); !errors.As(got, &refusal) || len(refusal.Buttons) != len(want) {
			t.Errorf("%s: got %v, want %d buttons", line, got, len(want))
			continue
		}
		for i, button := range refusal.Buttons {
			if button.Line != want[i] {
				t.Errorf("%s: button %d says\n%s, want\n%s", line, i, button.Line, want[i])
			}
		}
		refusal.Buttons = nil
	}
}

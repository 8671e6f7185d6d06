package schedules

import (
	"errors"

	"magpie/cards"
)

// keyOf is the catalogue key of a refusal, or "".
func keyOf(err error) string {
	var refusal *cards.Refusal
	if errors.As(err, &refusal) {
		return refusal.Text.Key
	}
	return ""
}

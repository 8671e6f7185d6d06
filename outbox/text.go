package outbox

import (
	"encoding/json"

	"magpie/cards"
)

// mustText is a text as JSON, which tells it from others.
func mustText(t cards.Text) string {
	if t.IsZero() {
		return ""
	}
	raw, err := json.Marshal(t)
	if err != nil {
		panic("outbox: a text of ours cannot be written: " + err.Error())
	}
	return string(raw)
}

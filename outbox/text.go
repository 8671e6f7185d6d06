package outbox

import (
	"encoding/json"

	"magpie/cards"
)

// mustText is a text as the database keeps it.
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

func readText(text string, into *cards.Text) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}

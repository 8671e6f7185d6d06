package cards

import "fmt"

// Refusal is an error that carries its own answer to the person: why nothing was
// done and what to do about it, with buttons where one line would mend it.
type Refusal struct {
	Text    Text     `json:"text"`
	Field   string   `json:"field,omitempty"` // the argument at fault, where there is one
	Buttons []Button `json:"buttons,omitempty"`
}

// Refuse makes a Refusal of a catalogue key and its arguments (see T).
func Refuse(key string, pairs ...any) *Refusal { return &Refusal{Text: T(key, pairs...)} }

// Error names the key and its arguments, for logs; people are shown Text.
func (r *Refusal) Error() string {
	if r.Text.Key == "" {
		return "refused: " + r.Text.Words["en"] + r.Text.Words[""]
	}
	return fmt.Sprintf("refused: %s", r.Text.Key)
}

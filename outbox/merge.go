package outbox

import (
	"encoding/json"
	"regexp"
	"slices"

	"magpie/cards"
)

// mergeField is a place in a payload that each member of an audience fills: {{name}}.
var mergeField = regexp.MustCompile(`\{\{\s*([\p{L}\p{N}_-]+)\s*\}\}`)

// merge is a payload with its merge fields: parts[0], the value of fields[0], parts[1]…
type merge struct {
	parts  []string
	fields []int // columns
}

// newMerge finds the merge fields of a payload. One that is no column is refused.
func newMerge(payload json.RawMessage, columns []string) (*merge, error) {
	m, from := &merge{}, 0
	for _, at := range mergeField.FindAllSubmatchIndex(payload, -1) {
		name := string(payload[at[2]:at[3]])
		column := slices.Index(columns, name)
		if column < 0 {
			if len(columns) == 0 {
				return nil, cards.Refuse("fault.merge_none", "name", cards.Code("{{"+name+"}}"))
			}
			return nil, cards.Refuse("fault.merge_column", "name", cards.Code("{{"+name+"}}"), "columns", codes(columns))
		}
		m.parts, m.fields = append(m.parts, string(payload[from:at[0]])), append(m.fields, column)
		from = at[1]
	}
	m.parts = append(m.parts, string(payload[from:]))
	return m, nil
}

// fill is the payload as one member gets it.
func (m *merge) fill(values []string) (json.RawMessage, error) {
	var out []byte
	for i, column := range m.fields {
		out = append(out, m.parts[i]...)
		value, err := encode(values[column])
		if err != nil {
			return nil, err
		}
		out = append(out, value[1:len(value)-1]...) // without its quotes: it stands inside a string
	}
	return append(out, m.parts[len(m.parts)-1]...), nil
}

// codes are names in a fixed-width face.
func codes(names []string) []cards.Text {
	texts := make([]cards.Text, len(names))
	for i, name := range names {
		texts[i] = cards.Code(name)
	}
	return texts
}

package outbox

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"magpie/sending"
	"strings"
)

// compiled makes a payload ready for the calls of a broadcast.
func (k Kind[T]) compiled(payload T, columns []string) (sending.Compiled, error) {
	marks := make([]string, len(columns))
	for i := range marks {
		marks[i] = rand.Text()
	}
	payload = sending.Merge(payload, columns, marks)
	raw, err := json.Marshal(payload)
	if err != nil {
		return nil, fmt.Errorf("compile %s: %w", k.Name, err)
	}
	var used []int
	for i, mark := range marks {
		if strings.Contains(string(raw), mark) {
			used = append(used, i)
		}
		if k.RefOf != nil && strings.Contains(k.RefOf(payload, ""), mark) {
			return nil, nil // a ref of each member's own
		}
	}
	do, err := k.Compile(payload, marks)
	if err != nil {
		return nil, fmt.Errorf("compile %s: %w", k.Name, err)
	}
	ref := k.message(payload).Ref
	return func(values []string) (sending.Message, bool) {
		if len(values) != len(columns) {
			return sending.Message{}, false
		}
		for _, i := range used {
			if values[i] == "" {
				return sending.Message{}, false
			}
		}
		return sending.Message{Ref: ref, Do: func(ctx context.Context, recipient string) (Receipt, error) {
			return do(ctx, recipient, values)
		}}, true
	}, nil
}

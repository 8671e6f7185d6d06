package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"magpie/sending"
	"strings"
	"testing"
)

type greeting struct{ Text, Link string }

// TestCompiled: each member gets the same by either way, and what is empty, missing or a
// ref of their own goes the slow one.
func TestCompiled(t *testing.T) {
	t.Parallel()
	var got []string
	greet := Kind[greeting]{
		Name: "greet",
		Do: func(_ context.Context, g greeting, recipient string) (Receipt, error) {
			got = append(got, fmt.Sprintf("%s: %s %s", recipient, g.Text, g.Link))
			return nil, nil
		},
		Compile: func(g greeting, marks []string) (func(context.Context, string, []string) (Receipt, error), error) {
			return func(_ context.Context, recipient string, values []string) (Receipt, error) {
				var pairs []string
				for i, mark := range marks {
					pairs = append(pairs, mark, values[i])
				}
				fill := strings.NewReplacer(pairs...)
				got = append(got, fmt.Sprintf("%s: %s %s", recipient, fill.Replace(g.Text), fill.Replace(g.Link)))
				return nil, nil
			}, nil
		},
		RefOf: func(g greeting, recipient string) string { return g.Link + " " + recipient },
	}
	columns := []string{"name", "shop", "unused"}
	for _, tc := range []struct {
		payload greeting
		values  []string
		fast    bool
	}{
		{greeting{"Hello {{name}}, {{ shop }}", "L"}, []string{"An\n", `"B"`, ""}, true},
		{greeting{"Hello {{name}} {{name}}", "L"}, []string{"{{shop}}", "B", "C"}, true},
		{greeting{"Hello", "L"}, []string{"", "", ""}, true},
		{greeting{"Hello {{name}}", "L"}, []string{"", "B", "C"}, false},
		{greeting{"Hello {{name}}", "L"}, []string{"An"}, false},
		{greeting{"Hello {{name}}", "{{shop}}"}, []string{"An", "B", "C"}, false},
	} {
		raw, err := json.Marshal(tc.payload)
		if err != nil {
			t.Fatal(err)
		}
		sent := greet.sent(func(raw json.RawMessage) (g greeting, err error) { return g, json.Unmarshal(raw, &g) })
		fill, err := sent.Fill(raw, columns)
		if err != nil {
			t.Fatal(err)
		}
		filled, err := fill(tc.values)
		if err != nil {
			t.Fatal(err)
		}
		compiled, err := sent.Compile(raw, columns)
		if err != nil {
			t.Fatal(err)
		}
		called, fast := filled, false
		if compiled != nil {
			if message, ok := compiled(tc.values); ok {
				called, fast = message, true
			}
		}
		got = nil
		for _, message := range []sending.Message{filled, called} {
			if _, err := message.Do(t.Context(), "o1"); err != nil {
				t.Error(err)
			}
		}
		if fast != tc.fast || got[0] != got[1] || filled.Ref(nil, "o1") != called.Ref(nil, "o1") {
			t.Errorf("%+v with %q: compiled %v, %q; want compiled %v and the same twice", tc.payload, tc.values, fast, got, tc.fast)
		}
	}
}

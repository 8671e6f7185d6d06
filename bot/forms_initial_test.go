package bot

import (
	"encoding/json"
	"strings"
	"testing"

	"magpie/bot/slacktest"
	"magpie/cards"
	"magpie/commands"
	"magpie/outbox"
)

// Every form of every command can be opened with what an earlier line had: Slack refuses an
// initial value that is longer than its field, or that is none of the choices.
func TestFormsHoldWhatTheyAreFilledWith(t *testing.T) {
	t.Parallel()
	words := newTestWords(t)
	book := commands.New(commands.Options{Roles: everything{}})
	inputs := 0
	for _, path := range formPaths(t, book) {
		plan, err := book.Plan(t.Context(), commands.Call{Line: path})
		if err != nil || plan.Form == nil {
			continue
		}
		for _, value := range []string{"x", "17", "two\nlines", "<#C1GENERAL|general>", "C1GENERAL", "@vip", strings.Repeat("茶", 151), strings.Repeat("x", 3000), strings.Repeat("x", 3001), strings.Repeat("🍵", 1501)} {
			form := *plan.Form
			form.Inputs = append([]cards.Input(nil), form.Inputs...)
			for i, in := range form.Inputs {
				if in.Files == 0 {
					form.Inputs[i].Value = value
					inputs++
				}
				if len(in.Choices) > 0 {
					form.Inputs[i].Value = in.Choices[len(in.Choices)-1].Value
				}
			}
			view, err := words.DrawForm(form, cards.Place{Channel: "C1GENERAL"}, "zh", "Asia/Shanghai")
			if err != nil {
				t.Fatalf("DrawForm(%s): %v", path, err)
			}
			raw, err := json.Marshal(view)
			if err != nil {
				t.Fatal(err)
			}
			if err := slacktest.ValidateView(raw); err != nil {
				t.Errorf("the form of %s with %.40q: %v", path, value, err)
			}
			held := strings.Count(string(raw), `"initial_`)
			for _, in := range form.Inputs { // what no field holds is left out whole
				if size(in.Value) > maxInput || in.Value == "" {
					held++
				}
			}
			if held != len(form.Inputs) {
				t.Errorf("the form of %s with %.40q: %d of %d fields hold their value", path, value, held, len(form.Inputs))
			}
		}
	}
	if inputs < 500 {
		t.Errorf("%d fields were filled in, want those of all commands", inputs)
	}
}

// everything may be said by everybody.
type everything struct{ commands.RoleNames }

func (everything) May(cards.Person, outbox.Role) error { return nil }

// formPaths are the words of all commands, as help tells them.
func formPaths(t *testing.T, book *commands.Book) (paths []string) {
	t.Helper()
	answer, err := book.Run(t.Context(), commands.Call{Line: "help all"})
	if err != nil {
		t.Fatal(err)
	}
	words := newTestWords(t)
	for _, field := range answer.Card.Fields {
		paths = append(paths, strings.TrimPrefix(words.Plain(field.Label, "en", "UTC"), "/wechat "))
	}
	return paths
}

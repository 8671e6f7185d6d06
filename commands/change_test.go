package commands

import (
	"slices"
	"strings"
	"testing"

	"magpie/cards"
	"magpie/outbox"
	"magpie/sending"
)

// What a form is filled with, submitted as it is, says the same line again; what it cannot
// hold is named and taken from the earlier line.
func TestAFormHoldsWhatARequestHad(t *testing.T) {
	t.Parallel()
	b := testBook(t)
	long := `"` + longText(3100) + `"`
	for _, test := range []struct {
		name, line string
		key, value string // of one of its inputs
		form       string // the line that it remembers
	}{
		{"fields", `subscribe send T to=A,B thing1="Green \"tea\"" time2=15:00`, "data", "thing1=Green \"tea\"\ntime2=15:00", "change 17 -- subscribe send"},
		{"a value in quotes", `subscribe send T to=A thing1="\"Tea\""`, "data", `thing1=「"Tea"」`, "change 17 -- subscribe send"},
		{"a field with two lines", "subscribe send T to=A thing1=\"a\nb\"", "to", "A", "change 17 keep=data -- subscribe send"},
		{"an account", `subscribe send T to=A thing1=x account=shop`, "to", "A", "change 17 -- subscribe send"},
		{"what no form asks for", `subscribe send T to=A thing1=x unchecked=time2`, "TEMPLATE_ID", "T", "change 17 keep=unchecked -- subscribe send"},
		{"a choice", `activity update A state=1 path="?foo=bar" version_type=release`, "state", "1", "change 17 -- activity update"},
		{"half a Mini Program", `uniform send to=A mp.appid=a mp.template_id=t mp.url="http://x?a=1&amp;b=2" mp.data.first=Hello mp.data.first.color=#173177`, "mp.data", "first=Hello\nfirst.color=#173177", "change 17 -- uniform send"},
		{"a long text", `news upload title=T thumb=M content=` + long, "title", "T", "change 17 keep=content -- news upload"},
		{"many emoji", `news upload title=T thumb=M content=` + strings.Repeat("🍵", 1600), "title", "T", "change 17 keep=content -- news upload"},
		{"several groups", `news upload title=T thumb=M content=x -- title=U thumb=N content=y`, "line", `news upload title=T thumb=M content=x -- title=U thumb=N content=y`, "change 17"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			form, err := b.filled(outbox.Request{Line: test.line, Order: order(17)})
			if err != nil {
				t.Fatal(err)
			}
			in := form.Input(test.key)
			if in == nil || in.Value != test.value {
				t.Errorf("filled(%s): got %+v for %s, want the value %q", test.line, in, test.key, test.value)
			}
			if form.Line != test.form {
				t.Errorf("filled(%s): got the line %q, want %q", test.line, form.Line, test.form)
			}
		})
	}
}

// Change opens the form of every command that asks, filled with what the line had (that it says
// the same, submitted as it is, sees saysElse to), and with no value that Slack would refuse.
func TestEveryFormHoldsWhatItsExampleHad(t *testing.T) {
	t.Parallel()
	b, forms := testBook(t), 0
	for _, c := range b.index.commands {
		for _, example := range c.Examples {
			if !b.Changeable(example) {
				continue
			}
			form, err := b.filled(outbox.Request{Line: example, Order: order(17)})
			if err != nil {
				t.Errorf("filled(%s): %v", example, err)
				continue
			}
			forms++
			if in := form.Input("line"); in != nil { // of several groups alone
				if c.Groups && strings.Contains(example, " -- ") && in.Value == example {
					continue
				}
				t.Errorf("filled(%s): the form asks for the whole line", example)
			}
			for _, in := range form.Inputs {
				if tooLong(in.Value) || in.Files > 0 && in.Value != "" {
					t.Errorf("filled(%s): %s holds %q", example, in.Key, in.Value)
				}
				if in.Value != "" && len(in.Choices) > 0 && !slices.ContainsFunc(in.Choices, func(choice cards.Choice) bool { return choice.Value == in.Value }) {
					t.Errorf("filled(%s): %s has the value %q, which is none of its choices", example, in.Key, in.Value)
				}
			}
		}
	}
	if forms < 20 {
		t.Errorf("%d forms were filled in, want those of every command that asks", forms)
	}
}

func TestALineTooLongForAFormIsSaidByHand(t *testing.T) {
	t.Parallel()
	line := `news upload title=T thumb=M content=x -- title=U thumb=N content="` + longText(3000) + `"`
	_, err := testBook(t).filled(outbox.Request{Line: line, Order: order(17)})
	if got, want := refusalOf(t, line, err).Text.Key, "fault.change_by_hand"; got != want {
		t.Errorf("filled: got %s, want %s", got, want)
	}
}

// A field that is left out cannot go unchecked.
func TestUncheckedAreOfTheLine(t *testing.T) {
	t.Parallel()
	b := testBook(t)
	for line, want := range map[string]string{
		`subscribe send T to=A thing1=x unchecked=time2`:                   `subscribe send T to=A thing1=x`,
		`subscribe send T to=A time2=2026-01-02 unchecked=time2`:           `subscribe send T to=A time2=2026-01-02 unchecked=time2`,
		`subscribe send T to=A data="time2=2026-01-02" unchecked=time2,t9`: `subscribe send T to=A data="time2=2026-01-02" unchecked=time2`,
		`subscribe send T to=A thing1=x`:                                   `subscribe send T to=A thing1=x`,
	} {
		if got := b.uncheckedOfIts(line); got != want {
			t.Errorf("uncheckedOfIts(%s): got %s, want %s", line, got, want)
		}
	}
}

func longText(n int) string { return strings.Repeat("茶", n) }

func order(n int64) sending.Order { return sending.Order{N: n} }

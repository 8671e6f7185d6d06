package commands

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"magpie/cards"
	"magpie/wechat"
)

// Each command says how it is about accounts, and the page of the docs shows it.
func TestEveryCommandsNeed(t *testing.T) {
	t.Parallel()
	b := testBook(t)
	paths := map[string]bool{}
	for _, c := range b.index.commands {
		paths[c.Path] = true
		if _, said := needs[c.Path]; !said {
			t.Errorf("%s does not say which accounts it is about", c.Path)
		}
	}
	for path := range needs {
		if !paths[path] {
			t.Errorf("%s is no command", path)
		}
	}

	var table strings.Builder
	table.WriteString("| command | service | subscription | Mini Program |\n|---|---|---|---|\n")
	for _, path := range slices.Sorted(maps.Keys(needs)) {
		if needs[path].kinds == nil {
			continue
		}
		mark := func(k wechat.AccountKind) string {
			if needs[path].takes(k) {
				return "✓"
			}
			return ""
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", path, mark(wechat.ServiceAccount), mark(wechat.SubscriptionAccount), mark(wechat.MiniProgram))
	}
	const page, begin, end = "../docs/wechat.md", "<!-- commands by kind -->\n", "<!-- end of commands by kind -->"
	raw, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, found := strings.Cut(string(raw), begin)
	_, tail, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no place for the table of commands by kind", page)
	}
	want := head + begin + table.String() + end + tail
	if want == string(raw) {
		return
	}
	if !*update {
		t.Fatalf("%s is not as the commands are; go test ./commands -update writes it anew", page)
	}
	if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// accountsBook can only plan, for a service account, a Mini Program and one of which nobody
// has said what it is.
func accountsBook(t testing.TB, kinds ...wechat.AccountKind) *Book {
	t.Helper()
	var all wechat.Accounts
	for i, kind := range kinds {
		client, err := wechat.New(wechat.Options{AppID: fmt.Sprintf("wx%d", i+1), AppSecret: "sesame"})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, wechat.Account{Client: client, Name: fmt.Sprintf("a%d", i+1), Title: fmt.Sprintf("Tea %d", i+1), Kind: kind})
	}
	return New(Options{Accounts: all, Roles: NewRoles([]string{"UADMIN"}, nil, nil, testPeople{})})
}

func TestWhoseALineIs(t *testing.T) {
	t.Parallel()
	const service, mini, subscription = wechat.ServiceAccount, wechat.MiniProgram, wechat.SubscriptionAccount
	two := accountsBook(t, service, mini)
	three := accountsBook(t, service, service, subscription)
	for _, test := range []struct {
		name string
		b    *Book
		call Call
		want string // its AppID, or the refusal's key with the lines of its buttons
	}{
		{"the only one there is", accountsBook(t, ""), Call{Line: `subscribe send T to=A thing1=Tea`}, "wx1"},
		{"the only one, named", accountsBook(t, ""), Call{Line: `subscribe send T to=A thing1=Tea account=a1`}, "wx1"},
		{"the only one that has it", two, Call{Line: `subscribe send T to=A thing1=Tea`}, "wx1"},
		{"the Mini Program", two, Call{Line: `activity create`}, "wx2"},
		{"named", three, Call{Line: `subscribe send T account=a2 to=A thing1=Tea`}, "wx2"},
		{"named with what keyboards make of it", three, Call{Line: `subscribe send T to=A thing1=Tea account＝"a2"`}, "wx2"},
		{"the channel's", three, Call{Line: `subscribe send T to=A thing1=Tea`, usual: "wx2"}, "wx2"},
		{"named beats the channel's", three, Call{Line: `subscribe send T to=A thing1=Tea account=a1`, usual: "wx2"}, "wx1"},
		{"the channel's cannot, the only other can", two, Call{Line: `activity create`, usual: "wx1"}, "wx2"},
		{"the channel's is not served any more", two, Call{Line: `activity create`, usual: "wx9"}, "fault.account_channel_unserved"},
		{"the channel's is not served any more, another is named", two, Call{Line: `activity create account=a2`, usual: "wx9"}, "wx2"},
		{"a fire whose account goes by another name", three, Call{Line: `subscribe send T to=A thing1=Tea account=old`, Account: "wx1"}, "wx1"},
		{"help is about none", three, Call{Line: `templates --help`}, ""},
		{"inside a schedule", three, Call{Line: `schedule add tea "every day at 9:00" -- subscribe send T to=A thing1=Tea account=a2`}, "wx2"},
		{"before what is inside a schedule", three, Call{Line: `schedule add tea "every day at 9:00" account=a2 -- subscribe send T to=A thing1=Tea`}, "wx2"},
		{"a schedule of what only one has", two, Call{Line: `schedule add tea "every day at 9:00" -- activity create`}, "wx2"},
		{"a fire", three, Call{Line: `subscribe send T to=A thing1=Tea account=a2`, Account: "wx2"}, "wx2"},
		{"a fire whose account is another's by now", three, Call{Line: `subscribe send T to=A thing1=Tea account=a2`, Account: "wx1"}, "fault.account_other"},
		{"nobody knows", three, Call{Line: `template send T to=A thing1=Tea`}, "fault.account_which: template send T to=A thing1=Tea account=a1; template send T to=A thing1=Tea account=a2"},
		{"the channel's is asked about too where it cannot", three, Call{Line: `template send T to=A thing1=Tea`, usual: "wx3"}, "fault.account_which: template send T to=A thing1=Tea account=a1; template send T to=A thing1=Tea account=a2"},
		{"no account of that name", two, Call{Line: `quota account=shop`}, "fault.account_unknown"},
		{"two names", two, Call{Line: `quota account=a1 account=a2`}, "fault.account_twice"},
		{"no name", two, Call{Line: `quota account=""`}, "fault.account_empty"},
		{"the wrong kind", two, Call{Line: `activity create account=a1`}, "fault.account_kind_other"},
		{"a kind that nobody has", accountsBook(t, service), Call{Line: `activity create`}, "fault.account_kind"},
		{"a kind that nobody has, scheduled", three, Call{Line: `schedule add tea "every day at 9:00" -- activity create account=a1`}, "fault.account_kind"},
		{"not said of any", two, Call{Line: `requests`}, ""},
		{"a list of one account's", two, Call{Line: `requests account=a2`}, "wx2"},
		{"to named people, from a subscription account", three, Call{Line: `mass send M to=A,B account=a3`}, "fault.mass_service_only"},
		{"to named people, from a service account", three, Call{Line: `mass send M to=A,B account=a2`}, "wx2"},
		{"a line too long for a button", three, Call{Line: `subscribe send T to=A page="` + strings.Repeat("p", maxButton) + `" thing1=Tea`}, "fault.account_which_long"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.call.Who = member
			plan, err := test.b.Plan(context.Background(), test.call)
			got := plan.account
			if plan.Ask != nil && plan.Ask.Account != got {
				t.Errorf("the request is for %s, the line for %s", plan.Ask.Account, got)
			}
			if err != nil {
				refusal := refusalOf(t, test.call.Line, err)
				got = refusal.Text.Key
				var lines []string
				for _, button := range refusal.Buttons {
					lines = append(lines, button.Line)
				}
				if strings.HasPrefix(got, "fault.account_which") && len(lines) > 0 {
					got += ": " + strings.Join(lines, "; ")
				}
			}
			if got != test.want {
				t.Errorf("%s: got %s, want %s (%v)", test.call.Line, got, test.want, err)
			}
		})
	}
}

// A form that could be for several accounts asks which; one that cannot bears it along.
func TestFormsAskWhichAccount(t *testing.T) {
	t.Parallel()
	b := accountsBook(t, wechat.ServiceAccount, wechat.ServiceAccount)
	form := func(call Call) *cards.Form {
		t.Helper()
		call.Who = member
		plan, err := b.Plan(context.Background(), call)
		if err != nil || plan.Form == nil {
			t.Fatalf("%s: got %+v, %v, want a form", call.Line, plan, err)
		}
		return plan.Form
	}
	open := form(Call{Line: "subscribe send"})
	if first := open.Inputs[0]; first.Key != "account" || !first.Required || len(first.Choices) != 2 || first.Choices[1].Value != "a2" {
		t.Errorf("the first input: got %+v, want the choice of an account", open.Inputs[0])
	}
	if got, want := b.Submitted(open.Line, map[string]string{"account": "a2", "TEMPLATE_ID": "T", "to": "A", "data": "thing1=Tea"}), `subscribe send account=a2 T to=A thing1=Tea`; got != want {
		t.Errorf("it says %s, want %s", got, want)
	}
	if known := form(Call{Line: "subscribe send", usual: "wx2"}); known.Inputs[0].Key != "account" || known.Inputs[0].Value != "a2" {
		t.Errorf("in a channel with an account: first %+v, want it chosen", known.Inputs[0])
	}
	answer, err := b.Run(context.Background(), Call{Line: "subscribe send account=a2", Who: member})
	if err != nil || answer.Form == nil || answer.Form.Line != "subscribe send account=a2" {
		t.Errorf("where the line names it: got %+v, %v", answer.Form, err)
	}
}

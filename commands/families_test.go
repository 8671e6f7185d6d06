package commands

import (
	"context"
	"slices"
	"strings"
	"testing"

	"magpie/cards"
)

// Each command that people say is told of in one family, and the last one holds none of them by
// accident.
func TestEveryCommandHasAFamily(t *testing.T) {
	t.Parallel()
	b := testBook(t)
	for _, c := range b.index.commands {
		var in []string
		for _, f := range families {
			if f.has(c.Path) {
				in = append(in, f.name)
			}
		}
		if !c.Hidden && len(in) != 1 {
			t.Errorf("%s is in the families %v, want one", c.Path, in)
		}
	}
	for _, f := range families {
		if len(b.index.in(f)) == 0 {
			t.Errorf("the family %s has no command", f.name)
		}
		if c := b.index.lookup(f.name); c != nil && f.name != "help" {
			t.Errorf("the family %s is called as a command", f.name)
		}
	}
}

// What plain words may mean can be said.
func TestPlainWordsMeanCommands(t *testing.T) {
	t.Parallel()
	b := testBook(t)
	for _, m := range meanings {
		for line := range strings.SplitSeq(m.paths, ", ") {
			if c, _ := b.index.find(wordsOf(line)); c == nil || c.Hidden {
				t.Errorf("%q means %q, which nobody can say", m.words, line)
			}
		}
	}
}

func TestPlainWords(t *testing.T) {
	t.Parallel()
	b := testBook(t)
	for _, test := range []struct{ said, want string }{
		{"how do I send something?", "subscribe send"},
		{"How can I schedule a message for tomorrow", "schedule add"},
		{"I want to write an article", "article draft"},
		{"who has to approve this?", "requests waiting-for-me"},
		{"what's my quota?", "quota"},
		{"can't I cancel that", "withdraw"},
		{"i'd like to see the comments", "help comments"},
		{"please explain everything you can do", ""},
		{"hello", ""},
		{"thanks!", ""},
		{"？", ""},
		{"怎么群发", "mass send"},
		{"明天上午发送一条消息", "schedule add"},
		{"请问怎样导入名单", "audience import"},
		{"我的申请到哪一步了", "requests mine"},
		{"你好", ""},
	} {
		answer, err := b.Run(context.Background(), Call{Line: test.said, Who: cards.Person{ID: "U1", Member: true}})
		if err != nil {
			t.Errorf("%s: %v", test.said, err)
			continue
		}
		var lines []string
		for _, row := range answer.Card.Rows {
			for _, button := range row.Buttons {
				lines = append(lines, button.Line)
				if _, err := b.Plan(context.Background(), Call{Line: button.Line, Who: admin}); err != nil {
					t.Errorf("%s: the button says %s: %v", test.said, button.Line, err)
				}
			}
		}
		if test.want == "" && len(answer.Card.Buttons) != 5 {
			t.Errorf("%s: got %+v, want the five things that are done most", test.said, answer.Card)
		}
		if test.want != "" && !slices.Contains(lines, test.want) {
			t.Errorf("%s: got the lines %q, want %s among them", test.said, lines, test.want)
		}
	}
	for _, slip := range []string{"subscribe sned T to=A thing1=x", "approv 17", "send T to=A thing1=x", "article drft \"how do I?\""} {
		if _, err := b.Plan(context.Background(), Call{Line: slip, Who: admin}); err == nil {
			t.Errorf("%s is taken for plain words", slip)
		}
	}
}

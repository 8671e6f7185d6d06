package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/cards"
)

// A file is one's own, or shared where one can look; approvers have no other eyes.
func TestFilesAreThoseThatOneSees(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bring("C1", 3)
	for _, test := range []struct{ who, where, file, want string }{
		{"U2", "C1", "FOWN", ""}, {"U2", "C1", "FPUB", ""}, {"U2", "C1", "FPRIV", "see.file"}, {"U4", "C1", "FPRIV", ""},
		{"U2", "CPRIV", "FPRIV", ""}, // Slack let them say it there
		{"U3", "C1", "FPRIV", "see.file"}, {"UADMIN", "C1", "FDM", "see.file"}, {"U1", "C1", "FDM", ""},
		{"U2", "C1", "FNONE", "see.file"}, {"U2", "C1", "FLOOSE", "see.file"}, {"U2", "C1", "FLOST", "see.file_unknown"}, {"U2", "C1", "FAWAY", "see.file_unknown"},
	} {
		for _, line := range []string{"audience import b1 replace=yes file=", "article import files=", "article cover A3 file=", "article edit A3 files=", "material upload file="} {
			if got := d.keyOf(test.who, test.where, line+test.file); got != test.want && (test.want != "" || strings.HasPrefix(got, "see.")) {
				t.Errorf("%s says %s%s in %s: got %q, want %q", test.who, line, test.file, test.where, got, test.want)
			}
		}
	}
	// What came with the message is theirs.
	_, err := d.Run(t.Context(), Call{Line: "audience import b2", Files: []string{"FNONE"}, Who: personOf("U2"), Where: cards.Place{Channel: "C1"}, Once: "came"})
	if err != nil {
		t.Errorf("a file that came with the message: %v", err)
	}
}

// A channel that a line names is one that whoever says it is in, or a public one that a
// full member names.
func TestChannelsAreThoseThatOneIsIn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i, test := range []struct{ who, where, channel, want string }{
		{"U2", "C1", "<#C1|one>", ""}, {"U2", "C1", "<#C2|two>", ""}, {"U2", "C1", "CSHARED", ""}, {"U4", "C1", "CPRIV", ""},
		{"U2", "C1", "CPRIV", "see.channel"}, {"U3", "C1", "CPRIV", "see.channel"}, {"UADMIN", "C1", "CPRIV", "see.channel"},
		{"U2", "CPRIV", "CPRIV", ""}, {"U2", "C1", "DU1", "see.channel"}, {"U2", "C1", "DU2", ""},
		{"U2", "C1", "CHIDDEN", "see.channel_hidden"}, {"U2", "C1", "CNEW", "see.channel_unknown"}, {"U2", "C1", "CLOST", "see.channel_unknown"},
	} {
		for j, head := range []string{`schedule add n%d-%d "every day at 9"`, `schedule once n%d-%d "2099-12-24 18:00"`} {
			line := fmt.Sprintf(head, i, j) + ` channel=` + test.channel + ` -- subscribe send T to=A thing1="Tea"`
			if got := d.keyOf(test.who, test.where, line); got != test.want {
				t.Errorf("%s says %s in %s: got %q, want %q", test.who, line, test.where, got, test.want)
			}
		}
	}
	// One who is listed as a sender, and of another company.
	listed := NewRoles([]string{"UADMIN"}, []string{"U3"}, []string{"X1"}, testPeople{})
	d.roles, d.sight.roles, d.outbox.Roles = listed, listed, listed
	for channel, want := range map[string]string{"CSHARED": "", "C2": "see.channel", "CPRIV": "see.channel"} {
		if got := d.keyOf("X1", "DX1", `schedule add x-`+channel+` "every day at 9" channel=<#`+channel+`|x> -- subscribe send T to=A thing1="Tea"`); got != want {
			t.Errorf("a listed stranger names %s: got %q, want %q", channel, got, want)
		}
	}
}

// Where Slack does not answer, a line is refused in time, in words that say to try again,
// and offers to; whoever approves and whoever asked does not wait for Slack at all.
func TestWhatSlackDoesNotTellIsRefusedInTime(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := d.bring("CPRIV", 1)
	before := d.town.asked
	d.town.hangs = true
	const answeredWithin = 4 * time.Second // bot acknowledges after 2.5 s; a busy machine has some more
	for who, line := range map[string]string{"U1": n[0], "U3": n[0], "UADMIN": "approve 1"} {
		if got := d.keyOf(who, "D"+who, line); got != "" {
			t.Errorf("%s says %s: got %q", who, line, got)
		}
	}
	if d.town.asked != before {
		t.Errorf("Slack was asked %d times for who needs no answer of it", d.town.asked-before)
	}
	var all sync.WaitGroup
	for line, key := range map[string]string{
		n[0]: "see.unknown", "article import files=FPUB": "see.file_unknown",
		`schedule add x "every day at 9" channel=<#C2|two> -- subscribe send T to=A thing1="Tea"`: "see.channel_unknown",
		`schedule add y "every day at 9" -- article upload A1`:                                    "fault.schedule_inner",
	} {
		all.Go(func() {
			begun := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), d.Within(line))
			defer cancel()
			_, err := d.Run(ctx, Call{Line: line, Who: personOf("U4"), Where: cards.Place{Channel: "C1"}, Once: line})
			refusal := refusalOf(t, line, err)
			if took := time.Since(begun); refusal.Text.Key != key || took > answeredWithin {
				t.Errorf("%s: got %s after %v, want %s within %v", line, refusal.Text.Key, took, key, answeredWithin)
			}
			if key != "fault.schedule_inner" && len(refusal.Buttons) != 1 || refusal.Buttons[0].Line != line {
				t.Errorf("%s: got the buttons %v, want one that says it again", line, refusal.Buttons)
			}
		})
	}
	all.Go(func() {
		answer, err := d.Run(t.Context(), Call{Line: "requests", Who: personOf("U4"), Where: cards.Place{Channel: "C1"}, Once: "requests"})
		if err != nil || len(answer.Card.Notes) == 0 || answer.Card.Notes[0].Key != "see.left_unknown" {
			t.Errorf("requests while Slack does not answer: got %+v, %v", answer.Card.Notes, err)
		}
	})
	all.Wait()
}

// What the clock says was let through when it was asked for: a fire does not wait for
// Slack.
func TestAFireDoesNotAskWhoMaySee(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bring("CPRIV", 1)
	d.exec(`insert into audience_member (version, row, openid, vals) values (1, 1, 'oA', '[]')`)
	d.exec(`update audience_version set size = 1 where version = 1`)
	before := d.town.asked
	call := Call{Line: `subscribe send T to=@a1 thing1="Tea"`, Who: personOf("U2"), Where: cards.Place{Channel: "C1"}, Once: "fire", Anyway: true}
	if _, err := d.Run(t.Context(), call); err != nil {
		t.Errorf("the clock says %s: %v", call.Line, err)
	}
	if d.town.asked != before {
		t.Errorf("Slack was asked %d times for a fire", d.town.asked-before)
	}
}

// Each command that takes the number or name of something, a file or a channel has it
// looked up: by the type of its argument.
func TestNoArgumentIsForgotten(t *testing.T) {
	t.Parallel()
	b := testBook(t)
	for _, c := range b.index.commands {
		for _, a := range c.args {
			names := slices.Contains([]string{"N", "A", "NAME", "channel", "files", "file"}, a.Key)
			makes := strings.HasPrefix(c.Path, "template ") || c.Path == "account use"
			everybodys := slices.Contains([]string{"save", "saved remove", "say"}, c.Path) // every member may see the team's own lines
			ownToken := strings.HasPrefix(c.Path, "token ")                                // the outbox knows whose it is
			if names && !makes && !everybodys && !ownToken && !c.named {
				t.Errorf("%s takes %s, which is not looked up", c.Path, a.Key)
			}
		}
	}
}

// Who tried what is not for them is on record beside it.
func TestWhoTriedIsOnRecord(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bring("CPRIV", 1)
	if got := d.keyOf("U2", "C1", "show 1"); got != "see.elsewhere" {
		t.Fatalf("show 1: got %q, want see.elsewhere", got)
	}
	answer, err := d.in("U1", "C1", "show 1")
	if err != nil {
		t.Fatal(err)
	}
	if shown := newSayer(t, "en").card(answer.Card); !strings.Contains(shown, "U2") || !strings.Contains(shown, "show 1") {
		t.Errorf("show 1 does not tell who tried:\n%s", shown)
	}
}

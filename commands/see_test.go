package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// town is what Slack tells of channels and files.
type town struct {
	mu       sync.Mutex
	channels map[string]cards.Conversation // what is not here is unknown
	people   map[string][]string           // of a channel; none listed is unknown
	files    map[string]cards.File
	asked    int
	hangs    bool
}

func newTown() *town {
	return &town{
		channels: map[string]cards.Conversation{
			"C1": {Public: true}, "C2": {Public: true}, "CPRIV": {}, "CSHARED": {Public: true, Shared: true}, "CHIDDEN": {Hidden: true},
			"DU1": {Direct: true, User: "U1"}, "DU2": {Direct: true, User: "U2"}, "CLOST": {},
		},
		people: map[string][]string{
			"C1": {"U1", "U2", "U4", "G1"}, "C2": {"U1"}, "CPRIV": {"U1", "U4", "G1"}, "CSHARED": {"U1", "X1"},
		},
		files: map[string]cards.File{
			"FOWN": {User: "U2"}, "FPUB": {User: "U1", In: []string{"C2"}}, "FPRIV": {User: "U1", In: []string{"CPRIV"}},
			"FDM": {User: "U1", In: []string{"DU1"}}, "FLOST": {User: "U1", In: []string{"CNEW"}}, "FLOOSE": {User: "U1"},
		},
	}
}

func (t *town) wait(ctx context.Context) {
	t.mu.Lock()
	t.asked++
	hangs := t.hangs
	t.mu.Unlock()
	if hangs {
		<-ctx.Done()
	}
}

func (t *town) Named(context.Context, string) (string, bool) { return "", false }

func (t *town) Conversation(ctx context.Context, channel string) (cards.Conversation, bool) {
	t.wait(ctx)
	c, known := t.channels[channel]
	return c, known && ctx.Err() == nil
}

func (t *town) In(ctx context.Context, channel, user string) (in, known bool) {
	t.wait(ctx)
	people, known := t.people[channel]
	return slices.Contains(people, user), known && ctx.Err() == nil
}

func (t *town) Shared(ctx context.Context, id string) (cards.File, error) {
	t.wait(ctx)
	if id == "FAWAY" || ctx.Err() != nil {
		return cards.File{}, errors.New("Slack is away")
	}
	f, ok := t.files[id]
	if ok {
		f.ID = id
	}
	return f, nil
}

// personOf is somebody as Slack tells of them: X1 is of another company, G1 a guest.
func personOf(id string) cards.Person {
	return cards.Person{ID: id, Member: id[0] == 'U', Guest: id[0] == 'G', Gone: id == "UGONE"}
}

// in says a line in a channel, each time anew.
func (d *desk) in(who, channel, line string) (Answer, error) {
	d.said++
	return d.Run(d.t.Context(), Call{Line: line, Who: personOf(who), Where: cards.Place{Channel: channel}, Once: fmt.Sprint("in ", d.said)})
}

// keyOf says a line and returns why it is refused, or "".
func (d *desk) keyOf(who, channel, line string) string {
	d.t.Helper()
	_, err := d.in(who, channel, line)
	var refusal *cards.Refusal
	if err != nil && !errors.As(err, &refusal) {
		d.t.Fatalf("%s says %s in %s: %v", who, line, channel, err)
	}
	if refusal == nil {
		return ""
	}
	return refusal.Text.Key
}

func (d *desk) exec(text string, args ...any) {
	d.t.Helper()
	if err := d.db.Update(d.t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(d.t.Context(), text, args...)
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
}

// bring has U1 bring a request, an article, a schedule and an audience from a channel,
// and returns the lines that show or work with each.
func (d *desk) bring(channel string, n int) (shows []string) {
	d.t.Helper()
	answer, err := d.in("U1", channel, fmt.Sprintf(`subscribe send T to=A%d thing1="Secret"`, n))
	if err != nil {
		d.t.Fatal(err)
	}
	schedule, audience := fmt.Sprint("s", n), fmt.Sprint("a", n)
	if _, err := d.in("U1", channel, `schedule add `+schedule+` "every day at 9" -- subscribe send T to=A thing1="Secret"`); err != nil {
		d.t.Fatal(err)
	}
	d.exec(`insert into article (n, state, brief, source, lang, words, style, asked_title, asked_by, channel, thread, asked_at, revision)
		values ($1, 'ready', 'Secret', '', 'en', 0, 'plain', '', 'U1', $2, '', 1, 1)`, n, channel)
	d.exec(`insert into article_revision (article, n, text, how, who, note, at) values ($1, 1, '# Secret', 'drafted', 'U1', '', 1)`, n)
	d.exec(`insert into audience_version (account, version, name, kind, source, label, state, who, channel, thread, begun_at) values ('wx1', $1, $2, 'csv', 'F1', 'secret.csv', 'ready', 'U1', $3, '', 1)`, n, audience, channel)
	d.exec(`insert into audience (account, name, version, latest) values ('wx1', $1, $2, $2)`, audience, n)
	d.exec(`update counter set n = 100 where name in ('audience', 'article')`)
	return []string{
		fmt.Sprint("show ", answer.Request), fmt.Sprint("trial ", answer.Request), fmt.Sprint("rows ", answer.Request), fmt.Sprint("withdraw ", answer.Request),
		fmt.Sprintf("article show A%d", n), fmt.Sprintf("article diff A%d", n), fmt.Sprintf("article check A%d", n), fmt.Sprintf("article history A%d", n),
		fmt.Sprintf("article preview A%d", n), fmt.Sprintf("article edit A%d", n), fmt.Sprintf("article outline A%d", n), fmt.Sprintf("article upload A%d", n),
		"schedule show " + schedule, "schedule history " + schedule, "schedule run " + schedule,
		"audience show " + audience, "audience rows " + audience, `subscribe send T to=@` + audience + ` thing1="Tea"`,
	}
}

// Contents are seen by approvers and admins, by whoever brought them, and by those of the
// others who could see the place where they were asked for.
func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	type as map[string]string // who → why refused
	public := as{"U1": "", "U2": "", "U3": "", "UADMIN": "", "U4": "", "G1": "", "X1": "see.stranger"}
	private := as{"U1": "", "U2": "see.elsewhere", "U3": "", "UADMIN": "", "U4": "", "G1": "", "X1": "see.stranger"}
	alone := as{"U1": "", "U2": "see.elsewhere", "U3": "", "UADMIN": "", "U4": "see.elsewhere", "G1": "see.elsewhere", "X1": "see.stranger"}
	hidden := as{"U1": "", "U2": "see.hidden", "U3": "", "UADMIN": "", "U4": "see.hidden", "G1": "see.hidden", "X1": "see.stranger"}
	unknown := as{"U1": "", "U2": "see.unknown", "U3": "", "UADMIN": "", "U4": "see.unknown", "G1": "see.unknown", "X1": "see.stranger"}
	n := 0
	for channel, want := range map[string]as{
		"C1": public, "CPRIV": private, "DU1": alone, "": alone, "CHIDDEN": hidden, "CLOST": unknown, "CNEW": unknown,
		"C2":      {"U1": "", "U2": "", "U4": "", "G1": "see.elsewhere", "X1": "see.stranger"},
		"CSHARED": {"U1": "", "U2": "", "U4": "", "G1": "see.elsewhere", "X1": "see.stranger"},
	} {
		n++
		for _, line := range d.bring(channel, n) {
			for who, want := range want {
				// Each is said in a conversation of their own, where nothing stands publicly.
				got := d.keyOf(who, "D"+who, line)
				if strings.HasPrefix(got, "see.") != (want != "") && !(want != "" && strings.HasPrefix(got, "fault.role_")) || want != "" && strings.HasPrefix(got, "see.") && got != want {
					t.Errorf("asked in %q: %s says %s: got %q, want %q", channel, who, line, got, want)
				}
			}
		}
	}
}

// Whoever is not of the workspace gets nothing at all from any line but help, and whoever
// has left it neither.
func TestStrangersGetNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bring("C1", 3)
	for _, c := range d.Book.index.commands {
		if c.Open {
			continue
		}
		line := c.Path
		if len(c.Examples) > 0 {
			line = c.Examples[0]
		}
		for _, said := range []string{line, strings.NewReplacer("17", "1", "morning-tea", "s3", "vip", "a3").Replace(line)} {
			for _, who := range []string{"X1", "UGONE"} {
				answer, err := d.in(who, "CSHARED", said)
				if answer.Form != nil && c.Role != outbox.Everyone {
					continue // an empty form; what it says is refused
				}
				var refusal *cards.Refusal
				if !errors.As(err, &refusal) {
					t.Errorf("%s says %s: got %+v, %v, want a refusal", who, said, answer, err)
				}
			}
		}
	}
	if key := d.keyOf("X1", "CSHARED", "help show"); key != "" {
		t.Errorf("a stranger asks for help: refused with %s", key)
	}
	if key := d.keyOf("UGONE", "C1", "show 1"); key != "see.gone" {
		t.Errorf("one who has left: got %q, want see.gone", key)
	}
}

// In lists, what somebody may not see is only counted.
func TestListsLeaveOutWhatIsNotForAll(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i, channel := range []string{"C1", "CPRIV", "DU1", "CNEW"} {
		d.bring(channel, i+1)
	}
	d.exec(`update schedule set state = 'active', next_at = $1`, time.Now().Add(time.Hour).UnixMilli())
	for line, rows := range map[string]string{"requests": "#", "articles": "A", "schedules": "s", "audience list": "@a", "audiences": "@a", "schedule next 20": "s"} {
		for who, want := range map[string]struct{ left []string }{
			"U1": {nil}, "U3": {nil}, "U4": {[]string{"see.left_out", "see.left_unknown"}}, "U2": {[]string{"see.left_out", "see.left_unknown"}},
		} {
			answer, err := d.in(who, "C2", line)
			if err != nil {
				t.Fatalf("%s says %s: %v", who, line, err)
			}
			var left []string
			for _, note := range answer.Card.Notes {
				if strings.HasPrefix(note.Key, "see.") {
					left = append(left, note.Key)
				}
			}
			if !slices.Equal(left, want.left) {
				t.Errorf("%s says %s: got %v, want %v", who, line, left, want.left)
			}
			shown := newSayer(t, "en").card(answer.Card)
			for n, seen := range map[int]bool{1: true, 2: who != "U2", 3: who == "U1" || who == "U3", 4: who == "U1" || who == "U3"} {
				name := fmt.Sprint(rows, n)
				if line == "requests" { // two of each channel
					name = fmt.Sprint(rows, 2*n-1)
				}
				if got := strings.Contains(shown, name); got != seen {
					t.Errorf("%s says %s: shows %s: got %v, want %v\n%s", who, line, name, got, seen, shown)
				}
			}
		}
	}
}

// A card that stands in a channel bears nothing from a more private place, but what is
// one's own.
func TestNothingStandsWhereMoreSeeIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.exec(`insert into audience_version (account, version, name, kind, source, label, state, who, channel, thread, begun_at) values ('wx1', 9, 'all', 'followers', '', '', 'ready', 'U1', 'DU1', '', 1)`)
	d.exec(`insert into audience (account, name, version, latest) values ('wx1', 'all', 9, 9)`)
	for i, channel := range []string{"C1", "CPRIV", "DU1", "CNEW"} {
		d.bring(channel, i+1)
	}
	for _, test := range []struct{ who, where, line, want string }{
		{"U3", "C2", "article upload A1", ""},
		{"U3", "CSHARED", "article upload A1", "see.stands"}, // strangers see that channel
		{"U3", "C2", "article upload A2", "see.stands"},
		{"U3", "CPRIV", "article upload A2", ""},
		{"U3", "DU3", "article upload A2", ""},
		{"U4", "C1", "article upload A2", "see.stands"},
		{"U1", "C1", "article upload A2", ""}, // one's own
		{"U3", "CPRIV", "article upload A3", "see.stands"},
		{"U3", "C1", "article upload A4", "see.unknown"},
		{"U3", "C1", "trial 3", "see.stands"},
		{"U3", "C1", "again failed 3", "see.stands"},
		{"U3", "C1", "rows 3", "see.stands"},
		{"U3", "C1", "audience rows a2", "see.stands"},
		{"U3", "C1", `subscribe send T to=@a2 thing1="Tea"`, "see.stands"},
		{"U2", "C1", `subscribe send T to=@all thing1="Tea"`, ""}, // WeChat's own list is of no place
		{"U3", "DU3", `schedule add x1 "every day at 9" channel=<#C1|one> -- article upload A2`, "fault.schedule_inner"},
		{"U4", "C1", `schedule add x2 "every day at 9" -- article upload A3`, "fault.schedule_inner"},
		// What only shows is shown to one person.
		{"U3", "C1", "show 3", ""},
		{"U3", "C1", "article show A3", ""},
	} {
		got := d.keyOf(test.who, test.where, test.line)
		if got != test.want && (test.want != "" || strings.HasPrefix(got, "see.")) {
			t.Errorf("%s says %s in %s: got %q, want %q", test.who, test.line, test.where, got, test.want)
		}
	}
}

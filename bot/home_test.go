package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/cards"
	"magpie/commands"
)

// homeCard is a home with something of everything.
func homeCard() cards.Home {
	row := func(n int, buttons ...cards.Button) cards.Row {
		return cards.Row{Text: cards.T("answer.request_row", "n", n, "sign", "⏳", "state", cards.T("state.waiting"), "what", cards.T("answer.request_what", "kind", cards.T("kind.subscribe.send"), "count", 3),
			"who", cards.User(amy), "at", time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)), Buttons: buttons}
	}
	approve := cards.Button{Label: cards.T("button.approve"), Line: "approve 17", Style: "primary", Confirm: &cards.Confirm{
		Title: cards.Plain("Really?"), Text: cards.Plain("To all followers of Acme Tea."), Yes: cards.Plain("Approve"), No: cards.Plain("Back"),
	}}
	show := cards.Button{Label: cards.T("answer.request_show"), Line: "show 18"}
	return cards.Home{
		Filters: []cards.Button{{Label: cards.T("home.all"), Line: "home all", Style: "primary"}, {Label: cards.T("home.mine"), Line: "home mine"}},
		Parts: []cards.Part{
			{Title: cards.T("home.waiting"), Rows: []cards.Row{row(17, approve, cards.Button{Label: cards.T("button.reject"), Line: "reject 17", Style: "danger"})}, More: cards.Button{Label: cards.T("home.more", "count", 7), Line: "requests waiting-for-me"}},
			{Title: cards.T("home.mine"), Rows: []cards.Row{row(18, show), row(16)}},
			{Title: cards.T("home.drafts"), Body: cards.T("home.drafts_none")},
		},
		Notes: []cards.Text{cards.T("plain.help", "help", cards.Code("/wechat help"))},
	}
}

func TestHomeIsDrawn(t *testing.T) {
	t.Parallel()
	words := newTestWords(t)
	for _, lang := range []string{"en", "zh"} {
		view := words.DrawHome(homeCard(), lang, "Asia/Shanghai")
		raw, err := json.Marshal(view)
		if err != nil {
			t.Fatal(err)
		}
		if err := slacktest.ValidateView(raw); err != nil {
			t.Errorf("Slack refuses the home: %v", err)
		}
		golden(t, "home."+lang, view)
	}
}

// However much there is to show, Slack takes it; a row stands with its buttons or not at all.
func TestHomeKeepsToSlacksLimits(t *testing.T) {
	t.Parallel()
	words := newTestWords(t)
	full := homeCard()
	for i := range 60 {
		row := full.Parts[0].Rows[0]
		row.Text = cards.Plain(strings.Repeat("很长的内容 ", 1000) + fmt.Sprint(i))
		full.Parts[0].Rows = append(full.Parts[0].Rows, row)
	}
	home, err := json.Marshal(words.DrawHome(full, "zh", "UTC"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := words.DrawList(cards.Card{Title: cards.Plain(strings.Repeat("long ", 20)), Rows: full.Parts[0].Rows, Buttons: full.Filters}, "requests", cards.Place{}, "zh", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	modal, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	empty, err := words.DrawList(cards.Card{Title: cards.Plain("Nothing")}, "requests", cards.Place{}, "en", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	none, err := json.Marshal(empty)
	if err != nil {
		t.Fatal(err)
	}
	for what, raw := range map[string][]byte{"a home": home, "a modal": modal, "an empty modal": none} {
		if err := slacktest.ValidateView(raw); err != nil {
			t.Errorf("Slack refuses %s: %v", what, err)
		}
		if len(raw) > 250_000 { // view_too_large
			t.Errorf("%s has %d bytes", what, len(raw))
		}
		var view struct {
			Blocks []struct{ Type string }
		}
		if err := json.Unmarshal(raw, &view); err != nil {
			t.Fatal(err)
		}
		sections, actions := 0, 0
		for _, b := range view.Blocks[1:] {
			switch b.Type {
			case "section":
				sections++
			case "actions":
				actions++
			}
		}
		if what == "a home" && sections != actions {
			t.Errorf("%s shows %d rows with the buttons of %d", what, sections, actions)
		}
	}
	if _, err := words.DrawList(cards.Card{}, strings.Repeat("x", 4000), cards.Place{}, "en", "UTC"); err == nil {
		t.Error("a line that does not fit into a modal's metadata is taken")
	}
}

// fakeHomes notes who opened theirs.
type fakeHomes struct {
	mu     sync.Mutex
	opened []string
	acted  int
}

func (h *fakeHomes) Open(_ context.Context, person string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.opened = append(h.opened, person)
	return nil
}

func (h *fakeHomes) Acted() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.acted++
}

func TestHomeIsHeard(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	homes := &fakeHomes{}
	s.bot.opt.Homes = homes
	s.run()
	if err := s.WaitConnected(s.ctx, 1); err != nil {
		t.Fatal(err)
	}
	if err := s.OpenHome(s.ctx, amy); err != nil { // it is acknowledged once it is noted
		t.Fatal(err)
	}
	if got := homes.opened; len(got) != 1 || got[0] != amy {
		t.Errorf("opened: got %q, want %s", got, amy)
	}
	teller := NewTeller(s.bot.opt.Client, s.bot.opt.Words, s.bot.opt.Directory, "en", "UTC", nil)
	if err := teller.Publish(s.ctx, amy, homeCard()); err != nil {
		t.Fatal(err)
	}
	home, _ := s.Home(amy)

	// A form opens from there, though nothing is open that it could stand on.
	s.book.do = func(_ context.Context, call commands.Call) (commands.Answer, error) {
		if call.Where != (cards.Place{}) {
			t.Errorf("a press on a home was made in %+v", call.Where)
		}
		return commands.Answer{Form: &cards.Form{Line: call.Line, Title: cards.Plain("Reject"), Inputs: []cards.Input{{Key: "reason", Label: cards.Plain("Reason")}}}}, nil
	}
	if _, err := s.Press(s.ctx, amy, slacktest.Target{ViewID: home.ID}, "reject 17"); err != nil {
		t.Fatal(err)
	}
	if err := s.WaitFor(s.ctx, func() bool { return len(s.Views(amy)) == 1 }); err != nil {
		t.Fatalf("no form opens: %v", err)
	}
	// An answer goes to their own conversation.
	s.book.do = answering
	if _, err := s.Press(s.ctx, amy, slacktest.Target{ViewID: home.ID}, "approve 17"); err != nil {
		t.Fatal(err)
	}
	s.reads(s.DM(amy), "heard approve 17")
	if homes.acted < 2 {
		t.Errorf("after two lines homes were looked at %d times", homes.acted)
	}
	err := teller.Publish(s.ctx, "U0NOBODY", homeCard())
	if told, ok := err.(*TellError); !ok || told.RetryAfter() != 0 {
		t.Errorf("the home of nobody: got %v, want an error for good", err)
	}
}

func TestShortcutsOpenModals(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	approved := 0
	s.book.do = func(_ context.Context, call commands.Call) (commands.Answer, error) {
		switch call.Line {
		case "forms", "requests waiting-for-me":
			card := cards.Card{Title: cards.Plain("List"), Body: []cards.Text{cards.Plain(fmt.Sprintf("%s, %d approved", call.Line, approved))}}
			card.Rows = []cards.Row{{Text: cards.Plain("#17"), Buttons: []cards.Button{{Label: cards.Plain("Approve"), Line: "approve 17"}}}}
			return commands.Answer{Card: card}, nil
		case "approve 17":
			approved++
			return commands.Answer{Card: cards.Card{Body: []cards.Text{cards.Plain("You approved #17.")}}}, nil
		}
		return commands.Answer{}, fmt.Errorf("who says %s?", call.Line)
	}
	for callback, line := range map[string]string{"ask_wechat": "forms", "waiting_for_me": "requests waiting-for-me"} {
		if _, err := s.Shortcut(s.ctx, amy, callback, slacktest.Target{}); err != nil {
			t.Fatal(err)
		}
		if err := s.WaitFor(s.ctx, func() bool {
			views := s.Views(amy)
			return len(views) == 1 && strings.Contains(views[0].PlainText(), line+", ")
		}); err != nil {
			t.Fatalf("%s: %v; open: %v", callback, err, s.Views(amy))
		}
	}
	view := s.Views(amy)[0]
	if _, err := s.Press(s.ctx, amy, slacktest.Target{ViewID: view.ID}, "Approve"); err != nil {
		t.Fatal(err)
	}
	if err := s.WaitFor(s.ctx, func() bool {
		views := s.Views(amy)
		text := views[0].PlainText()
		return len(views) == 1 && strings.Contains(text, "You approved #17.") && strings.Contains(text, ", 1 approved")
	}); err != nil {
		t.Fatalf("what came of a press does not stand in the modal: %v; open: %v", err, s.Views(amy)[0].PlainText())
	}
	if _, err := s.Shortcut(s.ctx, amy, "somebody_elses", slacktest.Target{}); err != nil {
		t.Errorf("a shortcut that is not ours: %v", err)
	}
	// Where Slack does not open it, it is told in person.
	s.Fail("views.open", 1, slacktest.Fault{Error: "internal_error"})
	if _, err := s.Shortcut(s.ctx, bo, "waiting_for_me", slacktest.Target{}); err != nil {
		t.Fatal(err)
	}
	s.reads(s.DM(bo), "1 approved")
}

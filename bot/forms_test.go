package bot

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"magpie/bot/slacktest"
	"magpie/cards"
	"magpie/commands"
)

func rejectForm() cards.Form {
	return cards.Form{
		Line: "reject 17", Title: cards.Plain("Reject #17"), Intro: cards.Plain("Why *not*?"), Submit: cards.Plain("Reject"),
		Inputs: []cards.Input{
			{Key: "reason", Label: cards.Plain("Reason"), Hint: cards.Plain("It is shown."), Example: "wrong link", Required: true, Lines: true},
			{Key: "kind", Label: cards.Plain("Kind"), Value: "b", Choices: []cards.Choice{
				{Value: "a", Label: cards.Plain("Typo")}, {Value: "b", Label: cards.Plain("Taste")},
			}},
			{Key: "note", Label: cards.Plain("Note")},
		},
	}
}

func TestFormGolden(t *testing.T) {
	t.Parallel()
	view, err := newTestWords(t).DrawForm(rejectForm(), cards.Place{Channel: general, Thread: "1.2"}, "zh", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "form", view)
}

func TestFormEdges(t *testing.T) {
	t.Parallel()
	w := newTestWords(t)
	long := strings.Repeat("长 ", 4000)
	input := func(in cards.Input) cards.Form {
		return cards.Form{Line: "x", Title: cards.Plain("t"), Inputs: []cards.Input{in}}
	}
	choices := func(n int) []cards.Choice {
		return many(n, func(i int) cards.Choice {
			return cards.Choice{Value: strings.Repeat("v", i+1), Label: cards.Plain(long)}
		})
	}
	for name, form := range map[string]cards.Form{
		"long words":       {Line: "x", Title: cards.Plain(long), Intro: cards.Plain(long), Submit: cards.Plain(long), Inputs: []cards.Input{{Key: "k", Label: cards.Plain(long), Hint: cards.Plain(long), Example: long}}},
		"no words":         {Line: "x", Inputs: []cards.Input{{Key: "k"}}},
		"long value":       input(cards.Input{Key: "k", Value: long}),
		"100 choices":      input(cards.Input{Key: "k", Value: "vv", Choices: choices(100)}),
		"101 choices":      input(cards.Input{Key: "k", Choices: choices(101)}),
		"long choice":      input(cards.Input{Key: "k", Choices: choices(160)[155:]}),
		"120 inputs":       {Line: "x", Title: cards.Plain("t"), Inputs: many(120, func(i int) cards.Input { return cards.Input{Key: strings.Repeat("k", i+1)} })},
		"no inputs at all": {Line: "x", Title: cards.Plain("t"), Intro: cards.Plain("i")},
	} {
		view, err := w.DrawForm(form, cards.Place{Channel: general}, "en", "UTC")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		raw, err := json.Marshal(view)
		if err != nil {
			t.Fatal(err)
		}
		if err := slacktest.ValidateView(raw); err != nil {
			t.Errorf("%s: Slack would refuse: %v\n%.1000s", name, err, raw)
		}
	}
	_, err := w.DrawForm(cards.Form{Line: strings.Repeat("x", 3000)}, cards.Place{}, "en", "UTC")
	if !errors.Is(err, errFormTooLong) {
		t.Errorf("a line of 3000: got %v, want errFormTooLong", err)
	}
}

// formBook opens a form for a bare reject, refuses a short reason at its input, and
// takes everything else.
func formBook(_ context.Context, call commands.Call) (commands.Answer, error) {
	form := rejectForm()
	switch {
	case call.Line == "reject 17":
		return commands.Answer{Form: &form}, nil
	case strings.Contains(call.Line, `reason="no"`):
		refusal := cards.Refuse("bot.part", "n", 1, "of", 1, "title", "too short")
		refusal.Field = "reason"
		return commands.Answer{}, refusal
	case strings.Contains(call.Line, `reason="nowhere"`):
		refusal := cards.Refuse("bot.part", "n", 1, "of", 1, "title", "of no field")
		refusal.Buttons = []cards.Button{{Label: cards.Plain("Show"), Line: "show 17"}}
		return commands.Answer{}, refusal
	case strings.Contains(call.Line, `reason="burn"`):
		return commands.Answer{}, errors.New("disk on fire")
	case strings.Contains(call.Line, `reason="more"`):
		form.Line = "reject 17 twice"
		form.Title = cards.Plain("Once more")
		return commands.Answer{Form: &form}, nil
	}
	return answering(context.Background(), call)
}

func TestForm(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	s.book.do = formBook
	ack := s.say(amy, general, "/wechat reject 17")
	if len(ack.Payload) > 0 {
		t.Errorf("a line that opens a form is acknowledged with %s, want nothing", ack.Payload)
	}
	s.opens(amy, "Reject #17")

	for reason, want := range map[string]string{"no": "too short", "nowhere": "of no field", "burn": "Something went wrong"} {
		_, err := s.Submit(s.ctx, amy, "", map[string]any{"reason": reason})
		var wrong slacktest.FieldErrors
		if !errors.As(err, &wrong) || !strings.Contains(wrong["reason"], want) {
			t.Errorf("reason %q: got %v, want %q at reason", reason, err, want)
		}
	}
	s.sees(amy, "of no field") // its button has no room in the form

	if _, err := s.Submit(s.ctx, amy, "", map[string]any{"reason": "more"}); err != nil {
		t.Fatal(err)
	}
	s.opens(amy, "Once more")
	if _, err := s.Submit(s.ctx, amy, "", map[string]any{"reason": "tea, \"hot\"", "kind": "Typo"}); err != nil {
		t.Fatal(err)
	}
	s.sees(amy, `heard reject 17 twice reason="tea, \"hot\"" kind="a"`)
	if got := s.Views(amy); len(got) != 0 {
		t.Errorf("%d forms are still open", len(got))
	}
	calls := s.book.said()
	if last := calls[len(calls)-1]; last.Where.Channel != general || last.Who.ID != amy || last.Once == "" {
		t.Errorf("call: got %+v", last)
	}
}

func TestFormByPressAndMention(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	s.book.do = formBook
	teller := NewTeller(s.bot.opt.Client, s.bot.opt.Words, s.bot.opt.Directory, "en", "UTC", nil)
	place, err := teller.Post(s.ctx, cards.Place{Channel: general}, approvalCard())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Press(s.ctx, bo, slacktest.Target{Channel: general, TS: place.TS}, "Reject"); err != nil {
		t.Fatal(err)
	}
	s.opens(bo, "Reject #17")
	if _, err := s.Submit(s.ctx, bo, "", map[string]any{"reason": "tea"}); err != nil {
		t.Fatal(err)
	}
	s.sees(bo, "heard reject 17", "tea")

	if err := s.Mention(s.ctx, amy, general, "", "<@U0MAGPIE> reject 17"); err != nil {
		t.Fatal(err)
	}
	m := s.sees(amy, "The button opens a form")
	if _, err := s.Press(s.ctx, amy, slacktest.Target{EphemeralID: m.TS}, "Open the form"); err != nil {
		t.Fatal(err)
	}
	s.opens(amy, "Reject #17")
}

// A form that Slack will not open is told, with a button for another try.
func TestFormThatDoesNotOpen(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	s.book.do = formBook
	s.Fail("views.open", 1, slacktest.Fault{Error: "expired_trigger_id"})
	s.say(amy, general, "/wechat reject 17")
	m := s.sees(amy, "did not open the form", "expired", "/wechat reject 17")
	if _, err := s.Press(s.ctx, amy, slacktest.Target{EphemeralID: m.TS}, "Open the form"); err != nil {
		t.Fatal(err)
	}
	s.opens(amy, "Reject #17")
}

// opens waits for a form of that title.
func (s *stage) opens(who, title string) {
	s.t.Helper()
	err := s.WaitFor(s.ctx, func() bool {
		for _, v := range s.Views(who) {
			if strings.Contains(v.PlainText(), title) {
				return true
			}
		}
		return false
	})
	if err != nil {
		s.t.Fatalf("%s has no form %q: %v", who, title, err)
	}
}

// A complaint stands at the input at fault: at its own, at the first of those that it is cut
// into, at that which takes its group.
func TestAComplaintStandsAtItsInput(t *testing.T) {
	t.Parallel()
	view := func(inputs ...string) (v submittedView) {
		for _, in := range inputs {
			v.Blocks = append(v.Blocks, struct {
				Type    string `json:"type"`
				BlockID string `json:"block_id"`
			}{"input", in})
		}
		return v
	}
	for _, c := range []struct {
		inputs      []string
		field, want string
	}{
		{[]string{"TEMPLATE_ID", "to", "data"}, "to", "to"},
		{[]string{"TEMPLATE_ID", "to", "data"}, "thing1", "data"},
		{[]string{"to", "thing1"}, "thing1", "thing1"},
		{[]string{"title", "text.1", "text.2"}, "text", "text.1"},
		{[]string{"to", "mp.data"}, "mp.data.first", "mp.data"},
		{[]string{"TEMPLATE_ID", "to", "data"}, "", "TEMPLATE_ID"},
		{[]string{"N", "reason"}, "what", "N"},
	} {
		if got := view(c.inputs...).at(c.field); got != c.want {
			t.Errorf("%s among %v: got %s, want %s", c.field, c.inputs, got, c.want)
		}
	}
}

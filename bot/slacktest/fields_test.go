package slacktest_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"magpie/bot/slacktest"
)

// everyField has every element that holds something, by what is put into it
// and what Slack then tells.
var everyField = []struct {
	element string
	put     any
	want    string // the state, with nothing put in first
}{
	{`{"type":"plain_text_input"}`, "a", `{"value":"a"}`},
	{`{"type":"plain_text_input","initial_value":"b"}`, nil, `{"value":"b"}`},
	{`{"type":"plain_text_input"}`, "", `{"value":null}`},
	{`{"type":"email_text_input"}`, "a@b.c", `{"value":"a@b.c"}`},
	{`{"type":"url_text_input"}`, "https://a.b", `{"value":"https://a.b"}`},
	{`{"type":"number_input","is_decimal_allowed":false}`, 5, `{"value":"5"}`},
	{`{"type":"datepicker","initial_date":"2026-01-02"}`, nil, `{"selected_date":"2026-01-02"}`},
	{`{"type":"timepicker"}`, "08:30", `{"selected_time":"08:30"}`},
	{`{"type":"datetimepicker"}`, 1767225600, `{"selected_date_time":1767225600}`},
	{`{"type":"static_select","options":[` + option(1, 1) + `]}`, nil, `{"selected_option":null}`},
	{`{"type":"radio_buttons","options":[` + option(1, 1) + `]}`, "字", `{"selected_option":` + option(1, 1) + `}`},
	{`{"type":"static_select","option_groups":[{"label":` + plainText(1) + `,"options":[` + option(1, 1) + `]}]}`, "字", `{"selected_option":` + option(1, 1) + `}`},
	{`{"type":"external_select"}`, "x", `{"selected_option":{"text":{"type":"plain_text","text":"x","emoji":true},"value":"x"}}`},
	{`{"type":"users_select"}`, amy, `{"selected_user":"U0AMY"}`},
	{`{"type":"conversations_select"}`, general, `{"selected_conversation":"C0GENERAL"}`},
	{`{"type":"channels_select"}`, general, `{"selected_channel":"C0GENERAL"}`},
	{`{"type":"checkboxes","options":[` + option(1, 1) + `]}`, nil, `{"selected_options":[]}`},
	{`{"type":"multi_static_select","options":[` + option(1, 1) + `]}`, []any{"字"}, `{"selected_options":[` + option(1, 1) + `]}`},
	{`{"type":"multi_users_select","initial_users":["U0BO"]}`, nil, `{"selected_users":["U0BO"]}`},
	{`{"type":"multi_conversations_select"}`, []string{general}, `{"selected_conversations":["C0GENERAL"]}`},
	{`{"type":"multi_channels_select"}`, general, `{"selected_channels":["C0GENERAL"]}`},
	{`{"type":"file_input"}`, nil, `{"files":[]}`},
	{`{"type":"rich_text_input"}`, nil, `{"rich_text_value":null}`},
}

func TestEveryField(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	got := make(chan slack.InteractionCallback, 1)
	raw := make(chan string, 1)
	s.listen(t, func(e socketmode.Event) {
		s.ack(e, nil)
		if d, ok := e.Data.(slack.InteractionCallback); ok {
			raw <- string(e.Request.Payload)
			got <- d
		}
	})
	blocks := []string{`{"type":"actions","elements":[{"type":"overflow","action_id":"more","options":[` + option(2, 2) + `]}]}`}
	values := map[string]any{}
	for i, f := range everyField {
		id := strings.Repeat("f", i+1)
		element := strings.Replace(f.element, `{`, `{"action_id":"a",`, 1)
		blocks = append(blocks, `{"type":"input","block_id":"`+id+`","optional":true,"label":{"type":"plain_text","text":"L"},"element":`+element+`}`)
		if f.put != nil {
			values[id] = f.put
		}
	}
	view := slack.ModalViewRequest{Type: "modal", Title: label("All"), Submit: label("Go")}
	if err := json.Unmarshal([]byte("["+strings.Join(blocks, ",")+"]"), &view.Blocks); err != nil {
		t.Fatal(err)
	}
	ack, err := s.Say(s.ctx, amy, general, "/wechat x")
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.api.OpenView(ack.TriggerID, view)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Fill(amy, v.ID, values); err != nil {
		t.Fatal(err)
	}
	pressed, err := s.Press(s.ctx, amy, slacktest.Target{ViewID: v.ID}, "字字")
	if err != nil {
		t.Fatal(err)
	}
	if d := <-got; d.ActionCallback.BlockActions[0].SelectedOption.Value != "字字" || len(d.View.State.Values) != len(everyField) {
		t.Fatalf("a choice in an overflow menu: got %+v", d)
	}
	<-raw
	next := view
	next.Title = label("Next")
	if _, err := s.api.PushView(ack.TriggerID, next); err == nil {
		t.Error("PushView with the trigger of a command: got nil, want an error")
	}
	if _, err := s.api.PushView(pressed.TriggerID, next); err != nil {
		t.Fatalf("PushView: %v", err)
	}
	if vs := s.Views(amy); len(vs) != 2 || vs[1].PreviousID != v.ID || vs[1].RootID != v.ID || !strings.Contains(vs[1].PlainText(), "Next") {
		t.Fatalf("Views: got %+v", vs)
	}
	if _, err := s.CloseView(s.ctx, amy, ""); err != nil { // nobody asked to be told
		t.Fatal(err)
	}
	if _, err := s.Submit(s.ctx, amy, v.ID, nil); err != nil {
		t.Fatal(err)
	}
	<-got
	var sent struct {
		View struct {
			State struct {
				Values map[string]map[string]map[string]any `json:"values"`
			} `json:"state"`
		} `json:"view"`
	}
	if err := json.Unmarshal([]byte(<-raw), &sent); err != nil {
		t.Fatal(err)
	}
	for i, f := range everyField {
		state := sent.View.State.Values[strings.Repeat("f", i+1)]["a"]
		delete(state, "type")
		have, _ := json.Marshal(state)
		var want any
		_ = json.Unmarshal([]byte(f.want), &want)
		wanted, _ := json.Marshal(want)
		if string(have) != string(wanted) {
			t.Errorf("%s with %v:\ngot  %s\nwant %s", f.element, f.put, have, wanted)
		}
	}
}

func TestWhatTheFormItselfRefuses(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	s.listen(t, func(e socketmode.Event) { s.ack(e, nil) })
	for _, c := range []struct {
		element string
		put     any
		ok      bool
	}{
		{`{"type":"plain_text_input","max_length":2}`, "ab", true},
		{`{"type":"plain_text_input","max_length":2}`, "abc", false},
		{`{"type":"plain_text_input","min_length":2}`, "a", false},
		{`{"type":"plain_text_input"}`, "", false},
		{`{"type":"number_input","is_decimal_allowed":true}`, "x", false},
		{`{"type":"email_text_input"}`, "x", false},
		{`{"type":"url_text_input"}`, "x", false},
		{`{"type":"checkboxes","options":[` + option(1, 1) + `]}`, []string{}, false},
	} {
		ack, err := s.Say(s.ctx, amy, general, "/wechat x")
		if err != nil {
			t.Fatal(err)
		}
		view := slack.ModalViewRequest{Type: "modal", Title: label("T"), Submit: label("Go")}
		_ = json.Unmarshal([]byte(inInput(c.element)), &view.Blocks)
		if _, err := s.api.OpenView(ack.TriggerID, view); err != nil {
			t.Fatal(err)
		}
		_, err = s.Submit(s.ctx, amy, "", map[string]any{"字": c.put})
		var no slacktest.FieldErrors
		if c.ok != (err == nil) || !c.ok && !errors.As(err, &no) {
			t.Errorf("%s with %v: got %v, want ok %v", c.element, c.put, err, c.ok)
		}
	}
}

func TestSnapshot(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	changes, cancel := s.Subscribe()
	defer cancel()
	_, ts, err := s.api.PostMessage(general, slack.MsgOptionText("a", false))
	if err != nil {
		t.Fatal(err)
	}
	<-changes
	if _, _, err := s.api.PostMessage(general, slack.MsgOptionText("b", false), slack.MsgOptionTS(ts)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.api.PostEphemeral(general, amy, slack.MsgOptionText("c", false)); err != nil {
		t.Fatal(err)
	}
	got := s.Snapshot()
	if len(got.Users) != 3 || len(got.Channels) != 2 || len(got.Groups) != 1 || len(got.Messages[general]) != 2 || len(got.Ephemerals[amy]) != 1 || got.Bot.Name != s.Bot().Name {
		t.Fatalf("Snapshot: got %+v", got)
	}
	if _, err := json.Marshal(got); err != nil {
		t.Fatal(err)
	}
}

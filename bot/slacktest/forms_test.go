package slacktest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"magpie/bot/slacktest"
)

func label(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject("plain_text", s, false, false)
}

func form(title string) slack.ModalViewRequest {
	option := func(v string) *slack.OptionBlockObject { return slack.NewOptionBlockObject(v, label("The "+v), nil) }
	lang := slack.NewOptionsSelectBlockElement("static_select", label("Pick"), "lang", option("zh_CN"), option("en_US")).WithInitialOption(option("zh_CN"))
	name := slack.NewPlainTextInputBlockElement(label("openid"), "to")
	note := slack.NewInputBlock("note", label("Note"), nil, slack.NewPlainTextInputBlockElement(nil, "note")).WithOptional(true)
	when := slack.NewInputBlock("when", label("When"), nil, slack.NewDatePickerBlockElement("when")).WithOptional(true)
	tags := slack.NewInputBlock("tags", label("Tags"), nil, slack.NewCheckboxGroupsBlockElement("tags", option("a"), option("b"))).WithOptional(true)
	people := slack.NewInputBlock("people", label("People"), nil, slack.NewOptionsMultiSelectBlockElement("multi_users_select", nil, "people")).WithOptional(true)
	image := slack.NewInputBlock("image", label("Image"), nil, slack.NewFileInputBlockElement("image")).WithOptional(true)
	rich := slack.NewInputBlock("rich", label("Rich"), nil, slack.NewRichTextInputBlockElement(nil, "rich")).WithOptional(true)
	return slack.ModalViewRequest{
		Type: "modal", CallbackID: "subscribe send", Title: label(title), Submit: label("Ask"), PrivateMetadata: "meta", NotifyOnClose: true,
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewInputBlock("to", label("To"), nil, name), slack.NewInputBlock("lang", label("Language"), nil, lang),
			note, when, tags, people, image, rich,
		}},
	}
}

func TestForm(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	submitted := make(chan slack.InteractionCallback, 4)
	answers := make(chan any, 1)
	opened := make(chan *slack.ViewResponse, 1)
	s.listen(t, func(e socketmode.Event) {
		switch d := e.Data.(type) {
		case slack.SlashCommand:
			s.ack(e, nil)
			v, err := s.api.OpenViewContext(s.ctx, d.TriggerID, form("Send"))
			if err != nil {
				t.Errorf("OpenView: %v", err)
			}
			if _, err := s.api.OpenViewContext(s.ctx, d.TriggerID, form("Send")); err == nil || err.Error() != "exchanged_trigger_id" {
				t.Errorf("OpenView again: got %v, want exchanged_trigger_id", err)
			}
			opened <- v
		case slack.InteractionCallback:
			var payload any
			if d.Type == slack.InteractionTypeViewSubmission {
				payload = <-answers
			}
			s.ack(e, payload)
			submitted <- d
		}
	})
	if _, err := s.Say(s.ctx, amy, general, "/wechat subscribe send"); err != nil {
		t.Fatal(err)
	}
	v := <-opened
	if _, err := s.api.UpdateViewContext(s.ctx, form("Send"), "", "stale", v.ID); err == nil || err.Error() != "hash_conflict" {
		t.Fatalf("UpdateView with a stale hash: got %v, want hash_conflict", err)
	}
	if _, err := s.api.UpdateViewContext(s.ctx, form("Sending"), "", v.Hash, v.ID); err != nil {
		t.Fatalf("UpdateView: %v", err)
	}
	if vs := s.Views(amy); len(vs) != 1 || vs[0].Title != "Sending" {
		t.Fatalf("Views: got %+v", vs)
	}

	var fields slacktest.FieldErrors
	if _, err := s.Submit(s.ctx, amy, v.ID, nil); !errors.As(err, &fields) || fields["to"] == "" || len(fields) != 1 {
		t.Fatalf("Submit of an empty form: got %v, want the required field", err)
	}
	answers <- slack.NewErrorsViewSubmissionResponse(map[string]string{"to": "no such openid"})
	if _, err := s.Submit(s.ctx, amy, v.ID, map[string]any{"To": "oX"}); !errors.As(err, &fields) || fields["to"] != "no such openid" {
		t.Fatalf("Submit: got %v, want the app's errors", err)
	}
	<-submitted
	if vs := s.Views(amy); vs[0].Errors["to"] != "no such openid" {
		t.Fatalf("Views: got errors %v", vs[0].Errors)
	}
	file := s.AddFile(amy, "a.png", []byte("png"))
	answers <- nil
	if _, err := s.Submit(s.ctx, amy, "", map[string]any{
		"to": "oAbc", "lang": "The en_US", "when": "2026-01-02", "tags": []string{"a", "b"}, "people": []string{bo}, "image": file, "rich": "hi"}); err != nil {
		t.Fatalf("Submit: %v", err)
	}
	d := <-submitted
	got := d.View.State.Values
	if got["to"]["to"].Value != "oAbc" || got["lang"]["lang"].SelectedOption.Value != "en_US" || got["note"]["note"].Value != "" ||
		got["when"]["when"].SelectedDate != "2026-01-02" || len(got["tags"]["tags"].SelectedOptions) != 2 || got["people"]["people"].SelectedUsers[0] != bo ||
		got["image"]["image"].Files[0].ID != file.ID || len(got["rich"]["rich"].RichTextValue.Elements) != 1 || d.View.PrivateMetadata != "meta" {
		t.Fatalf("state: got %+v", got)
	}
	if vs := s.Views(amy); len(vs) != 0 {
		t.Fatalf("Views after submit: got %+v", vs)
	}
	if _, err := s.api.UpdateViewContext(s.ctx, form("x"), "", "", v.ID); err == nil || err.Error() != "not_found" {
		t.Fatalf("UpdateView of a closed view: got %v, want not_found", err)
	}
}

func TestFormStack(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	next, second, broken := form("Second"), form("Second, drawn anew"), form("x")
	broken.Title = label("a title that is longer than Slack takes")
	closed := make(chan slack.InteractionCallback, 4)
	var answers = make(chan any, 1)
	s.listen(t, func(e socketmode.Event) {
		switch d := e.Data.(type) {
		case slack.SlashCommand:
			if _, err := s.api.OpenViewContext(s.ctx, d.TriggerID, form("First")); err != nil {
				t.Errorf("OpenView: %v", err)
			}
			s.ack(e, nil)
		case slack.InteractionCallback:
			if d.Type == slack.InteractionTypeViewSubmission {
				s.ack(e, <-answers)
				return
			}
			s.ack(e, nil)
			closed <- d
		}
	})
	titles := func() (out []string) {
		for _, v := range s.Views(amy) {
			out = append(out, v.Title)
		}
		return out
	}
	values := map[string]any{"to": "oAbc"}
	must := func(what string, err error, want ...string) {
		t.Helper()
		got := titles()
		if err != nil || len(got) != len(want) || len(want) > 0 && got[len(got)-1] != want[len(want)-1] {
			t.Fatalf("%s: got %q, %v, want %q", what, got, err, want)
		}
	}
	_, err := s.Say(s.ctx, amy, general, "/wechat x")
	must("open", err, "First")
	answers <- slack.NewPushViewSubmissionResponse(&next)
	_, err = s.Submit(s.ctx, amy, "", values)
	must("push", err, "First", "Second")
	second.Blocks.BlockSet = second.Blocks.BlockSet[:1]
	answers <- slack.NewUpdateViewSubmissionResponse(&second)
	_, err = s.Submit(s.ctx, amy, "", values)
	must("update", err, "First", "Second, drawn anew")
	_, err = s.CloseView(s.ctx, amy, "")
	must("close", err, "First")
	if d := <-closed; d.Type != slack.InteractionTypeViewClosed || d.IsCleared {
		t.Fatalf("view_closed: got %+v", d)
	}
	answers <- slack.NewUpdateViewSubmissionResponse(&broken)
	if _, err = s.Submit(s.ctx, amy, "", values); !errors.Is(err, slacktest.ErrBadAnswer) {
		t.Fatalf("Submit answered with a broken view: got %v, want ErrBadAnswer", err)
	}
	answers <- slack.NewErrorsViewSubmissionResponse(map[string]string{"nowhere": "x"})
	if _, err = s.Submit(s.ctx, amy, "", values); !errors.Is(err, slacktest.ErrBadAnswer) {
		t.Fatalf("Submit answered with errors elsewhere: got %v, want ErrBadAnswer", err)
	}
	answers <- slack.NewClearViewSubmissionResponse()
	_, err = s.Submit(s.ctx, amy, "", values)
	must("clear", err)
}

func TestTriggersAndViews(t *testing.T) {
	t.Parallel()
	var now clock
	s := newStage(t, slacktest.Options{Now: now.Now})
	s.listen(t, func(e socketmode.Event) { s.ack(e, nil) })
	ack, err := s.Say(s.ctx, amy, general, "/wechat x")
	if err != nil {
		t.Fatal(err)
	}
	bad := form("x")
	bad.Submit = nil
	if _, err := s.api.OpenViewContext(s.ctx, ack.TriggerID, bad); err == nil || err.Error() != "invalid_arguments" {
		t.Fatalf("OpenView without submit: got %v, want invalid_arguments", err)
	}
	now.Add(3*time.Second + time.Millisecond)
	for trigger, want := range map[string]string{ack.TriggerID: "expired_trigger_id", "1.2.3": "invalid_trigger_id"} {
		if _, err := s.api.OpenViewContext(s.ctx, trigger, form("x")); err == nil || err.Error() != want {
			t.Errorf("OpenView(%s): got %v, want %s", trigger, err, want)
		}
	}
	home := slack.HomeTabViewRequest{Type: "home", Blocks: slack.Blocks{BlockSet: approveCard()}}
	v, err := s.api.PublishView(amy, home, "")
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := s.Home(amy); got.ID != v.ID || len(got.Buttons()) != 2 {
		t.Fatalf("Home: got %+v", got)
	}
	if _, err := s.Press(s.ctx, amy, slacktest.Target{ViewID: v.ID}, "approve 17"); err != nil {
		t.Fatalf("Press on the home tab: %v", err)
	}
	if _, err := s.api.PublishView(amy, home, "stale"); err == nil || err.Error() != "hash_conflict" {
		t.Fatalf("PublishView: got %v, want hash_conflict", err)
	}
}

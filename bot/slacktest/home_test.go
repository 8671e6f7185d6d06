package slacktest_test

import (
	"errors"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"magpie/bot/slacktest"
)

func home(text string) slack.HomeTabViewRequest {
	section := slack.NewSectionBlock(slack.NewTextBlockObject(slack.PlainTextType, text, false, false), nil, nil)
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{section}}}
}

// Everybody has a Home of their own, and a hash is of what stands there.
func TestHome(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	publish := func(who, text, hash string) (*slack.ViewResponse, error) {
		req := slack.PublishViewContextRequest{UserID: who, View: home(text)}
		if hash != "" {
			req.Hash = &hash
		}
		return s.api.PublishViewContext(s.ctx, req)
	}
	first, err := publish(amy, "amy's", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := publish(bo, "bo's", ""); err != nil {
		t.Fatal(err)
	}
	second, err := publish(amy, "amy's again", first.Hash)
	if err != nil || second.ID != first.ID || second.Hash == first.Hash {
		t.Fatalf("published again: got %+v, %v, want the same view with another hash", second, err)
	}
	var refused slack.SlackErrorResponse
	if _, err := publish(amy, "late", first.Hash); !errors.As(err, &refused) || refused.Err != "hash_conflict" {
		t.Fatalf("published with a hash of before: got %v, want hash_conflict", err)
	}
	for who, want := range map[string]string{amy: "amy's again", bo: "bo's"} {
		if v, ok := s.Home(who); !ok || v.PlainText() != "\n"+want {
			t.Errorf("the Home of %s shows %q, want %q", who, v.PlainText(), want)
		}
	}
	if _, err := publish("U0NOBODY", "x", ""); !errors.As(err, &refused) || refused.Err != "invalid_arguments" {
		t.Errorf("published to nobody: got %v, want invalid_arguments", err)
	}
	off := newStage(t, slacktest.Options{NoHome: true})
	if _, err := off.api.PublishViewContext(off.ctx, slack.PublishViewContextRequest{UserID: amy, View: home("x")}); !errors.As(err, &refused) || refused.Err != "not_enabled" {
		t.Errorf("published where the tab is switched off: got %v, want not_enabled", err)
	}
}

// What stands on a Home can be pressed, and opens forms.
func TestHomeIsPressed(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	pressed := make(chan slack.InteractionCallback, 1)
	s.listen(t, func(e socketmode.Event) { s.ack(e, nil); pressed <- e.Data.(slack.InteractionCallback) })
	view := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: approveCard()}}
	published, err := s.api.PublishViewContext(s.ctx, slack.PublishViewContextRequest{UserID: amy, View: view})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Press(s.ctx, amy, slacktest.Target{ViewID: published.ID}, "Approve"); err != nil {
		t.Fatal(err)
	}
	d := <-pressed
	if d.Container.Type != "view" || d.View.Type != slack.VTHomeTab || d.User.ID != amy || d.ActionCallback.BlockActions[0].Value != "approve 17" {
		t.Fatalf("pressed: got %+v", d)
	}
	form := slack.ModalViewRequest{Type: slack.VTModal, Title: slack.NewTextBlockObject(slack.PlainTextType, "Form", false, false), Blocks: view.Blocks}
	if _, err := s.api.OpenViewContext(s.ctx, d.TriggerID, form); err != nil || len(s.Views(amy)) != 1 {
		t.Fatalf("a form by that press: got %v and %d open", err, len(s.Views(amy)))
	}
	if _, err := s.Press(s.ctx, bo, slacktest.Target{ViewID: published.ID}, "Approve"); err == nil {
		t.Error("bo presses on amy's Home: got nil, want an error")
	}
}

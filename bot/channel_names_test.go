package bot

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"magpie/bot/slacktest"
	"magpie/cards"
)

// Channels are found by name page after page; a private one without the bot is not, of which
// admins are told.
func TestChannelNames(t *testing.T) {
	t.Parallel()
	slack := slacktest.Start(slacktest.Options{})
	t.Cleanup(slack.Close)
	for i := range 2*channelsPerPage + 5 {
		slack.AddChannel(slacktest.Channel{ID: fmt.Sprintf("C7%03d", i), Name: fmt.Sprintf("room-%d", i)})
	}
	slack.AddChannel(slacktest.Channel{ID: "C8HIDDEN", Name: "hidden", Private: true})
	var mu sync.Mutex
	var told []string
	says := make(chan struct{})
	tell := func(_ context.Context, what, state string, to []string, card cards.Card) error {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, fmt.Sprint(what, ": ", state, " to ", to, " ", card.Body[0].Key))
		close(says)
		return nil
	}
	admins := func() []string { return []string{"U1"} }
	names := NewChannelNames(NewClient("xoxb-test", "xapp-test", slack.APIURL), []string{"room-404", "hidden"}, admins, tell, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { names.Run(ctx); close(ended) }()
	if id, known := names.Named(ctx, "room-404"); id != "C7404" || !known {
		t.Errorf("Named(room-404): got %s, %v, want C7404", id, known)
	}
	if id, known := names.Named(ctx, "hidden"); known {
		t.Errorf("Named(hidden): got %s, want it not known", id)
	}
	<-says
	cancel()
	<-ended
	if want := "channels of COMMANDS_IN: hidden to [U1] bot.channels_missing"; len(told) != 1 || told[0] != want {
		t.Errorf("told: got %q, want %s once", told, want)
	}
	over, end := context.WithCancel(t.Context())
	end()
	if _, known := NewChannelNames(nil, []string{"x"}, nil, nil, nil).Named(over, "x"); known {
		t.Error("Named before the channels were asked for: got one")
	}
}

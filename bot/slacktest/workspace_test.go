package slacktest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"magpie/bot/slacktest"
)

func TestMounted(t *testing.T) {
	t.Parallel()
	w := slacktest.New(slacktest.Options{})
	defer w.Close()
	mux := http.NewServeMux()
	mux.Handle("/", w)
	server := httptest.NewServer(mux)
	defer server.Close()
	api := slack.New("xoxb-test", slack.OptionAppLevelToken("xapp-test"), slack.OptionAPIURL(server.URL+"/api/"))
	_, url, err := api.StartSocketModeContext(t.Context())
	if want := "ws" + strings.TrimPrefix(server.URL, "http") + "/socket?ticket="; err != nil || !strings.HasPrefix(url, want) {
		t.Errorf("the socket's address: got %s, %v, want %s…", url, err, want)
	}
	public := slacktest.New(slacktest.Options{PublicURL: "https://slack.example/"})
	r := httptest.NewRequest(http.MethodPost, "/api/apps.connections.open", nil)
	r.Header.Set("Authorization", "Bearer xapp-test")
	got := httptest.NewRecorder()
	public.ServeHTTP(got, r)
	if !strings.Contains(got.Body.String(), `"wss://slack.example/socket?ticket=`) {
		t.Errorf("with a PublicURL: got %s", got.Body)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	s.listen(t, func(e socketmode.Event) {
		d := e.Data.(slack.SlashCommand)
		s.ack(e, map[string]any{"text": "heard " + d.Text})
	})
	const n = 200
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			ack, err := s.Say(s.ctx, amy, general, fmt.Sprintf("/wechat %d", i))
			if err != nil || ack.Message.Text != fmt.Sprintf("heard %d", i) {
				t.Errorf("Say %d: got %+v, %v", i, ack, err)
			}
		})
	}
	all.Wait()
	seen := map[string]bool{}
	for _, m := range s.Ephemerals(amy) {
		seen[m.TS] = true
	}
	if len(seen) != n {
		t.Errorf("timestamps: got %d different ones of %d", len(seen), n)
	}
}

func TestWaitForEnds(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	ctx, cancel := context.WithTimeout(s.ctx, 10*time.Millisecond)
	defer cancel()
	if err := s.WaitFor(ctx, func() bool { return false }); err == nil {
		t.Error("WaitFor what never comes: got nil, want an error")
	}
}

package app

import (
	"fmt"
	"slices"
	"testing"

	"magpie/store/storetest"
	"magpie/wechat/wechattest"
)

// Two processes in the classic mode, where each fetch outdates the last token: they
// share one through the database, and one of them renews it for both.
func TestTwoProcessesShareTheClassicToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Postgres(t), map[string]string{"WECHAT_TOKEN_MODE": "classic"})
	const tokens, templates, tags = "/cgi-bin/token", "/wxaapi/newtmpl/gettemplate", "/cgi-bin/tags/get"
	calls := func(path string) int { return len(w.wechat.ReceivedOn(path)) }
	for i := range 2 {
		w.process(t)
		// Each reads the account's templates when it starts.
		if err := w.wechat.Wait(t.Context(), func(s *wechattest.Server) bool { return len(s.ReceivedOn(templates)) > i }); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.slack.WaitConnected(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	if n := calls(tokens); n != 1 {
		t.Errorf("tokens fetched by two processes: got %d, want 1", n)
	}
	var fetched []int
	for range 2 {
		w.wechat.ExpireTokens()
		for range 8 { // heard by the one or the other
			if answer, err := w.say(t.Context(), alice, general, "/wechat tags"); err != nil {
				t.Fatal(answer, err)
			}
		}
		fetched = append(fetched, calls(tokens))
	}
	if want := []int{2, 3}; !slices.Equal(fetched, want) {
		t.Errorf("tokens fetched after each had expired: got %v, want %v; %s", fetched, want, fmt.Sprint(calls(tags), " calls"))
	}
}

package playground

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// callWeChat makes an empty call to an account's WeChat.
func callWeChat(t *testing.T, a account, path string) {
	t.Helper()
	resp, err := http.Post(a.url+path, "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}

const sendPath = "/cgi-bin/message/subscribe/send"

func TestCallsOfAllAccountsAreInOneList(t *testing.T) {
	t.Parallel()
	w := start(t)
	house, shop := w.accounts[0], w.accounts[1]
	callWeChat(t, shop, "/first")
	post(t, w, "/clock", step{Minutes: 60})
	callWeChat(t, house, "/second")
	post(t, w, "/clock", step{To: "real"})
	callWeChat(t, house, "/third") // an hour before the second, by the clock
	var got []string
	for _, c := range look(t, w).Received {
		got = append(got, c.Account+" "+c.Path)
	}
	if want := "Acme Shop /first, Acme Tea /second, Acme Tea /third"; strings.Join(got, ", ") != want {
		t.Errorf("calls = %s, want %s", strings.Join(got, ", "), want)
	}
}

func TestTroublesAreAllAccounts(t *testing.T) {
	t.Parallel()
	w := start(t)
	house, shop := w.accounts[0], w.accounts[1]
	post(t, w, "/fault", order{Kind: "busy", Calls: 1})
	callWeChat(t, shop, sendPath)
	if calls := shop.wechat.Received(); calls[0].Code != -1 {
		t.Errorf("the next call = %d, want -1, whose ever it is", calls[0].Code)
	}
	if left := look(t, w).Faults; len(left) != 0 {
		t.Errorf("faults left: %v, want none for the other account", left)
	}
	post(t, w, "/fault", order{Kind: "down", On: true})
	for _, a := range []account{house, shop} {
		if resp, err := http.Post(a.url+sendPath, "application/json", strings.NewReader("{}")); err == nil {
			resp.Body.Close()
			t.Errorf("%s answers %s, want it down", a.Title, resp.Status)
		}
	}
	post(t, w, "/fault", order{Kind: "clear"})
	for _, a := range []account{house, shop} {
		callWeChat(t, a, sendPath)
	}
}

func TestChangesAtAnyAccountAreTold(t *testing.T) {
	t.Parallel()
	w := start(t)
	changes := w.wechatChanges(t.Context())
	for _, a := range w.accounts {
		a.wechat.Busy(1)
		select {
		case <-changes:
		case <-time.After(10 * time.Second):
			t.Fatalf("a change at %s is not told", a.Title)
		}
	}
}

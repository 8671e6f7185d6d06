package slacktest

import (
	"encoding/json"
	"testing"
)

// What a channel is and who is in it, and where a file is shared, are told as far as the
// bot sees it.
func TestWhatTheBotDoesNotSeeIsNotTold(t *testing.T) {
	t.Parallel()
	w := New(Options{})
	for _, id := range []string{"UA", "UB"} {
		w.AddUser(User{ID: id})
	}
	w.AddChannel(Channel{ID: "COPEN"})
	w.AddChannel(Channel{ID: "CSHARED", Shared: true, Members: []string{"UA"}})
	w.AddChannel(Channel{ID: "CTEAM", Private: true, BotIn: true, Members: []string{"UA"}})
	w.AddChannel(Channel{ID: "CSECRET", Private: true, Members: []string{"UA", "UB"}})
	w.AddChannel(Channel{ID: "DOTHERS", IM: true, Members: []string{"UA", "UB"}})
	everywhere, hidden := w.AddFile("UA", "a.csv", []byte("a")), w.AddFile("UA", "b.csv", []byte("b"))
	for _, channel := range []string{"COPEN", "CTEAM", "CSECRET", w.DM("UA")} {
		if _, err := w.Write("UA", channel, "", "", everywhere); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Write("UA", "CSECRET", "", "", hidden); err != nil {
		t.Fatal(err)
	}
	ask := func(method string, args map[string]any) map[string]any {
		t.Helper()
		w.mu.Lock()
		out, err := methods[method](w, &request{method: method, args: args})
		w.mu.Unlock()
		if err != nil {
			return map[string]any{"error": err.Error()}
		}
		raw, _ := json.Marshal(out)
		_ = json.Unmarshal(raw, &out)
		return out
	}
	for _, method := range []string{"conversations.info", "conversations.members"} {
		for _, channel := range []string{"CSECRET", "DOTHERS", "CNONE"} {
			if got := ask(method, map[string]any{"channel": channel})["error"]; got != "channel_not_found" {
				t.Errorf("%s of %s: got %v, want channel_not_found", method, channel, got)
			}
		}
	}
	for channel, want := range map[string][4]bool{ // private, ext_shared, im, member
		"COPEN": {}, "CSHARED": {1: true}, "CTEAM": {0: true, 3: true},
	} {
		c := ask("conversations.info", map[string]any{"channel": channel})["channel"].(map[string]any)
		if got := [4]bool{c["is_private"].(bool), c["is_ext_shared"].(bool), c["is_im"].(bool), c["is_member"].(bool)}; got != want {
			t.Errorf("conversations.info of %s: got %v, want %v", channel, got, want)
		}
	}
	for limit, want := range map[int]any{0: "invalid_limit", 1000: "invalid_limit", 999: nil} {
		if got := ask("conversations.members", map[string]any{"channel": "CTEAM", "limit": limit})["error"]; got != want {
			t.Errorf("conversations.members with limit %d: got %v, want %v", limit, got, want)
		}
	}
	if got := ask("files.info", map[string]any{"file": hidden.ID})["error"]; got != "file_not_found" {
		t.Errorf("files.info of what the bot does not see: got %v, want file_not_found", got)
	}
	f := ask("files.info", map[string]any{"file": everywhere.ID})["file"].(map[string]any)
	told, _ := json.Marshal([]any{f["user"], f["is_public"], f["channels"], f["groups"], f["ims"]})
	if want := `["UA",true,["COPEN"],["CTEAM"],["` + w.DM("UA") + `"]]`; string(told) != want {
		t.Errorf("files.info: got %s, want %s", told, want)
	}
	shares := f["shares"].(map[string]any)
	public, private := shares["public"].(map[string]any), shares["private"].(map[string]any)
	if len(public) != 1 || public["COPEN"] == nil || len(private) != 2 || private["CTEAM"] == nil || private["CSECRET"] != nil {
		t.Errorf("files.info: got the shares %v", shares)
	}
}

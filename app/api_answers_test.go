package app

import (
	"encoding/json"
	"strings"
	"testing"

	"magpie/store/storetest"
)

// saysByToken is a magpie with a token of Alice's, and what a line by it is answered.
func saysByToken(t *testing.T, url string) (w *world, say func(line, once string) (status int, request float64, text string)) {
	t.Helper()
	w = newWorld(t, url, map[string]string{"HTTP_ADDR": "127.0.0.1:0"})
	if err := w.startWith(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	p, token := newProgram(t, w), w.token(t, alice, "ci")
	return w, func(line, once string) (int, float64, string) {
		t.Helper()
		body, err := json.Marshal(map[string]string{"line": line, "once": once})
		if err != nil {
			t.Fatal(err)
		}
		status, answer := p.call("POST", "/api/lines", token, string(body))
		n, _ := answer["request"].(float64)
		text, _ := answer["text"].(string)
		if detail, ok := answer["detail"].(string); ok {
			text = detail
		}
		return status, n, text
	}
}

// A program reads all that Slack would show, whichever part of a card says it.
func TestAPITexts(t *testing.T) {
	t.Parallel()
	_, say := saysByToken(t, storetest.SQLite(t))
	long := strings.Repeat("tea ", 200)
	for _, c := range []struct{ line, text string }{
		{`custom send to=oA text="` + long + `end"`, "waits"},
		{"audience test all oA", "@all"},
		{"quota", "/cgi-bin/message/mass/sendall: "},
		{"details 1", long + "end"},
		{"show 1", "oA"},
		{"audience show all", "1"},
		{"check subscribe send TPL to=oA thing1=Tea", "thing1"},
		{"requests", "#1"},
	} {
		if got, _, text := say(c.line, ""); got != 202 || !strings.Contains(text, c.text) {
			t.Errorf("%.40s: got %d %q, want 202, %q", c.line, got, text, c.text)
		}
	}
}

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"magpie/store/storetest"
)

// leastSlack answers only what a bot cannot do without, and says no more than it
// must: it shows that magpie does not lean on the rest of slacktest.
type leastSlack struct {
	*httptest.Server
	mu      sync.Mutex
	changed *sync.Cond
	socket  *websocket.Conn
	acks    map[string]json.RawMessage
	posts   []map[string]string // method and form of each call that shows something
}

func newLeastSlack(t *testing.T) *leastSlack {
	s := &leastSlack{acks: map[string]json.RawMessage{}}
	s.changed = sync.NewCond(&s.mu)
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", s.api)
	mux.HandleFunc("/socket", s.serveSocket)
	mux.HandleFunc("/response", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Text string }
		json.NewDecoder(r.Body).Decode(&body)
		s.note(map[string]string{"method": "response", "text": body.Text})
		fmt.Fprint(w, "ok")
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *leastSlack) note(call map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posts = append(s.posts, call)
	s.changed.Broadcast()
}

func (s *leastSlack) api(w http.ResponseWriter, r *http.Request) {
	r.ParseForm()
	method := strings.TrimPrefix(r.URL.Path, "/api/")
	answer := map[string]any{"ok": true}
	switch method {
	case "auth.test":
		answer["user_id"], answer["team_id"] = "UBOT", "T1"
	case "apps.connections.open":
		answer["url"] = "ws" + strings.TrimPrefix(s.URL, "http") + "/socket"
	case "users.info":
		answer["user"] = map[string]any{"id": r.Form.Get("user"), "name": "somebody"}
	case "chat.postMessage", "chat.update", "chat.postEphemeral":
		call := map[string]string{"method": method}
		for key := range r.Form {
			call[key] = r.Form.Get(key)
		}
		s.note(call)
		s.mu.Lock()
		answer["channel"], answer["ts"] = r.Form.Get("channel"), fmt.Sprintf("17000000%02d.000100", len(s.posts))
		if method == "chat.update" {
			answer["ts"] = r.Form.Get("ts")
		}
		s.mu.Unlock()
	default:
		answer = map[string]any{"ok": false, "error": "unknown_method"}
	}
	json.NewEncoder(w).Encode(answer)
}

func (s *leastSlack) serveSocket(w http.ResponseWriter, r *http.Request) {
	conn, err := (&websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	conn.WriteJSON(map[string]any{"type": "hello"})
	s.mu.Lock()
	s.socket = conn
	s.changed.Broadcast()
	s.mu.Unlock()
	for {
		var ack struct {
			EnvelopeID string          `json:"envelope_id"`
			Payload    json.RawMessage `json:"payload"`
		}
		if err := conn.ReadJSON(&ack); err != nil {
			return
		}
		s.mu.Lock()
		s.acks[ack.EnvelopeID] = ack.Payload
		s.changed.Broadcast()
		s.mu.Unlock()
	}
}

// until waits until ok, which is called with the lock held.
func (s *leastSlack) until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	late := time.AfterFunc(20*time.Second, s.changed.Broadcast)
	defer late.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s; calls %v", what, s.posts)
		}
		s.changed.Wait()
	}
}

// deliver sends an envelope and returns what acknowledged it.
func (s *leastSlack) deliver(t *testing.T, id, kind string, payload map[string]any) string {
	t.Helper()
	s.mu.Lock()
	err := s.socket.WriteJSON(map[string]any{"envelope_id": id, "type": kind, "accepts_response_payload": true, "payload": payload})
	s.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	s.until(t, "the acknowledgement of "+id, func() bool { _, ok := s.acks[id]; return ok })
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.acks[id])
}

func TestTheLeastOfSlackIsEnough(t *testing.T) {
	t.Parallel()
	slack := newLeastSlack(t)
	w := newWorld(t, storetest.SQLite(t), map[string]string{
		"SLACK_API_URL": slack.URL + "/api", // without its last slash
		"ADMINS":        "UADMIN", "APPROVERS": "UBOB",
	})
	running, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- Run(running, func(key string) string { return w.env[key] }, w.log)
	}()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	slack.until(t, "a socket", func() bool { return slack.socket != nil })
	command := func(id, who, text string) string {
		return slack.deliver(t, id, "slash_commands", map[string]any{
			"command": "/wechat", "text": text, "user_id": who, "channel_id": "C1", "team_id": "T1", "trigger_id": id, "response_url": slack.URL + "/response",
		})
	}
	if ack := command("e1", "UALICE", "subscribe send TPL to=oA thing1=Tea"); !strings.Contains(ack, "#1 waits for approval") {
		t.Fatalf("ack: got %s", ack)
	}
	var card map[string]string
	slack.until(t, "the card", func() bool {
		for _, p := range slack.posts {
			if p["method"] == "chat.postMessage" {
				card = p
			}
		}
		return card != nil
	})
	if !strings.Contains(card["blocks"], `"approve 1"`) || card["channel"] != "C1" || card["text"] == "" {
		t.Fatalf("card: got %v", card)
	}
	slack.deliver(t, "e2", "interactive", map[string]any{
		"type": "block_actions", "user": map[string]any{"id": "UBOB", "team_id": "T1"}, "channel": map[string]any{"id": "C1"}, "team": map[string]any{"id": "T1"},
		"container": map[string]any{"type": "message", "message_ts": "1700000001.000100", "channel_id": "C1"}, "trigger_id": "t", "response_url": slack.URL + "/response",
		"actions": []any{map[string]any{"type": "button", "action_id": "whatever", "block_id": "b", "value": "approve 1", "action_ts": "1"}},
	})
	slack.until(t, "the result in the thread and the card in its last state", func() bool {
		var result, updated bool
		for _, p := range slack.posts {
			result = result || p["thread_ts"] != "" && strings.Contains(p["blocks"]+p["text"], "Sent to 1")
			updated = updated || p["method"] == "chat.update" && strings.Contains(p["blocks"], "✅") && !strings.Contains(p["blocks"], "approve 1")
		}
		return result && updated
	})
	if got := w.wechat.ReceivedOn(bizsend); len(got) != 1 {
		t.Errorf("calls: got %d, want 1", len(got))
	}
}

// Package openaitest is a pretend writer over the wire of OpenAI: chat completions,
// streamed or whole, with usage, keep-alives, errors and dropped streams. What it
// writes is well-formed and says of itself that it is artificial.
package openaitest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// Key is the key that the writer takes, Model the one it has.
const (
	Key   = "sk-pretend-writer"
	Model = "pretend-writer-1"
)

// Options say how the writer behaves.
type Options struct {
	// Pause stands between two pieces of a stream.
	Pause time.Duration
	// Piece is how many characters come at a time; 24 where 0.
	Piece int
	// Longest is how many characters an answer has at most; a longer one ends in "length".
	// 0: as many as there are.
	Longest int
	// Article is what is written on a brief, in place of a text that says of itself that it
	// is artificial.
	Article func(brief string, zh bool) Text
}

// Text is an article.
type Text struct {
	Title, Digest string
	Body          string // Markdown, without the title
}

// Server is a pretend writer.
type Server struct {
	opt Options

	mu       sync.Mutex
	received []Request
	faults   []fault
	answers  []answer
	slowBy   time.Duration
	stalling chan struct{}
}

// Request is one call as it came.
type Request struct {
	Model         string    `json:"model"`
	Stream        bool      `json:"stream"`
	Messages      []Message `json:"messages"`
	StreamOptions *struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
	Task string `json:"-"` // outline, draft, review, revise; "" where it is not said
}

// Message is one message of a call.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Start serves a writer on loopback. url ends in /v1.
func Start(o Options) (s *Server, url string, stop func()) {
	if o.Piece == 0 {
		o.Piece = 24
	}
	s = &Server{opt: o, stalling: make(chan struct{})}
	server := httptest.NewServer(s)
	return s, server.URL + "/v1", func() {
		close(s.stalling)
		server.CloseClientConnections()
		server.Close()
	}
}

// Received are the calls so far.
func (s *Server) Received() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.received...)
}

// ServeHTTP answers POST /v1/chat/completions and GET /v1/models.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Header.Get("Authorization") != "Bearer "+Key:
		refuse(w, http.StatusUnauthorized, "invalid_api_key", "Incorrect API key provided.")
	case r.Method == http.MethodGet && r.URL.Path == "/v1/models":
		writeJSON(w, http.StatusOK, map[string]any{"object": "list", "data": []any{map[string]any{"id": Model, "object": "model", "owned_by": "magpie"}}})
	case r.URL.Path != "/v1/chat/completions":
		refuse(w, http.StatusNotFound, "not_found", "Unknown path.")
	case r.Method != http.MethodPost:
		refuse(w, http.StatusMethodNotAllowed, "method_not_allowed", "Only POST is taken here.")
	default:
		s.complete(w, r)
	}
}

func (s *Server) complete(w http.ResponseWriter, r *http.Request) {
	var in Request
	body, err := io.ReadAll(io.LimitReader(r.Body, 8<<20))
	if err != nil || json.Unmarshal(body, &in) != nil || len(in.Messages) == 0 {
		refuse(w, http.StatusBadRequest, "invalid_request_error", "The body cannot be read.")
		return
	}
	in.Task = taskOf(in.Messages)
	s.mu.Lock()
	s.received = append(s.received, in)
	f := s.takeFault(in.Task)
	a := s.takeAnswer(in.Task)
	s.mu.Unlock()
	if in.Model != Model {
		refuse(w, http.StatusNotFound, "model_not_found", fmt.Sprintf("The model %q does not exist.", in.Model))
		return
	}
	if f.before(s, w, r) {
		return
	}
	text, finish := a.text, a.finish
	if !a.given {
		text = s.write(in)
	}
	if f.finish != "" {
		finish = f.finish
	}
	if runes := []rune(text); s.opt.Longest > 0 && len(runes) > s.opt.Longest {
		text, finish = string(runes[:s.opt.Longest]), "length"
	}
	if finish == "" {
		finish = "stop"
	}
	usage := map[string]any{"prompt_tokens": tokens(string(body)), "completion_tokens": tokens(text), "total_tokens": tokens(string(body)) + tokens(text)}
	if !in.Stream {
		writeJSON(w, http.StatusOK, map[string]any{
			"id": "chatcmpl-pretend", "object": "chat.completion", "created": time.Now().Unix(), "model": Model, "usage": usage,
			"choices": []any{map[string]any{"index": 0, "message": map[string]any{"role": "assistant", "content": text}, "finish_reason": finish}},
		})
		return
	}
	s.stream(w, r, in, text, finish, usage, f)
}

func (s *Server) stream(w http.ResponseWriter, r *http.Request, in Request, text, finish string, usage map[string]any, f fault) {
	w.Header().Set("Content-Type", "text/event-stream")
	flush := func() { w.(http.Flusher).Flush() }
	chunk := func(delta map[string]any, finish any, usage any) {
		choices := []any{map[string]any{"index": 0, "delta": delta, "finish_reason": finish}}
		if delta == nil {
			choices = []any{}
		}
		raw, _ := json.Marshal(map[string]any{"id": "chatcmpl-pretend", "object": "chat.completion.chunk", "created": 1, "model": Model, "choices": choices, "usage": usage})
		fmt.Fprintf(w, "data: %s\n\n", raw)
		flush()
	}
	for range f.keepAlives {
		fmt.Fprint(w, ": keep-alive\n\n")
	}
	flush()
	chunk(map[string]any{"role": "assistant", "content": ""}, nil, nil)
	if f.refusal != "" {
		chunk(map[string]any{"refusal": f.refusal}, nil, nil)
		text = ""
	}
	runes := []rune(text)
	for at := 0; at < len(runes); at += s.opt.Piece {
		if f.after >= 0 && at >= f.after {
			f.amid(s, w, r)
			return
		}
		chunk(map[string]any{"content": string(runes[at:min(at+s.opt.Piece, len(runes))])}, nil, nil)
		select {
		case <-time.After(s.pause()):
		case <-r.Context().Done():
			return
		}
	}
	if f.after >= len(runes) && f.after < 1<<30 {
		f.amid(s, w, r)
		return
	}
	chunk(map[string]any{}, finish, nil)
	if in.StreamOptions != nil && in.StreamOptions.IncludeUsage {
		chunk(nil, nil, usage)
	}
	fmt.Fprint(w, "data: [DONE]\n\n")
	flush()
}

// tokens counts as a tokenizer roughly would.
func tokens(s string) int { return (len(s) + 3) / 4 }

func taskOf(messages []Message) string {
	first, _, _ := strings.Cut(messages[0].Content, "\n")
	task, ok := strings.CutPrefix(first, "Task: ")
	if !ok || messages[0].Role != "system" {
		return ""
	}
	return task
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	writeJSON(w, status, map[string]any{"error": map[string]any{"message": message, "type": code, "code": code, "param": nil}})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

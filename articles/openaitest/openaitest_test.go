package openaitest

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// ask calls the writer and puts its stream together.
func ask(t *testing.T, url, key, body string) (status int, text, finish string, usage int) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, url+"/chat/completions", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok || data == "[DONE]" {
			continue
		}
		var chunk struct {
			Choices []struct {
				Delta  struct{ Content string }
				Finish *string `json:"finish_reason"`
			}
			Usage *struct {
				Total int `json:"total_tokens"`
			}
		}
		if err := json.Unmarshal([]byte(data), &chunk); err != nil {
			t.Fatalf("chunk %q: %v", data, err)
		}
		if chunk.Usage != nil {
			usage = chunk.Usage.Total
		}
		for _, c := range chunk.Choices {
			text += c.Delta.Content
			if c.Finish != nil {
				finish = *c.Finish
			}
		}
	}
	return res.StatusCode, text, finish, usage
}

// It writes what is well-formed, says that it is artificial, and follows nobody but the
// one who speaks its wire.
func TestWriter(t *testing.T) {
	t.Parallel()
	s, url, stop := Start(Options{})
	defer stop()
	body := func(task, lang string) string {
		raw, _ := json.Marshal(map[string]any{"model": Model, "stream": true, "stream_options": map[string]any{"include_usage": true}, "messages": []Message{
			{"system", "Task: " + task + "\n" + lang}, {"user", "Brief:\nTea"},
		}})
		return string(raw)
	}
	status, text, finish, usage := ask(t, url, Key, body("draft", ""))
	if status != 200 || !strings.HasPrefix(text, "# ") || !strings.Contains(text, "artificial") || finish != "stop" || usage == 0 {
		t.Errorf("draft: got %d %q %q %d", status, text, finish, usage)
	}
	if _, text, _, _ := ask(t, url, Key, body("draft", "简体中文")); !strings.Contains(text, "人工") {
		t.Errorf("draft in Chinese: got %q", text)
	}
	if status, _, _, _ := ask(t, url, "sk-other", body("draft", "")); status != http.StatusUnauthorized {
		t.Errorf("with a wrong key: got %d, want 401", status)
	}
	s.Fail("draft", 429, 0)
	if status, _, _, _ := ask(t, url, Key, body("review", "")); status != 200 {
		t.Errorf("a fault of another task: got %d, want 200", status)
	}
	if status, _, _, _ := ask(t, url, Key, body("draft", "")); status != 429 {
		t.Errorf("ordered fault: got %d, want 429", status)
	}
	s.Drop("", 30)
	if _, text, finish, _ := ask(t, url, Key, body("draft", "")); finish != "" || text == "" {
		t.Errorf("dropped: got %q, finish %q", text, finish)
	}
	s.Finish("", "length")
	if _, _, finish, _ := ask(t, url, Key, body("draft", "")); finish != "length" {
		t.Errorf("finish: got %q, want length", finish)
	}
	if got := len(s.Received()); got != 6 {
		t.Errorf("received: got %d, want 6", got)
	}
}

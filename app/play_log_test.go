package app

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
)

// firstLine ends what writes to it with its first line.
type firstLine struct {
	text string
	stop func()
}

func (f *firstLine) Write(p []byte) (int, error) {
	if f.text == "" {
		f.text = string(p)
		f.stop()
	}
	return len(p), nil
}

// The playground writes its log as LOG_FORMAT and LOG_LEVEL say, and refuses what is neither.
func TestThePlaygroundsLog(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	line := &firstLine{stop: cancel}
	env := map[string]string{"LOG_FORMAT": "json"}
	if err := Play(ctx, "", func(key string) string { return env[key] }, io.Discard, line); err != nil {
		t.Fatal(err)
	}
	if !json.Valid([]byte(line.text)) || !strings.Contains(line.text, `"msg":"magpie starts"`) {
		t.Errorf("got %q, want the start as JSON", line.text)
	}
	for key, value := range map[string]string{"LOG_FORMAT": "yaml", "LOG_LEVEL": "loud"} {
		err := Play(t.Context(), "", func(k string) string { return map[string]string{key: value}[k] }, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), key+" is") {
			t.Errorf("%s=%s: got %v, want a fault", key, value, err)
		}
	}
}

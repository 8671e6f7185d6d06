package app

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"magpie/store/storetest"
)

// A machine whose clock is 90 s ahead of the database's fires when the database's says so;
// /readyz names it, and the admins are told.
func TestAMachineWhoseClockIsAhead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Postgres(t), map[string]string{"HTTP_ADDR": "127.0.0.1:0"})
	running, cancel := context.WithCancel(context.Background())
	ended, serving := make(chan error, 1), make(chan string, 1)
	env, before := maps.Clone(w.env), w.slack.Opened()
	ahead := func() time.Time { return time.Now().Add(90 * time.Second) }
	go func() {
		ended <- serve(running, func(key string) string { return env[key] }, nil, ahead, func(h *house) { serving <- h.listener.Addr().String() }, w.log.logger())
	}()
	w.stopped = append(w.stopped, func() error {
		cancel()
		return <-ended
	})
	if err := w.connected(t.Context(), before, ended); err != nil {
		t.Fatal(err)
	}
	due := time.Now().Add(15 * time.Second).Truncate(time.Second)
	approve(t, w, 1, func(int) string {
		return fmt.Sprintf(`schedule once tea "%s" tz=UTC -- subscribe send TPL to=oTea thing1=Tea`, due.UTC().Format("2006-01-02 15:04:05"))
	})
	for callsTo(t, w)["oTea"] == 0 {
		if time.Since(due) > goesOnWithin {
			t.Fatal("it is not called")
		}
		time.Sleep(10 * time.Millisecond)
	}
	if early := time.Until(due); early > 2*time.Second {
		t.Errorf("called %s early", early)
	}
	if _, err := w.shown(t.Context(), carol, "ahead of the database's"); err != nil {
		t.Error(err)
	}
	answer, err := http.Get("http://" + <-serving + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(body), "ahead of the database's by 1m") {
		t.Errorf("/readyz: got %s, %q, %v", answer.Status, body, err)
	}
}

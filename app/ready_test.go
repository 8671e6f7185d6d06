package app

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"magpie/store/storetest"
)

// While the database is read-only, /readyz says so with a 503; it is ready again by itself.
func TestReadyzWhereNothingCanBeWritten(t *testing.T) {
	t.Parallel()
	address := storetest.Postgres(t)
	w := newWorld(t, address, map[string]string{"HTTP_ADDR": "127.0.0.1:0"})
	if err := w.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	at := servesAt.FindStringSubmatch(w.log.String())
	if at == nil {
		t.Fatal("magpie serves nothing")
	}
	name, _, _ := strings.Cut(address[strings.LastIndex(address, "/")+1:], "?")
	peek := storetest.Peek(t, address)
	peek.SetMaxOpenConns(1) // its session goes on as it began
	for _, c := range []struct {
		statement, says string
		status          int
	}{
		{"select 1", "ready", http.StatusOK},
		{"alter database " + name + " set default_transaction_read_only = on", "read-only", http.StatusServiceUnavailable},
		{"alter database " + name + " reset default_transaction_read_only", "ready", http.StatusOK},
	} {
		if _, err := peek.Exec(c.statement); err != nil {
			t.Fatal(err)
		}
		// A session keeps what it began with.
		if _, err := peek.Exec("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"); err != nil {
			t.Fatal(err)
		}
		waiting, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		status, body := 0, ""
		for (status != c.status || !strings.Contains(body, c.says)) && waiting.Err() == nil {
			var err error
			if status, body, err = asked(waiting, "http://"+at[1]+"/readyz"); err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Millisecond)
		}
		cancel()
		if status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("after %q: got %d %q, want %d %q", c.statement, status, body, c.status, c.says)
		}
	}
}

// asked is what a page answers.
func asked(ctx context.Context, url string) (status int, body string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return res.StatusCode, string(raw), err
}

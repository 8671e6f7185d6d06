package logs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"magpie/logs"
)

// An outage of two and a half minutes: its start, two minutes, its end; what else is said is
// counted, and what became of a request is said.
func TestAnOutageIsToldByTheMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		o := logs.NewOutages(logs.Options{}.Handler(&out))
		defer o.Close()
		var back atomic.Bool
		o.Probe(logs.Database, func(context.Context) bool { return back.Load() })
		log := slog.New(o.Handler())
		gone := fmt.Errorf("begin: %w", &pgconn.ConnectError{Config: &pgconn.Config{Host: "db"}})
		for range 150 {
			log.Error("claim what is due", "error", gone)
			log.Error("River: fetch jobs", "err", "failed to connect to `user=u database=d`: connection refused")
			log.Warn("line not accepted in time", "error", context.DeadlineExceeded)
			time.Sleep(time.Second)
		}
		log.Warn("not delivered", "state", "unclear", "error", gone)
		log.Warn("something else", "error", errors.New("a wish that cannot be read"))
		back.Store(true)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		got := strings.Split(strings.TrimSpace(out.String()), "\n")
		want := []string{"PostgreSQL is away", "PostgreSQL is still away", "PostgreSQL is still away", "not delivered", "something else", "PostgreSQL is back"}
		if len(got) != len(want) {
			t.Fatalf("a log of an outage: got\n%s\nwant %q", out.String(), want)
		}
		for i := range want {
			if !strings.Contains(got[i], want[i]) {
				t.Errorf("line %d: got %s, want %s", i, got[i], want[i])
			}
		}
		if !strings.Contains(got[5], "lines=449") {
			t.Errorf("the end of an outage: got %s, want lines=449", got[5])
		}
	})
}

// Whoever speaks with Slack alone tells of Slack's outage, beside another's.
func TestEachOutageIsOnesOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		o := logs.NewOutages(logs.Options{Format: "json"}.Handler(&out))
		defer o.Close()
		log := slog.New(o.Handler())
		refused := errors.New("dial tcp 127.0.0.1:1: connect: connection refused")
		for range 3 {
			logs.Of(log, logs.Slack).Warn("the Slack socket failed", "err", refused)
			logs.Of(log, logs.WeChat).With("account", "wx1").Warn("wechat token not fetched", "error", refused)
		}
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		for _, want := range []string{"Slack is away", "WeChat is away", "Slack is back", "WeChat is back"} {
			if n := strings.Count(out.String(), want); n != 1 {
				t.Errorf("%q is said %d times in\n%s", want, n, out.String())
			}
		}
		if n := strings.Count(out.String(), "\n"); n != 6 { // each lasts a minute before it is over
			t.Errorf("lines: got %d, want 6:\n%s", n, out.String())
		}
	})
}

// An answer of PostgreSQL's is no outage.
func TestWhatTheDatabaseSaysIsTold(t *testing.T) {
	var out bytes.Buffer
	o := logs.NewOutages(logs.Options{}.Handler(&out))
	defer o.Close()
	log := slog.New(o.Handler())
	for range 2 {
		log.Error("seal", "error", &pgconn.PgError{Code: "23505", Message: "duplicate key"})
	}
	if n := strings.Count(out.String(), "duplicate key"); n != 2 {
		t.Errorf("an answer of the database's: got %d lines, want 2:\n%s", n, out.String())
	}
}

// LOG_LEVEL and LOG_FORMAT are kept to.
func TestLevelAndFormat(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(logs.Options{Level: "warn", Format: "json"}.Handler(&out))
	log.Info("not this")
	log.Warn("this")
	if got := out.String(); strings.Contains(got, "not this") || !strings.HasPrefix(got, "{") {
		t.Errorf("LOG_LEVEL=warn LOG_FORMAT=json: got %s", got)
	}
}

package store_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"magpie/store/storetest"
)

// heardLog is a log that tells when it has been written to.
type heardLog struct {
	mu    sync.Mutex
	text  strings.Builder
	first chan struct{}
}

func (l *heardLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.text.Len() == 0 {
		close(l.first)
	}
	return l.text.Write(p)
}

// A start that waits for another's change of tables says for which session, and goes on
// when that has ended.
func TestWhoIsWaitedForIsNamed(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	frozen, starts := storetest.Open(t, url), storetest.Open(t, url)
	quiet := slog.New(slog.DiscardHandler)
	holds, over := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 2)
	go func() {
		ended <- frozen.Locked(context.Background(), quiet, func() error {
			close(holds)
			<-over
			return nil
		})
	}()
	<-holds
	log := &heardLog{first: make(chan struct{})}
	go func() {
		ended <- starts.Locked(context.Background(), slog.New(slog.NewTextHandler(log, nil)), func() error { return nil })
	}()
	<-log.first
	close(over)
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	log.mu.Lock()
	defer log.mu.Unlock()
	if said := log.text.String(); strings.Contains(said, "session=0") || !strings.Contains(said, "error=<nil>") {
		t.Errorf("said %s, want the session that holds the lock", said)
	}
}

package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"magpie/store"
	"magpie/store/storetest"
)

func show(t *testing.T, q store.Queryer, setting string) (value string) {
	t.Helper()
	if err := q.QueryRow(t.Context(), "select current_setting($1)", setting).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// A session says of itself when the server may end it; what the address names stays, and
// long work has no bound.
func TestSessionsOnPostgresAreBounded(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	db, own := storetest.Open(t, url), storetest.Open(t, url+"&idle_in_transaction_session_timeout=7s&lock_timeout=2s")
	for setting, want := range map[string]string{"idle_in_transaction_session_timeout": "10s", "lock_timeout": "5s", "statement_timeout": "10s"} {
		if got := show(t, db, setting); got != want {
			t.Errorf("%s: got %s, want %s", setting, got, want)
		}
	}
	if idle, lock, statement := show(t, own, "idle_in_transaction_session_timeout"), show(t, own, "lock_timeout"), show(t, own, "statement_timeout"); idle != "7s" || lock != "2s" || statement != "10s" {
		t.Errorf("what the address names: got %s, %s, %s, want 7s, 2s, 10s", idle, lock, statement)
	}
	if err := db.Update(store.Long(t.Context()), func(tx *store.Tx) error {
		for _, setting := range []string{"idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout"} {
			if got := show(t, tx, setting); got != "0" {
				t.Errorf("%s of long work: got %s, want 0", setting, got)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got := show(t, db, "lock_timeout"); got != "5s" {
		t.Errorf("after long work: got %s, want 5s", got)
	}
}

// PostgreSQL has transaction_timeout since 17; before it, magpie alone bounds a transaction
// that is never at rest for long. Whoever exceeds it is thrown out with all that was done, and
// long work is not.
func TestTransactionsOnPostgresAreBounded(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	db := storetest.Open(t, url)
	var version int
	if err := db.QueryRow(t.Context(), "select current_setting('server_version_num')::int").Scan(&version); err != nil {
		t.Fatal(err)
	}
	var timeout *string
	if err := db.QueryRow(t.Context(), "select current_setting('transaction_timeout', true)").Scan(&timeout); err != nil {
		t.Fatal(err)
	}
	if version < 170000 {
		if timeout != nil {
			t.Errorf("a server before 17 has a transaction_timeout of %s", *timeout)
		}
		return
	}
	if timeout == nil || *timeout != "25s" {
		t.Errorf("transaction_timeout: got %v, want 25s", timeout)
	}
	short := storetest.Open(t, url+"&transaction_timeout=1s")
	busy := func(tx *store.Tx) error {
		if _, err := tx.Exec(t.Context(), "insert into setting (name, value) values ('slow', '1')"); err != nil {
			return err
		}
		for range 15 {
			if _, err := tx.Exec(t.Context(), "select pg_sleep(0.1)"); err != nil {
				return err
			}
		}
		return nil
	}
	if pg, ok := errors.AsType[*pgconn.PgError](short.Update(t.Context(), busy)); !ok || pg.Code != "25P04" {
		t.Errorf("a transaction of 1.5 s where 1 s is allowed: got %v, want transaction_timeout", pg)
	}
	if err := short.Update(store.Long(t.Context()), busy); err != nil {
		t.Errorf("long work, which found nothing of the one thrown out: %v", err)
	}
}

// Whoever holds a row and does not go on keeps others waiting for a bounded time, and is
// thrown out himself.
func TestAHeldRowIsNotWaitedForForGood(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	holder := storetest.Open(t, url+"&idle_in_transaction_session_timeout=1s")
	waiter := storetest.Open(t, url+"&lock_timeout=300ms")
	const write = "insert into setting (name, value) values ('held', '1') on conflict (name) do update set value = '2'"
	held, waited := make(chan struct{}), make(chan struct{})
	var frozen sync.WaitGroup
	frozen.Go(func() {
		if err := holder.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), write)
			close(held)
			<-waited // as a process does that is stopped
			return err
		}); err == nil {
			t.Error("a transaction that idled for longer than it may was committed")
		}
	})
	<-held
	update := func() error {
		return waiter.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), write)
			return err
		})
	}
	if pg, ok := errors.AsType[*pgconn.PgError](update()); !ok || pg.Code != "55P03" {
		t.Errorf("a held row: got %v, want lock_not_available", pg)
	}
	began := time.Now()
	for update() != nil {
		if time.Since(began) > 30*time.Second {
			t.Fatal("the row is held still")
		}
	}
	close(waited)
	frozen.Wait()
}

// Connections that swallow what is sent on them, without being closed, are noticed all at
// once, and the next statement goes by another.
func TestSilentConnectionsAreLeft(t *testing.T) {
	t.Parallel()
	silent := storetest.NewSilent(t, storetest.Postgres(t))
	db := storetest.Open(t, silent.URL)
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			if err := db.Update(t.Context(), func(tx *store.Tx) error {
				return tx.QueryRow(t.Context(), "select pg_sleep(1.2)").Scan(new(string))
			}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	time.Sleep(1100 * time.Millisecond) // what was used within a second is not asked whether it lives
	if n := silent.Swallow(); n < 8 {
		t.Errorf("connections: got %d, want several", n)
	}
	within, cancel := context.WithTimeout(t.Context(), 25*time.Second)
	defer cancel()
	began := time.Now()
	if err := db.Update(within, func(tx *store.Tx) error {
		return tx.QueryRow(within, "select 'x'").Scan(new(string))
	}); err != nil {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
	t.Logf("went on after %s", time.Since(began).Round(time.Millisecond))
}

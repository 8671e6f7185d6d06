package store_test

import (
	"testing"

	"magpie/store/storetest"
)

// A session says of itself when the server may end it.
func TestSessionsOnPostgresAreBounded(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	for setting, want := range map[string]string{url: "15s", url + "?idle_in_transaction_session_timeout=7s": "7s"} {
		var got string
		if err := storetest.Open(t, setting).QueryRow(t.Context(), "show idle_in_transaction_session_timeout").Scan(&got); err != nil || got != want {
			t.Errorf("idle in transaction: got %q, %v, want %q", got, err, want)
		}
	}
}

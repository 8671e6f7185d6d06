package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"magpie/store"
	"magpie/store/storetest"
)

func keysOf(t *testing.T, all ...string) store.Keys {
	t.Helper()
	var secrets [][]byte
	for _, one := range all {
		secrets = append(secrets, bytes.Repeat([]byte(one), 32))
	}
	keys, err := store.NewKeys(secrets[0], secrets[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// What stands in the clear is encrypted, read again, and encrypted anew with another key; a
// wrong key, or none, changes nothing.
func TestSecretsAtRest(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		tickets := store.WeChatTickets{DB: db}
		at := time.Now().UTC().Truncate(time.Millisecond)
		write := func(suffix string, version int64) {
			t.Helper()
			_, err := db.SwapWeChatToken(t.Context(), "wx1", store.WeChatToken{Version: version, Value: "access" + suffix, FetchedAt: at})
			if err := errors.Join(err, tickets.SaveTicket(t.Context(), "wxP", "ticket@@@"+suffix, at), tickets.SaveRefreshToken(t.Context(), "wx1", "refreshtoken@@@"+suffix)); err != nil {
				t.Fatal(err)
			}
		}
		read := func(suffix string) {
			t.Helper()
			token, err := db.WeChatToken(t.Context(), "wx1")
			ticket, _, ticketErr := tickets.Ticket(t.Context(), "wxP")
			refresh, refreshErr := tickets.RefreshToken(t.Context(), "wx1")
			if err := errors.Join(err, ticketErr, refreshErr); err != nil || token.Value != "access"+suffix || ticket != "ticket@@@"+suffix || refresh != "refreshtoken@@@"+suffix {
				t.Errorf("got %q, %q, %q, %v, want those of %q", token.Value, ticket, refresh, err, suffix)
			}
		}
		stored := func() string {
			all := ""
			for _, table := range []string{"wechat_token", "wechat_ticket", "wechat_refresh"} {
				for row := range dump(t, db, table) {
					all += row
				}
			}
			return all
		}
		seal := func(keys store.Keys, want int, wantErr string) {
			t.Helper()
			before := stored()
			db.UseKeys(keys)
			got, err := db.SealSecrets(t.Context())
			if got != want || (err == nil) != (wantErr == "") || err != nil && !strings.Contains(err.Error(), wantErr) {
				t.Errorf("seal: got %d, %v, want %d, %q", got, err, want, wantErr)
			}
			if err != nil && stored() != before {
				t.Errorf("refused, and has changed the secrets to %s", stored())
			}
		}
		const one, two, three = "1", "2", "3"
		write("clear older, and longer "+strings.Repeat("x", 3000), 1)
		write("clear", 2)
		seal(store.Keys{}, 0, "")
		seal(keysOf(t, one), 3, "")
		if err := db.CompactWanted(t.Context()); err != nil {
			t.Fatal(err)
		}
		read("clear")
		if strings.Contains(stored(), "clear") {
			t.Errorf("in the database: %s", stored())
		}
		if path, isFile := strings.CutPrefix(url, "sqlite:"); isFile {
			files, _ := filepath.Glob(path + "*")
			for _, file := range files {
				if data, err := os.ReadFile(file); err != nil || bytes.Contains(data, []byte("@@@clear")) || bytes.Contains(data, []byte("accessclear")) {
					t.Errorf("%s: %v, or what stood in the clear is there yet", file, err)
				}
			}
		}
		write("sealed", 3)
		read("sealed")
		seal(keysOf(t, one), 0, "")
		seal(keysOf(t, two), 0, "SECRET_KEY_OLD")
		if _, err := tickets.RefreshToken(t.Context(), "wx1"); !errors.Is(err, store.ErrSecretKey) {
			t.Errorf("read with another key: got %v, want ErrSecretKey", err)
		}
		seal(store.Keys{}, 0, "SECRET_KEY must be set")
		seal(keysOf(t, two, one), 3, "")
		read("sealed")
		seal(keysOf(t, two), 0, "")
		read("sealed")
		seal(keysOf(t, three, one), 0, "SECRET_KEY_OLD")

		// One account's secret in another's row is not taken.
		db.UseKeys(keysOf(t, two))
		exec(t, db, "insert into wechat_refresh (app_id, token) select 'wx2', token from wechat_refresh")
		if got, err := tickets.RefreshToken(t.Context(), "wx2"); err == nil || got != "" {
			t.Errorf("another's refresh token: got %q, %v, want a refusal", got, err)
		}
	})
}

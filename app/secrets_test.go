package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"magpie/bot"
	"magpie/store"
	"magpie/store/storetest"
)

// The classic token is encrypted once SECRET_KEY is set; a magpie with another key, or none,
// does not start and says why, and the doctor has said so before.
func TestSecretKey(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, map[string]string{"WECHAT_TOKEN_MODE": "classic"})
		p := newPatient(t, url, bot.ManifestScopes(), 2)
		stored := func() (all string) {
			t.Helper()
			rows, err := store.Column[string](storetest.Peek(t, url).Query("select value from wechat_token"))
			if err != nil {
				t.Fatal(err)
			}
			return strings.Join(rows, " ")
		}
		start := func(key, old string) error {
			w.env["SECRET_KEY"], w.env["SECRET_KEY_OLD"] = key, old
			return w.startWith(t.Context(), nil)
		}
		run := func(key, old string) {
			t.Helper()
			if err := start(key, old); err != nil {
				t.Fatal(err)
			}
			if answer, err := w.say(t.Context(), alice, general, "/wechat tags"); err != nil {
				t.Fatal(answer, err)
			}
			if err := w.stop(); err != nil {
				t.Fatal(err)
			}
		}
		refused := func(key, want string) {
			t.Helper()
			before := stored()
			if err := serve(t.Context(), func(name string) string {
				if name == "SECRET_KEY" {
					return key
				}
				return w.env[name]
			}, nil, w.now, nil, w.log.logger()); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("start with %q: got %v, want %q", key, err, want)
			}
			if stored() != before {
				t.Error("the refused start has changed the token")
			}
		}
		doctor := func(key, old string, state checkState, seen string) {
			t.Helper()
			p.env["SECRET_KEY"], p.env["SECRET_KEY_OLD"] = key, old
			_, checks := p.see(t)
			if c := checks["secret_key"]; c.State != state || !strings.Contains(c.Seen, seen) || c.Do == "" && state != checkOK {
				t.Errorf("doctor: got %+v, want %s, %q", c, state, seen)
			}
		}
		one, two := strings.Repeat("0a", 32), strings.Repeat("B1", 32)
		run("", "")
		clear := stored()
		doctor("", "", checkWarn, "in the clear")
		doctor(one, "", checkOK, "encrypts 1 secret")
		run(one, "")
		if got := stored(); clear == "" || got == "" || strings.Contains(got, clear) {
			t.Fatalf("the token in the database: got %q, it was %q in the clear", got, clear)
		}
		if path, isFile := strings.CutPrefix(url, "sqlite:"); isFile {
			files, _ := filepath.Glob(path + "*")
			for _, file := range files {
				if data, err := os.ReadFile(file); err != nil || bytes.Contains(data, []byte(clear)) {
					t.Errorf("%s: %v, or the token of before stands in it", file, err)
				}
			}
		}
		if n := len(w.wechat.ReceivedOn("/cgi-bin/token")); n != 1 {
			t.Errorf("tokens fetched: got %d, want the first one kept", n)
		}
		w.env["SECRET_KEY_OLD"] = ""
		refused(two, "SECRET_KEY is not the one")
		refused("", "SECRET_KEY must be set")
		refused("abc", "SECRET_KEY")
		doctor(two, "", checkFail, "is not the one")
		doctor("", "", checkFail, "must be set")
		run(two, one)
		doctor(two, one, checkWarn, "SECRET_KEY_OLD any more")
		run(two, "")
		doctor(two, "", checkOK, "encrypted")
		if n := len(w.wechat.ReceivedOn("/cgi-bin/token")); n != 1 {
			t.Errorf("tokens fetched: got %d, want the first one kept", n)
		}
	})
}

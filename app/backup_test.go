package app

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/store/storetest"
	"magpie/wechat/wechattest"
)

// A backup under load is of one moment, and starts: nothing in it goes out by itself, its
// record is whole, and people go on with it once an admin has looked.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, nil)
		if err := w.startWith(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		say := func(line string) {
			t.Helper()
			if answer, err := w.say(t.Context(), alice, general, "/wechat "+line); err != nil {
				t.Fatal(answer, err)
			}
		}
		var openids []string
		for i := range 60 {
			openids = append(openids, fmt.Sprintf("oReader%02d", i))
		}
		say("subscribe send TPL to=" + strings.Join(openids, ",") + " thing1=Tea")
		if _, err := w.shown(t.Context(), bob, "#1", "[Approve]"); err != nil {
			t.Fatal(err)
		}
		w.wechat.Slow(300 * time.Millisecond) // the backup meets calls under way
		if _, err := w.press(t.Context(), bob, "Approve #1"); err != nil {
			t.Fatal(err)
		}
		if err := w.wechat.Wait(t.Context(), func(s *wechattest.Server) bool { return len(s.ReceivedOn(bizsend)) >= 4 }); err != nil {
			t.Fatal(err)
		}
		var asking sync.WaitGroup
		asking.Go(func() {
			for i := range 20 {
				if answer, err := w.say(t.Context(), alice, general, fmt.Sprintf("/wechat subscribe send TPL to=oLater%d thing1=Tea", i)); err != nil {
					t.Error(answer, err)
				}
			}
		})
		file := filepath.Join(t.TempDir(), "copy.db")
		getenv := func(key string) string { return w.env[key] }
		var out bytes.Buffer
		err := Backup(t.Context(), getenv, file, &out)
		asking.Wait()
		if err != nil || !strings.Contains(out.String(), "resume-all") {
			t.Fatalf("backup: got %q, %v", out.String(), err)
		}
		w.wechat.Slow(0)
		if _, err := w.shown(t.Context(), bob, "#1 ✅"); err != nil {
			t.Fatal(err)
		}
		if err := w.stop(); err != nil {
			t.Fatal(err)
		}

		w.env["DATABASE_URL"] = "sqlite:" + file
		verify := func() {
			t.Helper()
			out.Reset()
			if err := VerifyAudit(t.Context(), getenv, "", false, "", &out); err != nil {
				t.Errorf("audit verify of the copy: got %q, %v", out.String(), err)
			}
		}
		verify()
		states := statesOf(t, w.env["DATABASE_URL"])
		for _, id := range openids {
			if states[id] == "" {
				t.Errorf("%s is not in the copy", id)
			}
		}
		if err := w.startWith(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		admin := func(line, want string) {
			t.Helper()
			if answer, err := w.say(t.Context(), carol, general, "/wechat "+line); err != nil || !strings.Contains(answer, want) {
				t.Fatalf("%s: got %q, %v, want %q", line, answer, err, want)
			}
		}
		admin("requests", "restored from a backup")
		admin("stop 1", "#1")
		admin("resume-all", "")
		say("subscribe send TPL to=oAfter thing1=Tea")
		waiting := len(statesOf(t, w.env["DATABASE_URL"])) - len(openids) + 1 // the newest request
		if _, err := w.press(t.Context(), bob, fmt.Sprintf("Approve #%d", waiting)); err != nil {
			t.Fatal(err)
		}
		if err := w.wechat.Wait(t.Context(), func(*wechattest.Server) bool { return callsTo(t, w)["oAfter"] == 1 }); err != nil {
			t.Fatal(err)
		}
		for id, n := range callsTo(t, w) {
			if n != 1 {
				t.Errorf("%s was called %d times", id, n)
			}
		}
		if err := w.stop(); err != nil {
			t.Fatal(err)
		}
		verify()
	})
}

// A database in which nothing goes on by itself is copied as it is, of a magpie that is
// stopped too.
func TestBackupAtRest(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, nil)
		if err := w.startWith(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if answer, err := w.say(t.Context(), alice, general, "/wechat subscribe send TPL to=oA thing1=Tea"); err != nil {
			t.Fatal(answer, err)
		}
		if err := w.stop(); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "copy.db")
		getenv := func(key string) string { return w.env[key] }
		var out bytes.Buffer
		if err := Backup(t.Context(), getenv, file, &out); err != nil || strings.Contains(out.String(), "resume-all") {
			t.Fatalf("backup: got %q, %v", out.String(), err)
		}
		if err := Backup(t.Context(), getenv, file, &out); !errors.Is(err, fs.ErrExist) {
			t.Errorf("over the first: got %v, want fs.ErrExist", err)
		}
		w.env["DATABASE_URL"] = "sqlite:" + file
		if err := w.startWith(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if _, err := w.press(t.Context(), bob, "Approve #1"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.shown(t.Context(), bob, "#1 ✅"); err != nil {
			t.Fatal(err)
		}
	})
}

package app

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"magpie/store/storetest"
)

// A process killed amid an import, again and again: the next one begins it anew, and in
// the end everybody is there once.
func TestKilledWhileImporting(t *testing.T) {
	t.Parallel()
	const people = 40_000
	var file strings.Builder
	file.WriteString("openid,name\n")
	for i := range people {
		fmt.Fprintf(&file, "oPerson%d,Name %d\n", i*7919%people, i)
	}
	file.WriteString("oPerson0,again\n")
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, nil)
		process := w.process(t)
		if _, err := w.say(t.Context(), alice, general, "/wechat audience import vip"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.submit(t.Context(), alice, map[string]any{"file": w.slack.AddFile(alice, "vip.csv", []byte(file.String()))}); err != nil {
			t.Fatal(err)
		}
		db := storetest.Peek(t, url)
		for _, at := range []int{15_000, people} { // amid the members, and amid their keys
			waitForMembers(t, db, at)
			kill(t, w, process)
			process = w.process(t)
		}
		if _, err := w.shown(t.Context(), alice, "Audience @vip is ready", "40000", "1 row is left out", "row 40002"); err != nil {
			t.Fatal(err)
		}
		for query, want := range map[string]int{
			"select count(*) from audience_member": people, "select count(distinct openid) from audience_member": people,
			"select count(*) from audience_key": people, "select size from audience_version where state = 'ready'": people,
		} {
			var got int
			if err := db.QueryRow(query).Scan(&got); err != nil || got != want {
				t.Errorf("%s: got %d, %v, want %d", query, got, err, want)
			}
		}
	})
}

// waitForMembers waits until so many members have been written, or the version is ready.
func waitForMembers(t *testing.T, db *sql.DB, n int) {
	t.Helper()
	for begun := time.Now(); ; time.Sleep(time.Millisecond) {
		var size int
		var state string
		err := db.QueryRow("select size, state from audience_version").Scan(&size, &state)
		if err == nil && (size >= n || state == "ready") {
			return
		}
		if time.Since(begun) > 45*time.Second {
			t.Fatalf("members: got %d, %s, %v, want %d", size, state, err, n)
		}
	}
}

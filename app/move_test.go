package app

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"magpie/store/storetest"
	"magpie/wechat/wechattest"
)

// What was asked on SQLite is approved and carried out on PostgreSQL: a request that
// waits, one that is approved and held, one that was under way when its process was
// killed, a schedule, and a file. Nothing is lost, and nothing is called twice.
func TestMovedToPostgreSQL(t *testing.T) {
	t.Parallel()
	from, to := storetest.SQLite(t), storetest.Postgres(t)
	w := newWorld(t, from, nil)
	first := w.process(t)
	say := func(line string) {
		t.Helper()
		if answer, err := w.say(t.Context(), alice, general, "/wechat "+line); err != nil {
			t.Fatal(answer, err)
		}
	}
	press := func(who, label string) {
		t.Helper()
		if _, err := w.press(t.Context(), who, label); err != nil {
			t.Fatal(err)
		}
	}
	shown := func(words ...string) {
		t.Helper()
		if _, err := w.shown(t.Context(), bob, words...); err != nil {
			t.Fatal(err)
		}
	}
	var openids []string
	for i := range 30 {
		openids = append(openids, fmt.Sprintf("oReader%02d", i))
	}
	say(`subscribe send TPL to=oLater thing1="It waits"`)
	say(`schedule add tea "0 9 * * 1-5" -- subscribe send TPL to=oDaily thing1=Tea`)
	say("subscribe send TPL to=" + strings.Join(openids, ",") + " thing1=Tea")
	w.wechat.Slow(8 * time.Second) // those in flight are in flight yet when the process is killed
	shown("· #3", "[Approve]")
	press(bob, "Approve #3")
	if err := w.wechat.Wait(t.Context(), func(s *wechattest.Server) bool { return len(s.ReceivedOn(bizsend)) >= 8 }); err != nil {
		t.Fatal(err)
	}
	if answer, err := w.say(t.Context(), carol, general, "/wechat pause-all"); err != nil {
		t.Fatal(answer, err)
	}
	say("subscribe send TPL to=oHeld thing1=Tea")
	shown("· #4", "[Approve]")
	press(bob, "Approve #4")

	move := func() (string, error) {
		var out bytes.Buffer
		err := MoveDatabase(t.Context(), from, to, &out, w.log.logger())
		return out.String(), err
	}
	if out, err := move(); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Fatalf("move a database in use: got %q, %v, want it refused", out, err)
	}
	kill(t, w, first)
	before := statesOf(t, from)
	out, err := move()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(out)
	if got := statesOf(t, to); !maps.Equal(got, before) {
		t.Errorf("deliveries: got %v, want %v", got, before)
	}
	if got := statesOf(t, from); !maps.Equal(got, before) {
		t.Errorf("the source after the move: got %v, want %v", got, before)
	}
	if out, err := move(); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("move once more: got %q, %v, want it refused", out, err)
	}

	w.wechat.Slow(0)
	w.env["DATABASE_URL"] = to
	w.process(t)
	if answer, err := w.say(t.Context(), carol, general, "/wechat resume-all"); err != nil {
		t.Fatal(answer, err)
	}
	shown("#4 ✅")
	shown("#3 ❓")
	press(bob, "Send again #3")
	shown("#3 ✅")
	press(bob, "Approve #1")
	shown("#1 ✅")
	press(bob, "Approve #2")
	shown("#2 ✅")
	if answer, err := w.say(t.Context(), alice, general, "/wechat schedules"); err != nil || !strings.Contains(answer, "tea") {
		t.Errorf("schedules after the move: got %q, %v", answer, err)
	}
	// Numbers go on where they ended.
	say("activity create")
	shown("#5 ✅")
	calls := callsTo(t, w)
	for _, id := range slices.Concat(openids, []string{"oLater", "oHeld"}) {
		state := statesOf(t, to)[id]
		if state != "done" || calls[id] == 0 || calls[id] > 2 || calls[id] == 2 && before[id] != "sending" {
			t.Errorf("%s: got %s after %d calls, it was %s when moved", id, state, calls[id], before[id])
		}
	}
}

// A move that is cut short has moved nothing, and can be begun anew.
func TestAMoveThatIsCutShort(t *testing.T) {
	t.Parallel()
	from, to := storetest.SQLite(t), storetest.Postgres(t)
	w := newWorld(t, from, nil)
	if err := w.startWith(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if answer, err := w.say(t.Context(), alice, general, "/wechat subscribe send TPL to=oA,oB thing1=Tea"); err != nil {
		t.Fatal(answer, err)
	}
	if err := w.stop(); err != nil {
		t.Fatal(err)
	}
	before := statesOf(t, from)
	cut, cancel := context.WithCancel(t.Context())
	told := &cutter{after: "table=delivery", cut: cancel}
	move := func(ctx context.Context) error {
		return MoveDatabase(ctx, from, to, told, slog.New(slog.NewTextHandler(told, nil)))
	}
	if err := move(cut); err == nil {
		t.Fatal("a move that is cut short: got no error")
	}
	if err := move(t.Context()); err != nil {
		t.Fatalf("begun anew: %v", err)
	}
	if got := statesOf(t, to); !maps.Equal(got, before) || len(got) != 2 {
		t.Errorf("deliveries: got %v, want %v", got, before)
	}
}

// cutter ends a context when something is logged.
type cutter struct {
	after string
	cut   func()
}

func (c *cutter) Write(p []byte) (int, error) {
	if strings.Contains(string(p), c.after) {
		c.cut()
	}
	return len(p), nil
}

// A broadcast that was under way goes on where it was: nobody is left out, nobody is
// called twice.
func TestABroadcastIsMovedUnderWay(t *testing.T) {
	t.Parallel()
	const size = 3000
	from, to := storetest.SQLite(t), storetest.Postgres(t)
	w := newWorld(t, from, nil)
	env := []string{"UNDO_WINDOW=0s", "FAILURE_LIMIT=off", "RATES=subscribe.send=1000/s"}
	first := w.process(t, env...)
	sendToCrowd(t, w, size)
	if err := w.wechat.Wait(t.Context(), func(s *wechattest.Server) bool { return len(s.ReceivedOn(bizsend)) >= size/4 }); err != nil {
		t.Fatal(err)
	}
	kill(t, w, first)
	if err := MoveDatabase(t.Context(), from, to, w.log, w.log.logger()); err != nil {
		t.Fatal(err)
	}
	calls := len(w.wechat.ReceivedOn(bizsend))
	w.env["DATABASE_URL"] = to
	w.process(t, env...)
	db := storetest.Peek(t, to)
	for began := time.Now(); progress(t, db) < size; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("it does not end: %d of %d outcomes\n%s", progress(t, db), size, w.everything(alice))
		}
	}
	var done, unclear int
	if err := db.QueryRow("select done, unclear from sending where request = 1").Scan(&done, &unclear); err != nil {
		t.Fatal(err)
	}
	if done+unclear != size || unclear > 200 {
		t.Errorf("outcomes: got %d done and %d unclear of %d; %d were called before the move", done, unclear, size, calls)
	}
	for id, n := range callsTo(t, w) {
		if n > 1 {
			t.Errorf("%s was called %d times", id, n)
		}
	}
	if got := len(callsTo(t, w)); got < done || got > size {
		t.Errorf("people called: got %d, want %d at least", got, done)
	}
}

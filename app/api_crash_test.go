package app

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"magpie/store"
	"magpie/store/storetest"
)

// A process that is killed when what a program's line does stands, and its answer is not kept yet,
// has done it once: the same once is answered by what is on record, or that the answer is lost,
// and does nothing more.
func TestKilledBetweenALineAndItsAnswer(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, map[string]string{"HTTP_ADDR": "127.0.0.1:0"})
		cmd := serving(t, w)
		token := w.token(t, alice, "ci")
		if _, err := w.say(t.Context(), alice, general, `/wechat schedule add tea "every weekday at 9" -- subscribe send TPL to=oA thing1=Tea`); err != nil {
			t.Fatal(err)
		}
		if _, err := w.press(t.Context(), bob, "Approve"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.shown(t.Context(), alice, "#1 ✅"); err != nil {
			t.Fatal(err)
		}
		peek := storetest.Peek(t, url)
		acts := func() (n int) {
			t.Helper()
			if err := peek.QueryRowContext(t.Context(), "select count(*) from journal where once like 'api %' or room = 'schedule'").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, c := range []struct{ line, before, says string }{
			{"subscribe send TPL to=oB thing1=Tea", "", "#2 waits for approval"},
			{"save order -- subscribe send TPL to={who} thing1=Tea", "", "Saved as"},
			{"audience test all oA", "", "@all"},
			{"unsubscribe add oZ", "", "1 person is new"},
			{`article draft "Tea"`, "", "A1 is being written"},
			{"schedule remove tea", "", "what it was answered was lost"},
		} {
			cmd = killedUnanswered(t, w, url, cmd, token, c.line, acts)
			before := acts()
			for range 2 {
				status, answer := saidOnce(t, w, token, c.line)
				if status != http.StatusAccepted || !strings.Contains(fmt.Sprint(answer["text"]), c.says) {
					t.Errorf("%s: got %d %v, want 202, %q", c.line, status, answer, c.says)
				}
			}
			if after := acts(); after != before {
				t.Errorf("%s: got %d more acts, want none", c.line, after-before)
			}
		}
	})
}

// killedUnanswered says a line as a program, kills magpie when it stands and is not answered, and
// starts the next. It holds that it was done.
func killedUnanswered(t *testing.T, w *world, url string, cmd *exec.Cmd, token, line string, acts func() int) *exec.Cmd {
	t.Helper()
	kill(t, w, cmd)
	withoutAnswers(t, url, true)
	cmd = serving(t, w)
	before := acts()
	gone, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		res, err := http.DefaultClient.Do(linesRequest(t, gone, w, token, line))
		if err == nil {
			res.Body.Close()
			if res.StatusCode < 500 {
				t.Errorf("%s: got %d, want no answer that it is done", line, res.StatusCode)
			}
		}
	}()
	for until := time.Now().Add(30 * time.Second); acts() == before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("%s is not done\n%s", line, w.log)
		}
	}
	kill(t, w, cmd)
	cancel()
	<-done
	withoutAnswers(t, url, false)
	return serving(t, w)
}

// serving starts magpie as a process, and waits until it has said where it serves.
func serving(t testing.TB, w *world) *exec.Cmd {
	t.Helper()
	before := len(servesAt.FindAllString(w.log.String(), -1))
	cmd := w.process(t)
	for until := time.Now().Add(30 * time.Second); len(servesAt.FindAllString(w.log.String(), -1)) == before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("magpie serves nothing")
		}
	}
	return cmd
}

// withoutAnswers has no answer be kept until it is called with off: keeping one takes half a minute
// on PostgreSQL, and is refused by SQLite.
func withoutAnswers(t *testing.T, url string, off bool) {
	t.Helper()
	db, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	statements := map[bool][]string{
		true: {
			"create trigger unanswered before update of answered on api_answer when new.answered = 1 begin select raise(abort, 'unanswered'); end",
			"create trigger unanswered_new before insert on api_answer when new.answered = 1 begin select raise(abort, 'unanswered'); end",
		},
		false: {"drop trigger unanswered", "drop trigger unanswered_new"},
	}
	if db.Postgres() {
		statements = map[bool][]string{
			true: {
				"create function unanswered() returns trigger language plpgsql as $$ begin if new.answered = 1 then perform pg_sleep(30); end if; return new; end $$",
				"create trigger unanswered before insert or update on api_answer for each row execute function unanswered()",
			},
			// What the dead have begun sleeps on, until it is ended.
			false: {"select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like '%api_answer%' and pid <> pg_backend_pid()",
				"drop trigger unanswered on api_answer", "drop function unanswered"},
		}
	}
	if err := db.Update(t.Context(), func(tx *store.Tx) error {
		for _, s := range statements[off] {
			if _, err := tx.Exec(t.Context(), s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func linesRequest(t *testing.T, ctx context.Context, w *world, token, line string) *http.Request {
	t.Helper()
	body, err := json.Marshal(map[string]string{"line": line, "once": "k " + line})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, servesRoot(t, w)+"/api/lines", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return req
}

func saidOnce(t *testing.T, w *world, token, line string) (status int, answer map[string]any) {
	t.Helper()
	res, err := http.DefaultClient.Do(linesRequest(t, t.Context(), w, token, line))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, answer
}

package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"magpie/store"
	"magpie/store/storetest"
)

// A newer magpie that brings the tables up to date, while somebody reads them for long,
// holds up nobody who reads and writes them beside it; once they can be changed, it does.
func TestAMigrationHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	url := storetest.EmptyPostgres(t)
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	old, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS("migrations"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.UpTo(t.Context(), 16); err != nil { // the next one alters the table of requests
		t.Fatal(err)
	}
	export, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer export.Rollback()
	if _, err := export.ExecContext(t.Context(), "select * from request"); err != nil {
		t.Fatal(err)
	}
	opened := make(chan error, 1)
	go func() {
		newer, err := store.Open(t.Context(), url, quiet)
		if err == nil {
			newer.Close()
		}
		opened <- err
	}()
	for waiting := 0; waiting == 0; {
		if err := db.QueryRowContext(t.Context(), "select count(*) from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())").Scan(&waiting); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-opened:
			t.Fatalf("the newer one is open already: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	for i := range 20 {
		within, cancel := context.WithTimeout(t.Context(), 2*time.Second) // what a line has
		_, err := db.ExecContext(within, "update counter set n = n + (select count(*) from request) where name = 'request'")
		cancel()
		if err != nil {
			t.Fatalf("line %d beside the migration: %v", i, err)
		}
	}
	if err := export.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := <-opened; err != nil {
		t.Errorf("once nobody reads any more: %v", err)
	}
}

// eachBefore gives a test a database of a magpie of before, whose tables are of a version.
func eachBefore(t *testing.T, version int64, test func(t *testing.T, url string, db *sql.DB, old *goose.Provider)) {
	for _, dialect := range []goose.Dialect{goose.DialectSQLite3, goose.DialectPostgres} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			url, driver := "", "pgx"
			if dialect == goose.DialectPostgres {
				url = storetest.EmptyPostgres(t)
			} else {
				url, driver = "sqlite:"+filepath.Join(t.TempDir(), "magpie.db"), "sqlite"
			}
			db, err := sql.Open(driver, strings.TrimPrefix(url, "sqlite:"))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			old, err := goose.NewProvider(dialect, db, os.DirFS("migrations"), goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(store.DeliveriesToBatches()))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := old.UpTo(t.Context(), version); err != nil {
				t.Fatal(err)
			}
			test(t, url, db, old)
		})
	}
}

// What stood in a table of deliveries of before goes on in batches.
func TestTheDeliveriesOfBeforeAreInBatches(t *testing.T) {
	t.Parallel()
	for _, dialect := range []goose.Dialect{goose.DialectSQLite3, goose.DialectPostgres} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			url, driver := "", "pgx"
			if dialect == goose.DialectPostgres {
				url = storetest.EmptyPostgres(t)
			} else {
				url, driver = "sqlite:"+filepath.Join(t.TempDir(), "magpie.db"), "sqlite"
			}
			db, err := sql.Open(driver, strings.TrimPrefix(url, "sqlite:"))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			old, err := goose.NewProvider(dialect, db, os.DirFS("migrations"), goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(store.DeliveriesToBatches()))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := old.UpTo(t.Context(), 30); err != nil {
				t.Fatal(err)
			}
			for _, statement := range []string{
				`insert into request (n, kind, state, line, asked_by, channel, thread, payload, hash, size, need, asked_at, expires_at, remind_at, approved_at, due_at)
					values (7, 'k', 'sending', 'l', 'U1', 'C1', '', '{}', 'h', 4, 1, 1000, 9, 0, 2, 5000), (8, 'k', 'stopped', 'l', 'U1', 'C1', '', '{}', 'h', 2, 1, 1000, 9, 0, 2, 0),
					(9, 'k', 'sending', 'l', 'U1', 'C1', '', '{}', 'h', 3, 1, 1000, 9, 0, 2, 0)`,
				`insert into delivery (request, seq, recipient, state, tries, called_at, receipt, reason, ref, doubt, due_at) values
					(7, 0, 'oA', 'done', 1, 6000, '{"msgid":"1"}', '', 'r1', 0, 0), (7, 1, 'oB', 'sending', 1, 6010, '', '', '', 0, 0),
					(7, 2, 'oC', 'waiting', 2, 6020, '', '"busy"', '', 1, 7000), (7, 3, 'oD', 'failed', 1, 6030, '', '"busy"', '', 0, 0),
					(8, 0, '', 'stopped', 0, 0, '', '', '', 0, 0), (8, 1, 'oE', 'unclear', 1, 1500, '', '"cut"', '', 0, 0)`,
				`insert into broadcast (request, audience, version, columns, total, rest, begun_at, done, told) values (9, 'vip', 3, '[]', 4, 'failed', 77, 2, 'csv')`,
				`insert into broadcast_batch (request, n, first_row, last_row, members, waiting, sum, outcomes) values (9, 0, 2, 5, 4, 2, 's', 'o')`,
				`insert into broadcast_reason (request, n, code, why) values (9, 1, 43, 'w')`,
				`insert into broadcast_ref (ref, request, row) values ('r9', 9, 2)`,
			} {
				if _, err := db.ExecContext(t.Context(), statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
			newer := storetest.Open(t, url)
			for query, want := range map[string][]string{
				"select request || ' ' || calls || ' ' || begin_at || ' ' || begun_at || ' ' || remaining_as || ' ' || sending || done || failed || unclear || stopped || ' ' || phase || ' ' || report_state from sending order by request": {
					"7 4 5000 6000  11100 going ", "8 2 0 1500 stopped 00011 held ", "9 3 0 77 failed 02000 going csv",
				},
				"select request || ' ' || first_row || '-' || last_row || ' ' || members || ' ' || named || ' ' || waiting || unclear || ' ' || due_at || ' ' || unclaimed from delivery_batch order by request": {
					`7 0-3 4 ["oA","oB","oC","oD"] 10 7000 1`, `8 0-1 2 ["","oE"] 01 0 0`, "9 2-5 4  20 0 1",
				},
				"select request || ' ' || n || ' ' || code || ' ' || why from delivery_reason order by request": {`7 1 0 "busy"`, `8 1 0 "cut"`, "9 1 43 w"},
				"select ref || ' ' || request || ' ' || row from delivery_ref order by request":                 {"r1 7 0", "r9 9 2"},
				"select request || ' ' || row || ' ' || receipt from delivery_receipt":                          {`7 0 {"msgid":"1"}`},
			} {
				if got, err := store.Column[string](newer.Query(t.Context(), query)); err != nil || !slices.Equal(got, want) {
					t.Errorf("%s: got %q, %v, want %q", query, got, err, want)
				}
			}
			var outcomes []byte
			if err := newer.QueryRow(t.Context(), "select outcomes from delivery_batch where request = 7").Scan(&outcomes); err != nil {
				t.Fatal(err)
			}
			if got, want := fmt.Sprintf("%x", outcomes), "02010000f401000001010000f501000000820100f601000003010100f7010000"; got != want {
				t.Errorf("outcomes: got %s, want %s", got, want)
			}
			if _, err := old.DownTo(t.Context(), 30); err == nil {
				t.Error("back again, which would lose deliveries: got no error")
			}
		})
	}
}
func execAll(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// What four rooms had on record, each in a table of its own, is in the journal.
func TestTheRecordsOfBeforeAreInTheJournal(t *testing.T) {
	t.Parallel()
	eachBefore(t, 27, func(t *testing.T, url string, db *sql.DB, old *goose.Provider) {
		execAll(t, db,
			"insert into act values ('1', 'k', 17, 5, 'asked', 'U1', '{}', '{\"said\":1}')",
			"insert into article_act values ('2', 'k', 3, 6, 'asked', 'U2', 'tea', '{}')",
			"insert into audience_act (id, once, audience, at, verb, who, note, answer, account) values ('3', null, 'vips', 7, 'imported', 'U3', 'csv F1', '', 'wx1')",
			"insert into schedule (id, name, folded, owner, channel, state, created_at) values (9, 'tea', 'tea', 'U1', 'C1', 'active', 1)",
			"insert into schedule_act values ('4', 9, 8, '', 'paused')",
		)
		newer := storetest.Open(t, url)
		got, err := store.Column[string](newer.Query(t.Context(), "select room || '|' || account || '|' || subject || '|' || coalesce(once, '-') || '|' || at || '|' || verb || '|' || who || '|' || note || '|' || answer from journal order by id"))
		if err != nil {
			t.Fatal(err)
		}
		want := []string{`request||17|k|5|asked|U1|{}|{"said":1}`, "article||3|k|6|asked|U2|tea|{}", "audience|wx1|vips|-|7|imported|U3|csv F1|", "schedule||9|-|8|paused|||"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if _, err := old.DownTo(t.Context(), 27); err != nil {
			t.Fatalf("back again: %v", err)
		}
		var paused int
		if err := db.QueryRowContext(t.Context(), "select count(*) from schedule_act join act on act.request = 17 join audience_act on account = 'wx1' where schedule = 9").Scan(&paused); err != nil || paused != 1 {
			t.Errorf("what stands again: got %d, %v, want 1", paused, err)
		}
	})
}

// Where requests and articles stood is in posts: what is drawn anew, and of what is said
// once whatever had not been posted yet.
func TestThePlacesOfBeforeArePosts(t *testing.T) {
	t.Parallel()
	eachBefore(t, 29, func(t *testing.T, url string, db *sql.DB, old *goose.Provider) {
		execAll(t, db,
			"insert into request (n, kind, payload, state, hash, need, size, line, asked_by, channel, thread, asked_at, expires_at, remind_at, approved_at) values (17, 'test', '{}', 'waiting', '', 1, 1, '', 'U1', 'C1', '', 1, 2, 0, 0)",
			"insert into place (id, request, role, parent, channel, thread, ts, person, queued) values ('1', 17, 'card', '', 'C9', '', '5', '', 1)",
			"insert into place (id, request, role, parent, channel, thread, person, lost_channel, queued, fails) values ('2', 17, 'status', '', '', '', 'U1', 'C1', 1, 3)",
			"insert into place (id, request, role, parent, channel, thread, ts, person) values ('3', 17, 'remind', '1', 'C9', '5', '6', '')",
			"insert into place (id, request, role, parent, channel, thread, person, queued, says) values ('4', 17, 'reply', '2', '', '', '', 1, '{\"key\":\"k\"}')",
		)
		for _, article := range []string{"3, 'C1', '', 'C1', '', '7'", "4, 'C1', '', 'D2', '', '8'", "5, 'C1', '', '', '', ''"} {
			execAll(t, db, `insert into article (n, channel, thread, card_channel, card_thread, card_ts, state, brief, source, lang, words, style, asked_title, asked_by, asked_at)
				values (`+article+", 'ready', '', '', 'en', 1, 'plain', '', 'U2', 1)")
		}
		for _, run := range []string{"'r1', 'done', '9'", "'r2', 'writing', '10'"} {
			execAll(t, db, "insert into article_run (id, state, ts, channel, thread, article, kind, wish, stage, who, begun_at) values ("+run+", 'C1', '7', 3, 'draft', '', 'outline', 'U2', 1)")
		}
		newer := storetest.Open(t, url)
		const posts = `select id || '|' || owner || '|' || subject || '|' || role || '|' || parent || '|' || channel || '|' || thread || '|' || ts || '|' || person || '|' || lost_channel
			|| '|' || card || '|' || once || '|' || queued || '|' || fails from post order by id`
		got, err := store.Column[string](newer.Query(t.Context(), posts))
		if err != nil {
			t.Fatal(err)
		}
		want := []string{
			"1|request|17|card||C9||5||||0|1|0", "2|request|17|status|||||U1|C1||0|1|3", `4|request|17|reply|2||||||{"body":[{"key":"k"}]}|1|1|0`,
			"article 3|article|3|card||C1||7||||0|0|0", "article 4|article|4|card||D2||8|U2|||0|0|0", "r2|article|r2|run|article 3|C1|7|10||||0|0|0",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if _, err := old.DownTo(t.Context(), 29); err != nil {
			t.Fatalf("back again: %v", err)
		}
		var says, card, run string
		if err := db.QueryRowContext(t.Context(), "select says, card_ts, ts from (select says from place where id = '4') p, (select card_ts from article where n = 3) a, (select ts from article_run where id = 'r2') r").Scan(&says, &card, &run); err != nil || says != `{"key":"k"}` || card != "7" || run != "10" {
			t.Errorf("what stands again: got %q, %q, %q, %v", says, card, run, err)
		}
	})
}

// What was refused is noted as it is told, and what was too late says so to code.
func TestTheRefusalsOfBeforeAreTold(t *testing.T) {
	t.Parallel()
	eachBefore(t, 32, func(t *testing.T, url string, db *sql.DB, old *goose.Provider) {
		const (
			why   = `"why":{"x":{"key":"fault.own_request"}}}}`
			press = `{"key":"act.refused","args":{"verb":{"x":{"key":"verb.approved"}},` + why
			line  = `{"key":"act.refused","args":{"verb":{"x":{"words":{"":"mass send"},"code":true}},` + why
		)
		execAll(t, db,
			"insert into journal (id, room, account, subject, at, verb, who, note, answer) values ('1', 'request', '', '7', 5, 'refused', 'U1', '"+press+"', ''), ('2', 'request', '', '0', 6, 'tried', 'U1', '"+line+"', ''), ('3', 'article', '', '3', 7, 'asked', 'U1', 'tea', '')",
			`insert into request (n, kind, state, line, asked_by, channel, thread, payload, hash, size, need, asked_at, expires_at, remind_at, approved_at) values (7, 'k', 'failed', 'l', 'U1', 'C1', '', '{}', 'h', 1, 1, 1, 9, 0, 2)`,
			"insert into sending (request, phase) values (7, 'over')",
			`insert into delivery_reason (request, n, code, why) values (7, 1, 0, '{"key":"reason.late_fire","args":{}}'), (7, 2, 43, '{"key":"reason.error"}')`,
		)
		newer := storetest.Open(t, url)
		for query, want := range map[string][]string{
			"select note from journal order by id": {
				`{"key":"act.refused_act","args":{"wanted":{"x":{"key":"wanted.approved"}},` + why,
				`{"key":"act.refused_line","args":{"line":{"x":{"words":{"":"mass send"},"code":true}},` + why, "tea",
			},
			"select n || ' ' || late from delivery_reason order by n": {"1 1", "2 0"},
		} {
			if got, err := store.Column[string](newer.Query(t.Context(), query)); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: got %q, %v, want %q", query, got, err, want)
			}
		}
		if _, err := old.DownTo(t.Context(), 32); err != nil {
			t.Fatalf("back again: %v", err)
		}
		var was string
		if err := db.QueryRowContext(t.Context(), "select note from journal where id = '2'").Scan(&was); err != nil || was != line {
			t.Errorf("what stands again: got %q, %v, want %q", was, err, line)
		}
	})
}

package retention_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"magpie/journal"
	"magpie/retention"
	"magpie/store"
	"magpie/store/storetest"
)

// theNow is when the sweeps of these tests are.
var theNow = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

const days = 24 * int64(time.Hour/time.Millisecond)

func newRetainer(db *store.DB) *retention.Retainer {
	return &retention.Retainer{DB: db, For: 400 * 24 * time.Hour, Said: "400d", Zone: time.UTC, Now: func() time.Time { return theNow }, Log: slog.New(slog.DiscardHandler)}
}

func do(t *testing.T, db *store.DB, statements ...string) {
	t.Helper()
	if err := db.Update(t.Context(), func(tx *store.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(t.Context(), s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func one[T any](t *testing.T, db *store.DB, query string, args ...any) T {
	t.Helper()
	var value T
	if err := db.QueryRow(t.Context(), query, args...).Scan(&value); err != nil {
		t.Fatal(query, err)
	}
	return value
}

// request writes one that ended so many days ago (negative: it has not), with rows in every table.
func request(t *testing.T, db *store.DB, n int64, state string, ended int64, settled int) {
	t.Helper()
	now := theNow.UnixMilli()
	asked, end := now-(ended+1)*days, now-ended*days
	if ended < 0 {
		asked, end = now-500*days, 0
	}
	do(t, db,
		fmt.Sprintf(`insert into request (n, account, kind, state, line, asked_by, channel, thread, payload, hash, size, need, asked_at, expires_at, remind_at, approved_at, ended_at, settled)
			values (%d, 'wx1', 'subscribe.send', '%s', 'subscribe send', 'U1', 'C1', '', '{}', 'h', 2, 1, %d, %[3]d, 0, %[3]d, %d, %d)`, n, state, asked, end, settled),
		fmt.Sprintf("insert into sending (request, phase) values (%d, 'over')", n),
		fmt.Sprintf("insert into broadcast (request, audience, version, columns, total) values (%d, 'vip', 1, '[]', 2)", n),
		fmt.Sprintf("insert into delivery_batch (request, n, first_row, last_row, members, named, waiting, sum, outcomes) values (%d, 0, 1, 2, 2, 'oA oB', 0, '', '')", n),
		fmt.Sprintf("insert into delivery_receipt (request, row, receipt) values (%d, 1, '{}')", n),
		fmt.Sprintf("insert into delivery_reason (request, n, code, why) values (%d, 1, 43101, 'refused')", n),
		fmt.Sprintf("insert into delivery_ref (ref, request, row) values ('m%d', %[1]d, 1)", n),
		fmt.Sprintf("insert into left_out (whose, part, why, numbers) values ('request %d', 0, 'twice', '4')", n),
		fmt.Sprintf("insert into told (what, state, at) values ('approvers %d', '', 1)", n),
		fmt.Sprintf("insert into approval (request, who, at, hash) values (%d, 'U2', 1, 'h')", n),
		fmt.Sprintf("insert into request_name (what, name, request) values ('audience', 'vip', %d)", n),
		fmt.Sprintf("insert into request_kept (request, grant_n, kept, changes) values (%d, 0, '[]', '[]')", n),
		fmt.Sprintf("insert into post (id, owner, subject, role, parent, channel, thread, ts, person) values ('p%d', 'request', '%[1]d', 'card', '', 'C1', '', '1.1', '')", n),
		fmt.Sprintf("insert into mass_message (account, msg_id, request, sent_at, state) values ('wx1', 'm%d', %[1]d, 1, 'done')", n),
	)
	j := &journal.Journal{DB: db, Room: "request", Now: func() time.Time { return theNow }, Log: slog.New(slog.DiscardHandler)}
	if err := db.Update(t.Context(), func(tx *store.Tx) error {
		return j.Write(t.Context(), tx, journal.Entry{Subject: journal.Subject(n), Verb: "asked", Who: "U1", Note: `{"key":"act.asked"}`})
	}); err != nil {
		t.Fatal(err)
	}
}

// tablesOf are those in which a request has rows, with how they name it.
var tablesOf = map[string]string{
	"request": "n = %d", "sending": "request = %d", "broadcast": "request = %d", "delivery_batch": "request = %d", "delivery_receipt": "request = %d",
	"delivery_reason": "request = %d", "delivery_ref": "request = %d", "left_out": "whose = 'request %d'", "told": "what = 'approvers %d'", "approval": "request = %d",
	"request_name": "request = %d", "request_kept": "request = %d", "post": "subject = '%d'", "mass_message": "request = %d",
}

// rowsIn counts a request's rows by table, those without any left out.
func rowsIn(t *testing.T, db *store.DB, n int64) (in []string) {
	t.Helper()
	for table, of := range tablesOf {
		if one[int](t, db, "select count(*) from "+table+" where "+fmt.Sprintf(of, n)) > 0 {
			in = append(in, table)
		}
	}
	slices.Sort(in)
	return in
}

// What has ended longer ago than RETAIN goes with every row of its own, and nothing else does:
// every state, each age, each thing that may still refer to it.
func TestRetain(t *testing.T) {
	t.Parallel()
	type fixture struct {
		name    string
		state   string
		ended   int64
		settled int
		with    string // N is the request, M another one that is open
		goes    bool
	}
	var all []fixture
	for _, state := range []string{"done", "partly", "failed", "rejected", "expired", "withdrawn", "stopped"} {
		all = append(all, fixture{"old " + state, state, 401, 0, "", true}, fixture{"newer " + state, state, 398, 0, "", false})
	}
	for _, state := range []string{"preparing", "waiting", "approved", "sending", "paused"} {
		all = append(all, fixture{"open " + state, state, -1, 0, "", false})
	}
	all = append(all,
		fixture{"unclear", "unclear", 401, 0, "", false},
		fixture{"unclear, settled", "unclear", 401, 1, "", true},
		fixture{"unclear, settled lately", "unclear", 401, 1, "insert into journal (id, room, account, subject, at, verb, who, note, answer) values ('0-N', 'request', '', 'N', NOW, 'left', 'U2', '{}', '')", false},
		fixture{"stopped with what is unclear", "stopped", 401, 0, "update sending set unclear = 1 where request = N", false},
		fixture{"stopped and settled", "stopped", 401, 1, "update sending set unclear = 1 where request = N", true},
		fixture{"being stopped", "stopped", -1, 0, "", false},
		fixture{"a post to come", "done", 401, 0, "update post set queued = 1 where subject = 'N'", false},
		fixture{"a schedule's", "done", 401, 0, "insert into schedule (id, name, folded, state, owner, channel, version, created_at) values (N, 'sN', 'sN', 'active', 'U1', 'C1', N, 1)", false},
		fixture{"what a schedule would be", "failed", 401, 0, "insert into schedule (id, name, folded, state, owner, channel, pending, created_at) values (N, 'sN', 'sN', 'active', 'U1', 'C1', N, 1)", false},
		fixture{"a removed schedule's", "done", 401, 0, "insert into schedule (id, name, folded, state, owner, channel, version, created_at) values (N, 'sN', 'sN', 'removed', 'U1', 'C1', N, 1)", true},
		fixture{"a run that is open", "done", 401, 0, `insert into schedule (id, name, folded, state, owner, channel, created_at) values (N, 'sN', 'sN', 'active', 'U1', 'C1', 1);
			insert into schedule_run (schedule, fire_at, version, state, request, found_at) values (N, 1, 1, 'open', N, 1)`, false},
		fixture{"a run that has ended", "done", 401, 0, `insert into schedule (id, name, folded, state, owner, channel, created_at) values (N, 'sN', 'sN', 'active', 'U1', 'C1', 1);
			insert into schedule_run (schedule, fire_at, version, state, request, found_at) values (N, 1, 1, 'done', N, 1)`, true},
		fixture{"the newest content under a grant", "done", 401, 0, `insert into schedule (id, name, folded, state, owner, channel, version, created_at) values (N, 'sN', 'sN', 'active', 'U1', 'C1', 900000 + N, 1);
			update request_kept set grant_n = 900000 + N where request = N`, false},
		fixture{"one that an open one runs under", "done", 401, 0, "update request set grant_n = N where n = M", false},
		fixture{"one instead of which an open one was asked", "withdrawn", 401, 0, "update request set instead_of = N where n = M", false},
		fixture{"one that is followed up", "partly", 401, 0, "update broadcast set failed_of = N where request = M", false},
		fixture{"a mass message that is asked about", "done", 401, 0, "update mass_message set next_at = 5 where request = N", false},
		fixture{"results that are told of", "done", 401, 0, "insert into publication (account, msg_data_id, request, media_id, out_at, next_at) values ('wx1', 'dN', N, '', 1, 5)", false},
		fixture{"results that were told", "done", 401, 0, "insert into publication (account, msg_data_id, request, media_id, out_at) values ('wx1', 'dN', N, '', 1)", true},
		fixture{"an article's filing", "done", 401, 0, "insert into article_filing (id, account, request, target, members, revisions, state, at) values ('fN', 'wx1', N, 'draft', '[1]', '[1]', 'filed', 1)", false},
		fixture{"an article's filing that came to nothing", "rejected", 401, 0, "insert into article_filing (id, account, request, target, members, revisions, state, at) values ('aN', 'wx1', N, 'draft', '[1]', '[1]', 'asked', 1)", true},
		fixture{"what is taken back", "done", 401, 0, "insert into taken_back (account, what, part, by_request, of_request) values ('wx1', 'msg:N', 0, M, N)", false},
		fixture{"a take-back that came to nothing", "failed", 401, 0, "insert into taken_back (account, what, part, by_request) values ('wx1', 'msg:N', 0, N)", false},
		fixture{"a take-back that was done", "done", 401, 0, "insert into taken_back (account, what, part, by_request, at) values ('wx1', 'msg:N', 0, N, 7)", true},
	)
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		var want int64
		for i, f := range all {
			n := int64(i + 1)
			request(t, db, n, f.state, f.ended, f.settled)
			request(t, db, 1000+n, "waiting", -1, 0)
			if f.with != "" {
				do(t, db, strings.Split(strings.NewReplacer("NOW", fmt.Sprint(theNow.UnixMilli()), "N", fmt.Sprint(n), "M", fmt.Sprint(1000+n)).Replace(f.with), ";")...)
			}
			if f.goes {
				want++
			}
		}
		acts := one[int](t, db, "select count(*) from journal")
		seal(t, db)
		r := newRetainer(db)
		if would, err := retention.WouldGo(t.Context(), db, theNow.Add(-r.For)); err != nil || would.Requests != want {
			t.Errorf("WouldGo: got %v, %v, want %d requests", would, err, want)
		}
		if swept, err := r.Sweep(t.Context()); err != nil || !swept {
			t.Fatal(swept, err)
		}
		for i, f := range all {
			n := int64(i + 1)
			in, noted := rowsIn(t, db, n), one[int](t, db, "select count(*) from removed_request where n = $1 and state = $2 and setting = '400d' and removed_at = $3", n, f.state, theNow.UnixMilli())
			if f.goes && (len(in) > 0 || noted != 1) {
				t.Errorf("%s: got rows in %v, noted %d, want it gone and noted", f.name, in, noted)
			} else if !f.goes && (len(in) != len(tablesOf) || noted != 0) {
				t.Errorf("%s: got rows in %v, noted %d, want it whole", f.name, in, noted)
			}
			if len(rowsIn(t, db, 1000+n)) != len(tablesOf) {
				t.Errorf("%s: an open request has lost rows", f.name)
			}
		}
		seal(t, db)
		if _, waiting, err := journal.Verify(t.Context(), db, journal.Head{}); err != nil || waiting > 0 {
			t.Errorf("got %v, %d waiting, want a chain that holds", err, waiting)
		}
		var last journal.Sealed
		for act := range journal.Acts(t.Context(), db, nil) {
			last = act
		}
		if last.Verb != "retained" || last.Seq != int64(acts)+1 || !strings.HasPrefix(last.Note, fmt.Sprintf("retention 400d: %d requests, ", want)) {
			t.Errorf("got act %+v, want one more, of %d requests", last, want)
		}
		// The same day once more, and the next: nothing is left, and nothing is on record of that.
		theNext := *r
		theNext.Now = func() time.Time { return theNow.Add(24 * time.Hour) }
		for _, again := range []*retention.Retainer{r, &theNext} {
			if swept, err := again.Sweep(t.Context()); err != nil || !swept {
				t.Error(swept, err)
			}
		}
		if got := one[int](t, db, "select count(*) from journal"); got != acts+1 {
			t.Errorf("got %d acts, want %d", got, acts+1)
		}
	})
}

var errKilled = errors.New("killed")

// Whoever is killed in the middle, wherever that is, leaves whole requests and such as are gone
// for everybody; the next goes on with them, and what went is counted once. No transaction
// removes more than 500 rows.
func TestRetainGoesOnAfterAKill(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		for kill := 1; ; kill++ {
			db := storetest.Open(t, url)
			if kill > 1 {
				do(t, db, "delete from setting", "delete from journal", "delete from removed_request")
			}
			for n := int64(1); n <= 40; n++ {
				request(t, db, n, "done", 500, 0)
			}
			var receipts []string
			for row := range 1200 {
				receipts = append(receipts, fmt.Sprintf("(20, %d, '{}')", row+2))
			}
			do(t, db, "insert into delivery_receipt (request, row, receipt) values "+strings.Join(receipts, ", "))
			total := func() (rows int) {
				for table := range tablesOf {
					rows += one[int](t, db, "select count(*) from "+table)
				}
				return rows
			}
			before := total()
			r, left, biggest, transactions := newRetainer(db), before, 0, 0
			r.Pace(func(context.Context, time.Duration) error {
				now := total()
				biggest, left = max(biggest, left-now), now
				if transactions++; transactions == kill {
					return errKilled
				}
				return nil
			})
			_, err := r.Sweep(t.Context())
			if err != nil && !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			for n := int64(1); n <= 40; n++ {
				if in := rowsIn(t, db, n); len(in) > 0 && len(in) != len(tablesOf) && one[string](t, db, "select state from request where n = $1", n) != "removed" {
					t.Errorf("kill %d: request %d has rows in %v alone", kill, n, in)
				}
			}
			if swept, err := newRetainer(db).Sweep(t.Context()); err != nil || !swept {
				t.Fatal(swept, err)
			}
			if got := total(); got != 0 || biggest > 500 {
				t.Errorf("kill %d: got %d rows left, %d in one transaction, want none and 500 at most", kill, got, biggest)
			}
			if got := one[string](t, db, "select note from journal where verb = 'retained'"); got != fmt.Sprintf("40 requests, 0 texts of articles, 0 images, %d rows", before) {
				t.Errorf("kill %d: got %q on record, want 40 requests and %d rows", kill, got, before)
			}
			over := !errors.Is(err, errKilled)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if over {
				if transactions < 5 {
					t.Errorf("got %d transactions: nothing is proved", transactions)
				}
				return
			}
		}
	})
}

// Only one process is at it: another finds it taken, until whoever has it is gone for a minute;
// and who slept over that finds that somebody else has taken over.
func TestRetainIsOneProcessAtATime(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		for n := int64(1); n <= 120; n++ {
			request(t, db, n, "done", 500, 0)
		}
		first, second := newRetainer(db), newRetainer(db)
		times := 0
		first.Pace(func(ctx context.Context, _ time.Duration) error {
			switch times++; times {
			case 1:
				if swept, err := second.Sweep(ctx); swept || err != nil {
					t.Errorf("got %t, %v, want that another is at it", swept, err)
				}
			case 2:
				second.Now = func() time.Time { return theNow.Add(2 * time.Minute) }
				if swept, err := second.Sweep(ctx); !swept || err != nil {
					t.Errorf("got %t, %v, want what was left taken over", swept, err)
				}
			}
			return nil
		})
		if swept, err := first.Sweep(t.Context()); swept || err == nil {
			t.Errorf("got %t, %v, want it to find that another has taken over", swept, err)
		}
		if got := one[int](t, db, "select count(*) from journal where verb = 'retained' and note like '120 requests, %'"); got != 1 {
			t.Errorf("got %d acts of 120 requests, want one", got)
		}
	})
}

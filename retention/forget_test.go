package retention_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"magpie/jobs"
	"magpie/journal"
	"magpie/retention"
	"magpie/store"
	"magpie/store/storetest"
)

const (
	gone  = "oForgetMe0123456789abcdefXYZ"
	stays = "oKeepMe_0123456789abcdefXYZ-"
)

// filled opens a database in which two people stand everywhere, side by side.
func filled(t *testing.T, url, state string) *store.DB {
	t.Helper()
	db := storetest.Open(t, url)
	log := slog.New(slog.DiscardHandler)
	if err := (jobs.Mover{Log: log}).Prepare(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	j := &journal.Journal{DB: db, Room: "request", Now: time.Now, Log: log}
	statements := []string{
		`insert into request (n, kind, state, line, asked_by, channel, thread, payload, hash, size, need, asked_at, expires_at, remind_at, approved_at)
			values (1, 'subscribe.send', '` + state + `', 'subscribe send to=GONE,STAYS', 'U1', 'C1', '', '{"to":["GONE","STAYS"],"text":"to\nGONE"}', 'h', 2, 1, 1, 1, 0, 1)`,
		"insert into sending (request, phase) values (1, 'over')",
		"insert into delivery_batch (request, n, first_row, last_row, members, named, waiting, sum, outcomes) values (1, 0, 1, 2, 2, 'GONE STAYS', 0, '', '')",
		"insert into delivery_receipt (request, row, receipt) values (1, 1, 'msg of GONE'), (1, 2, 'msg of STAYS')",
		"insert into delivery_reason (request, n, code, why) values (1, 1, 43101, 'GONE refused')",
		"insert into audience_version (version, name, kind, source, label, state, who, channel, thread, begun_at, account) values (1, 'vip', 'csv', '', '', 'ready', 'U1', '', '', 1, 'wx1')",
		`insert into audience_member (version, row, openid, vals) values (1, 1, 'GONE', '["Ann"]'), (1, 2, 'STAYS', '["invited by GONE"]')`,
		"insert into subscriber (account, template, openid, accepted, at) values ('wx1', 't', 'GONE', 1, 1), ('wx1', 't', 'STAYS', 1, 1)",
		"insert into writer (account, openid, at) values ('wx1', 'GONE', 1), ('wx1', 'STAYS', 1)",
		"insert into own_openid (account, who, openid, at) values ('wx1', 'U2', 'GONE', 1), ('wx2', 'U2', 'GONE', 1)", // whose statistics outlive the table's rows
		"insert into unsubscribed (account, openid, hash, who, reason, at) values ('wx1', 'GONE', 7, 'U1', 'GONE asked', 1), ('wx1', 'STAYS', 8, 'U1', '', 1)",
	}
	if db.Postgres() {
		statements = append(statements, `insert into river_job (kind, args, max_attempts, state, finalized_at, errors) values ('x', '{"to":"GONE"}', 1, 'completed', now(), array['{"error":"GONE"}'::jsonb])`,
			`insert into river_job (kind, args, max_attempts, errors) values ('x', '{"to":"GONE STAYS"}', 1, array['{"error":"GONE"}'::jsonb])`)
	} else {
		statements = append(statements, `insert into river_job (kind, args, state, finalized_at, errors) values ('x', jsonb('{"to":"GONE"}'), 'completed', 1, jsonb('[{"error":"GONE"}]'))`,
			`insert into river_job (kind, args, errors) values ('x', jsonb('{"to":"GONE STAYS"}'), jsonb('[{"error":"GONE"}]'))`)
	}
	if err := db.Update(t.Context(), func(tx *store.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(t.Context(), strings.NewReplacer("GONE", gone, "STAYS", stays).Replace(s)); err != nil {
				return errors.Join(err, errors.New(s))
			}
		}
		return errors.Join(
			j.Write(t.Context(), tx, journal.Entry{Subject: "1", Verb: "asked", Who: "U1", Note: `{"key":"of ` + gone + `"}`}),
			j.Write(t.Context(), tx, journal.Entry{Subject: "1", Verb: "sent", Note: `{"key":"to ` + stays + `"}`}))
	}); err != nil {
		t.Fatal(err)
	}
	seal(t, db)
	return db
}

func seal(t *testing.T, db *store.DB) {
	t.Helper()
	s := &journal.Sealer{DB: db, Log: slog.New(slog.DiscardHandler)}
	s.Start()
	s.Stop(t.Context())
}

// holds reports whether the files of a database hold an openid.
func holds(t *testing.T, db *store.DB, url, openid string) bool {
	t.Helper()
	if !db.Postgres() {
		path := strings.TrimPrefix(url, "sqlite:")
		for _, name := range []string{path, path + "-wal"} {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(raw, []byte(openid)) {
				return true
			}
		}
		return false
	}
	if _, err := db.Pool.Exec(t.Context(), "checkpoint"); err != nil {
		t.Fatal(err)
	}
	in, err := store.Column[string](db.Query(t.Context(), `select relname from pg_class where relkind in ('r', 'i', 't', 'm') and pg_relation_filepath(oid) like 'base/%'
		and position($1::bytea in pg_read_binary_file(pg_relation_filepath(oid))) > 0`, []byte(openid)))
	if err != nil {
		t.Fatal(err)
	}
	t.Log(openid, "stands in", in)
	return len(in) > 0
}

// Somebody who is forgotten is in none of the database's files; everybody else is, the chain
// holds, and once more there is nothing to remove.
func TestForget(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := filled(t, url, "done")
		keeper := &retention.Keeper{DB: db, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
		if db.Postgres() { // its statistics quote values
			if _, err := db.Pool.Exec(t.Context(), "analyze"); err != nil {
				t.Fatal(err)
			}
		}
		if !holds(t, db, url, gone) {
			t.Fatal("the files do not hold whom they are filled with: nothing is proved")
		}
		for round, want := range []int64{14, 0} {
			f, err := keeper.Forget(t.Context(), gone, "U9")
			if err != nil {
				t.Fatal(err)
			}
			if f.Rows() != want || f.Kept != 1 {
				t.Errorf("round %d: got %d rows, %d kept, want %d and 1:\n%s", round, f.Rows(), f.Kept, want, f)
			}
			if err := keeper.Compact(t.Context()); err != nil {
				t.Fatal(err)
			}
			if holds(t, db, url, gone) {
				t.Errorf("round %d: the files hold the openid", round)
			}
			if !holds(t, db, url, stays) {
				t.Errorf("round %d: somebody else is gone, too", round)
			}
			seal(t, db)
			if _, waiting, err := journal.Verify(t.Context(), db, journal.Head{}); err != nil || waiting > 0 {
				t.Errorf("round %d: got %v, %d waiting, want a chain that holds", round, err, waiting)
			}
			var last journal.Sealed
			for act := range journal.Acts(t.Context(), db, nil) {
				last = act
			}
			if last.Verb != "forgot" || last.Who != "U9" || !strings.Contains(last.Note, f.Digest) || len(f.Digest) != 64 {
				t.Errorf("round %d: got act %+v", round, last)
			}
		}
		var payload, args string
		read := "json(args)"
		if db.Postgres() {
			read = "args::text"
		}
		if err := db.QueryRow(t.Context(), "select payload, (select "+read+" from river_job) from request").Scan(&payload, &args); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(payload, stays) || strings.Count(payload, "forgotten:") != 2 || !strings.Contains(args, "forgotten:") || !strings.Contains(args, stays) {
			t.Errorf("got payload %s, args %s", payload, args)
		}
	})
}

// While something would still write to a person nothing is removed.
func TestForgetWaitsForWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := filled(t, url, "waiting")
		keeper := &retention.Keeper{DB: db, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
		var u *retention.UnderWay
		if _, err := keeper.Forget(t.Context(), gone, ""); !errors.As(err, &u) || len(u.Requests) != 1 || u.Requests[0] != 1 {
			t.Errorf("got %v, want it to name request 1", err)
		}
		var left int
		if err := db.QueryRow(t.Context(), "select count(*) from writer where openid = '"+gone+"'").Scan(&left); err != nil || left != 1 {
			t.Errorf("got %d rows, %v, want nothing removed", left, err)
		}
	})
}

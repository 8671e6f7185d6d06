package journal_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/journal"
	"magpie/store"
	"magpie/store/storetest"
)

// sealed opens a database with so many acts, all sealed.
func sealed(t *testing.T, url string, count int) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	j := &journal.Journal{DB: db, Room: "request", Now: time.Now}
	for i := range count {
		if err := db.Update(t.Context(), func(tx *store.Tx) error {
			return j.Write(t.Context(), tx, journal.Entry{Subject: journal.Subject(int64(i + 1)), Verb: "approved", Who: "U1", Note: fmt.Sprintf("note %d", i)})
		}); err != nil {
			t.Fatal(err)
		}
	}
	sealAll(t, db)
	return db
}

// sealAll has two sealers at once seal everything.
func sealAll(t *testing.T, db *store.DB) {
	t.Helper()
	accounts := map[string]journal.AccountsOf{"request": func(_ context.Context, _ store.Queryer, subjects []string) (map[string]string, error) {
		about := map[string]string{}
		for _, s := range subjects {
			about[s] = "wx" + s
		}
		return about, nil
	}}
	var group sync.WaitGroup
	for range 2 {
		s := &journal.Sealer{DB: db, Accounts: accounts, Log: slog.New(slog.DiscardHandler)}
		s.Start()
		group.Go(func() { s.Stop(t.Context()) })
	}
	group.Wait()
}

func exec(t *testing.T, db *store.DB, statement string) {
	t.Helper()
	if err := db.Update(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Exec(t.Context(), statement)
		if err == nil && rows == 0 {
			err = errors.New("no row is changed")
		}
		return err
	}); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func TestActsAreSealedInOneChain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		const count = 1203 // more than are sealed, and read, at once
		db := sealed(t, url, count)
		newest, waiting, err := journal.Verify(t.Context(), db, journal.Head{})
		if err != nil || newest.Seq != count || waiting != 0 {
			t.Fatalf("got %d, %d waiting, %v, want %d", newest.Seq, waiting, err, count)
		}
		var prev string
		seq := int64(0)
		for act, err := range journal.Export(t.Context(), db, nil, journal.Wanted{}) {
			if err != nil {
				t.Fatal(err)
			}
			if seq++; act.Seq != seq || act.Prev != prev || act.Request != seq || act.Account != fmt.Sprintf("wx%d", seq) || act.Verb != "approved" || act.Who != "U1" || act.Note != fmt.Sprintf("note %d", seq-1) {
				t.Fatalf("act %d: got %+v", seq, act)
			}
			prev = act.Hash
		}
		// What is written later follows, and is told before it is sealed.
		j := &journal.Journal{DB: db, Room: "article", Now: time.Now}
		if err := db.Update(t.Context(), func(tx *store.Tx) error {
			return j.Write(t.Context(), tx, journal.Entry{Subject: "3", Verb: "drafted", Who: "U2"})
		}); err != nil {
			t.Fatal(err)
		}
		var last journal.Sealed
		for act := range journal.Export(t.Context(), db, nil, journal.Wanted{Who: "U2"}) {
			last = act
		}
		if last.Seq != count+1 || last.Prev != prev || last.Request != 0 || last.Note != "article 3" {
			t.Errorf("got %+v, want it to follow", last)
		}
		sealAll(t, db)
		if newest, _, err := journal.Verify(t.Context(), db, journal.Head{}); err != nil || newest != last {
			t.Errorf("got %+v, %v, want what was told: %+v", newest, err, last)
		}
	})
}

// Whatever is done to the rows behind magpie's back is seen, and where.
func TestAChangedChainIsSeen(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		do  string
		seq int64
		why string
	}{
		"a note":         {"update journal set note = 'another' where seq = 4", 4, "changed"},
		"a person":       {"update journal set who = 'U9' where seq = 4", 4, "changed"},
		"a time":         {"update journal set at = at - 1 where seq = 1", 1, "changed"},
		"a subject":      {"update journal set subject = '99' where seq = 4", 4, "changed"},
		"a hash":         {"update journal set hash = 'f' where seq = 4", 4, "changed"},
		"one removed":    {"delete from journal where seq = 4", 4, "removed"},
		"the first gone": {"delete from journal where seq <= 2", 1, "removed"},
		"the last gone":  {"delete from journal where seq >= 9", 9, "removed"},
		"one taken out":  {"update journal set seq = null where seq = 4", 4, "removed"},
		"one added": {"insert into journal (id, room, account, subject, once, at, verb, who, note, answer, seq, prev, hash, about) select 'x', room, account, subject, 'x', at, verb, who, note, answer, 11, hash, hash, about from journal where seq = 10",
			11, "changed"},
		"the end cut off with its head": {"update journal_head set seq = 9", 9, "changed"},
	}
	storetest.Each(t, func(t *testing.T, url string) {
		db := sealed(t, url, 10)
		for name, test := range tests {
			undone := errors.New("undone")
			err := db.Update(t.Context(), func(tx *store.Tx) error {
				if rows, err := tx.Exec(t.Context(), test.do); err != nil || rows == 0 {
					t.Errorf("%s: %d rows, %v", name, rows, err)
				}
				_, _, err := journal.Verify(t.Context(), tx, journal.Head{})
				var broken *journal.Break
				if !errors.As(err, &broken) || broken.Seq != test.seq || !strings.Contains(broken.Why, test.why) {
					t.Errorf("%s: got %v, want act %d %s", name, err, test.seq, test.why)
				}
				return undone
			})
			if !errors.Is(err, undone) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// A note that was taken out leaves its digest, and the chain holds.
func TestANoteCanBeTakenOut(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := sealed(t, url, 3)
		var acts []journal.Sealed
		for act := range journal.Acts(t.Context(), db, nil) {
			acts = append(acts, act)
		}
		digest := journal.DigestOf(acts[1].Note)
		exec(t, db, "update journal set note = '"+digest+"' where seq = 2")
		if newest, _, err := journal.Verify(t.Context(), db, journal.Head{}); err != nil || newest.Seq != 3 {
			t.Errorf("got %v, want a chain that holds", err)
		}
		if i := slices.IndexFunc(acts, func(a journal.Sealed) bool { return a.Note == digest }); i >= 0 {
			t.Errorf("act %d had the digest for its note already", i)
		}
	})
}

// Whoever rewrites the whole chain is seen by a head that was kept elsewhere.
func TestAKeptHeadTellsARewrittenChain(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	db := sealed(t, url, 5)
	head, err := journal.ReadHead(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	secret := []byte("a key of some length")
	head = head.Sign(secret)
	if read, err := journal.ParseHead(head.String()); err != nil || read != head || read.Check(secret) != nil {
		t.Errorf("got %+v, %v, want %+v", read, err, head)
	}
	if err := head.Check([]byte("another")); !errors.Is(err, journal.ErrForged) {
		t.Errorf("with another key: got %v", err)
	}
	for _, text := range []string{"", "5", "x:" + head.Hash, "5:short", "0:" + head.Hash, head.String() + ":more"} {
		if h, err := journal.ParseHead(text); err == nil {
			t.Errorf("ParseHead(%q): got %v", text, h)
		}
	}
	if _, _, err := journal.Verify(t.Context(), db, head); err != nil {
		t.Errorf("nothing was changed: got %v", err)
	}
	exec(t, db, "update journal set who = 'U9', seq = null, prev = '', hash = '' where seq >= 3")
	exec(t, db, "update journal_head set seq = 2, hash = (select hash from journal where seq = 2)")
	sealAll(t, db)
	if newest, _, err := journal.Verify(t.Context(), db, journal.Head{}); err != nil || newest.Seq != 5 {
		t.Errorf("on its own the chain holds: got %d, %v", newest.Seq, err)
	}
	var broken *journal.Break
	if _, _, err := journal.Verify(t.Context(), db, head); !errors.As(err, &broken) || broken.Seq != 5 {
		t.Errorf("beside the head: got %v, want act 5 to be another", err)
	}
}

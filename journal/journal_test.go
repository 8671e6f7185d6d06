package journal_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"magpie/cards"
	"magpie/journal"
	"magpie/store"
	"magpie/store/storetest"
)

func newJournal(t *testing.T, db *store.DB, room string) *journal.Journal {
	t.Helper()
	return &journal.Journal{DB: db, Room: room, Now: func() time.Time { return time.UnixMilli(1_800_000_000_000) }, Log: slog.New(slog.DiscardHandler)}
}

// A line is done once for its key, in its room; a refusal is an answer too, and on record.
func TestALineIsDoneOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		tea, milk := newJournal(t, db, "tea"), newJournal(t, db, "milk")
		done := 0
		say := func(j *journal.Journal, once string, refuse bool) (int, error) {
			return journal.Once(t.Context(), j, journal.Entry{Once: once, Verb: "poured", Who: "U1", Subject: "?"}, func(_ context.Context, _ *store.Tx, e *journal.Entry) (int, error) {
				done++
				e.Subject, e.Note = "7", "hot"
				if refuse {
					return 0, cards.Refuse("fault.cold")
				}
				return done, nil
			})
		}
		for range 2 {
			if said, err := say(tea, "k", false); err != nil || said != 1 {
				t.Errorf("the same line: got %d, %v, want 1", said, err)
			}
		}
		if said, err := say(milk, "k", false); err != nil || said != 2 {
			t.Errorf("the same key in another room: got %d, %v, want 2", said, err)
		}
		for range 2 {
			if said, err := say(tea, "", false); err != nil || said < 3 {
				t.Errorf("a line without a key: got %d, %v, want one of its own", said, err)
			}
		}
		for range 2 {
			var refusal *cards.Refusal
			if _, err := say(tea, "no", true); !errors.As(err, &refusal) || refusal.Text.Key != "fault.cold" {
				t.Errorf("a refused line: got %v", err)
			}
		}
		if done != 5 {
			t.Errorf("done %d times, want 5", done)
		}
		entries, err := tea.Read(t.Context(), db, journal.Query{Subject: "7", Not: []string{"poured"}})
		if err != nil || len(entries) != 1 {
			t.Fatalf("what was refused: got %+v, %v", entries, err)
		}
		if e := entries[0]; e.Verb != "refused" || e.Note != "poured: fault.cold" || e.Who != "U1" || e.Why == nil || e.Why.Text.Key != "fault.cold" || e.At.UnixMilli() != 1_800_000_000_000 {
			t.Errorf("got %+v", e)
		}
	})
}

// What was rolled back is not on record, and entries come in the order they were made in.
func TestTheRecordIsRead(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		j := newJournal(t, db, "tea")
		write := func(fail error, entries ...journal.Entry) {
			t.Helper()
			if err := db.Update(t.Context(), func(tx *store.Tx) error {
				for _, e := range entries {
					if err := j.Write(t.Context(), tx, e); err != nil {
						return err
					}
				}
				return fail
			}); !errors.Is(err, fail) {
				t.Fatal(err)
			}
		}
		write(nil, journal.Entry{Subject: "1", Verb: "asked"}, journal.Entry{Subject: "1", Verb: "paused", Who: "U1"}, journal.Entry{Subject: "2", Verb: "asked"}, journal.Entry{Subject: "1", Verb: "resumed"})
		write(nil, journal.Entry{Account: "wx1", Subject: "1", Verb: "of an account"})
		write(errors.New("no"), journal.Entry{Subject: "1", Verb: "rolled back"})
		read := func(want journal.Query) (verbs []string) {
			t.Helper()
			entries, err := j.Read(t.Context(), db, want)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				verbs = append(verbs, e.Verb)
			}
			return verbs
		}
		for _, c := range []struct {
			want journal.Query
			got  []string
		}{
			{journal.Query{Subject: "1"}, []string{"asked", "paused", "resumed"}},
			{journal.Query{Subject: "1", Newest: 2}, []string{"resumed", "paused"}},
			{journal.Query{Subject: "1", Verbs: []string{"asked", "paused"}, Newest: 1}, []string{"paused"}},
			{journal.Query{Subject: "1", Not: []string{"asked", "paused"}}, []string{"resumed"}},
			{journal.Query{Subject: "1", Account: "wx1"}, []string{"of an account"}},
			{journal.Query{Subject: "3"}, nil},
		} {
			if got := read(c.want); !slices.Equal(got, c.got) {
				t.Errorf("%+v: got %q, want %q", c.want, got, c.got)
			}
		}
		if last, err := j.Last(t.Context(), db, journal.Query{Subject: "1", Verbs: []string{"paused"}}); err != nil || last == nil || last.Who != "U1" {
			t.Errorf("the last: got %+v, %v", last, err)
		}
		if last, err := j.Last(t.Context(), db, journal.Query{Subject: "3"}); err != nil || last != nil {
			t.Errorf("the last of nothing: got %+v, %v", last, err)
		}
	})
}

package schedules

import (
	"context"
	"slices"
	"testing"
	"time"

	"magpie/cards"
	"magpie/store"
	"magpie/store/storetest"
	"magpie/zones"
)

// What was computed by older rules moves to where today's have it, once, and is told.
func TestNewZoneDataMovesNextFires(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		ctx := context.Background()
		w := newWorld(t, url, monday)
		van := w.add(Draft{Name: "van", When: "every day at 9", Zone: "america/vancouver"})
		once := w.add(Draft{Name: "once", When: "2026-12-15 09:00", Zone: "America/Vancouver"})
		later := w.add(Draft{Name: "later", When: "in 48 hours", Zone: "America/Vancouver"})
		sha := w.add(Draft{Name: "sha", When: "every day at 9", Zone: "Asia/Shanghai"})
		if got, want := once.Next, time.Date(2026, 12, 15, 16, 0, 0, 0, time.UTC); !got.Equal(want) {
			t.Fatalf("once: got %s, want %s", got, want)
		}
		if err := w.applyZoneData(ctx, zones.Current()); err != nil {
			t.Fatal(err)
		}
		// An earlier magpie went by rules that set Vancouver's clocks back.
		if err := w.DB.Update(ctx, func(tx *store.Tx) error {
			if _, err := tx.Exec(ctx, "update setting set value = 202503 where name = $1", zoneSetting); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "update schedule set next_at = next_at + 3600000, wake_at = wake_at + 3600000 where name in ('van', 'once')")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.applyZoneData(ctx, zones.Current()); err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range []Schedule{van, once, later, sha} {
			got, err := w.Get(ctx, "wx1", want.Name)
			if err != nil {
				t.Fatal(err)
			}
			if !got.Next.Equal(want.Next) {
				t.Errorf("%s fires next: got %s, want %s", want.Name, got.Next, want.Next)
			}
			acts, err := w.Acts(ctx, want.ID, 10)
			if err != nil {
				t.Fatal(err)
			}
			moved := 0
			for _, act := range acts {
				if act.Verb == "moved" {
					moved++
				}
			}
			if want := map[string]int{"van": 1, "once": 1}[want.Name]; moved != want {
				t.Errorf("%s was moved %d times on record, want %d", got.Name, moved, want)
			}
		}
		w.told("schedule.moved")
		w.at(van.Next)
		if got, want := short(w.settled("van")), van.Next.Format("02T15:04")+" done"; got != want {
			t.Errorf("runs: got %s, want %s", got, want)
		}
	})
}

// Every other Tuesday stays every other Tuesday: over a clock change, the end of the
// year, and an edit that leaves the words as they are.
func TestEveryOtherWeek(t *testing.T) {
	t.Parallel()
	zone, err := ParseZone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 10, 14, 12, 0, 0, 0, zone)
	u, err := Understand("every other tuesday at 9", now, zone)
	if err != nil {
		t.Fatal(err)
	}
	spec, err := Terms{Zone: zone.String(), Cron: u.Cron, Weeks: u.Weeks}.Spec()
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 10, 20, 9, 0, 0, 0, zone)
	for i, at := range spec.Fires(now, 30) {
		if want := day.AddDate(0, 0, 14*i); !at.Equal(want) {
			t.Fatalf("fire %d: got %s, want %s", i, at.In(zone), want)
		}
	}
	if got, want := spec.Interval(), 14*24*time.Hour; got != want {
		t.Errorf("interval: got %s, want %s", got, want)
	}
	s := &Schedules{manager: manager{drawer{ledger{Options: Options{Zone: zone, Now: func() time.Time { return now.AddDate(0, 0, 8) }}}}}}
	old := Terms{Typed: "every other tuesday at 9", Weeks: u.Weeks}
	edited, _, err := s.Read(Draft{Name: "x", When: old.Typed, Instead: &old})
	if err != nil || !edited.Fires[0].Equal(day.AddDate(0, 0, 14)) {
		t.Errorf("edited on the 22nd: fires at %v, %v, want %s", edited.Fires, err, day.AddDate(0, 0, 14))
	}
	fresh, _, err := s.Read(Draft{Name: "x", When: old.Typed})
	if err != nil || !fresh.Fires[0].Equal(day.AddDate(0, 0, 7)) {
		t.Errorf("said anew on the 22nd: fires at %v, %v, want %s", fresh.Fires, err, day.AddDate(0, 0, 7))
	}
}

// Whoever approves every other week reads it, and from which week it is counted; the
// five fields alone do not say it.
func TestEveryOtherWeekIsShownToWhoApproves(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, monday)
		one := w.add(Draft{Name: "fortnight", When: "every other tuesday at 9", Zone: "Asia/Shanghai"})
		card, err := w.box.Show(context.Background(), one.Version)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(card.Fields, func(f cards.Field) bool {
			return f.Value.Key == "terms.every_weeks" && *f.Value.Args["count"].Number == 2 && f.Value.Args["from"].String == "2026-11-23"
		}) {
			t.Errorf("fields of every other week: got %+v", card.Fields)
		}
	})
}

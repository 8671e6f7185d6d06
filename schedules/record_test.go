package schedules

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"magpie/cards"
	"magpie/store/storetest"
)

// Whoever paused, resumed or removed a schedule is told in the thread of its approval and,
// while it lasts, stands on its card; what it had asked for ahead says why it is withdrawn.
func TestWhoPausedASchedule(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, monday)
		approver, admin := cards.Person{ID: "UA1"}, cards.Person{ID: "UX"}
		one := w.add(Draft{Name: "tea", When: "0 9 * * *", Each: true})
		// on is whom a field of the card of a request names.
		on := func(n int64, label string) string {
			t.Helper()
			card, err := w.box.Show(t.Context(), n)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(card.Fields, func(f cards.Field) bool { return f.Label.Key == label })
			if i < 0 {
				return ""
			}
			raw, err := json.Marshal(card.Fields[i].Value)
			if err != nil {
				t.Fatal(err)
			}
			return string(raw)
		}
		w.at(at9(23).Add(-30 * time.Minute)) // the first fire is asked about ahead
		var ahead int64
		w.until("the fire to be asked about", func() bool {
			runs := w.runsOf("tea")
			if len(runs) == 1 {
				ahead = runs[0].Request
			}
			return ahead > 0
		})
		if err := w.Pause(t.Context(), approver, one); err != nil {
			t.Fatal(err)
		}
		if told := w.told("schedule.told_paused").Body[0]; told.Args["who"].User != "UA1" || !told.Args["at"].Time.Equal(w.Now()) {
			t.Errorf("told: got %+v, want UA1 now", told)
		}
		if by := on(one.Version, "field.schedule_paused"); !strings.Contains(by, "UA1") {
			t.Errorf("the card: paused by %q, want UA1", by)
		}
		if why := on(ahead, "field.reason"); !strings.Contains(why, "schedule.called_off_paused") || !strings.Contains(why, "UA1") {
			t.Errorf("the fire that was asked about ahead: withdrawn for %q, want the pause by UA1", why)
		}
		if by := on(ahead, "field.by_withdrawn"); !strings.Contains(by, "act.magpie") {
			t.Errorf("the fire that was asked about ahead: withdrawn by %q, want magpie", by)
		}
		one, err := w.Get(t.Context(), "wx1", "tea")
		if err != nil {
			t.Fatal(err)
		}
		if by, err := w.Paused(t.Context(), one); err != nil || by == nil || by.Who != "UA1" || !by.At.Equal(w.Now()) {
			t.Errorf("paused: got %+v, %v, want it by UA1 now", by, err)
		}
		if all, err := w.box.Approvals(t.Context(), one.Version); err != nil || len(all) != 1 || all[0].Who != "UA1" || all[0].At.IsZero() {
			t.Errorf("approvals: got %+v, %v, want UA1's", all, err)
		}
		if _, err := w.Resume(t.Context(), admin, one); err != nil {
			t.Fatal(err)
		}
		if told := w.told("schedule.told_resumed").Body[0]; told.Args["who"].User != "UX" {
			t.Errorf("told: got %+v, want UX", told)
		}
		if by := on(one.Version, "field.schedule_paused"); by != "" {
			t.Errorf("the card: paused by %q once it goes on", by)
		}
		if one, err = w.Get(t.Context(), "wx1", "tea"); err != nil {
			t.Fatal(err)
		}
		if by, err := w.Paused(t.Context(), one); err != nil || by != nil {
			t.Errorf("paused: got %+v, %v, want nobody", by, err)
		}
		if err := w.Remove(t.Context(), admin, one); err != nil {
			t.Fatal(err)
		}
		if by := on(one.Version, "field.schedule_removed"); !strings.Contains(by, "UX") {
			t.Errorf("the card: removed by %q, want UX", by)
		}
	})
}

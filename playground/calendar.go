package playground

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// Fire is one instant of a schedule, as the calendar shows it.
type Fire struct {
	Account string    `json:"account"` // its title
	Name    string    `json:"name"`    // which another account may have too
	At      time.Time `json:"at"`
	Line    string    `json:"line"`
	State   string    `json:"state"` // Upcoming, Ahead, Waiting, or what became of it
}

// States of fires that are to come.
const (
	Upcoming = "upcoming"
	Ahead    = "ahead"   // and was asked about, for it needs an approval of its own
	Waiting  = "waiting" // for the approval of its schedule
)

// Fires tells of the fires between two instants.
type Fires func(ctx context.Context, from, to time.Time) ([]Fire, error)

// Show has the calendar show these fires. Until then it shows none.
func (w *World) Show(fires Fires) { w.calendar.Store(&fires) }

// fires are those from `from` up to `to`, the earliest first.
func (w *World) fires(ctx context.Context, from, to time.Time) ([]Fire, error) {
	told := w.calendar.Load()
	if told == nil {
		return nil, nil
	}
	fires, err := (*told)(ctx, from, to)
	fires = slices.DeleteFunc(fires, func(f Fire) bool { return f.At.Before(from) || f.At.After(to) })
	slices.SortStableFunc(fires, func(a, b Fire) int { return a.At.Compare(b.At) })
	return fires, err
}

// shownSpan is the longest stretch of time that is shown at once: a month of whole
// weeks, in any zone.
const shownSpan = 45 * 24 * time.Hour

// serveCalendar answers with the fires of ?from=…&to=….
func (w *World) serveCalendar(rw http.ResponseWriter, r *http.Request) {
	from, fromErr := time.Parse(time.RFC3339, r.URL.Query().Get("from"))
	to, toErr := time.Parse(time.RFC3339, r.URL.Query().Get("to"))
	if fromErr != nil || toErr != nil || to.Before(from) || to.Sub(from) > shownSpan {
		answer(rw, http.StatusBadRequest, map[string]any{"error": "from and to are instants such as 2026-11-01T00:00:00Z, at most 45 days apart"})
		return
	}
	fires, err := w.fires(r.Context(), from, to)
	if err != nil {
		w.log.Warn("the calendar could not be read", "err", err)
		answer(rw, http.StatusInternalServerError, map[string]any{"error": "the calendar could not be read: " + err.Error()})
		return
	}
	rw.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(rw).Encode(append([]Fire{}, fires...)); err != nil { // never null
		w.log.Debug("the page went away", "err", err)
	}
}

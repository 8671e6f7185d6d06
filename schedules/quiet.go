package schedules

import (
	"fmt"
	"strings"
	"time"

	"magpie/cards"
)

// Quiet are hours of the day in which nothing fires: From up to, but not at, To. They
// may go over midnight. From equal to To means none.
type Quiet struct{ From, To time.Duration }

// ParseQuiet reads 22:00-08:00; "" means none.
func ParseQuiet(text string) (Quiet, error) {
	if text == "" {
		return Quiet{}, nil
	}
	from, to, ok := strings.Cut(text, "-")
	begin, err := time.Parse("15:04", strings.TrimSpace(from))
	end, err2 := time.Parse("15:04", strings.TrimSpace(to))
	if !ok || err != nil || err2 != nil || begin.Equal(end) {
		return Quiet{}, fmt.Errorf("is %q: expected two times of day such as 22:00-08:00", text)
	}
	midnight := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	return Quiet{From: begin.Sub(midnight), To: end.Sub(midnight)}, nil
}

// String writes the hours as they are set.
func (q Quiet) String() string {
	at := func(d time.Duration) string { return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60) }
	return at(q.From) + "-" + at(q.To)
}

// QuietHours are the quiet hours with the zone that they are of, which need not be the reader's.
func (s *ledger) QuietHours() cards.Text {
	return cards.Code(s.Quiet.String() + " " + s.Zone.String())
}

// End is when the quiet hours that t is in are over; zero where it is in none.
func (q Quiet) End(t time.Time, zone *time.Location) time.Time {
	if q.From == q.To {
		return time.Time{}
	}
	wall := wallOf(t, zone)
	day := wall.Truncate(24 * time.Hour)
	since := wall.Sub(day)
	switch {
	case q.From < q.To && (since < q.From || since >= q.To):
		return time.Time{}
	case q.From > q.To && since >= q.From:
		day = day.AddDate(0, 0, 1)
	case q.From > q.To && since >= q.To:
		return time.Time{}
	}
	end, _ := instantOf(day.Add(q.To), zone)
	return end
}

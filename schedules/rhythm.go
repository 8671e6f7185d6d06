package schedules

import "time"

// everyHour reports whether the schedule fires in each hour of its days.
func (s Spec) everyHour() bool { return s.fields != nil && len(values(s.fields.Hour)) == 24 }

// nextByWall is the first instant after t at which the clocks show a time of the
// schedule, the second time too. Between two clock changes wall and instant go along.
func (s Spec) nextByWall(t time.Time) time.Time {
	for {
		_, change := t.In(s.Zone).ZoneBounds()
		wall := wallOf(t, s.Zone)
		next := s.fields.Next(wall)
		for !next.IsZero() && !s.Weeks.have(next) {
			next = s.fields.Next(next)
		}
		if next.IsZero() {
			return time.Time{}
		}
		if at := t.UTC().Add(next.Sub(wall)); change.IsZero() || at.Before(change) {
			return at
		}
		// The moment of the change itself may be a fire.
		if shown := wallOf(change, s.Zone); s.fields.Next(shown.Add(-time.Second)).Equal(shown) && s.Weeks.have(shown) {
			return change.UTC()
		}
		t = change
	}
}

// Weeks are every Every-th week, counted from the one that has the day From (as if it
// were UTC's); a week begins on Monday. An Every below 2 is every week.
type Weeks struct {
	Every int       `json:"every"`
	From  time.Time `json:"from"`
}

// have reports whether a day is in one of the weeks.
func (w Weeks) have(day time.Time) bool {
	if w.Every < 2 {
		return true
	}
	weeks := int(mondayOf(day).Sub(mondayOf(w.From)).Hours()) / (7 * 24)
	return weeks%w.Every == 0
}

func mondayOf(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day()-(int(day.Weekday())+6)%7, 0, 0, 0, 0, time.UTC)
}

package schedules

import (
	"time"
)

// Interval is the least time between two fires, by the clock on the wall.
func (s Spec) Interval() time.Duration {
	if s.fields == nil {
		return 1 << 62
	}
	least := time.Duration(1 << 62)
	first, last := -1, -1
	for hour := range 24 {
		for minute := range 60 {
			if s.fields.Hour&(1<<hour) == 0 || s.fields.Minute&(1<<minute) == 0 {
				continue
			}
			at := hour*60 + minute
			if last >= 0 {
				least = min(least, time.Duration(at-last)*time.Minute)
			} else {
				first = at
			}
			last = at
		}
	}
	if days := s.daysBetween(); days > 0 {
		least = min(least, time.Duration(first+days*24*60-last)*time.Minute)
	}
	return least
}

// daysBetween is the least number of days from one on which the schedule fires to the
// next; 0 where there are no two. Eight years have two of every date.
func (s Spec) daysBetween() (least int) {
	since := -1
	for n := range 8 * 366 {
		if !s.onDay(time.Date(2024, 1, 1+n, 0, 0, 0, 0, time.UTC)) {
			continue
		}
		if since >= 0 && (least == 0 || n-since < least) {
			least = n - since
		}
		since = n
	}
	return least
}

func (s Spec) onDay(day time.Time) bool {
	if s.fields.Month&(1<<day.Month()) == 0 || !s.Weeks.have(day) {
		return false
	}
	byDate, byWeekday := s.fields.Dom&(1<<day.Day()) != 0, s.fields.Dow&(1<<day.Weekday()) != 0
	if s.fields.Dom&starBit != 0 || s.fields.Dow&starBit != 0 {
		return byDate && byWeekday
	}
	return byDate || byWeekday
}

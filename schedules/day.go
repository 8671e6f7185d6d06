package schedules

import (
	"errors"
	"strings"
	"time"

	"magpie/cards"
)

// Day is when a day that people name ends, as said at now in zone: friday, tomorrow,
// 2026-12-04, 周五; or the instant of words that have a time. It refuses as Understand does;
// without a code what is no day.
func Day(text string, now time.Time, zone *time.Location) (end time.Time, err error) {
	if strings.TrimSpace(text) == "" {
		return end, cards.Refuse("fault.spec_day", "day", cards.Code(text))
	}
	u, err := Understand(text+" 23:59:59", now, zone)
	if err == nil && u.Cron == "" && !u.Wall.IsZero() {
		end, _ = instantOf(time.Date(u.Wall.Year(), u.Wall.Month(), u.Wall.Day()+1, 0, 0, 0, 0, time.UTC), zone)
		return end, nil
	}
	var uncertain *Uncertain
	if cards.IsRefused(err, cards.TimePast) || errors.As(err, &uncertain) {
		return end, err
	}
	if u, err = Understand(text, now, zone); err == nil && u.Cron == "" && u.At.After(now) {
		return u.At, nil
	}
	if cards.IsRefused(err, cards.TimePast) {
		return end, err
	}
	return end, cards.Refuse("fault.spec_day", "day", cards.Code(text))
}

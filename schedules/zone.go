package schedules

import (
	"strings"
	"time"

	"magpie/cards"
	"magpie/zones"
)

// wallOf is what the clocks of zone show at t, written as if it were UTC.
func wallOf(t time.Time, zone *time.Location) time.Time {
	_, offset := t.In(zone).Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// change says whether a wall time is skipped or repeated by a clock change.
type change int

const (
	plain change = iota
	skipped
	repeated
)

// instantOf is when the clocks of zone show wall. A time that they skip is the first
// moment after the gap; of one that they show twice it is the first.
func instantOf(wall time.Time, zone *time.Location) (time.Time, change) {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone)
	start, end := t.ZoneBounds()
	switch shown := wallOf(t, zone); {
	case shown.After(wall): // the library went past the gap
		return start, skipped
	case shown.Before(wall):
		return end, skipped
	}
	if earlier, ok := sameWall(t, start, true); ok {
		return earlier, repeated
	}
	if _, ok := sameWall(t, end, false); ok {
		return t, repeated
	}
	return t, plain
}

// sameWall is the other instant with t's wall time, across the clock change at edge.
func sameWall(t, edge time.Time, before bool) (time.Time, bool) {
	if edge.IsZero() {
		return t, false
	}
	_, here := t.Zone()
	across := edge
	if before {
		across = edge.Add(-time.Nanosecond)
	}
	_, there := across.Zone()
	other := t.Add(time.Duration(here-there) * time.Second)
	if before {
		return other, there > here && other.Before(edge)
	}
	return other, there < here && !other.Before(edge)
}

// Oddity are the fires that one clock change moves or would double.
type Oddity struct {
	Wall, LastWall time.Time // what the spec says, as if it were UTC
	At             time.Time // when it fires, the first time
	Count          int
	Skipped        bool // the wall times do not exist; else they exist twice
}

// Oddities are the clock changes within a year after t that the schedule meets.
func (s Spec) Oddities(t time.Time) []Oddity {
	if s.fields == nil || s.everyHour() {
		return nil
	}
	var found []Oddity
	end := t.AddDate(1, 0, 0)
	for edge := t; ; {
		_, edge = edge.In(s.Zone).ZoneBounds()
		if edge.IsZero() || edge.After(end) {
			return found
		}
		if odd := s.oddity(edge, t); odd.Count > 0 {
			found = append(found, odd)
		}
	}
}

// oddity is what the clock change at edge does to the fires after t.
func (s Spec) oddity(edge, t time.Time) (odd Oddity) {
	// A clock change moves the clocks by a few hours at most.
	wall := wallOf(edge.Add(-time.Nanosecond), s.Zone).Add(-4 * time.Hour)
	for stop := wall.Add(8 * time.Hour); ; {
		if wall = s.fields.Next(wall); wall.IsZero() || wall.After(stop) {
			return odd
		}
		at, what := instantOf(wall, s.Zone)
		if what == plain || !s.Weeks.have(wall) || !at.After(t) || !s.Until.IsZero() && !at.Before(s.Until) {
			continue
		}
		if odd.Count == 0 {
			odd = Oddity{Wall: wall, At: at, Skipped: what == skipped}
		}
		odd.LastWall, odd.Count = wall, odd.Count+1
	}
}

// alsoCalled are zones by names that people use.
var alsoCalled = map[string]string{
	"beijing": "Asia/Shanghai", "shanghai": "Asia/Shanghai", "china": "Asia/Shanghai", "北京": "Asia/Shanghai", "北京时间": "Asia/Shanghai", "上海": "Asia/Shanghai", "中国": "Asia/Shanghai",
	"hong kong": "Asia/Hong_Kong", "hongkong": "Asia/Hong_Kong", "香港": "Asia/Hong_Kong", "台北": "Asia/Taipei", "taipei": "Asia/Taipei", "tokyo": "Asia/Tokyo", "东京": "Asia/Tokyo",
	"singapore": "Asia/Singapore", "新加坡": "Asia/Singapore", "london": "Europe/London", "伦敦": "Europe/London", "berlin": "Europe/Berlin", "paris": "Europe/Paris", "巴黎": "Europe/Paris",
	"new york": "America/New_York", "纽约": "America/New_York", "los angeles": "America/Los_Angeles", "san francisco": "America/Los_Angeles", "sydney": "Australia/Sydney", "悉尼": "Australia/Sydney",
	"utc": "UTC", "gmt": "UTC", "z": "UTC",
}

// ParseZone reads the name of a zone. It refuses, without a code, a name that no zone has.
func ParseZone(name string) (*time.Location, error) {
	name = strings.TrimSpace(name)
	if known, ok := alsoCalled[strings.ToLower(name)]; ok {
		name = known
	}
	if zone, err := zones.Load(name); err == nil {
		return zone, nil
	}
	refusal := cards.Refuse("fault.spec_unknown_zone", "zone", cards.Code(name), "example", cards.Code("tz=Asia/Shanghai"))
	refusal.Field = "tz"
	return nil, refusal
}

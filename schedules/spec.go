package schedules

import (
	"fmt"
	"math/bits"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"magpie/cards"
)

// Spec is when a schedule fires: a cron text in a zone, or one instant.
type Spec struct {
	Cron  string // five fields; "" for one instant
	At    time.Time
	Zone  *time.Location
	Until time.Time // nothing at or after it; zero: without end
	Weeks Weeks     // of which weeks the days are; zero: of all

	fields *cron.SpecSchedule
}

// starBit is how the parser marks a field that is *.
const starBit = 1 << 63

var descriptors = map[string]string{
	"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *",
	"@weekly": "0 0 * * 0", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}

// fieldNames and fieldMax are those of the five fields, in order.
var (
	fieldNames = []string{"minute", "hour", "day", "month", "weekday"}
	fieldSpan  = []int{60, 24, 31, 12, 7}
)

// ParseCron reads five fields or one of @daily and its friends. either says that a day
// of month and a day of week given together are to mean "on either". Refuses with
// cards.TwoDays where it does not say so and they are; without a code what is no cron text.
func ParseCron(text string, zone *time.Location, either bool) (Spec, error) {
	s := Spec{Zone: zone, Cron: strings.Join(strings.Fields(text), " ")}
	if plain, ok := descriptors[strings.ToLower(s.Cron)]; ok {
		s.Cron = plain
	}
	fields := strings.Fields(s.Cron)
	switch {
	case strings.Contains(strings.ToUpper(text), "TZ="):
		return s, cards.Refuse("fault.spec_zone", "zone", cards.Code("tz=Asia/Shanghai"))
	case strings.HasPrefix(s.Cron, "@"):
		return s, cards.Refuse("fault.spec_descriptor", "spec", cards.Code(text))
	case len(fields) != 5:
		return s, cards.Refuse("fault.spec_fields", "spec", cards.Code(text), "count", len(fields))
	}
	fields[4] = sundays(fields[4])
	for i, field := range fields {
		if step := tooLong(field, fieldSpan[i]); step != "" {
			return s, cards.Refuse("fault.spec_step", "field", cards.T("spec."+fieldNames[i]), "step", cards.Code(step), "span", fieldSpan[i])
		}
	}
	s.Cron = strings.Join(fields, " ")
	var err error
	if s.fields, err = parse(s.Cron); err != nil {
		return s, cards.Refuse("fault.spec_cron", "spec", cards.Code(text), "why", cards.Plain(err.Error()))
	}
	if isAny(fields[2]) || isAny(fields[4]) {
		// A bare star goes with the other field's days; the parser sees a star in */1 too.
		return s, nil
	}
	if !either {
		return s, cards.Refuse("fault.spec_both", "day", cards.Code(fields[2]), "weekday", cards.Code(fields[4])).WithCode(cards.TwoDays)
	}
	s.fields.Dom &^= starBit
	s.fields.Dow &^= starBit
	return s, nil
}

// parse is the library's parser without its panics.
func parse(text string) (fields *cron.SpecSchedule, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	schedule, err := cron.ParseStandard(text)
	if err != nil {
		return nil, err
	}
	fields, ok := schedule.(*cron.SpecSchedule)
	if !ok {
		return nil, fmt.Errorf("%s has no fields", text)
	}
	// The calendar is walked as if it were UTC's; the zone is put on afterwards.
	fields.Location = time.UTC
	return fields, nil
}

func isAny(field string) bool { return field == "*" || field == "?" }

var stepOf = regexp.MustCompile(`/(\d+)`)

// tooLong is a step that is longer than its field: the parser takes */90 in minutes
// for "hourly" without a word.
func tooLong(field string, span int) string {
	for _, m := range stepOf.FindAllStringSubmatch(field, -1) {
		if n, err := strconv.Atoi(m[1]); err != nil || n >= span {
			return field
		}
	}
	return ""
}

// sundays writes 7, which many people take for Sunday, as 0.
func sundays(field string) string {
	parts := strings.Split(field, ",")
	for i, part := range parts {
		first, last, isRange := strings.Cut(part, "-")
		if isRange && strings.EqualFold(last, "sun") {
			last = "7" // a range that ends with Sunday, by name: the parser refuses it
		}
		if isRange && last == "7" && strings.EqualFold(first, "sun") {
			first = "0"
		}
		switch {
		case part == "7":
			parts[i] = "0"
		case isRange && last == "7" && first == "7", isRange && strings.EqualFold(part, "sun-sun"):
			parts[i] = "0"
		case isRange && last == "7" && first == "0":
			parts[i] = "0-6"
		case isRange && last == "7":
			parts[i] = first + "-6,0"
		}
	}
	return strings.Join(parts, ",")
}

// Once is a Spec that fires at one instant.
func Once(at time.Time, zone *time.Location) Spec { return Spec{At: at, Zone: zone} }

// IsOnce reports whether the spec is one instant.
func (s Spec) IsOnce() bool { return s.fields == nil }

// Next is the first instant after t at which the schedule fires; zero where there is
// none. A time that a clock change skips stands for the first moment after it; one
// that a clock change repeats is taken once, the first time. What fires in every hour
// keeps its rhythm instead: it goes by the clock on the wall, whatever that does.
func (s Spec) Next(t time.Time) time.Time {
	next := s.next(t)
	if !s.Until.IsZero() && !next.Before(s.Until) {
		return time.Time{}
	}
	return next
}

func (s Spec) next(t time.Time) time.Time {
	if s.fields == nil {
		if s.At.After(t) {
			return s.At
		}
		return time.Time{}
	}
	if s.everyHour() {
		return s.nextByWall(t)
	}
	for wall := wallOf(t, s.Zone); ; {
		if wall = s.fields.Next(wall); wall.IsZero() {
			return time.Time{}
		}
		if !s.Weeks.have(wall) {
			continue
		}
		if at, _ := instantOf(wall, s.Zone); at.After(t) {
			return at
		}
	}
}

// Fires are the next n instants after t.
func (s Spec) Fires(t time.Time, n int) []time.Time {
	var fires []time.Time
	for range n {
		if t = s.Next(t); t.IsZero() {
			break
		}
		fires = append(fires, t)
	}
	return fires
}

// Count counts the fires from one, first, up to and with upTo, and names the last;
// 0 where the first is later than that.
func (s Spec) Count(first, upTo time.Time) (count int, last time.Time) {
	for t := first; !t.IsZero() && !t.After(upTo) && count < 1<<20; t = s.Next(t) {
		count, last = count+1, t
	}
	return count, last
}

// values are the numbers that a field of the parser allows.
func values(field uint64) []int {
	var out []int
	for field &^= starBit; field != 0; field &= field - 1 {
		out = append(out, bits.TrailingZeros64(field))
	}
	return out
}

package schedules

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"magpie/zones"
)

// worldZones have clock changes on both sides of the equator, by half an hour, in Ramadan,
// at midnight, or none; offsets of half and quarter hours.
var worldZones = []string{
	"Asia/Shanghai", "UTC", "America/New_York", "Europe/Berlin", "Australia/Sydney", "Australia/Lord_Howe", "Africa/Cairo", "Africa/Casablanca",
	"Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns", "America/Santiago", "Pacific/Auckland", "Pacific/Chatham", "Asia/Beirut", "America/Havana", "Atlantic/Azores", "Asia/Gaza",
}

// field is one field of a random spec: its text, and what it allows.
type field struct {
	text  string
	any   bool
	allow []bool
}

func randomField(r *rand.Rand, low, high int, anyOf float64) field {
	f := field{allow: make([]bool, high+1)}
	if r.Float64() < anyOf {
		for v := low; v <= high; v++ {
			f.allow[v] = true
		}
		return field{"*", true, f.allow}
	}
	var parts []string
	for range 1 + r.IntN(3) {
		from := low + r.IntN(high-low+1)
		switch r.IntN(3) {
		case 0:
			parts = append(parts, fmt.Sprint(from))
			f.allow[from] = true
		case 1:
			to := from + r.IntN(high-from+1)
			parts = append(parts, fmt.Sprintf("%d-%d", from, to))
			for v := from; v <= to; v++ {
				f.allow[v] = true
			}
		default:
			to, step := from+r.IntN(high-from+1), 1+r.IntN(min(10, high-low))
			parts = append(parts, fmt.Sprintf("%d-%d/%d", from, to, step))
			for v := from; v <= to; v += step {
				f.allow[v] = true
			}
		}
	}
	f.text = strings.Join(parts, ",")
	return f
}

// calendar is a spec as a person with a paper calendar would read it.
type calendar struct{ minute, hour, day, month, weekday field }

func randomCalendar(r *rand.Rand) calendar {
	c := calendar{
		minute: randomField(r, 0, 59, 0.1), hour: randomField(r, 0, 23, 0.3), day: randomField(r, 1, 31, 0.6),
		month: randomField(r, 1, 12, 0.7), weekday: randomField(r, 0, 6, 0.6),
	}
	return c
}

func (c calendar) String() string {
	return strings.Join([]string{c.minute.text, c.hour.text, c.day.text, c.month.text, c.weekday.text}, " ")
}

func (c calendar) on(wall time.Time) bool {
	date, week := c.day.allow[wall.Day()], c.weekday.allow[int(wall.Weekday())]
	days := date && week
	if !c.day.any && !c.weekday.any {
		days = date || week
	}
	return days && c.month.allow[int(wall.Month())] && c.hour.allow[wall.Hour()] && c.minute.allow[wall.Minute()]
}

// walk goes through real time minute by minute, looks at the clock on the wall, and
// writes down when the calendar says so: in a gap at the first moment after it, in a
// repeat once. What is in every hour goes by the wall alone.
func (c calendar) walk(from, to time.Time, zone *time.Location) (fires []time.Time) {
	seen := map[time.Time]bool{}
	wall := func(t time.Time) time.Time {
		t = t.In(zone)
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC)
	}
	// What was shown before the walk began counts as seen.
	for t := from.Add(-3 * time.Hour); !t.After(from); t = t.Add(time.Minute) {
		seen[wall(t)] = true
	}
	before := wall(from)
	for t := from.Add(time.Minute); !t.After(to); t = t.Add(time.Minute) {
		now, fire := wall(t), false
		for skipped := before.Add(time.Minute); skipped.Before(now); skipped = skipped.Add(time.Minute) {
			fire = fire || c.on(skipped)
		}
		if !seen[now] {
			seen[now] = true
			fire = fire || c.on(now)
		}
		if !slices.Contains(c.hour.allow, false) {
			fire = c.on(now)
		}
		if before = now; fire {
			fires = append(fires, t)
		}
	}
	return fires
}

func TestNextAgreesWithAPaperCalendar(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	count := 0
	for i := range 54 {
		c, name := randomCalendar(r), worldZones[i%len(worldZones)]
		zone, err := zones.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		from := time.Date(2026, time.Month(1+r.IntN(12)), 1+r.IntN(28), r.IntN(24), r.IntN(60), 0, 0, time.UTC)
		if _, change := from.In(zone).ZoneBounds(); i%2 == 0 && !change.IsZero() { // half of them around a clock change
			from = change.Add(-time.Duration(r.IntN(72*60)) * time.Minute)
		}
		to := from.Add(time.Duration(3+r.IntN(6)) * 24 * time.Hour)
		spec, err := ParseCron(c.String(), zone, true)
		if err != nil {
			t.Fatalf("ParseCron(%q): %v", c, err)
		}
		want := c.walk(from, to, zone)
		var got []time.Time
		for at := spec.Next(from); !at.IsZero() && !at.After(to); at = spec.Next(at) {
			got = append(got, at.UTC())
		}
		if !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Fatalf("%q in %s from %s to %s:\ngot  %v\nwant %v", c, name, from, to, got, want)
		}
		count += len(want)
	}
	t.Logf("%d fires compared", count)
}

func TestIntervalIsTheLeastOfThePaperCalendar(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	for range 8 {
		c := randomCalendar(r)
		spec, err := ParseCron(c.String(), time.UTC, true)
		if err != nil {
			t.Fatal(err)
		}
		got := spec.Interval()
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		last, least := time.Time{}, time.Duration(1<<62)
		for at := spec.Next(start); !at.IsZero() && at.Before(start.AddDate(0, 4, 0)); at = spec.Next(at) {
			if !last.IsZero() {
				least = min(least, at.Sub(last))
			}
			last = at
		}
		if least < 24*time.Hour && got != least {
			t.Errorf("Interval(%q): got %s, want %s", c, got, least)
		}
	}
}

func TestIntervalOfMoreThanADay(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"0 9 * * *": day, "0 9 * * 1": 7 * day, "0 9 * * 1,5": 3 * day, "0 9 1 * *": 28 * day, "0 9 31 * *": 31 * day, "0 0 1 1 *": 365 * day, "0 0 29 2 *": 1461 * day,
		"0 0,23 * * *": time.Hour, "0 0,23 * * 1": 23 * time.Hour, "30 23 1,31 12 *": 30 * day, "0 9 31 1,12 *": 31 * day,
	} {
		spec, err := ParseCron(text, time.UTC, false)
		if err != nil {
			t.Fatal(err)
		}
		if got := spec.Interval(); got != want {
			t.Errorf("Interval(%q): got %s, want %s", text, got, want)
		}
	}
}

func TestClockChanges(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ zone, spec, from, want, odd string }{
		{"Europe/Berlin", "30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "gap 02:30"},
		{"Europe/Berlin", "30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "repeat 02:30"},
		{"America/New_York", "30 1 * * *", "2026-11-01T04:00:00Z", "2026-11-01T05:30:00Z", "repeat 01:30"},
		{"Australia/Lord_Howe", "10 2 * * *", "2026-10-03T00:00:00Z", "2026-10-03T15:30:00Z", "gap 02:10"},
		{"Africa/Cairo", "0 0 * * *", "2026-04-23T00:00:00Z", "2026-04-23T22:00:00Z", "gap 00:00"},
		{"America/Santiago", "30 23 * * *", "2026-04-04T12:00:00Z", "2026-04-05T02:30:00Z", "repeat 23:30"},
	} {
		zone, err := ParseZone(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		spec, err := ParseCron(test.spec, zone, false)
		if err != nil {
			t.Fatal(err)
		}
		from, err := time.Parse(time.RFC3339, test.from)
		if err != nil {
			t.Fatal(err)
		}
		next := spec.Next(from)
		if got := next.UTC().Format(time.RFC3339); got != test.want {
			t.Errorf("%s %q after %s: got %s, want %s", test.zone, test.spec, test.from, got, test.want)
		}
		odd := "none"
		if found := spec.Oddities(from); len(found) > 0 && found[0].At.Equal(next) {
			odd = "repeat " + found[0].Wall.Format("15:04")
			if found[0].Skipped {
				odd = "gap " + found[0].Wall.Format("15:04")
			}
		}
		if odd != test.odd {
			t.Errorf("%s %q: got oddity %s, want %s", test.zone, test.spec, odd, test.odd)
		}
		if again := spec.Next(next); again.Sub(next) < 20*time.Hour {
			t.Errorf("%s %q fires at %s and again at %s", test.zone, test.spec, next, again)
		}
	}
}

func TestEveryOddFireIsTold(t *testing.T) {
	t.Parallel()
	berlin, err := ParseZone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for spec, want := range map[string]string{
		"*/15 0-12 * * *": "4 skipped 03-28 02:00 to 02:45 at 03:00, 4 twice 10-31 02:00 to 02:45 at 02:00",
		"* 2,3 * * *":     "60 skipped 03-28 02:00 to 02:59 at 03:00, 60 twice 10-31 02:00 to 02:59 at 02:00",
		"*/15 * * * *":    "",
		"* * * * *":       "",
		"30 2 * * *":      "1 skipped 03-28 02:30 to 02:30 at 03:00, 1 twice 10-31 02:30 to 02:30 at 02:30",
		"*/30 2 * 3 *":    "2 skipped 03-28 02:00 to 02:30 at 03:00",
		"*/15 3-23 * * *": "",
	} {
		s, err := ParseCron(spec, berlin, false)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, odd := range s.Oddities(from) {
			what := "twice"
			if odd.Skipped {
				what = "skipped"
			}
			got = append(got, fmt.Sprintf("%d %s %s to %s at %s", odd.Count, what, odd.Wall.Format("01-02 15:04"), odd.LastWall.Format("15:04"), odd.At.In(berlin).Format("15:04")))
		}
		if all := strings.Join(got, ", "); all != want {
			t.Errorf("Oddities of %q: got %s, want %s", spec, all, want)
		}
	}
}

func TestWrongSpecsAreRefused(t *testing.T) {
	t.Parallel()
	for spec, want := range map[string]string{
		"*/90 * * * *": "fault.spec_step", "0 */24 * * *": "fault.spec_step", "0 9 1 * 1": "fault.spec_both", "0 9 */2 * 1": "fault.spec_both",
		"TZ=UTC": "fault.spec_zone", "TZ=0": "fault.spec_zone", "CRON_TZ=Asia/Tokyo 0 9 * * *": "fault.spec_zone", "@reboot": "fault.spec_descriptor", "@every 0s": "fault.spec_descriptor",
		"0 9 * *": "fault.spec_fields", "0 0 9 * * *": "fault.spec_fields", "60 9 * * *": "fault.spec_cron", "0 9 L * *": "fault.spec_cron", "0 9 * * 1#2": "fault.spec_cron", "0 9 * * 5-1": "fault.spec_cron",
		"*/0 * * * *": "fault.spec_cron", "a b c d e": "fault.spec_cron", "-1 9 * * *": "fault.spec_cron", "*/99999999999999999999 * * * *": "fault.spec_step",
	} {
		_, err := ParseCron(spec, time.UTC, false)
		if key := keyOf(err); key != want {
			t.Errorf("ParseCron(%q): got %v, want %s", spec, err, want)
		}
	}
	for spec, want := range map[string]string{"0 9 * * 7": "0 9 * * 0", "0 9 * * 5-7": "0 9 * * 5-6,0", "0 9 * * fri-sun": "0 9 * * fri-6,0", "0 9 * * SAT-SUN": "0 9 * * SAT-6,0", "0 9 * * sun-sun": "0 9 * * 0", "0 9 * * sun-tue": "0 9 * * sun-tue", "0 9 * * mon,fri-Sun": "0 9 * * mon,fri-6,0", "@Daily": "0 0 * * *", " 0  9 * * mon ": "0 9 * * mon"} {
		if got, err := ParseCron(spec, time.UTC, false); err != nil || got.Cron != want {
			t.Errorf("ParseCron(%q): got %q, %v, want %q", spec, got.Cron, err, want)
		}
	}
	never, err := ParseCron("0 0 31 2 *", time.UTC, false)
	if err != nil || !never.Next(time.Now()).IsZero() {
		t.Errorf("31 February: got %s, %v, want never", never.Next(time.Now()), err)
	}
	for _, zone := range []string{"", "Local", "Mars/Olympus", "UTC+8"} {
		if _, err := ParseZone(zone); keyOf(err) != "fault.spec_unknown_zone" {
			t.Errorf("ParseZone(%q): got %v, want it refused", zone, err)
		}
	}
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	zone, err := ParseZone("北京")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 24, 1, 0, 5, 0, time.UTC) // Tuesday, 09:00 in Shanghai
	for line, want := range map[string]string{
		"{{date}}": "2026-11-24", "{{weekday zh}}": "星期二", "{{weekday}}": "Tuesday", "{{date +1d}}": "2026-11-25", "{{ date -1w }}": "2026-11-17",
		"{{date zh}}": "2026年11月24日", "{{date +1d M月D日}}": "11月25日", "{{time}}": "09:00", "{{time +2h}}": "11:00", "{{time +30m}}": "09:30", "{{time -90m}}": "07:30", "{{time +30m HH点mm}}": "09点30", "{{date YYYY-MM-DDTHH:mm}}": "2026-11-24T09:00", "{{date YYYYMMDD}}": "20261124", "{{date YYYY/MM/DD HH:mm}}": "2026/11/24 09:00",
		"{{weekday zh +5d}}": "星期日", "{{date +1y}}": "2027-11-24", "{{date +3m MM}}": "02", "a {{date}} b {{date}}": "a 2026-11-24 b 2026-11-24", "{{date ss}}": "05", "{x} }} {{": "{x} }} {{",
		`{{date "DD"}}`: `\"24\"`,
	} {
		if got, err := Fill(line, at, zone); err != nil || got != want {
			t.Errorf("Fill(%s): got %q, %v, want %q", line, got, err, want)
		}
	}
	for _, line := range []string{"{{}}", "{{name}}", "{{date +1}}", "{{weekday fr}}", "{{date +1x}}", "{{weekday DD}}", "{{time +1d}}", "{{time +2w}}", "{{time +1y}}", "{{date Monday}}", "{{date DDDD}}", "{{date MMM}}", "{{date YYY}}", "{{date hh:mm}}", "{{date DDT}}", "{{date Dth}}"} {
		if _, err := Fill(line, at, zone); keyOf(err) != "fault.placeholder" {
			t.Errorf("Fill(%s): got %v, want it refused", line, err)
		}
	}
	if got, _ := Fill("{{date +1m}}", time.Date(2026, 1, 31, 4, 0, 0, 0, time.UTC), zone); got != "2026-02-28" {
		t.Errorf("a month after 31 January: got %s", got)
	}
}

// Where clocks are set back, what fires in every hour keeps its rhythm; daily times
// fire once.
func TestEveryHourKeepsItsRhythm(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		zone, cron, from, to string
		every                time.Duration
	}{
		{"America/New_York", "0 * * * *", "2026-11-01T00:00:00Z", "2026-11-01T12:00:00Z", time.Hour},
		{"America/New_York", "*/30 * * * *", "2026-11-01T00:00:00Z", "2026-11-01T12:00:00Z", 30 * time.Minute},
		{"America/New_York", "15 * * * *", "2026-03-08T00:00:00Z", "2026-03-08T12:00:00Z", time.Hour},
		{"Europe/Berlin", "0 * * * *", "2026-10-24T20:00:00Z", "2026-10-25T06:00:00Z", time.Hour},
		{"Europe/Berlin", "*/15 * * * *", "2026-03-28T20:00:00Z", "2026-03-29T06:00:00Z", 15 * time.Minute},
		{"Australia/Lord_Howe", "*/30 * * * *", "2026-04-04T10:00:00Z", "2026-04-04T20:00:00Z", 30 * time.Minute},
	} {
		zone, err := ParseZone(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		spec, err := ParseCron(test.cron, zone, false)
		if err != nil {
			t.Fatal(err)
		}
		from, _ := time.Parse(time.RFC3339, test.from)
		to, _ := time.Parse(time.RFC3339, test.to)
		last := spec.Next(from)
		for at := spec.Next(last); at.Before(to); at = spec.Next(at) {
			if at.Sub(last) != test.every {
				t.Errorf("%s in %s: got %s after %s, want it %s later", test.cron, test.zone, at, last, test.every)
			}
			last = at
		}
	}
}

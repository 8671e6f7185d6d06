package wechat

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// checkTime tells a date alone from what is neither. The page asks for a time, before which
// a date may stand; people send dates alone ("time2": "2026-09-07~2026-09-20"), and nothing
// that was found says whether WeChat takes them.
func checkTime(s string) (string, []any) {
	from, to, ranged := strings.Cut(s, "~")
	fromDay, fromClock := moment(from)
	toDay, toClock := fromDay, fromClock
	if ranged {
		toDay, toClock = moment(to)
	}
	switch {
	case fromClock && toClock:
		return "", nil
	case (fromDay || fromClock) && (toDay || toClock):
		return ruleDateAlone, nil
	}
	return ruleTime, nil
}

// checkDate takes a range joined with any of WeChat's connectors, which also
// stand inside a date: each of them is tried as the joint.
func checkDate(s string) (string, []any) {
	if day, _ := moment(s); day {
		return "", nil
	}
	if len(s) > 200 {
		return ruleDate, nil
	}
	for i, r := range s {
		if !strings.ContainsRune("~-/.", r) {
			continue
		}
		fromDay, fromClock := moment(s[:i])
		toDay, toClock := moment(s[i+1:])
		if fromDay && (toDay || fromClock && toClock) {
			return "", nil
		}
	}
	return ruleDate, nil
}

// The days that WeChat's page names: 日期包含年月日，为y年m月d日，y年m月、m月d日格式，或者用‘-’、‘/’、‘.’符号连接,
// such as 2018-01-01, 2018-01 and 01-01. Each form has three groups: year, month and day, of
// which one may be empty.
const (
	dayForm = `(?:(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?|()(\d{1,2})月(\d{1,2})日` +
		`|(\d{4})-(\d{1,2})(?:-(\d{1,2}))?|()(\d{1,2})-(\d{1,2})` +
		`|(\d{4})/(\d{1,2})(?:/(\d{1,2}))?|()(\d{1,2})/(\d{1,2})` +
		`|(\d{4})\.(\d{1,2})(?:\.(\d{1,2}))?|()(\d{1,2})\.(\d{1,2})` +
		`|([A-Za-z]{3,9})\.? (\d{1,2}), ?(\d{4}))`
	clockForm = `(\d{1,2}): ?(\d{2})(?:: ?(\d{2}))?`

	named     = 8 * 3     // where the groups of a day with its month's name begin
	dayGroups = named + 3 // all groups of dayForm
)

var (
	dayFirst   = regexp.MustCompile(`^` + dayForm + `(?:,? *` + clockForm + `)?$`)
	clockFirst = regexp.MustCompile(`^` + clockForm + `(?:,? *` + dayForm + `)?$`)
)

// moment reads one point in time and tells whether it names a day, and an hour.
func moment(s string) (day, clock bool) {
	s = strings.TrimSpace(s)
	if len(s) == 5 && s[2] == ':' && isDigit(rune(s[0])) && isDigit(rune(s[1])) && isDigit(rune(s[3])) && isDigit(rune(s[4])) {
		return false, s[:2] < "24" && s[3:] < "60" // by far the most common
	}
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		m = m[1:]
		hour := m[dayGroups] != ""
		if !realDay(m) || hour && !realClock(m[dayGroups:]) {
			return false, false
		}
		return true, hour
	}
	if m := clockFirst.FindStringSubmatch(s); m != nil {
		m = m[1:]
		day = strings.Join(m[3:], "") != ""
		if !realClock(m) || day && !realDay(m[3:]) {
			return false, false
		}
		return day, true
	}
	return false, false
}

func realClock(m []string) bool {
	return number(m[0]) < 24 && number(m[1]) < 60 && number(m[2]) < 60
}

func realDay(m []string) bool {
	if m[named] != "" {
		for month := time.January; month <= time.December; month++ {
			name := month.String()
			if strings.EqualFold(m[named], name) || strings.EqualFold(m[named], name[:3]) {
				return dayInMonth(number(m[named+2]), int(month), number(m[named+1]))
			}
		}
		return false
	}
	for i := 0; i < named; i += 3 {
		if m[i+1] == "" {
			continue
		}
		year, day := cmp.Or(m[i], "2000"), cmp.Or(m[i+2], "1") // without a year, 29 February is a day
		return dayInMonth(number(year), number(m[i+1]), number(day))
	}
	return false
}

func dayInMonth(year, month, day int) bool {
	d := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return d.Year() == year && int(d.Month()) == month && d.Day() == day
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

package schedules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	namesEN = `mon(?:day)?s?|tue(?:s|sday)?s?|wed(?:nesday)?s?|thu(?:rs|rsday|r)?s?|fri(?:day)?s?|sat(?:urday)?s?|sun(?:day)?s?`
	monthEN = `jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?`
	numZH   = `\d{1,2}|[一二两三四五六七八九十]{1,3}`
)

// days are the ways to say on which days; the first that fits is taken. Each gives the
// three last fields of a cron text.
var days = []struct {
	words *regexp.Regexp
	cron  func(m []string) string // "" refuses
}{
	{regexp.MustCompile(`^(?:(?:every|each|on)? ?(?:weekdays?|workdays?|working days?|business days?)|每个?工作日|(?:每个?)?(?:周|星期|礼拜)一(?:到|至|-|~)(?:周|星期|礼拜)?五|工作日)$`), is("* * 1-5")},
	{regexp.MustCompile(`^(?:(?:every|each)? ?weekends?|on weekends|每个?周末|周末)$`), is("* * 0,6")},
	{regexp.MustCompile(`^(?:(?:every|each) ?days?|daily|every single day|每天|每日|天天)$`), is("* * *")},
	{regexp.MustCompile(`^(?:every|each|on)? ?((?:` + namesEN + `)(?:(?: ?, ?and | and | ?, ?| & )(?:` + namesEN + `))*)$`), weekdaysEN},
	{regexp.MustCompile(`^(?:every|each|on)? ?(` + namesEN + `) ?(?:-|to|through|until) ?(` + namesEN + `)$`), weekdayRangeEN},
	{regexp.MustCompile(`^每个?(?:周|星期|礼拜)([一二三四五六日天](?:[,和及]?(?:周|星期|礼拜)?[一二三四五六日天])*)$`), weekdaysZH},
	{regexp.MustCompile(`^(?:每个?)(?:周|星期|礼拜)([一二三四五六日天])(?:到|至|-|~)(?:周|星期|礼拜)?([一二三四五六日天])$`), weekdayRangeZH},
	{regexp.MustCompile(`^(?:(?:every|each) month(?: on)?(?: the)?|monthly(?: on)?(?: the)?|(?:on )?(?:the )?) ?(?:day )?(\d{1,2}(?:st|nd|rd|th)?(?:(?: ?, ?and | and | ?, ?)(?:the )?\d{1,2}(?:st|nd|rd|th)?)*)(?: (?:day )?of (?:every|each|the) month| every month| each month)?$`), datesEN},
	{regexp.MustCompile(`^每个?月(?:的)?((?:` + numZH + `)[号日]?(?:[,和及](?:` + numZH + `)[号日]?)*)$`), datesZH},
	{regexp.MustCompile(`^(?:every|each) year on (?:the )?(` + monthEN + `) (\d{1,2})(?:st|nd|rd|th)?$`), dateOfYearEN},
	{regexp.MustCompile(`^每年(` + numZH + `)月(` + numZH + `)[号日]$`), func(m []string) string { return dateOf(number(m[2]), number(m[1])) }},
}

// spans are the ways to say "every so often".
var spans = []struct {
	words *regexp.Regexp
	hours bool
}{
	{regexp.MustCompile(`^(?:every|each) ?(\d{1,2})? ?(?:hours?|hrs?|h)$|^(hourly)$`), true},
	{regexp.MustCompile(`^每隔?(` + numZH + `)?个?(?:小时|钟头)$`), true},
	{regexp.MustCompile(`^(?:every|each) (\d{1,2}) ?(?:minutes?|mins?|m)$`), false},
	{regexp.MustCompile(`^每隔?(` + numZH + `)分钟$`), false},
	{regexp.MustCompile(`^(?:every )(half)(?: an)? hour$|^每(半)个?小时$`), false},
}

func is(cron string) func([]string) string { return func([]string) string { return cron } }

// readEvery reads what recurs: "every weekday at 9", 每月1号10点, "every 2 hours".
func readEvery(s *saying) (Understood, bool) {
	for _, span := range spans {
		if m := span.words.FindStringSubmatch(s.words); m != nil {
			return everySpan(s, span.hours, strings.Join(m[1:], ""))
		}
	}
	s.mark = timeMark
	times, ok := s.times()
	if !ok {
		return Understood{}, false
	}
	// Of several times it is certain which days they are for only where they stand together.
	if between := betweenTimes(s.words); anyDay.MatchString(between) {
		return s.refuse("fault.spec_days_apart")
	} else if !weightless(between) {
		return Understood{}, false
	}
	rest := strings.Join(strings.Fields(strings.ReplaceAll(s.words, timeMark, " ")), " ")
	rest = strings.TrimPrefix(joints.ReplaceAllString(rest, ""), "and ")
	if rest == "hourly" {
		return Understood{}, false
	}
	rest, fortnight := otherWeek(rest)
	for _, d := range days {
		m := d.words.FindStringSubmatch(rest)
		if m == nil || bareDay.MatchString(rest) {
			continue
		}
		cron := d.cron(m)
		switch {
		case cron == "", fortnight && (!strings.HasPrefix(cron, "* * ") || cron == "* * *"):
			return Understood{}, false
		case len(times) == 0:
			return s.refuse("fault.spec_no_time")
		}
		u, ok := everyDay(s, times, cron)
		if fortnight && s.wrong == nil {
			u.Weeks = s.weeksFrom(u.Cron, 2)
		}
		return u, ok
	}
	return Understood{}, false
}

// otherWeekForms are the ways to say "every other week" before its days.
var otherWeekForms = []struct {
	words *regexp.Regexp
	as    string
}{
	{regexp.MustCompile(`^(?:every|each) other (` + namesEN + `)\b`), "every $1"},
	{regexp.MustCompile(`^(?:every|each) (?:other|2|two) weeks?,? on `), "every "},
	{regexp.MustCompile(`^(?:每?隔一?周|每[两二2]周)的?(?:周|星期|礼拜)`), "每周"},
	{regexp.MustCompile(`^(?:每?隔一个?星期|每[两二2]个?星期)的?(?:周|星期|礼拜)`), "每周"},
}

// otherWeek reports whether the words are for every other week, and says them as if
// they were for every one.
func otherWeek(words string) (string, bool) {
	for _, form := range otherWeekForms {
		if form.words.MatchString(words) {
			return form.words.ReplaceAllString(words, form.as), true
		}
	}
	return words, false
}

// weeksFrom are every n-th week from the one of the first fire.
func (s *saying) weeksFrom(cron string, n int) Weeks {
	spec, err := ParseCron(cron, s.now.Location(), false)
	if err != nil {
		return Weeks{} // it is refused when it is read again
	}
	wall := wallOf(spec.Next(s.now), spec.Zone)
	return Weeks{Every: n, From: time.Date(wall.Year(), wall.Month(), wall.Day(), 0, 0, 0, 0, time.UTC)}
}

// timeMark stands where a time was.
const timeMark = "\x00"

// betweenTimes is what stands between the first time and the last.
func betweenTimes(words string) string {
	first, last := strings.Index(words, timeMark), strings.LastIndex(words, timeMark)
	if first == last {
		return ""
	}
	return strings.ReplaceAll(words[first:last], timeMark, " ")
}

var anyDay = regexp.MustCompile(`\b(?:` + namesEN + `|\d{1,2}(?:st|nd|rd|th)|days?|weekdays?|workdays?|weekends?|month)\b|(?:周|星期|礼拜)[一二三四五六日天末]|(?:` + numZH + `)[号日]|每|工作日`)

// joints are what is left between times and days.
var joints = regexp.MustCompile(`^(?:[ ,]|的|和)+|(?:[ ,]|\b(?:and|at|on|of)\b|的|和|及)+$`)

// bareDay is one day without "every" and without a plural: Monday may be the next one.
var bareDay = regexp.MustCompile(`^(?:on )?(?:mon|monday|tue|tues|tuesday|wed|wednesday|thu|thur|thurs|thursday|fri|friday|sat|saturday|sun|sunday)$|^(?:on )?(?:the )?\d{1,2}(?:st|nd|rd|th)?$`)

// everyDay puts times before the days. One cron text has one minute.
func everyDay(s *saying, times []clock, cron string) (Understood, bool) {
	var hours []string
	slices.SortFunc(times, func(a, b clock) int { return a.hour - b.hour })
	for _, t := range times {
		if t.minute != times[0].minute || t.second != 0 {
			return s.refuse("fault.spec_minutes")
		}
		hours = append(hours, strconv.Itoa(t.hour))
	}
	return Understood{Cron: fmt.Sprintf("%d %s %s", times[0].minute, strings.Join(slices.Compact(hours), ","), cron)}, true
}

// everySpan takes only what divides the day or the hour: all else would stumble at
// their end.
func everySpan(s *saying, hours bool, count string) (Understood, bool) {
	n, of := number(count), 60
	switch {
	case count == "half" || count == "半":
		n = 30
	case count == "" || count == "hourly":
		n = 1
	}
	if hours {
		of = 24
	}
	switch {
	case n < 1 || of%n != 0:
		return s.refuse("fault.spec_span", "count", n, "of", of)
	case hours && n == 24:
		return Understood{Cron: "0 0 * * *"}, true
	case hours && n == 1, !hours && n == 60:
		return Understood{Cron: "0 * * * *"}, true
	case hours:
		return Understood{Cron: fmt.Sprintf("0 */%d * * *", n)}, true
	}
	return Understood{Cron: fmt.Sprintf("*/%d * * * *", n)}, true
}

var listEN = regexp.MustCompile(`[a-z0-9]+`)

func weekdaysEN(m []string) string {
	var out []int
	for _, name := range listEN.FindAllString(m[1], -1) {
		if name != "and" {
			out = append(out, dayEN(name))
		}
	}
	return "* * " + joined(out)
}

func dayEN(name string) int {
	return slices.Index([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, name[:3])
}

func weekdayRangeEN(m []string) string { return dayRange(dayEN(m[1]), dayEN(m[2])) }

func dayRange(from, to int) string {
	var out []int
	for d := from; ; d = (d + 1) % 7 {
		if out = append(out, d); d == to {
			return "* * " + joined(out)
		}
	}
}

func dayZH(r rune) int { return max(0, strings.IndexRune("日一二三四五六", r)/3) } // 天 is 日

func weekdaysZH(m []string) string {
	var out []int
	for _, r := range m[1] {
		if strings.ContainsRune("一二三四五六日天", r) {
			out = append(out, dayZH(r))
		}
	}
	return "* * " + joined(out)
}

func weekdayRangeZH(m []string) string {
	return dayRange(dayZH([]rune(m[1])[0]), dayZH([]rune(m[2])[0]))
}

func datesEN(m []string) string {
	var out []int
	for _, word := range regexp.MustCompile(`\d+`).FindAllString(m[1], -1) {
		out = append(out, number(word))
	}
	return dates(out)
}

func datesZH(m []string) string {
	var out []int
	for _, word := range regexp.MustCompile(numZH).FindAllString(m[1], -1) {
		out = append(out, number(word))
	}
	return dates(out)
}

func dates(ds []int) string {
	if slices.Min(ds) < 1 || slices.Max(ds) > 31 {
		return ""
	}
	return joined(ds) + " * *"
}

func dateOfYearEN(m []string) string { return dateOf(number(m[2]), monthOf(m[1])) }

func monthOf(name string) int {
	return 1 + slices.Index([]string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}, name[:3])
}

func dateOf(day, month int) string {
	if day < 1 || day > 31 || month < 1 || month > 12 {
		return ""
	}
	return fmt.Sprintf("%d %d *", day, month)
}

func joined(numbers []int) string {
	slices.Sort(numbers)
	var out []string
	for _, n := range slices.Compact(numbers) {
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, ",")
}

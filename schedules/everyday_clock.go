package schedules

import (
	"regexp"
	"slices"

	"magpie/cards"
)

// clock is a time of day.
type clock struct {
	hour, minute, second int
	sure                 bool // am, pm or a part of the day was said with it
}

const partZH = `凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚|夜里|半夜|深夜`

var (
	timeEN = regexp.MustCompile(`(?:\bat )?\b(?:(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([ap])\.?m\b\.?)?|(\d{1,2}) ?([ap])\.?m\b\.?|(noon|midday)\b|(midnight)\b|(\d{1,2}) o'?clock\b)`)
	atHour = regexp.MustCompile(`\bat (\d{1,2})(?: |$|,)`)
	timeZH = regexp.MustCompile(`(` + partZH + `)?(?:(\d{1,2}|[零一二两三四五六七八九十]{1,3})(?:点钟?|时)(?:(半)|([一三])刻|(\d{1,2}|[零一二三四五六七八九十]{1,3})分?|整)?|(正午))|(` + partZH + `)(\d{1,2}):(\d{2})(?::(\d{2}))?`)
)

// parts are the parts of the day and the hours that they certainly have.
var parts = []struct {
	words *regexp.Regexp
	hours []int
}{
	{regexp.MustCompile(`^(?:morning|清晨|早上|早晨|早|上午)$`), []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
	{regexp.MustCompile(`^凌晨$`), []int{0, 1, 2, 3, 4, 5, 6}},
	{regexp.MustCompile(`^中午$`), []int{11, 12, 13, 14}},
	{regexp.MustCompile(`^(?:afternoon|下午)$`), []int{12, 13, 14, 15, 16, 17, 18, 19}},
	{regexp.MustCompile(`^傍晚$`), []int{16, 17, 18, 19, 20}},
	{regexp.MustCompile(`^(?:evening|night|晚上|晚)$`), []int{17, 18, 19, 20, 21, 22, 23}},
	{regexp.MustCompile(`^(?:夜里|半夜|深夜)$`), []int{0, 1, 2, 3, 4, 5, 19, 20, 21, 22, 23}},
}

// in is the time as it is meant in a part of the day: 8 in the evening is 20:00. It is
// refused where that is against the part, or where it may be one of two.
func (c clock) in(part string) (clock, *cards.Refusal) {
	for _, p := range parts {
		if !p.words.MatchString(part) {
			continue
		}
		asSaid, later := slices.Contains(p.hours, c.hour), slices.Contains(p.hours, c.hour+12)
		switch late := p.hours[len(p.hours)-1] == 23; {
		case !c.sure && !asSaid && later && c.hour > 0:
			c.hour += 12
		case !asSaid && late && (c.hour < 5 || c.hour == 12):
			return c, cards.Refuse("fault.spec_night")
		case !asSaid:
			return c, cards.Refuse("fault.spec_part")
		}
	}
	c.sure = true
	return c, nil
}

// times takes every time of day out of the words.
func (s *saying) times() (found []clock, ok bool) {
	for {
		c, got, valid := s.time()
		if !got {
			break
		}
		if !valid {
			return nil, false
		}
		found = append(found, c)
	}
	// In "3 and 5 pm" the 3 is in the afternoon, or it is not.
	sure := func(c clock) bool { return c.sure }
	open := func(c clock) bool { return !c.sure && c.hour > 0 && c.hour <= 12 }
	if slices.ContainsFunc(found, sure) && slices.ContainsFunc(found, open) {
		s.wrong = cards.Refuse("fault.spec_half")
		return nil, false
	}
	return found, true
}

func (s *saying) time() (c clock, got, valid bool) {
	if m := s.cut(timeZH); m != nil {
		return s.chineseTime(m)
	}
	if m := s.cut(timeEN); m != nil {
		switch {
		case m[7] != "":
			return clock{hour: 12, sure: true}, true, true
		case m[8] != "":
			return clock{}, true, true
		case m[9] != "":
			c = clock{hour: number(m[9])}
			return c, true, c.valid()
		}
		c = clock{hour: number(m[1] + m[5]), minute: number(m[2]), second: number(m[3])}
		valid = true
		if half := m[4] + m[6]; half != "" {
			c.sure = true
			c.hour, valid = halfDay(c.hour, half)
		}
		return c, true, valid && c.valid()
	}
	if m := s.cut(atHour); m != nil {
		c = clock{hour: number(m[1])}
		return c, true, c.valid()
	}
	return c, false, false
}

func (c clock) valid() bool { return c.hour < 24 && c.minute < 60 && c.second < 60 }

func halfDay(hour int, half string) (int, bool) {
	if hour < 1 || hour > 12 {
		return hour, false
	}
	if hour %= 12; half == "p" {
		hour += 12
	}
	return hour, true
}

func (s *saying) chineseTime(m []string) (c clock, got, valid bool) {
	switch {
	case m[6] != "":
		c = clock{hour: 12, sure: true}
	case m[2] != "":
		c.hour, c.minute = number(m[2]), number(m[5])
		switch {
		case m[3] != "":
			c.minute = 30
		case m[4] != "":
			c.minute = 15 * number(m[4])
		}
	default:
		c = clock{hour: number(m[8]), minute: number(m[9]), second: number(m[10])}
	}
	if part := m[1] + m[7]; part != "" && c.valid() {
		if c, s.wrong = c.in(part); s.wrong != nil {
			return c, true, false
		}
	}
	return c, true, c.valid()
}

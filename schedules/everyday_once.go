package schedules

import (
	"magpie/cards"
	"regexp"
	"strings"
	"time"
)

var (
	dateForm   = regexp.MustCompile(`^(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(?:(\d{4})年)?(` + numZH + `)月(` + numZH + `)[号日]?)[t ,]*`)
	dateMonth  = regexp.MustCompile(`\b(?:on )?(?:the )?(?:(` + monthEN + `) (\d{1,2})(?:st|nd|rd|th)?|(\d{1,2})(?:st|nd|rd|th)?(?: of)? (` + monthEN + `))\b(?:,? (\d{4})\b)?`)
	laterForm  = regexp.MustCompile(`^(?:in )?(\d{1,4}|a|an|half an) ?(seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?)(?: from now| later)?$`)
	laterZH    = regexp.MustCompile(`^(?:再?过)?(\d{1,4}|[一二两三四五六七八九十]{1,3}|半)个?(秒钟?|分钟|小时|钟头|天|周|星期)(?:之?后|以后)?$`)
	quartersZH = regexp.MustCompile(`^(?:再?过)?([一两二三123])刻钟(?:之?后|以后)?$`)
	monthZH    = regexp.MustCompile(`^(下下|下|本|这)个?月的?(` + numZH + `)[号日]`)
	monthAhead = regexp.MustCompile(`\b(?:on )?(?:the (\d{1,2})(?:st|nd|rd|th)? of (next|this) month|(next|this) month on the (\d{1,2})(?:st|nd|rd|th)?)\b`)
	soonForm   = regexp.MustCompile(`\b(the day after tomorrow|day after tomorrow|today|tonight|tomorrow)\b(?: (morning|afternoon|evening|night)\b)?`)
	soonZH     = regexp.MustCompile(`(大后天|今天|今日|今|明天|明日|明|后天)`)
	nextDay    = regexp.MustCompile(`\b(?:on |this |(next |coming ))?(` + namesEN + `)\b`)
	nextDayZH  = regexp.MustCompile(`(下下|下|本|这)?个?(?:周|星期|礼拜)([一二三四五六日天])`)
	later      = regexp.MustCompile(`^in |from now$|later$|过|后`)
	isRecuring = regexp.MustCompile(`\b(?:every|each|daily|hourly|monthly|weekly|yearly)\b|每|天天|工作日|隔周`)
)

// once is day at the one time that is left in the words.
func (s *saying) once(day time.Time) (Understood, bool) {
	times, ok := s.times()
	switch {
	case !ok || !s.done() || len(times) > 1:
		return Understood{}, false
	case len(times) == 0:
		return s.refuse("fault.spec_no_time")
	}
	t := times[0]
	wall := time.Date(day.Year(), day.Month(), day.Day(), t.hour, t.minute, t.second, 0, time.UTC)
	at, _ := instantOf(wall, s.now.Location())
	if !at.After(s.now) {
		u, understood := s.refuse("fault.spec_past", "at", Shown(at, s.now.Location()), "now", Shown(s.now, s.now.Location()))
		s.wrong.WithCode(cards.TimePast)
		return u, understood
	}
	return Understood{At: at, Wall: wall}, true
}

// readDate reads 2026-12-24 18:00, 12月24日18点, "24 Dec at 6pm". Without a year it is
// the next such day.
func readDate(s *saying) (Understood, bool) {
	year, month, day := 0, 0, 0
	if ahead, day, ok := s.monthAhead(); ok {
		first := time.Date(s.now.Year(), s.now.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, ahead, 0)
		date := first.AddDate(0, 0, day-1)
		if day < 1 || date.Month() != first.Month() {
			return s.refuse("fault.spec_no_date")
		}
		return s.once(date)
	}
	if m := s.cut(dateForm); m != nil {
		year, month, day = number(m[1]+m[4]), number(m[2]+m[5]), number(m[3]+m[6])
	} else if isRecuring.MatchString(s.words) {
		return Understood{}, false
	} else if m := s.cut(dateMonth); m != nil {
		year, month, day = number(m[5]), monthOf(m[1]+m[4]), number(m[2]+m[3])
	} else {
		return Understood{}, false
	}
	if year == 0 {
		year = s.now.Year()
		if today := time.Date(year, s.now.Month(), s.now.Day(), 0, 0, 0, 0, time.UTC); time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Before(today) {
			year++
		}
	}
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if date.Day() != day || int(date.Month()) != month || year > s.now.Year()+100 {
		return s.refuse("fault.spec_no_date")
	}
	return s.once(date)
}

// monthAhead takes "the 1st of next month", 下个月1号: how many months ahead, and the day.
func (s *saying) monthAhead() (ahead, day int, ok bool) {
	if isRecuring.MatchString(s.words) {
		return 0, 0, false
	}
	if m := s.cut(monthZH); m != nil {
		return map[string]int{"下": 1, "下下": 2}[m[1]], number(m[2]), true
	}
	if m := s.cut(monthAhead); m != nil {
		return map[string]int{"next": 1}[m[2]+m[3]], number(m[1] + m[4]), true
	}
	return 0, 0, false
}

// readLater reads "in 2 hours", 半小时后.
func readLater(s *saying) (Understood, bool) {
	if m := quartersZH.FindStringSubmatch(s.words); m != nil && later.MatchString(s.words) {
		return Understood{At: s.now.Truncate(time.Second).Add(time.Duration(number(m[1])) * 15 * time.Minute)}, true
	}
	m := laterForm.FindStringSubmatch(s.words)
	if m == nil {
		m = laterZH.FindStringSubmatch(s.words)
	}
	if m == nil || !later.MatchString(s.words) {
		return Understood{}, false
	}
	span := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour}[m[2][0]]
	switch m[2] {
	case "秒", "秒钟":
		span = time.Second
	case "分钟":
		span = time.Minute
	case "小时", "钟头":
		span = time.Hour
	}
	n := number(m[1])
	switch {
	case m[1] == "a" || m[1] == "an":
		n = 1
	case (m[1] == "half an" || m[1] == "半") && span == time.Hour:
		n, span = 30, time.Minute
	case m[1] == "半" || m[1] == "half an":
		return Understood{}, false
	}
	now := s.now.Truncate(time.Second)
	if span > 0 {
		return Understood{At: now.Add(time.Duration(n) * span)}, true
	}
	if m[2][0] == 'w' || m[2] == "周" || m[2] == "星期" {
		n *= 7
	}
	return Understood{At: now.AddDate(0, 0, n)}, true
}

// readSoon reads "tomorrow 18:30", 下周一上午9点, 18:30 (today).
func readSoon(s *saying) (Understood, bool) {
	if isRecuring.MatchString(s.words) {
		return Understood{}, false
	}
	day := s.now
	if m := s.cut(soonForm); m != nil {
		switch m[1] {
		case "tomorrow":
			day = day.AddDate(0, 0, 1)
		case "day after tomorrow", "the day after tomorrow":
			day = day.AddDate(0, 0, 2)
		}
		switch {
		case m[1] == "tonight":
			return s.partOfDay(day, "night")
		case m[2] != "":
			return s.partOfDay(day, m[2])
		}
		return s.once(day)
	}
	if m := s.cut(soonZH); m != nil {
		day = day.AddDate(0, 0, map[string]int{"明天": 1, "明日": 1, "明": 1, "后天": 2, "大后天": 3}[m[1]])
		return s.once(day)
	}
	if m := s.cut(nextDayZH); m != nil {
		want := (dayZH([]rune(m[2])[0]) + 6) % 7 // Monday begins the week
		monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
		switch m[1] {
		case "下":
			want += 7
		case "下下":
			want += 14
		case "":
			if monday.AddDate(0, 0, want).Before(day.AddDate(0, 0, -1).Add(time.Second)) {
				want += 7
			}
			return s.soonest(monday.AddDate(0, 0, want))
		}
		return s.once(monday.AddDate(0, 0, want))
	}
	if m := s.cut(nextDay); m != nil {
		ahead := (dayEN(m[2]) - int(day.Weekday()) + 7) % 7
		if ahead == 0 && m[1] != "" {
			ahead = 7
		}
		first := day.AddDate(0, 0, ahead)
		if sunday := day.AddDate(0, 0, 6-(int(day.Weekday())+6)%7); m[1] == "next " && !first.After(sunday) {
			return s.either(first, first.AddDate(0, 0, 7))
		}
		return s.soonest(first)
	}
	return s.once(day)
}

// either refuses words that some mean for one day and others for another, and offers
// both.
func (s *saying) either(day, other time.Time) (Understood, bool) {
	var offered []Reading
	for _, day := range []time.Time{day, other} {
		one := *s
		u, ok := one.once(day)
		if !ok || one.wrong != nil {
			s.wrong = one.wrong
			return u, ok
		}
		offered = append(offered, Reading{When: strings.TrimSuffix(u.Wall.Format(time.DateTime), ":00"), At: u.At})
	}
	zone := s.now.Location()
	u, _ := s.refuse("fault.spec_which_week", "first", Shown(offered[0].At, zone), "second", Shown(offered[1].At, zone))
	s.offered = offered
	return u, true
}

// soonest is the time on a day of the week, which is the next one where it is past.
func (s *saying) soonest(day time.Time) (Understood, bool) {
	first := *s
	u, ok := first.once(day)
	if first.wrong != nil && first.wrong.Code == cards.TimePast {
		return s.once(day.AddDate(0, 0, 7))
	}
	s.wrong = first.wrong
	return u, ok
}

// partOfDay reads the time with "tonight" or "tomorrow evening" before it.
func (s *saying) partOfDay(day time.Time, part string) (Understood, bool) {
	times, ok := s.times()
	if !ok || len(times) > 1 || !s.done() {
		return Understood{}, false
	}
	if len(times) == 0 {
		return s.refuse("fault.spec_no_time")
	}
	var t clock
	if t, s.wrong = times[0].in(part); s.wrong != nil {
		return Understood{}, true
	}
	s.words = time.Date(2000, 1, 1, t.hour, t.minute, t.second, 0, time.UTC).Format("15:04:05")
	return s.once(day)
}

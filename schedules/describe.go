package schedules

import (
	"fmt"
	"strings"
	"time"

	"magpie/cards"
	"magpie/zones"
)

var (
	daysEN   = [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
	monthsEN = [...]string{"", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
)

// Describe says a spec in everyday words: every weekday at 09:00.
func (s Spec) Describe() cards.Text {
	if s.fields == nil {
		shown := Shown(s.At, s.Zone)
		return cards.Both("once, "+shown.Words["en"], "一次，"+shown.Words["zh"])
	}
	timeEN, timeZH := s.describeTimes()
	dayEN, dayZH := s.describeDays()
	if strings.HasPrefix(timeEN, "at ") && !strings.Contains(timeEN, "minute") {
		return cards.Both(dayEN+" "+timeEN, dayZH+timeZH)
	}
	return cards.Both(timeEN+", "+dayEN, dayZH+timeZH)
}

// OneTime reports whether a spec fires at one time of the day alone.
func (s Spec) OneTime() bool {
	return s.fields != nil && len(values(s.fields.Hour)) == 1 && len(values(s.fields.Minute)) == 1
}

// Sentence says a spec as a sentence begins: Every weekday at 09:00 (Shanghai).
func (s Spec) Sentence() cards.Text {
	words := s.Describe()
	en := words.Words["en"]
	return cards.Both(strings.ToUpper(en[:1])+en[1:], words.Words["zh"])
}

// cityOf is a zone as people call it: Asia/Shanghai is Shanghai.
func cityOf(zone string) string {
	return strings.ReplaceAll(zone[strings.LastIndex(zone, "/")+1:], "_", " ")
}

func (s Spec) describeTimes() (en, zh string) {
	hours, minutes := values(s.fields.Hour), values(s.fields.Minute)
	if len(hours)*len(minutes) <= 6 {
		var times []string
		for _, h := range hours {
			for _, m := range minutes {
				times = append(times, fmt.Sprintf("%02d:%02d", h, m))
			}
		}
		return "at " + andWords(times), " " + strings.Join(times, "、")
	}
	fields := strings.Fields(s.Cron)
	if len(minutes) > 1 {
		en, zh = fmt.Sprintf("at minutes %s", listed(minutes, ", ")), fmt.Sprintf("第 %s 分", listed(minutes, "、"))
		if step, ok := strings.CutPrefix(fields[0], "*/"); ok {
			en, zh = "every "+step+" minutes", "每 "+step+" 分钟"
		} else if len(minutes) == 60 {
			en, zh = "every minute", "每分钟"
		}
	} else {
		en, zh = fmt.Sprintf("at minute %d", minutes[0]), fmt.Sprintf("第 %d 分", minutes[0])
	}
	switch {
	case len(hours) == 24:
		return en + " of every hour", " 每小时" + zh
	case len(hours) == hours[len(hours)-1]-hours[0]+1:
		return fmt.Sprintf("%s of the hours %d to %d", en, hours[0], hours[len(hours)-1]), fmt.Sprintf(" %d 点到 %d 点%s", hours[0], hours[len(hours)-1], zh)
	}
	return fmt.Sprintf("%s of the hours %s", en, listed(hours, ", ")), fmt.Sprintf(" %s 点%s", listed(hours, "、"), zh)
}

func (s Spec) describeDays() (en, zh string) {
	fields := strings.Fields(s.Cron)
	var partsEN, partsZH []string
	if !isAny(fields[2]) {
		dates := values(s.fields.Dom)
		partsEN, partsZH = append(partsEN, "on day "+listed(dates, ", ")+" of the month"), append(partsZH, "每月 "+listed(dates, "、")+" 日")
	}
	if !isAny(fields[4]) {
		days := values(s.fields.Dow)
		first, last := days[0], days[len(days)-1]
		if s.Weeks.Every == 2 {
			en, zh := make([]string, len(days)), make([]string, len(days))
			for i, d := range days {
				en[i], zh[i] = daysEN[d], chineseDays[d]
			}
			from := mondayOf(s.Weeks.From).Format(time.DateOnly)
			partsEN = append(partsEN, "every other "+andWords(en)+" (counted from the week of "+from+")")
			partsZH = append(partsZH, "每隔一周的"+strings.Join(zh, "、")+"（从 "+from+" 所在的那一周算起）")
		} else if len(days) == 5 && first == 1 && last == 5 {
			partsEN, partsZH = append(partsEN, "every weekday"), append(partsZH, "每"+chineseDays[first]+"至"+chineseDays[last])
		} else if len(days) > 2 && last-first == len(days)-1 {
			partsEN, partsZH = append(partsEN, daysEN[first]+" to "+daysEN[last]), append(partsZH, "每"+chineseDays[first]+"至"+chineseDays[last])
		} else {
			var en, zh []string
			for _, d := range days {
				en, zh = append(en, daysEN[d]), append(zh, chineseDays[d])
			}
			partsEN, partsZH = append(partsEN, "every "+andWords(en)), append(partsZH, "每"+strings.Join(zh, "、"))
		}
	}
	if len(partsEN) == 0 {
		partsEN, partsZH = []string{"every day"}, []string{"每天"}
	}
	en, zh = strings.Join(partsEN, " or "), strings.Join(partsZH, "或")
	if !isAny(fields[3]) {
		var names []string
		months := values(s.fields.Month)
		for _, m := range months {
			names = append(names, monthsEN[m])
		}
		en, zh = en+", in "+strings.Join(names, ", "), listed(months, "、")+" 月，"+zh
	}
	return en, zh
}

// andWords are words as English lists them.
func andWords(words []string) string {
	if last := len(words) - 1; last > 0 {
		return strings.Join(words[:last], ", ") + " and " + words[last]
	}
	return strings.Join(words, "")
}

func listed(numbers []int, comma string) string {
	var out []string
	for _, n := range numbers {
		out = append(out, fmt.Sprint(n))
	}
	return strings.Join(out, comma)
}

// ShownBoth is a time in a zone and, where they read it elsewhere, in the reader's.
func ShownBoth(t time.Time, zone *time.Location, reader string) cards.Text {
	shown := Shown(t, zone)
	theirs, err := zones.Load(reader)
	if err != nil || reader == "" || t.In(theirs).Format(time.DateTime) == t.In(zone).Format(time.DateTime) {
		return shown
	}
	here := Shown(t, theirs)
	return cards.Both(shown.Words["en"]+" = "+here.Words["en"], shown.Words["zh"]+" = "+here.Words["zh"])
}

package schedules

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"magpie/cards"
)

// Placeholders stand in a line in double braces and are filled in the schedule's zone
// at the scheduled instant: a name, then in any order a shift (+1d, -2w, +1m for months,
// +3h; of a time +30m for minutes, +3h), a language (en, zh), and a format:
//
//	{{date}} 2026-11-24   {{date +1d M月D日}} 11月25日   {{time}} 09:00   {{time +30m}} 09:30
//	{{weekday}} Tuesday   {{weekday zh}} 星期二           {{date YYYY/MM/DD HH:mm}}
var (
	placeholder = regexp.MustCompile(`\{\{([^{}]*)\}\}`)
	shiftForm   = regexp.MustCompile(`^([+-])(\d{1,4})([hdwmy])$`)
	formatToken = regexp.MustCompile(`YYYY|YY|MM|M|DD|D|HH|H|mm|ss`)
	formatWord  = regexp.MustCompile(`Y+|M+|D+|H+|m+|s+|[A-Za-z]`)
)

// A line to an audience may have merge fields beside them, {{name}}: each member fills
// those. A column that is called date, time or weekday cannot be merged by a schedule.
var (
	toAudience = regexp.MustCompile(`(?:^|\s)to\s*[=＝]\s*["“‘'「]?[@＠]`)
	mergeField = regexp.MustCompile(`^\s*[\p{L}\p{N}_-]+\s*$`)
)

// HasPlaceholders reports whether a line reads differently from fire to fire.
func HasPlaceholders(line string) bool { return placeholder.MatchString(line) }

// Fill puts the placeholders of a line into words, for a fire at an instant. It refuses,
// without a code, what is no placeholder.
func Fill(line string, at time.Time, zone *time.Location) (string, error) {
	var unknown *cards.Refusal
	merges := toAudience.MatchString(line)
	filled := placeholder.ReplaceAllStringFunc(line, func(whole string) string {
		words, ok := fillOne(strings.Fields(whole[2:len(whole)-2]), at.In(zone))
		if !ok && merges && mergeField.MatchString(whole[2:len(whole)-2]) {
			return whole
		}
		if !ok && unknown == nil {
			unknown = cards.Refuse("fault.placeholder", "name", cards.Code(whole),
				"known", cards.Code("{{date}} {{date +1d M月D日}} {{time}} {{time +30m}} {{weekday}} {{weekday zh}}"))
		}
		// It may stand inside quotes.
		return strings.ReplaceAll(words, `"`, `\"`)
	})
	if unknown != nil {
		return line, unknown
	}
	return filled, nil
}

func fillOne(words []string, at time.Time) (string, bool) {
	if len(words) == 0 {
		return "", false
	}
	lang, format := "en", []string(nil)
	for _, word := range words[1:] {
		switch {
		case shiftForm.MatchString(word):
			if words[0] != "time" {
				at = shift(at, shiftForm.FindStringSubmatch(word))
			} else if d, err := time.ParseDuration(word); err == nil {
				at = at.Add(d) // a time knows hours and minutes alone
			} else {
				return "", false
			}
		case word == "en" || word == "zh":
			lang = word
		case isFormat(word):
			format = append(format, word)
		default:
			return "", false
		}
	}
	switch name := words[0]; {
	case name == "weekday" && len(format) == 0:
		return weekday(at.Weekday(), lang), true
	case name != "date" && name != "time":
		return "", false
	case len(format) > 0:
		return inFormat(at, strings.Join(format, " ")), true
	case name == "time":
		return at.Format("15:04"), true
	case lang == "zh":
		return inFormat(at, "YYYY年M月D日"), true
	}
	return at.Format(time.DateOnly), true
}

// isFormat reports whether a word is a format: it has letters, and all of them belong to
// whole tokens. The T of 2026-11-24T09:00 is one, too.
func isFormat(word string) bool {
	letters := formatWord.FindAllString(strings.Replace(word, "DDTHH", "DDHH", 1), -1)
	for _, l := range letters {
		if formatToken.FindString(l) != l {
			return false
		}
	}
	return len(letters) > 0
}

// shift moves the calendar, not the clock: a day later is the same time tomorrow. A
// month after 31 January is the last of February.
func shift(at time.Time, m []string) time.Time {
	n, _ := strconv.Atoi(m[1] + m[2])
	switch m[3] {
	case "h":
		return at.Add(time.Duration(n) * time.Hour)
	case "w":
		return at.AddDate(0, 0, 7*n)
	case "m", "y":
		if m[3] == "y" {
			n *= 12
		}
		first := time.Date(at.Year(), at.Month()+time.Month(n), 1, at.Hour(), at.Minute(), at.Second(), 0, at.Location())
		last := first.AddDate(0, 1, -1).Day()
		return first.AddDate(0, 0, min(at.Day(), last)-1)
	}
	return at.AddDate(0, 0, n)
}

func inFormat(at time.Time, format string) string {
	return formatToken.ReplaceAllStringFunc(format, func(token string) string {
		switch token {
		case "YYYY":
			return at.Format("2006")
		case "YY":
			return at.Format("06")
		case "MM":
			return at.Format("01")
		case "M":
			return at.Format("1")
		case "DD":
			return at.Format("02")
		case "D":
			return at.Format("2")
		case "HH":
			return at.Format("15")
		case "H":
			return strconv.Itoa(at.Hour())
		case "mm":
			return at.Format("04")
		}
		return fmt.Sprintf("%02d", at.Second())
	})
}

var chineseDays = [...]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"}

func weekday(d time.Weekday, lang string) string {
	if lang == "zh" {
		return chineseDays[d]
	}
	return d.String()
}

package schedules

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"

	"magpie/cards"
)

// Understood is what was made of the words for "when": a cron text, or an instant.
type Understood struct {
	Cron string
	At   time.Time
}

// Understand reads five fields, @daily and friends, or everyday words in English and
// Chinese, as said at now in zone. Whatever it does not know for certain it refuses.
func Understand(text string, now time.Time, zone *time.Location) (Understood, error) {
	said := normal(text)
	if strings.HasPrefix(said, "@") || looksLikeCron(said) {
		return Understood{Cron: said}, nil
	}
	s := saying{words: andAt.ReplaceAllString(said, "$1 and at $2$3"), now: now.In(zone)}
	if strings.ContainsFunc(said, isHan) {
		s.words = strings.Join(strings.Fields(said), "")
	}
	readers := []func(*saying) (Understood, bool){readDate, readLater, readEvery, readSoon}
	if said == "" {
		readers = nil
	}
	for _, read := range readers {
		one := s // each begins anew
		if u, ok := read(&one); ok {
			return u, one.refusal()
		}
	}
	return Understood{}, cards.Refuse("fault.spec_words", "words", cards.Code(text), "examples", examples())
}

func examples() []cards.Text {
	var out []cards.Text
	for _, e := range []string{"0 9 * * 1-5", "every weekday at 9", "every month on the 1st at 10", "每周一上午9点", "tomorrow 18:30", "2026-12-24 18:00"} {
		out = append(out, cards.Code(e))
	}
	return out
}

// normal undoes what keyboards do: full-width forms, capitals, several spaces.
func normal(text string) string {
	text = strings.ToLower(width.Fold.String(text))
	text = strings.NewReplacer("，", ",", "、", ",", "。", "", "：", ":").Replace(text)
	return strings.Join(strings.Fields(text), " ")
}

func isHan(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF }

var cronish = regexp.MustCompile(`^[0-9*?][0-9a-z*?,/\-#]*( [0-9a-z*?,/\-#]+)*$`)

// looksLikeCron tells fields from words by the first: `0 9 …`, `*/5 …`.
func looksLikeCron(said string) bool {
	return cronish.MatchString(said) && (strings.ContainsAny(said, "*?") || len(strings.Fields(said)) >= 5) && !strings.Contains(said, ":")
}

// saying is words being read.
type saying struct {
	words string
	mark  string    // what cut leaves in the place of what it takes
	now   time.Time // in the zone
	wrong *cards.Refusal
}

func (s *saying) refusal() error {
	if s.wrong != nil {
		return s.wrong
	}
	return nil
}

func (s *saying) refuse(key string, pairs ...any) (Understood, bool) {
	s.wrong = cards.Refuse(key, pairs...)
	return Understood{}, true
}

// cut takes the first match of a pattern out of the words and returns its groups.
func (s *saying) cut(pattern *regexp.Regexp) []string {
	at := pattern.FindStringSubmatchIndex(s.words)
	if at == nil {
		return nil
	}
	m := pattern.FindStringSubmatch(s.words)
	s.words = strings.TrimSpace(strings.Join(strings.Fields(s.words[:at[0]]+" "+s.mark+" "+s.words[at[1]:]), " "))
	return m
}

// done reports whether nothing is left but words without weight.
func (s *saying) done() bool { return weightless(s.words) }

func weightless(words string) bool {
	return strings.Trim(small.ReplaceAllString(words, ""), " ,") == ""
}

var small = regexp.MustCompile(`\b(at|on|the|of|in|every|each|and)\b|的|在|于|和|及`)

// andAt is the second of two hours, "at 9 and 18".
var andAt = regexp.MustCompile(`\b(at \d{1,2}(?:, ?\d{1,2})*),? and (\d{1,2})( |$)`)

// clock is a time of day.
type clock struct{ hour, minute, second int }

var (
	timeEN = regexp.MustCompile(`(?:\bat )?\b(?:(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([ap])\.?m\b\.?)?|(\d{1,2}) ?([ap])\.?m\b\.?|(noon|midday)\b|(midnight)\b|(\d{1,2}) o'?clock\b)`)
	atHour = regexp.MustCompile(`\bat (\d{1,2})(?: |$|,)`)
	timeZH = regexp.MustCompile(`(凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚|夜里|半夜)?(?:(\d{1,2}|[零一二两三四五六七八九十]{1,3})(?:点钟?|时)(?:(半)|([一三])刻|(\d{1,2}|[零一二三四五六七八九十]{1,3})分?|整)?|(\d{1,2}):(\d{2})(?::(\d{2}))?|(正午))`)
)

// times takes every time of day out of the words.
func (s *saying) times() (found []clock, ok bool) {
	for {
		c, got, valid := s.time()
		if !got {
			return found, true
		}
		if !valid {
			return nil, false
		}
		found = append(found, c)
	}
}

func (s *saying) time() (c clock, got, valid bool) {
	if m := s.cut(timeZH); m != nil && (strings.ContainsFunc(m[0], isHan)) {
		return chineseTime(m)
	} else if m != nil { // digits and colons alone: English reads them too
		c = clock{number(m[6]), number(m[7]), number(m[8])}
		if h := s.cut(regexp.MustCompile(`^ ?([ap])\.?m\b\.?|(?:^| )([ap])\.?m\b\.?`)); h != nil {
			c.hour, valid = halfDay(c.hour, h[1]+h[2])
			return c, true, valid && c.valid()
		}
		return c, true, c.valid()
	}
	if m := s.cut(timeEN); m != nil {
		switch {
		case m[7] != "":
			return clock{hour: 12}, true, true
		case m[8] != "":
			return clock{}, true, true
		case m[9] != "":
			c = clock{hour: number(m[9])}
			return c, true, c.valid()
		}
		c = clock{number(m[1] + m[5]), number(m[2]), number(m[3])}
		valid = true
		if half := m[4] + m[6]; half != "" {
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

func chineseTime(m []string) (c clock, got, valid bool) {
	switch {
	case m[9] != "":
		return clock{hour: 12}, true, true
	case m[2] != "":
		c.hour, c.minute = number(m[2]), number(m[5])
		switch {
		case m[3] != "":
			c.minute = 30
		case m[4] != "":
			c.minute = 15 * number(m[4])
		}
	default:
		c = clock{number(m[6]), number(m[7]), number(m[8])}
	}
	switch m[1] {
	case "下午", "傍晚", "晚上", "晚":
		if c.hour < 12 {
			c.hour += 12
		} else if c.hour == 12 && strings.HasPrefix(m[1], "晚") {
			return c, true, false // is it midnight, and of which day?
		}
	case "中午":
		if c.hour < 11 {
			c.hour += 12
		}
	case "凌晨", "夜里", "半夜", "早上", "早晨", "清晨", "早", "上午":
		if c.hour > 12 || c.hour == 12 && m[1] != "上午" {
			return c, true, false
		}
	}
	return c, true, c.valid()
}

var digits = map[rune]int{'零': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}

// number reads digits and Chinese numerals up to 99; "" is 0.
func number(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	n, unit := 0, 0
	for _, r := range s {
		if r == '十' {
			n += max(unit, 1) * 10
			unit = 0
			continue
		}
		unit = digits[r]
	}
	return n + unit
}

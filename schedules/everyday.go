package schedules

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"

	"magpie/cards"
)

// Understood is what was made of the words for "when": a cron text with the weeks that
// it is for, or an instant with the wall time that it was said by.
type Understood struct {
	Cron  string
	Weeks Weeks
	At    time.Time
	Wall  time.Time // as if it were UTC; zero where the words count from now
}

// Understand reads five fields, @daily and friends, or everyday words in English and
// Chinese, as said at now in zone. Whatever it does not know for certain it refuses: with
// cards.TimePast where the time has passed, as an *Uncertain where the words may mean several
// times, else without a code. Fields are not checked: ParseCron does that.
func Understand(text string, now time.Time, zone *time.Location) (Understood, error) {
	said := normal(text)
	if strings.HasPrefix(said, "@") || looksLikeCron(said) {
		return Understood{Cron: said}, nil
	}
	s := saying{words: andAt.ReplaceAllString(said, "$1 and at $2$3"), now: now.In(zone)}
	if strings.ContainsFunc(said, isHan) {
		s.words = unspaced(said)
	}
	readers := []func(*saying) (Understood, bool){readDate, readLater, readEvery, readSoon}
	if said == "" {
		readers = nil
	}
	for _, read := range readers {
		one := s // each begins anew
		if u, ok := read(&one); ok || one.wrong != nil {
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

// unspaced leaves spaces out, but between two numbers: 12月2 18:30 is not the 21st.
func unspaced(said string) string {
	var out []byte
	for i := range len(said) {
		if said[i] != ' ' || isDigit(said[i-1]) && isDigit(said[i+1]) {
			out = append(out, said[i])
		}
	}
	return string(out)
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isHan(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF }

var (
	starred = regexp.MustCompile(`^[0-9*?][0-9a-z*?,/\-#]*( [0-9a-z*?,/\-#]+)*$`)
	// Five fields without a star hold numbers and short names: the "1st of every month at 9"
	// and "24 december 2026 at 18" are words.
	starless = regexp.MustCompile(`^[0-9,/\-#]+( (?:[0-9,/\-#]|` + shortNames + `)+){4,}$`)
)

const shortNames = `jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat`

// looksLikeCron tells fields from words: `0 9 …`, `*/5 …`.
func looksLikeCron(said string) bool {
	return starless.MatchString(said) || starred.MatchString(said) && strings.ContainsAny(said, "*?")
}

// saying is words being read.
type saying struct {
	words string
	mark  string    // what cut leaves in the place of what it takes
	now   time.Time // in the zone
	wrong *cards.Refusal
	// offered are what the words may mean, where that is why they are refused.
	offered []Reading
}

// Reading is one of the things that words may mean: in words that mean nothing else,
// and as an instant.
type Reading struct {
	When string
	At   time.Time
}

// Uncertain refuses words that may mean several things, and has them all.
type Uncertain struct {
	*cards.Refusal
	Readings []Reading
	Zone     *time.Location // of the words
}

func (u *Uncertain) Unwrap() error { return u.Refusal }

func (s *saying) refusal() error {
	switch {
	case len(s.offered) > 0:
		return &Uncertain{s.wrong, s.offered, s.now.Location()}
	case s.wrong != nil:
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

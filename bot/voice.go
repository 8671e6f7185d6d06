package bot

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"magpie/cards"
	"magpie/zones"
)

// arg puts one argument into words; inCode says that the template stands in code.
func (v voice) arg(a cards.Arg, inCode bool) string {
	plain := !v.mrkdwn || inCode
	if mark, is := v.leaf(a); is {
		return mark
	}
	switch {
	case a.Number != nil:
		return strconv.FormatInt(*a.Number, 10)
	case a.Time != nil && a.String == clockAlone:
		return v.clock(*a.Time, plain)
	case a.Time != nil:
		return v.time(*a.Time, a.Zone, plain)
	case a.User != "":
		return v.mention('@', a.User, inCode)
	case a.Channel != "":
		return v.mention('#', a.Channel, inCode)
	case a.Text != nil && !inCode:
		return v.text(*a.Text)
	case a.Text != nil:
		bare := v
		bare.mrkdwn = false
		return v.literal(bare.text(*a.Text), true)
	case a.List != nil:
		return v.list(a.List, inCode)
	}
	return v.literal(a.String, inCode)
}

func (v voice) list(list []cards.Arg, inCode bool) string {
	said := make([]string, len(list))
	for i, a := range list {
		said[i] = v.arg(a, inCode)
	}
	if len(said) < 2 {
		return strings.Join(said, "")
	}
	comma, and := ", ", " and "
	last := len(said) - 1
	if v.lang == "zh" {
		comma, and = "、", between(said[last-1], "和", said[last])
	}
	return strings.Join(said[:last], comma) + and + said[last]
}

// between is a Chinese word between two others, a space away from what is not Chinese: names
// and what is bold or code would run into it.
func between(before, word, after string) string {
	if last, _ := utf8.DecodeLastRuneInString(before); !isChinese(last) {
		word = " " + word
	}
	if first, _ := utf8.DecodeRuneInString(after); !isChinese(first) {
		word += " "
	}
	return word
}

// isChinese reports whether a letter or sign needs no space beside Chinese.
func isChinese(r rune) bool {
	return unicode.Is(unicode.Han, r) || strings.ContainsRune("“”‘’《》「」（）【】、，。：；！？…", r)
}

// time is a date token with a fallback, in its own zone or the reader's, for clients
// that do not know it. Of a time with a zone of its own the seconds count.
func (v voice) time(t time.Time, own string, plain bool) string {
	zone, err := zones.Load(cmp.Or(own, v.zone))
	if err != nil {
		zone = time.UTC
	}
	clock, token := "15:04", "{time}"
	if own != "" && t.Second() != 0 {
		clock, token = "15:04:05", "{time_secs}"
	}
	local := t.In(zone).Format(time.DateOnly+" "+clock) + " " + zone.String()
	if plain {
		return local
	}
	return fmt.Sprintf("<!date^%d^{date_short_pretty} %s|%s>", t.Unix(), token, local)
}

// clock is the time of day at which something is for the reader.
func (v voice) clock(t time.Time, plain bool) string {
	zone, err := zones.Load(v.zone)
	if err != nil {
		zone = time.UTC
	}
	local := t.In(zone).Format("15:04")
	if plain {
		return local
	}
	return fmt.Sprintf("<!date^%d^{time}|%s>", t.Unix(), local)
}

// mention is a person, a group of people or a channel.
func (v voice) mention(sign byte, id string, inCode bool) string {
	switch {
	case !isID(id):
		return v.literal(id, inCode)
	case !v.mrkdwn || inCode:
		return string(sign) + id
	case sign == '@' && id[0] == 'S':
		return "<!subteam^" + id + ">"
	}
	return "<" + string(sign) + id + ">"
}

// literal is a value inside a sentence: one line, nothing but itself.
func (v voice) literal(s string, inCode bool) string {
	s = inLine(s)
	switch {
	case v.leaves != nil:
		return bareOfMarks.Replace(shown(s))
	case !v.mrkdwn:
		return shown(s)
	case inCode:
		return escape(strings.ReplaceAll(shown(s), "`", "ˋ")) // a backtick would end the code
	}
	return safe(s)
}

// value is a text of its own that is not of the catalogue.
func (v voice) value(s string, asCode bool) string {
	switch {
	case v.leaves != nil && asCode && s != "":
		s = shorten(inLine(shown(s)), maxCell)
		return v.leaves.mark(slack.NewRichTextSectionTextElement(s, &slack.RichTextSectionTextStyle{Code: true}), size(s))
	case v.leaves != nil:
		return bareOfMarks.Replace(shown(s))
	case !v.mrkdwn:
		return shown(s)
	case asCode:
		return code(s)
	}
	return safe(s)
}

func isEmpty(a cards.Arg) bool {
	return a.String == "" && a.Number == nil && a.Time == nil && a.User == "" &&
		a.Channel == "" && len(a.List) == 0 && (a.Text == nil || a.Text.IsZero())
}

func isID(s string) bool {
	for _, r := range s {
		if !isWordRune(r) && r != '-' {
			return false
		}
	}
	return s != ""
}

// isWebAddress reports whether s can stand as a link: no sign in it may end the link.
func isWebAddress(s string) bool {
	return (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) && size(s) <= maxAddress &&
		!strings.ContainsFunc(s, func(r rune) bool {
			return unicode.IsSpace(r) || isSuspect(r) || strings.ContainsRune("<>|`", r)
		})
}

const maxAddress = 1500 // with & escaped still within a field

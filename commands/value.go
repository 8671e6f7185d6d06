package commands

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	slackLink = regexp.MustCompile(`^<((?:https?://|mailto:|tel:)[^<>|\s]*)(?:\|([^<>]*))?>`)
	slackName = regexp.MustCompile(`^<[@#!][^<>]*>`)
	entities  = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")
	entity    = regexp.MustCompile(`^&(?:amp|lt|gt);`)
)

// value is a value being read. It remembers a link, in case that is all there is.
type value struct {
	strings.Builder
	from, to int
	address  string
}

// take reads one character, entity or link from the front of rest and returns how
// many bytes that was.
func (v *value) take(rest string) int {
	switch rest[0] {
	case '<':
		if m := slackLink.FindStringSubmatch(rest); m != nil {
			address, label := entities.Replace(m[1]), entities.Replace(m[2])
			v.from = v.Len()
			v.WriteString(typed(address, label))
			v.to, v.address = v.Len(), withoutMail(address)
			return len(m[0])
		}
		if m := slackName.FindString(rest); m != "" {
			v.WriteString(m)
			return len(m)
		}
	case '&':
		if m := entity.FindString(rest); m != "" {
			v.WriteString(entities.Replace(m))
			return len(m)
		}
	}
	_, n := utf8.DecodeRuneInString(rest)
	v.WriteString(rest[:n])
	return n
}

func (v *value) finish() string {
	if v.address != "" && v.from == 0 && v.to == v.Len() {
		return v.address
	}
	return v.String()
}

func (v *value) endsInLetter() bool {
	r, _ := utf8.DecodeLastRuneInString(v.String())
	return isLetter(r)
}

// typed is what somebody typed for Slack to make this link of it: Slack puts http://
// before a bare domain and keeps the domain as label.
func typed(address, label string) string {
	address = withoutMail(address)
	if bare := strings.TrimPrefix(strings.TrimPrefix(address, "http://"), "https://"); label != "" && strings.TrimSuffix(bare, "/") == strings.TrimSuffix(label, "/") {
		return label
	}
	return address
}

// withoutMail undoes mailto: and tel:, which Slack adds of its own.
func withoutMail(address string) string {
	return strings.TrimPrefix(strings.TrimPrefix(address, "mailto:"), "tel:")
}

// Quote writes v so that Lex reads it back to the letter, whatever it holds.
func Quote(v string) string {
	if plainValue.MatchString(v) {
		return v
	}
	body := strings.TrimRight(v, `\`)
	tail := v[len(body):]
	quoted := `"` + quotes.Replace(body) + `"`
	if tail != "" {
		quoted += `「` + tail + `」`
	}
	return quoted
}

var (
	plainValue = regexp.MustCompile(`^[A-Za-z0-9_./:#][A-Za-z0-9_./:?@%+#~-]*$`)
	quotes     = strings.NewReplacer(`"`, `\"`, "&", "&amp;", "<", "&lt;", ">", "&gt;")
)

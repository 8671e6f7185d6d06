package commands

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	slackLink = regexp.MustCompile(`^<((?:https?://|mailto:|tel:)[^<>|\s]*)(?:\|([^<>]*))?>`)
	slackName = regexp.MustCompile(`^<([@#!])[^<>|]*(?:\|([^<>]*))?>`)
	entities  = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")
	entity    = regexp.MustCompile(`^&(?:amp|lt|gt);`)
)

// value is a value being read. It remembers a link or a name, in case that is all
// there is.
type value struct {
	strings.Builder
	from, to int
	address  string // of the link
	name     string // as Slack wrote it: <#C1|general>
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
		if m := slackName.FindStringSubmatch(rest); m != nil {
			v.from = v.Len()
			v.WriteString(typedName(m[0], m[1], entities.Replace(m[2])))
			v.to, v.name = v.Len(), m[0]
			return len(m[0])
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

// finish is the value. A link that is all there is stands for its address; a name,
// outside quotes, for what Slack knows it by.
func (v *value) finish(quoted bool) string {
	switch whole := v.from == 0 && v.to == v.Len(); {
	case whole && v.address != "":
		return v.address
	case whole && v.name != "" && !quoted:
		return v.name
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

// typedName is what somebody typed for Slack to make a name of it, where Slack tells.
func typedName(whole, sigil, label string) string {
	switch {
	case label == "":
		return whole
	case sigil == "!":
		return "@" + strings.TrimPrefix(label, "@")
	}
	return sigil + strings.TrimPrefix(label, sigil)
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

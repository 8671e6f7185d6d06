package commands

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"magpie/audiences"
	"magpie/cards"
)

// Openids are the people a message goes to, with , or ， or white space between them, or
// "@" and the name of an audience alone.
type Openids []string

// audience is the name of the audience that is named in the people's stead; "" where
// none is.
func (o Openids) audience() string {
	if len(o) == 1 && strings.HasPrefix(o[0], "@") {
		return o[0][1:]
	}
	return ""
}

// one is somebody of the people, to check a message with.
func (o Openids) one() string {
	if o.audience() != "" {
		return "OPENID"
	}
	return o[0]
}

// Decode refuses an empty list, and a person who is named twice: whoever wrote the
// line may have meant somebody else.
func (o *Openids) Decode(a arg, list string) error {
	seen := map[string]bool{}
	list = strings.Replace(list, "＠", "@", 1)
	for _, id := range strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(",，、;；", r) || isSpace(r) }) {
		if seen[id] {
			return refuseArg(a, "fault.openid_twice", "openid", cards.Code(snippet(id)))
		}
		seen[id] = true
		*o = append(*o, id)
	}
	for _, id := range *o {
		if strings.Contains(id, "@") && (len(*o) > 1 || o.audience() == "") {
			return refuseArg(a, "fault.audience_alone", "audience", cards.Code(snippet(id)))
		}
		if o.audience() == "" && !audiences.IsOpenID(id) {
			return refuseArg(a, "fault.not_openid", "openid", cards.Code(snippet(id)))
		}
	}
	if len(*o) == 0 {
		return refuseArg(a, "fault.no_openid", "name", cards.Code(a.Key+"="))
	}
	return nil
}

// Number is the number of a request: 17, #17, ＃17.
type Number int64

// Entry is the place of an entry in a listing; 1 is the newest.
type Entry int64

var numberForm = regexp.MustCompile(`^#?([1-9][0-9]{0,17})$`)

// Decode reads the number.
func (n *Number) Decode(a arg, written string) error {
	return decodeNumber(written, (*int64)(n), func(written cards.Text) error {
		return refuseArg(a, "fault.number", "value", written)
	})
}

// Decode reads the place.
func (e *Entry) Decode(a arg, written string) error {
	return decodeNumber(written, (*int64)(e), func(written cards.Text) error {
		return refuseArg(a, "fault.entry", "name", cards.Code(a.Key), "value", written)
	})
}

func decodeNumber(written string, n *int64, refuse func(written cards.Text) error) error {
	m := numberForm.FindStringSubmatch(width.Fold.String(written))
	if m == nil {
		return refuse(cards.Code(snippet(written)))
	}
	var err error
	*n, err = strconv.ParseInt(m[1], 10, 64)
	return err
}

func refuseArg(a arg, key string, pairs ...any) error {
	refusal := cards.Refuse(key, pairs...)
	refusal.Field = a.Key
	return refusal
}

package slacktest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// rule checks one value; spec says what an object may and must have.
type rule func(c *checker, path string, v any)

type spec struct {
	required []string
	fields   map[string]rule // a nil rule takes anything
	open     bool            // may have fields that are not listed
	on       surface         // of a block: where it may stand
	also     func(c *checker, path string, o object)
}

// chars is text of so many characters; least 0 takes the empty one.
func chars(least, most int) rule {
	return func(c *checker, path string, v any) {
		s, ok := v.(string)
		n := utf8.RuneCountInString(s)
		switch {
		case !ok:
			c.fail(path, "must be a string")
		case n < least:
			c.fail(path, "must be more than %d characters", least-1)
		case n > most:
			c.fail(path, "must be less than %d characters", most+1)
		}
	}
}

func boolean(c *checker, path string, v any) {
	if _, ok := v.(bool); !ok {
		c.fail(path, "must be a boolean")
	}
}

// whole is a whole number; the upper end is open when most is negative.
func whole(least, most int) rule {
	return func(c *checker, path string, v any) {
		n, ok := v.(float64)
		switch {
		case !ok || n != float64(int(n)):
			c.fail(path, "must be an integer")
		case int(n) < least:
			c.fail(path, "must be at least %d", least)
		case most >= 0 && int(n) > most:
			c.fail(path, "must be at most %d", most)
		}
	}
}

func oneOf(words ...string) rule {
	return func(c *checker, path string, v any) {
		if s, ok := v.(string); !ok || !slices.Contains(words, s) {
			c.fail(path, "must be a valid enum value")
		}
	}
}

func link(most int) rule {
	return func(c *checker, path string, v any) {
		chars(1, most)(c, path, v)
		s, _ := v.(string)
		if u, err := url.Parse(s); err != nil || u.Scheme == "" {
			c.fail(path, "must be a valid URL")
		}
	}
}

// publicLink is the address of something that Slack fetches itself, such as an image: on the
// public web. https://docs.slack.dev/reference/block-kit/blocks/image-block
func publicLink(most int) rule {
	return func(c *checker, path string, v any) {
		link(most)(c, path, v)
		s, _ := v.(string)
		if u, err := url.Parse(s); err == nil && u.Scheme != "" && (u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
			c.fail(path, "must be a valid URL")
		}
	}
}

// inForm is a text in one of Go's forms of time, such as a date that is in the calendar.
func inForm(layout, want string) rule {
	return func(c *checker, path string, v any) {
		s, _ := v.(string)
		if at, err := time.Parse(layout, s); err != nil || at.Format(layout) != s {
			c.fail(path, "must be %s", want)
		}
	}
}

// zone is a time zone of the IANA's.
// https://docs.slack.dev/reference/block-kit/block-elements/time-picker-element
func zone(c *checker, path string, v any) {
	s, _ := v.(string)
	if _, err := time.LoadLocation(s); err != nil || s == "" || s == "Local" {
		c.fail(path, "must be a valid timezone")
	}
}

// list is an array of so many items, each by its rule.
func list(least, most int, each rule) rule {
	return func(c *checker, path string, v any) {
		items, ok := v.([]any)
		switch {
		case !ok:
			c.fail(path, "must be an array")
			return
		case len(items) < least:
			c.fail(path, "must be more than %d items", least-1)
		case len(items) > most:
			c.fail(path, "no more than %d items allowed", most)
		}
		for i, e := range items {
			if each != nil {
				each(c, fmt.Sprintf("%s/%d", path, i), e)
			}
		}
	}
}

// an is an object by its spec.
func an(s spec) rule {
	return func(c *checker, path string, v any) {
		o, ok := v.(object)
		if !ok {
			c.fail(path, "must be an object")
			return
		}
		c.object(path, o, s)
	}
}

// text is a text object of so many characters; plain leaves out mrkdwn.
func text(most int, plain bool) rule {
	return func(c *checker, path string, v any) {
		o, ok := v.(object)
		if !ok {
			c.fail(path, "must be an object")
			return
		}
		s := spec{required: []string{"type", "text"}, fields: map[string]rule{"text": chars(1, most)}}
		switch kind := str(o, "type"); {
		case kind == "plain_text":
			s.fields["emoji"] = boolean // and no verbatim: https://docs.slack.dev/reference/block-kit/composition-objects/text-object
		case kind == "mrkdwn" && !plain:
			s.fields["verbatim"] = boolean // and no emoji
		default:
			c.fail(path+"/type", "unsupported type: %s", kind)
			return
		}
		c.object(path, o, s)
		c.letters += utf8.RuneCountInString(str(o, "text"))
	}
}

// elementOf is an element of one of the named types.
func elementOf(kinds ...string) rule {
	return func(c *checker, path string, v any) {
		o, ok := v.(object)
		if !ok {
			c.fail(path, "must be an object")
			return
		}
		kind := str(o, "type")
		s, known := elementTypes[kind]
		switch {
		case kind == "":
			c.fail(path, "missing required field: type")
		case !known || !slices.Contains(kinds, kind):
			c.fail(path+"/type", "unsupported type: %s", kind)
		default:
			c.object(path, o, s)
		}
	}
}

// justOne asks for exactly one of several fields.
func justOne(names ...string) func(*checker, string, object) {
	return func(c *checker, path string, o object) {
		oneNeeded(names...)(c, path, o)
		given := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return o[n] == nil })
		if len(given) > 1 {
			c.fail(path, "only one of %s is allowed", strings.Join(names, " and "))
		}
	}
}

// oneNeeded asks for at least one of several fields.
func oneNeeded(names ...string) func(*checker, string, object) {
	return func(c *checker, path string, o object) {
		for _, n := range names {
			if o[n] != nil {
				return
			}
		}
		c.fail(path, "missing required field: %s", strings.Join(names, " or "))
	}
}

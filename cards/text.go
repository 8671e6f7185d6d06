// Package cards holds what people see: what is said, in which language, who they
// are and where they see it. It knows nothing of Slack's blocks; bot draws them.
package cards

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// Text is something to say: a catalogue key with its arguments, put into words in
// bot/. Words, where set, carry the text in each language themselves ("en", "zh"),
// as WeChat's advice does; the key "" with only "" in Words is a text that reads
// the same in every language. A Text survives JSON, so an answer can be kept.
type Text struct {
	Key   string            `json:"key,omitempty"`
	Args  map[string]Arg    `json:"args,omitempty"`
	Words map[string]string `json:"words,omitempty"`
	// Code asks for the words to be set in a fixed-width face.
	Code bool `json:"code,omitempty"`
	// Link says that the words are an address to follow.
	Link bool `json:"link,omitempty"`
}

// Arg is one argument of a Text. One field is set.
type Arg struct {
	String  string     `json:"s,omitempty"`
	Number  *int64     `json:"n,omitempty"`
	Time    *time.Time `json:"t,omitempty"`
	Zone    string     `json:"z,omitempty"` // of Time, where tokens are not drawn; "" = the reader's
	User    string     `json:"u,omitempty"`
	Channel string     `json:"c,omitempty"`
	Text    *Text      `json:"x,omitempty"`
	List    []Arg      `json:"l,omitempty"`
}

// User is a Slack user or user-group id that is shown as a mention.
type User string

// At is a time that belongs to a zone: where Slack does not draw it in the reader's,
// it is told in its own.
type At struct {
	Time time.Time
	Zone string // IANA name
}

// Channel is a Slack channel id that is shown as a link to it.
type Channel string

// T makes a Text of a catalogue key and pairs of argument name and value. Values
// are string, int, int64, time.Time (drawn in the reader's zone), At, User, Channel,
// Text, and slices of User or Text. The argument "count" chooses the plural form.
func T(key string, pairs ...any) Text {
	if len(pairs)%2 != 0 {
		panic("cards: T needs pairs of name and value: " + key)
	}
	t := Text{Key: key}
	if len(pairs) > 0 {
		t.Args = make(map[string]Arg, len(pairs)/2)
	}
	for i := 0; i < len(pairs); i += 2 {
		t.Args[pairs[i].(string)] = argOf(pairs[i+1])
	}
	return t
}

// With is the text with further arguments, in pairs as T takes them.
func (t Text) With(pairs ...any) Text {
	args := make(map[string]Arg, len(t.Args)+len(pairs)/2)
	maps.Copy(args, t.Args)
	maps.Copy(args, T(t.Key, pairs...).Args)
	t.Args = args
	return t
}

// Plain makes a Text that reads the same in every language: an id, a value.
func Plain(s string) Text { return Text{Words: map[string]string{"": s}} }

// Code makes a Plain text in a fixed-width face.
func Code(s string) Text { return Text{Words: map[string]string{"": s}, Code: true} }

// Link makes a Text of an address that can be followed.
func Link(address string) Text { return Text{Words: map[string]string{"": address}, Link: true} }

// Both makes a Text that carries its own words in both languages.
func Both(en, zh string) Text { return Text{Words: map[string]string{"en": en, "zh": zh}} }

// IsZero reports whether there is nothing to say.
func (t Text) IsZero() bool { return t.Key == "" && len(t.Words) == 0 }

// JSON tells a text from all others; "" where there is nothing to say.
func (t Text) JSON() string {
	if t.IsZero() {
		return ""
	}
	raw, err := json.Marshal(t)
	if err != nil {
		panic("cards: a text cannot be written: " + err.Error()) // its arguments are of the types of Arg
	}
	return string(raw)
}

// Value is how a database keeps a text: JSON, or "".
func (t Text) Value() (driver.Value, error) { return t.JSON(), nil }

// Scan reads what Value wrote.
func (t *Text) Scan(value any) error {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("a text cannot be a %T", value)
	}
	if *t = (Text{}); text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), t)
}

// Codes are ids in a fixed-width face.
func Codes(ids []string) []Text {
	texts := make([]Text, len(ids))
	for i, id := range ids {
		texts[i] = Code(id)
	}
	return texts
}

// Mentions are Slack ids as they are mentioned.
func Mentions(ids []string) []User {
	users := make([]User, len(ids))
	for i, id := range ids {
		users[i] = User(id)
	}
	return users
}

func argOf(v any) Arg {
	switch v := v.(type) {
	case string:
		return Arg{String: v}
	case int:
		n := int64(v)
		return Arg{Number: &n}
	case int64:
		return Arg{Number: &v}
	case time.Time:
		return Arg{Time: &v}
	case At:
		return Arg{Time: &v.Time, Zone: v.Zone}
	case User:
		return Arg{User: string(v)}
	case Channel:
		return Arg{Channel: string(v)}
	case Text:
		return Arg{Text: &v}
	case []User:
		return listOf(v)
	case []Text:
		return listOf(v)
	}
	panic(fmt.Sprintf("cards: an argument cannot be a %T", v))
}

func listOf[V any](vs []V) Arg {
	list := make([]Arg, len(vs))
	for i, v := range vs {
		list[i] = argOf(v)
	}
	return Arg{List: list}
}

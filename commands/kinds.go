package commands

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

// first makes an ask of a function that reads one group of arguments.
func first[G any](ask func(*G) (outbox.Ask, error)) func(*Book, []any) (outbox.Ask, error) {
	return func(_ *Book, args []any) (outbox.Ask, error) { return ask(args[0].(*G)) }
}

// orNone is what p points to, or nothing.
func orNone[T any](p *T) T {
	var none T
	return *cmp.Or(p, &none)
}

// wechat makes the fields what WeChat takes.
func (d Data) wechat() map[string]wechat.DataValue {
	if len(d) == 0 {
		return nil
	}
	out := make(map[string]wechat.DataValue, len(d))
	for name, datum := range d {
		out[name] = wechat.DataValue{Value: datum.Value, Color: datum.Color}
	}
	return out
}

// contents shows a payload to the letter, by the names of WeChat's fields. What is
// empty is not sent, so it is not shown.
type contents []cards.Content

func (c contents) add(label, text string) contents {
	if text == "" {
		return c
	}
	return append(c, cards.Content{Label: label, Text: text})
}

func (c contents) number(label string, n *int) contents {
	if n == nil {
		return c
	}
	return c.add(label, strconv.Itoa(*n))
}

func (c contents) miniprogram(prefix string, m *wechat.Miniprogram) contents {
	if m == nil {
		return c
	}
	return c.add(prefix+"appid", m.AppID).add(prefix+"pagepath", m.PagePath)
}

func (c contents) data(prefix string, data map[string]wechat.DataValue) contents {
	names := make(Data, len(data))
	for name := range data {
		names[name] = Datum{}
	}
	for _, name := range names.Names() {
		// An empty value is sent as it is, so it is shown as well.
		c = append(c, cards.Content{Label: prefix + name, Text: data[name].Value})
		c = c.add(prefix+name+".color", data[name].Color)
	}
	return c
}

// results shows what WeChat returned, by the names of its reply.
func results(r outbox.Receipt, names ...string) []cards.Field {
	var fields []cards.Field
	for _, name := range names {
		shown := cards.Code(r[name])
		switch seconds, err := strconv.ParseInt(r[name], 10, 64); {
		case r[name] == "":
			continue
		case err == nil && (name == "expiration_time" || name == "created_at"):
			shown = cards.T("answer.time", "at", time.Unix(seconds, 0))
		}
		fields = append(fields, cards.Field{Label: cards.T("answer.returned", "name", cards.Code(name)), Value: shown})
	}
	return fields
}

// unix is t as a receipt keeps it; "" where WeChat gave none.
func unix(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.Unix(), 10)
}

// explained is an error of WeChat's with its words for people.
type explained struct {
	error
	words cards.Text
}

func (e *explained) Unwrap() error { return e.error }

// Explain says what happened and what to do about it, in both languages.
func (e *explained) Explain() cards.Text { return e.words }

// explain gives err the words it has in both languages.
func explain(err error) error {
	var failed *wechat.Error
	if errors.As(err, &failed) {
		return &explained{err, cards.Both(failed.In("en"), failed.In("zh"))}
	}
	if fields := wechat.FieldErrors(err); len(fields) > 0 {
		var en, zh []string
		for _, f := range fields {
			en, zh = append(en, withoutData(f.In("en"))), append(zh, withoutData(f.In("zh")))
		}
		return &explained{err, cards.Both(strings.Join(en, "; "), strings.Join(zh, "；"))}
	}
	if refusal, ok := errors.AsType[*cards.Refusal](err); ok {
		return &explained{err, refusal.Text}
	}
	return err
}

// withoutData names a template's field as people write it: thing1, not data.thing1.
func withoutData(said string) string { return strings.TrimPrefix(said, "data.") }

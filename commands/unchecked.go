package commands

import (
	"slices"
	"strings"

	"magpie/cards"
	"magpie/wechat"
)

// Unchecked are fields of a message in which what WeChat's pages leave open is sent, on the
// word of whoever asks and whoever approves.
type Unchecked []string

// Decode reads the fields' names.
func (u *Unchecked) Decode(_ arg, list string) error {
	for _, name := range separated(list) {
		if !slices.Contains(*u, name) {
			*u = append(*u, name)
		}
	}
	return nil
}

// allowed refuses fields that are not there, and those in which nothing is left open.
func (u Unchecked) allowed(data Data) error {
	for _, name := range u {
		if _, given := data[name]; !given || !wechat.Overrulable(name) {
			return atField(cards.Refuse("fault.unchecked", "name", cards.Code(snippet(name))), "unchecked")
		}
	}
	return nil
}

// wentUnchecked says on the card what magpie did not check.
func wentUnchecked(fields []string) []cards.Text {
	if len(fields) == 0 {
		return nil
	}
	return []cards.Text{cards.T("template.unchecked", "what", codes(fields))}
}

// undecided are the fields in which a line has nothing wrong but what WeChat's pages leave
// open; none where there is another fault.
func undecided(faults []fault) []string {
	var fields []string
	for _, f := range faults {
		if f.undecided == "" {
			return nil
		}
		fields = append(fields, f.undecided)
	}
	return fields
}

// overruling are the words with which a line is sent though these fields are undecided.
func overruling(fields []string) string { return "unchecked=" + strings.Join(fields, ",") }

// offerUnchecked tells how a line is sent whose only faults are undecided ones, with a button
// that says it so. A form has no room for one: it is shown beside it.
func (b *Book) offerUnchecked(refusal *cards.Refusal, call Call, fields []string) cards.Text {
	line, before := withoutUnchecked(call.Line)
	again := slices.ContainsFunc(fields, func(f string) bool { return slices.Contains(before, f) })
	fields = append(before, fields...)
	line += " " + overruling(fields)
	if !again && b.sound(call, line) {
		refusal.Buttons = append(refusal.Buttons, cards.Button{Label: cards.T("answer.send_unchecked"), Line: line})
	}
	if call.Form {
		return cards.T("fault.undecided_form", "fields", codes(fields), "button", cards.T("answer.send_unchecked"))
	}
	return cards.T("fault.undecided", "key", cards.Code(overruling(fields)), "fields", codes(fields))
}

// withoutUnchecked takes out of a line what it says of fields that go unchecked.
func withoutUnchecked(line string) (rest string, fields []string) {
	words, err := Lex(line)
	if err != nil {
		return line, nil // it is refused for that
	}
	for _, w := range slices.Backward(words) {
		if strings.EqualFold(normalKey(w.Key), "unchecked") {
			fields, line = append(separated(w.Text), fields...), line[:w.Start]+line[w.End:]
		}
	}
	return strings.TrimSpace(line), fields
}

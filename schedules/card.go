package schedules

import (
	"fmt"
	"strings"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/zones"
)

// contentOf shows all that was said of a schedule to the letter, and after it what the line
// sends.
func (s *drawer) contentOf(account string, t Terms) []cards.Content {
	var c []cards.Content
	add := func(label, name, text string) {
		if text != "" {
			c = append(c, cards.Content{Label: label, Name: name, Text: text})
		}
	}
	add("name", "terms.name", t.Name)
	add("line", "terms.line", t.Line)
	if t.Preview != t.Line {
		add("line, first fire", "terms.preview", t.Preview)
	}
	add("when", "terms.when", t.Typed)
	if t.Cron != t.Typed {
		add("cron", "terms.cron", t.Cron)
	}
	add("tz", "", t.Zone)
	zone, err := zones.Load(t.Zone)
	if err != nil {
		zone = time.UTC
	}
	fires := make([]string, len(t.Fires))
	for i, at := range t.Fires {
		fires[i] = at.In(zone).Format(time.RFC3339)
	}
	add("fires", "field.next_fires", strings.Join(fires, "\n"))
	add("missed", "", t.Missed)
	add("overlap", "", t.Overlap)
	add("channel", "", t.Channel)
	c = append(c, s.inner(account, t).Content...)
	if t.List != nil {
		for _, one := range t.List.Samples {
			add(fmt.Sprintf("row %d, %s", one.Row, one.OpenID), "", string(one.Payload))
		}
	}
	return c
}

// sentenceOf says when a schedule fires, for its own clock and the reader's, and what it does
// then.
func (s *drawer) sentenceOf(account string, t Terms) cards.Text {
	inner := s.inner(account, t).Lead
	spec, err := t.Spec()
	switch {
	case err != nil:
		return cards.T("does.schedule", "words", cards.Code(t.Typed), "zone", cityOf(t.Zone), "name", t.Name, "inner", inner)
	case t.Cron == "":
		return cards.T("does.schedule_once", "words", spec.Sentence(), "instant", spec.At, "name", t.Name, "inner", inner)
	case spec.OneTime() && len(t.Fires) > 0:
		return cards.T("does.schedule_daily", "words", spec.Sentence(), "zone", cityOf(t.Zone), "fire", t.Fires[0], "name", t.Name, "inner", inner)
	}
	return cards.T("does.schedule", "words", spec.Sentence(), "zone", cityOf(t.Zone), "name", t.Name, "inner", inner)
}

// headOf says what an edit changes, and what people should know of what is sent.
func (s *drawer) headOf(account string, t Terms) []cards.Text {
	return append(t.changes(), s.inner(account, t).Head...)
}

// fieldsOf shows what the rest of the terms come to, in words: the next fire, and what becomes
// of fires that cannot be as they are to be.
func (s *drawer) fieldsOf(account string, t Terms) []cards.Field {
	var fields []cards.Field
	add := func(label, value cards.Text) { fields = append(fields, cards.Field{Label: label, Value: value}) }
	zone, err := zones.Load(t.Zone)
	if err != nil {
		zone = time.UTC
	}
	if t.Cron != "" {
		add(cards.T("field.next_fires"), firesText(t.Fires, zone))
	}
	if t.Weeks.Every > 1 {
		add(cards.T("terms.weeks"), cards.T("terms.every_weeks", "count", t.Weeks.Every, "from", mondayOf(t.Weeks.From).Format(time.DateOnly)))
	}
	if t.Either {
		add(cards.T("terms.either"), cards.T("terms.either_yes"))
	}
	if !t.Until.IsZero() {
		add(cards.T("terms.until"), t.lastDay())
	}
	if t.Size > 1 {
		add(cards.T("terms.recipients"), cards.T("terms.people", "count", t.Size))
	}
	if t.Each {
		add(cards.T("terms.approve"), cards.T("terms.approve_each"))
	}
	add(cards.T("terms.missed"), MissedText(t.Missed))
	if t.Cron != "" {
		add(cards.T("terms.overlap"), OverlapText(t.Overlap))
	}
	add(cards.T("terms.channel"), cards.T("terms.in", "channel", cards.Channel(t.Channel)))
	return append(fields, s.inner(account, t).Fields...)
}

// firesText is the next fire, by the clocks of the schedule's zone and by the reader's, and how
// many of those after it Details has.
func firesText(fires []time.Time, zone *time.Location) cards.Text {
	if len(fires) == 0 {
		return cards.T("terms.no_fires")
	}
	first := cards.T("terms.fire", "local", Shown(fires[0], zone), "at", fires[0])
	if len(fires) == 1 {
		return first
	}
	return cards.T("terms.fires", "first", first, "count", len(fires)-1)
}

// MissedText says in words what becomes of a missed fire by a schedule's policy.
func MissedText(policy string) cards.Text {
	switch policy {
	case "skip":
		return cards.T("terms.missed_skip")
	case "once":
		return cards.T("terms.missed_once")
	}
	return cards.T("terms.missed_ask")
}

// OverlapText says in words what becomes of a fire while the one before is still sending.
func OverlapText(policy string) cards.Text {
	switch policy {
	case "skip":
		return cards.T("terms.overlap_skip")
	case "together":
		return cards.T("terms.overlap_together")
	}
	return cards.T("terms.overlap_wait")
}

// inner shows what the first fire would send, as the card of its request would.
func (s *drawer) inner(account string, t Terms) outbox.Shown {
	if len(t.Payload) == 0 {
		return outbox.Shown{}
	}
	shown, err := s.Outbox.Shown(account, t.Kind, t.Payload, t.To, t.List)
	if err != nil {
		s.Log.Error("show what a schedule would send", "schedule", t.Name, "error", err)
	}
	return shown
}

// previewOf is the button that shows what the first fire would send.
func (s *drawer) previewOf(account string, t Terms) cards.Button {
	if preview := s.inner(account, t).Preview; len(preview) > 0 {
		return preview[0]
	}
	return cards.Button{}
}

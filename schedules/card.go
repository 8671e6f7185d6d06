package schedules

import (
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/zones"
)

// contentOf shows what was said of a schedule to the letter, for the approver, and after
// it what the line sends.
func (s *Schedules) contentOf(account string, t Terms) []cards.Content {
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
	return append(c, s.inner(account, t).Content...)
}

// fieldsOf shows what the rest of the terms come to, in words: when it fires by its own
// clock and by each reader's, and what becomes of fires that cannot be as they are to be.
func (s *Schedules) fieldsOf(account string, t Terms) []cards.Field {
	var fields []cards.Field
	add := func(label, value cards.Text) { fields = append(fields, cards.Field{Label: label, Value: value}) }
	zone, err := zones.Load(t.Zone)
	if err != nil {
		zone = time.UTC
	}
	add(cards.T("field.next_fires"), firesText(t.Fires, zone))
	add(cards.T("terms.zone"), cards.Code(t.Zone))
	if t.Weeks.Every > 1 {
		add(cards.T("terms.weeks"), cards.T("terms.every_weeks", "count", t.Weeks.Every, "from", mondayOf(t.Weeks.From).Format(time.DateOnly)))
	}
	if t.Either {
		add(cards.T("terms.either"), cards.T("terms.either_yes"))
	}
	if !t.Until.IsZero() {
		add(cards.T("terms.until"), cards.Code(t.Until.In(zone).AddDate(0, 0, -1).Format(time.DateOnly)))
	}
	add(cards.T("terms.recipients"), cards.T("terms.people", "count", t.Size))
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

// firesText are the first fires, a line each: by the clocks of the schedule's zone, and by
// the reader's.
func firesText(fires []time.Time, zone *time.Location) cards.Text {
	if len(fires) == 0 {
		return cards.T("terms.no_fires")
	}
	first := cards.T("terms.fire", "local", Shown(fires[0], zone), "at", fires[0])
	if len(fires) == 1 {
		return first
	}
	return cards.T("terms.fires", "first", first, "rest", firesText(fires[1:], zone))
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
func (s *Schedules) inner(account string, t Terms) outbox.Shown {
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
func (s *Schedules) previewOf(account string, t Terms) cards.Button {
	if preview := s.inner(account, t).Preview; len(preview) > 0 {
		return preview[0]
	}
	return cards.Button{}
}

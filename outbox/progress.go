package outbox

import (
	"context"
	"strings"
	"time"

	"magpie/cards"
)

// progressOf are the lines of a card that tell how far a broadcast has come.
func (o *drawer) progressOf(r Request) []cards.Text {
	b := r.Progress
	var lines []cards.Text
	switch r.State {
	case Approved:
		if b.BeginAt.After(o.Now()) {
			lines = append(lines, cards.T("broadcast.begins", "long", lasts(b.BeginAt.Sub(o.Now()))))
		}
		return lines
	case Sending, Paused:
	default:
		return nil
	}
	lines = append(lines, o.Bar(r))
	if r.State == Sending && b.Rate > 0 {
		lines = append(lines, cards.T("broadcast.rate", "rate", b.Rate, "left", lasts(time.Duration(r.Size-r.Tally.Ended())*time.Second/time.Duration(b.Rate))))
	}
	if !b.HoldWhy.IsZero() {
		lines = append(lines, b.HoldWhy)
	}
	return lines
}

const barLength = 20

func bar(part, whole int) string {
	full := barLength
	if whole > 0 {
		full = min(barLength, part*barLength/whole)
	}
	return strings.Repeat("█", full) + strings.Repeat("░", barLength-full)
}

func percent(part, whole int) int {
	if whole == 0 {
		return 100
	}
	return part * 100 / whole
}

// lasts is a length of time in the unit that people would say it in.
func lasts(d time.Duration) cards.Text {
	switch {
	case d < 90*time.Second:
		return cards.T("time.seconds", "count", max(1, int(d.Round(time.Second)/time.Second)))
	case d < 90*time.Minute:
		return cards.T("time.minutes", "count", int(d.Round(time.Minute)/time.Minute))
	}
	return cards.T("time.hours", "count", int(d.Round(time.Hour)/time.Hour))
}

// audienceCard adds to a request's card whom it reaches: how many and how soon, who is
// left out and why, and what the first of them get.
func (o *drawer) audienceCard(ctx context.Context, card *cards.Card, r Request) error {
	b := r.Broadcast
	field := func(label string, value cards.Text) {
		card.Fields = append(card.Fields, cards.Field{Label: cards.T("field." + label), Value: value})
	}
	card.Body = append(card.Body, skippedLines(b.Skipped)...)
	if r.State != Waiting && r.State != Approved {
		return nil
	}
	perSecond, err := o.Engine.UsualRate(ctx, r.Account, r.Kind)
	if err != nil {
		return err
	}
	if perSecond > 0 {
		field("takes", cards.T("broadcast.takes", "long", lasts(time.Duration(float64(r.Size)/perSecond*float64(time.Second)))))
	} else {
		field("takes", cards.T("broadcast.takes_unknown"))
	}
	switch q := b.Quota; {
	case q == nil:
	case q.Left < r.Size:
		field("quota", cards.T("broadcast.quota_short", "left", q.Left, "limit", q.Limit, "count", r.Size-q.Left))
	default:
		field("quota", cards.T("broadcast.quota", "leaves", q.Left-r.Size, "limit", q.Limit))
	}
	k, _ := o.kinds.of(r.Account, r.Kind)
	lines, err := k.sampleLines(card.Face, b.Samples)
	card.Body = append(card.Body, lines...)
	return err
}

// sampleLines say what some members see.
func (k kind) sampleLines(face cards.Face, samples []Sample) ([]cards.Text, error) {
	var lines []cards.Text
	differ := false
	for _, s := range samples {
		filled, err := k.face(s.Payload)
		if err != nil {
			return nil, err
		}
		fields := mergedFields(face, filled)
		if len(fields) == 0 {
			fields = []cards.Text{cards.T("broadcast.same")}
		} else {
			differ = true
		}
		lines = append(lines, cards.T("broadcast.sample", "row", s.Row, "fields", fields))
	}
	if len(lines) > 0 && !differ {
		return []cards.Text{cards.T("broadcast.all_same")}, nil
	}
	return lines, nil
}

// mergedFields are those parts of a filled message that differ from person to person.
func mergedFields(face, filled cards.Face) []cards.Text {
	var fields []cards.Text
	for i, l := range filled.Lines {
		if i < len(face.Lines) && face.Lines[i].Text == l.Text {
			continue
		}
		fields = append(fields, cards.T("broadcast.field", "label", l.Label, "value", l.Text))
	}
	return fields
}

func rowsText(s Skipped) []cards.Text {
	rows := make([]cards.Text, 0, len(s.Rows)+1)
	for _, row := range s.Rows {
		rows = append(rows, cards.T("broadcast.row", "row", row))
	}
	if s.Count > len(s.Rows) {
		rows = append(rows, cards.T("broadcast.more_rows"))
	}
	return rows
}

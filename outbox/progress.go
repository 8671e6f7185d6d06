package outbox

import (
	"context"
	"strings"
	"time"

	"magpie/cards"
	"magpie/store"
)

// lookAround keeps the flags of the broadcasts under way here in line with what people
// have said, and once a second has their cards drawn.
func (o *Outbox) lookAround() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	underWay := o.carrier.underWay()
	if len(underWay) == 0 {
		return
	}
	var slowed int
	if err := o.DB.QueryRow(ctx, "select count(*) from rate where slow > 0").Scan(&slowed); err != nil {
		o.Log.Error("look whether an API is slowed down", "error", err)
	}
	o.carrier.slowed = slowed > 0
	for n, f := range underWay {
		var goes int
		if err := o.DB.QueryRow(ctx, goesOn, n).Scan(&goes, new(int64), new(int64)); err != nil {
			o.Log.Error("look at a broadcast", "request", n, "error", err)
			continue
		}
		f.decide(goes > 0)
		if now := time.Now(); f.progress && now.Sub(f.told) >= tellEvery {
			f.told = now
			if err := o.tellProgress(ctx, n); err != nil {
				o.Log.Error("tell how far a broadcast has come", "request", n, "error", err)
			}
		}
	}
}

// tellProgress notes how fast a broadcast goes and has its cards drawn; where several
// processes carry it out, one of them does.
func (o *Outbox) tellProgress(ctx context.Context, n int64) error {
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		now := o.Now()
		var at, before, rate, outcomes int64
		if err := tx.QueryRow(ctx, "select rate_at, rate_count, rate, done + failed + unclear from sending where request = $1", n).Scan(&at, &before, &rate, &outcomes); err != nil {
			return err
		}
		past := now.Sub(store.Time(at))
		if at == 0 || past < tellEvery*9/10 {
			return nil
		}
		latest := (outcomes - before) * 1000 / past.Milliseconds()
		if rate == 0 {
			rate = latest
		}
		claimed, err := tx.Exec(ctx, "update sending set rate_at = $2, rate_count = $3, rate = $4 where request = $1 and rate_at = $5",
			n, store.Millis(now), outcomes, (rate*2+latest)/3, at)
		if err != nil || claimed == 0 {
			return err
		}
		return o.enqueueTells(ctx, tx, n)
	})
}

// progressOf are the lines of a card that tell how far a broadcast has come.
func (o *Outbox) progressOf(r Request) []cards.Text {
	b, t := r.Progress, r.Tally
	var lines []cards.Text
	switch r.State {
	case Approved:
		if b.BeginAt.After(o.Now()) {
			lines = append(lines, cards.T("broadcast.begins", "at", b.BeginAt))
		}
		return lines
	case Sending, Paused:
	default:
		return nil
	}
	ended := t.Done + t.Failed + t.Unclear
	lines = append(lines, cards.T("broadcast.progress", "bar", bar(ended, r.Size), "percent", percent(ended, r.Size), "ended", ended, "size", r.Size))
	if r.State == Sending && b.Rate > 0 {
		lines = append(lines, cards.T("broadcast.rate", "rate", b.Rate, "left", lasts(time.Duration(r.Size-ended)*time.Second/time.Duration(b.Rate))))
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
func (o *Outbox) audienceCard(ctx context.Context, card *cards.Card, r Request, content []cards.Content) error {
	b := r.Broadcast
	field := func(label string, value cards.Text) {
		card.Fields = append(card.Fields, cards.Field{Label: cards.T("field." + label), Value: value})
	}
	card.Fields = append(card.Fields, toField(b.Audience, r.Size))
	card.Body = append(card.Body, skippedLines(b.Skipped)...)
	if r.State != Waiting && r.State != Approved {
		return nil
	}
	perSecond, err := o.usualRate(ctx, r.Kind)
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
		field("quota", cards.T("broadcast.quota_short", "left", q.Left, "limit", q.Limit, "short", r.Size-q.Left))
	default:
		field("quota", cards.T("broadcast.quota", "leaves", q.Left-r.Size, "limit", q.Limit))
	}
	lines, err := o.kinds[r.Kind].sampleLines(content, b.Samples)
	card.Body = append(card.Body, lines...)
	return err
}

// toField names an audience and counts those of it who get a message.
func toField(name string, size int) cards.Field {
	return cards.Field{Label: cards.T("field.to"), Value: cards.T("broadcast.to", "audience", cards.Code("@"+name), "count", size)}
}

// sampleLines say what some members get.
func (k kind) sampleLines(content []cards.Content, samples []Sample) ([]cards.Text, error) {
	var lines []cards.Text
	for _, s := range samples {
		filled, err := k.content(s.Payload)
		if err != nil {
			return nil, err
		}
		lines = append(lines, cards.T("broadcast.sample", "row", s.Row, "openid", cards.Code(s.OpenID), "fields", mergedFields(content, filled)))
	}
	return lines, nil
}

// usualRate is how many calls of a kind are made in a second: as many as are allowed,
// or as the last broadcast made; 0 where neither is known.
func (o *Outbox) usualRate(ctx context.Context, kind string) (float64, error) {
	if every := o.Rates[kind]; every > 0 {
		return float64(time.Second) / float64(every), nil
	}
	var rate int64
	err := o.DB.QueryRow(ctx, "select s.rate from broadcast b join sending s on s.request = b.request join request r on r.n = b.request where r.kind = $1 and s.rate > 0 order by b.request desc limit 1", kind).Scan(&rate)
	return float64(rate), ignoreNone(err)
}

// mergedFields are those parts of a filled message that differ from person to person.
func mergedFields(content, filled []cards.Content) []cards.Text {
	var fields []cards.Text
	for i, c := range filled {
		if i < len(content) && content[i].Label == c.Label && content[i].Text == c.Text {
			continue
		}
		fields = append(fields, cards.T("broadcast.field", "label", cards.Code(c.Label), "value", c.Text))
	}
	if len(fields) == 0 {
		return []cards.Text{cards.T("broadcast.same")}
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

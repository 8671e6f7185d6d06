package commands

import (
	"time"

	"magpie/cards"
	"magpie/schedules"
)

// scheduleCard says what was understood: when it fires, in the schedule's zone and the
// reader's, the line as it will look, and what may surprise.
func scheduleCard(b *Book, terms schedules.Terms, spec schedules.Spec, reader string) cards.Card {
	fires := terms.Fires
	if next := spec.Fires(b.now(), 5); len(next) > 0 {
		fires = next
	}
	understood := cards.T("answer.schedule_understood", "name", cards.Code(terms.Name), "typed", cards.Code(terms.Typed), "words", spec.Describe(), "zone", cards.Code(terms.Zone))
	if terms.Cron == "" { // its one fire names the zone
		understood = cards.T("answer.schedule_understood_once", "name", cards.Code(terms.Name), "typed", cards.Code(terms.Typed), "words", spec.Describe())
	}
	card := cards.Card{Body: []cards.Text{
		understood,
		lines(fireTexts(fires, spec.Zone, reader)),
		cards.T("answer.schedule_line", "line", cards.Code(terms.Preview), "count", terms.Size),
	}}
	if terms.Cron != "" && terms.Weeks.Every < 2 { // five fields cannot say every other week
		card.Notes = append(card.Notes, cards.T("answer.schedule_cron", "cron", cards.Code(terms.Cron)))
	}
	for _, odd := range spec.Oddities(b.now()) {
		card.Body = append(card.Body, oddity(odd, spec.Zone, reader))
	}
	if b.schedules != nil {
		for _, at := range fires {
			if end := b.schedules.Quiet.End(at, b.schedules.Zone); !end.IsZero() {
				card.Body = append(card.Body, cards.T("answer.schedule_quiet", "hours", b.schedules.QuietHours(), "at", schedules.ShownBoth(at, spec.Zone, reader), "missed", schedules.MissedText(terms.Missed)))
				break
			}
		}
		if terms.Each {
			card.Body = append(card.Body, cards.T("answer.schedule_each", "lead", cards.Span(b.schedules.Lead)))
		}
	}
	return card
}

// showContent leads a schedule's card by what goes out, as it stands in the terms, where the
// line only names it: in a sentence, as readers will see it, and by a button that shows it.
func (b *Book) showContent(card *cards.Card, account string, terms schedules.Terms) error {
	if len(terms.Payload) == 0 || !b.outbox.KeptElsewhere(terms.Kind) {
		return nil
	}
	shown, err := b.outbox.Shown(account, terms.Kind, terms.Payload, terms.To, terms.List)
	if err != nil {
		return err
	}
	card.Lead, card.Face = cards.T("answer.schedule_content", "does", shown.Lead), shown.Face
	card.Buttons = append(card.Buttons, shown.Preview...)
	return nil
}

// oddity says what a clock change does to the fires that meet it.
func oddity(odd schedules.Oddity, zone *time.Location, reader string) cards.Text {
	wall, last := odd.Wall.Format("2006-01-02 15:04"), odd.LastWall.Format("15:04")
	at := schedules.ShownBoth(odd.At, zone, reader)
	switch {
	case odd.Skipped && odd.Count > 1:
		return cards.T("answer.schedule_gaps", "wall", wall, "last", last, "count", odd.Count, "at", at)
	case odd.Skipped:
		return cards.T("answer.schedule_gap", "wall", wall, "at", at)
	case odd.Count > 1:
		return cards.T("answer.schedule_repeats", "wall", wall, "last", last, "count", odd.Count, "at", at)
	}
	return cards.T("answer.schedule_repeat", "wall", wall, "at", at)
}

// fireTexts are instants, a line each.
func fireTexts(fires []time.Time, zone *time.Location, reader string) []cards.Text {
	texts := make([]cards.Text, len(fires))
	for i, at := range fires {
		texts[i] = cards.T("answer.schedule_fire", "at", schedules.ShownBoth(at, zone, reader))
	}
	return texts
}

package schedules

import (
	"context"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/store"
)

// Shown is a time as the clocks of a zone show it, with the weekday and the zone.
func Shown(t time.Time, zone *time.Location) cards.Text {
	t = t.In(zone)
	clock := "15:04"
	if t.Second() != 0 {
		clock = "15:04:05"
	}
	return cards.Both(
		t.Format("Mon 2006-01-02 "+clock)+" "+zone.String(),
		t.Format(time.DateOnly)+" "+weekday(t.Weekday(), "zh")+" "+t.Format(clock)+" "+zone.String(),
	)
}

// notify posts a card in a schedule's channel, or to its owner where the bot may not.
func (s *ledger) notify(ctx context.Context, tx *store.Tx, one Schedule, card cards.Card) error {
	card.Account = one.Account
	return s.Posts.Notify(ctx, tx, cards.Place{Channel: one.Channel, User: one.Owner}, card)
}

// missedText says that so many fires were missed, and when the last of them was.
func missedText(one Schedule, count int, last time.Time, zone *time.Location) cards.Text {
	return cards.T("schedule.missed", "name", cards.Code(one.Name), "count", count, "at", last, "local", Shown(last, zone))
}

// missedCard asks whether a missed fire is to be made up for.
func missedCard(one Schedule, at time.Time, told cards.Text) cards.Card {
	return cards.Card{
		Body:    []cards.Text{cards.T("schedule.missed_ask", "missed", told, "who", cards.User(one.Owner))},
		Buttons: missedButtons(one, at, cards.T("schedule.missed_run"), ""),
	}
}

// missedButtons make up for a missed fire, said as run, or leave it undone.
func missedButtons(one Schedule, at time.Time, run cards.Text, anyway string) []cards.Button {
	line := fmt.Sprintf("schedule missed %s %d ", one.Name, store.Millis(at))
	return []cards.Button{
		{Label: run, Line: line + "run" + anyway, Style: "primary"},
		{Label: cards.T("schedule.missed_skip"), Line: line + "skip"},
	}
}

// decidedCard says what somebody decided about a missed fire.
func decidedCard(missed cards.Text, who cards.Person, run bool) cards.Card {
	told := cards.T("schedule.missed_left", "missed", missed, "who", cards.User(who.ID))
	if run {
		told = cards.T("schedule.missed_ran", "missed", missed, "who", cards.User(who.ID))
	}
	return cards.Card{Body: []cards.Text{told}}
}

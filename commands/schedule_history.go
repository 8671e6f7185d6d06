package commands

import (
	"context"
	"slices"
	"strconv"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
	"magpie/zones"
)

func number(n int64) string { return strconv.FormatInt(n, 10) }

func scheduleHistory() *Command {
	return ofSchedule("schedule history", outbox.Everyone, func(ctx context.Context, b *Book, call Call, one schedules.Schedule) (cards.Card, error) {
		runs, err := b.schedules.Runs(ctx, one.ID, listed)
		if err != nil {
			return cards.Card{}, err
		}
		acts, err := b.schedules.Acts(ctx, one.ID, listed)
		if err != nil {
			return cards.Card{}, err
		}
		zone, err := zones.Load(one.Terms.Zone)
		if err != nil {
			return cards.Card{}, err
		}
		type row struct {
			at   time.Time
			text cards.Text
		}
		var rows []row
		for _, r := range runs {
			rows = append(rows, row{r.At, runText(r, zone, call.Who.Zone)})
		}
		for _, a := range acts {
			by := cards.T("answer.act_magpie")
			if a.Who != "" {
				by = cards.T("answer.schedule_who", "who", cards.User(a.Who))
			}
			rows = append(rows, row{a.At, cards.T("answer.schedule_act", "at", schedules.ShownBoth(a.At, zone, call.Who.Zone), "by", by, "verb", cards.T("schedule.verb."+a.Verb))})
		}
		slices.SortStableFunc(rows, func(a, b row) int { return b.at.Compare(a.at) })
		card := cards.Card{Title: cards.T("answer.history", "name", one.Name)}
		texts := make([]cards.Text, len(rows))
		for i, r := range rows {
			texts[i] = r.text
		}
		if len(texts) == 0 {
			texts = []cards.Text{cards.T("answer.history_none")}
		}
		card.Body = []cards.Text{lines(texts[:min(len(texts), listed)])}
		return card, nil
	})
}

// runText is one run: when, what came of it, by which request.
func runText(r schedules.Run, zone *time.Location, reader string) cards.Text {
	at, state := schedules.ShownBoth(r.At, zone, reader), cards.T("schedule.run."+r.State)
	var text cards.Text
	switch {
	case r.Request > 0 && r.Who != "":
		text = cards.T("answer.run_by_hand", "at", at, "state", state, "n", r.Request, "who", cards.User(r.Who))
	case r.Request > 0:
		text = cards.T("answer.run", "at", at, "state", state, "n", r.Request)
	default:
		text = cards.T("answer.run_unsaid", "at", at, "state", state)
	}
	if r.Missed > 0 {
		text = cards.T("answer.run_missed", "run", text, "count", r.Missed)
	}
	if late := r.Found.Sub(r.At); late > time.Second && r.Missed == 0 {
		text = cards.T("answer.run_late", "run", text, "late", cards.Span(late.Round(time.Second)))
	}
	if !r.Note.IsZero() && (r.State == "failed" || r.State == "skipped") {
		text = cards.T("answer.run_why", "run", text, "why", r.Note)
	}
	return text
}

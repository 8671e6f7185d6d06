package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
	"magpie/zones"
)

// schedulesListed is how many schedules are listed at most.
const schedulesListed = 50

func scheduleList() *Command {
	return &Command{
		Path:     "schedules",
		Role:     outbox.Everyone,
		looks:    true,
		Examples: []string{`schedules`},
		grammar:  func() any { return new(struct{}) },
		do: func(ctx context.Context, b *Book, call Call, _ []any) (Answer, error) {
			found, err := b.schedules.List(ctx, b.accountsOf(call), schedulesListed)
			if err != nil {
				return Answer{}, err
			}
			elsewhere, err := b.schedules.Elsewhere(ctx, b.outbox.Accounts)
			if err != nil {
				return Answer{}, err
			}
			card := cards.Card{Title: cards.T("answer.schedules")}
			seen, left := visibleOf(ctx, b, call, found, schedulesListed, ofSchedules)
			var rows []cards.Text
			for _, one := range seen {
				rows = append(rows, b.withTitle(call, one.Account, cards.T("answer.schedule_row", "name", cards.Code(one.Name), "state", scheduleState(one), "words", inWordsOf(one), "next", nextOf(one, call.Who.Zone), "who", cards.User(one.Owner))))
			}
			card.Notes = left.notes()
			if elsewhere > 0 {
				card.Notes = append(card.Notes, cards.T("answer.schedules_elsewhere", "count", elsewhere))
			}
			if len(rows) == 0 {
				rows = []cards.Text{cards.T("answer.schedules_none")}
			}
			card.Body = []cards.Text{lines(rows)}
			if len(found) == schedulesListed {
				card.Notes = append(card.Notes, cards.T("answer.schedules_more", "count", schedulesListed))
			}
			card, err = b.underHold(ctx, card)
			return Answer{Card: card}, err
		},
	}
}

func ofSchedules(one schedules.Schedule) origin { return origin{by: one.Owner, channel: one.Channel} }

func scheduleState(one schedules.Schedule) cards.Text {
	return cards.T("schedule.state." + string(one.State))
}

// inWordsOf is when a schedule fires, in words.
func inWordsOf(one schedules.Schedule) cards.Text {
	spec, err := one.Terms.Spec()
	if err != nil {
		return cards.Code(one.Terms.Typed)
	}
	return spec.Describe()
}

// nextOf is the next fire of a schedule in its zone and the reader's.
func nextOf(one schedules.Schedule, reader string) cards.Text {
	switch one.State {
	case schedules.Waiting:
		return cards.T("answer.schedule_next_waits")
	case schedules.Paused:
		return cards.T("answer.schedule_next_paused")
	}
	zone, err := zones.Load(one.Terms.Zone)
	if err != nil || one.Next.IsZero() {
		return cards.T("answer.schedule_no_next")
	}
	return schedules.ShownBoth(one.Next, zone, reader)
}

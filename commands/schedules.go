package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
	"magpie/zones"
)

const (
	// schedulesListed is how many schedules are told of at most where they are not paged.
	schedulesListed = 50
	// schedulesPaged is how many have pages at most.
	schedulesPaged = 1000
)

// scheduleList lists the schedules, page after page: those that fire next first.
func scheduleList() *Command {
	return &Command{
		Path:     "schedules",
		Role:     outbox.Everyone,
		looks:    true,
		Examples: []string{`schedules`, `schedules page=2`},
		grammar:  func() any { return new(pageArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			found, err := b.schedules.List(ctx, accountsOf(b.outbox, call), schedulesPaged)
			if err != nil {
				return Answer{}, err
			}
			elsewhere, err := b.schedules.Elsewhere(ctx, b.outbox.Accounts)
			if err != nil {
				return Answer{}, err
			}
			card := cards.Card{Title: cards.T("answer.schedules")}
			seen, left := visibleOf(ctx, b.sight, call, found, schedulesPaged, ofSchedules)
			page, note, turns := pageOf(b, call, seen, args[0].(*pageArgs).Page, "schedules")
			for _, one := range page {
				card.Rows = append(card.Rows, scheduleRow(b.served, call, one))
			}
			card.Columns = []cards.Text{cards.T("column.name"), cards.T("column.state"), cards.T("column.when"), cards.T("column.next"), cards.T("column.owner")}
			card.Buttons, card.Notes = turns, append(note, left.notes()...)
			if elsewhere > 0 {
				card.Notes = append(card.Notes, cards.T("answer.schedules_elsewhere", "count", elsewhere))
			}
			if len(seen) == 0 {
				card.Body = []cards.Text{cards.T("answer.schedules_none")}
			}
			if len(found) == schedulesPaged {
				card.Notes = append(card.Notes, cards.T("answer.schedules_more", "count", schedulesPaged))
			}
			card, err = b.lists.underHold(ctx, card)
			return Answer{Card: card}, err
		},
	}
}

// scheduleRow is a schedule in a list: how it stands, when it fires, whose it is.
func scheduleRow(s *served, call Call, one schedules.Schedule) cards.Row {
	state, words, next := scheduleState(one), inWordsOf(one), nextOf(one, call.Who.Zone)
	name := cards.Plain(one.Name)
	return cards.Row{
		Account: one.Account,
		Text:    s.withTitle(call, one.Account, cards.T("answer.schedule_row", "name", cards.Code(one.Name), "state", state, "words", words, "next", next, "who", cards.User(one.Owner))),
		Cells:   []cards.Text{s.withTitle(call, one.Account, name), state, words, next, cards.T("column.is", "value", cards.User(one.Owner))},
		Buttons: []cards.Button{{Label: cards.T("answer.request_show"), Line: "schedule show " + one.Name, Below: name}},
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

package commands

import (
	"context"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
	"magpie/zones"
)

type scheduleNextArgs struct {
	Count *Number `arg:"" optional:"" name:"COUNT" example:"10"`
}

// scheduleNext lists the fires to come, of all schedules.
func scheduleNext() *Command {
	return &Command{
		Path:     "schedule next",
		Role:     outbox.Everyone,
		looks:    true,
		Examples: []string{`schedule next`, `schedule next 20`},
		grammar:  func() any { return new(scheduleNextArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			count := 10
			if n := args[0].(*scheduleNextArgs).Count; n != nil {
				count = int(min(*n, schedulesListed))
			}
			active, err := b.schedules.Active(ctx, accountsOf(b.outbox, call), schedulesListed)
			if err != nil {
				return Answer{}, err
			}
			seen, left := visibleOf(ctx, b.sight, call, active, schedulesListed, ofSchedules)
			fires, err := schedules.UpcomingOf(seen, count, time.Time{})
			if err != nil {
				return Answer{}, err
			}
			card := cards.Card{Title: cards.T("answer.upcoming")}
			var rows []cards.Text
			for _, f := range fires {
				zone, err := zones.Load(f.Schedule.Terms.Zone)
				if err != nil {
					return Answer{}, err
				}
				rows = append(rows, b.served.withTitle(call, f.Schedule.Account, cards.T("answer.upcoming_fire", "name", cards.Code(f.Schedule.Name), "at", schedules.ShownBoth(f.At, zone, call.Who.Zone))))
			}
			card.Notes = left.notes()
			if card.Body = []cards.Text{cards.T("answer.upcoming_none")}; len(rows) > 0 {
				card.Body = []cards.Text{lines(rows)}
			}
			return Answer{Card: card}, nil
		},
	}
}

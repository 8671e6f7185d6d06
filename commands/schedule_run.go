package commands

import (
	"context"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
)

type scheduleRunArgs struct {
	Name ScheduleName `arg:"" name:"NAME" example:"morning-tea"`
	At   int64        `name:"at" placeholder:"FIRE"`

	Anyway *string `name:"anyway" enum:"yes" people:""`
}

// scheduleRun says a schedule's line at once. Its button **Run again** names the fire
// that failed: the line then reads as it would have then.
func scheduleRun() *Command {
	return &Command{
		Path:     "schedule run",
		Role:     outbox.Sender,
		looks:    true,
		Examples: []string{`schedule run morning-tea`},
		grammar:  func() any { return new(scheduleRunArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a := args[0].(*scheduleRunArgs)
			one, err := b.schedules.Get(ctx, call.Account, string(a.Name))
			if err != nil {
				return Answer{}, err
			}
			by := schedules.ByHand{Anyway: a.Anyway != nil, Once: call.Once}
			if a.At > 0 {
				by.Of = time.UnixMilli(a.At)
			}
			n, err := b.schedules.RunNow(ctx, call.Who, one, by)
			if err != nil {
				return Answer{}, refuseRole(ctx, b, call, err)
			}
			ran := cards.T("answer.schedule_ran", "name", cards.Code(one.Name), "n", n)
			switch state, _, err := b.outbox.StateOf(ctx, n); {
			case err != nil: // it is told on its card
			case state == outbox.Waiting:
				ran = cards.T("answer.schedule_ran_waits", "name", cards.Code(one.Name), "n", n)
			case state == outbox.Preparing:
				ran = cards.T("answer.schedule_ran_prepares", "name", cards.Code(one.Name), "n", n)
			}
			return Answer{Request: n, Card: said(ran)}, nil
		},
	}
}

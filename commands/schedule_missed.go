package commands

import (
	"context"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
)

type scheduleMissedArgs struct {
	Name ScheduleName `arg:"" name:"NAME"`
	At   int64        `arg:"" name:"FIRE"`
	Do   string       `arg:"" name:"DO" enum:"run,skip"`

	Anyway *string `name:"anyway" enum:"yes" people:""`
}

// scheduleMissed decides about a fire that was missed. Only the buttons of its card say
// it.
func scheduleMissed() *Command {
	return &Command{
		Path:    "schedule missed",
		Role:    outbox.Sender,
		Hidden:  true,
		grammar: func() any { return new(scheduleMissedArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a := args[0].(*scheduleMissedArgs)
			one, err := b.schedules.Get(ctx, call.Account, string(a.Name))
			if err != nil {
				return Answer{}, err
			}
			if err := b.schedules.Decide(ctx, call.Who, call.Where, one, time.UnixMilli(a.At), schedules.Decision{Run: a.Do == "run", Anyway: a.Anyway != nil}); err != nil {
				return Answer{}, refuseRole(ctx, b, call, err)
			}
			if a.Do == "run" {
				return Answer{Card: said(cards.T("answer.missed_runs", "name", cards.Code(one.Name)))}, nil
			}
			return Answer{Card: said(cards.T("answer.missed_skipped", "name", cards.Code(one.Name)))}, nil
		},
	}
}

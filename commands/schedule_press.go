package commands

import (
	"context"
	"errors"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
)

type nameArgs struct {
	Name ScheduleName `arg:"" name:"NAME" example:"morning-tea"`
}

// ofSchedule makes a command that does something to the schedule of a name, or shows
// something of it.
func ofSchedule(path string, role outbox.Role, do func(context.Context, *Book, Call, schedules.Schedule) (cards.Card, error)) *Command {
	return &Command{
		Path:     path,
		Role:     role,
		Examples: []string{path + " morning-tea"},
		grammar:  func() any { return new(nameArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			one, err := b.schedules.Get(ctx, call.Account, string(args[0].(*nameArgs).Name))
			if err != nil {
				return Answer{}, err
			}
			card, err := do(ctx, b, call, one)
			if err != nil {
				return Answer{}, refuseRole(ctx, b, call, err)
			}
			return Answer{Card: card}, nil
		},
	}
}

// refuseRole puts on record that somebody tried what they may not.
func refuseRole(ctx context.Context, b *Book, call Call, err error) error {
	var refusal *cards.Refusal
	if errors.As(err, &refusal) && cards.IsRefused(refusal, cards.NotTheirs, cards.LacksRole, cards.HasLeft) {
		return b.refused(ctx, call, &notAllowed{refusal})
	}
	return err
}

func said(text cards.Text) cards.Card { return cards.Card{Body: []cards.Text{text}} }

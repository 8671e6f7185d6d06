package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
)

// scheduleEdit takes the whole form of add. Until it is approved, what was approved
// before stays in force; from then on it runs as whoever edited it.
func scheduleEdit() *Command {
	return &Command{
		Path:     "schedule edit",
		Role:     outbox.Sender,
		looks:    true,
		stands:   true,
		Examples: []string{`schedule edit morning-tea "every weekday at 8:30" -- subscribe send TEMPLATE_ID to=OPENID thing1="Tea is ready"`},
		grammar:  func() any { return new(scheduleArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			d := args[0].(*scheduleArgs).draft()
			one, err := b.schedules.Get(ctx, call.Account, d.Name)
			if err != nil {
				return Answer{}, err
			}
			if err := b.schedules.May(call.Who, one); err != nil {
				return Answer{}, refuseRole(ctx, b, call, err)
			}
			if one.Pending > 0 {
				state, _, err := b.outbox.StateOf(ctx, one.Pending)
				if err != nil {
					return Answer{}, err
				}
				if !state.Ended() {
					return Answer{}, cards.Refuse("fault.schedule_pending", "name", cards.Code(one.Name), "n", one.Pending)
				}
			}
			d.Name, d.Instead = one.Name, &one.Terms
			if d.Channel == "" {
				d.Channel = one.Channel
			}
			return askSchedule(ctx, b, call, d, one.ID)
		},
	}
}

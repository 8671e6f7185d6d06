package commands

import (
	"context"

	"magpie/outbox"
)

type rejectArgs struct {
	N      Number `arg:"" name:"N" example:"17"`
	Reason string `name:"reason" required:"" lines:"" loose:""`
}

// reject ends a waiting request. Said without a reason, as the button says it, it
// asks for one.
func reject() *Command {
	return &Command{
		Path:     "reject",
		Role:     outbox.Approver,
		Examples: []string{`reject 17 reason="the date is wrong"`},
		Asks:     true,
		Voices:   true,
		decides:  true,
		grammar:  func() any { return new(rejectArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a := args[0].(*rejectArgs)
			press := call.press(a.N)
			press.Reason = a.Reason
			said, err := b.outbox.Reject(ctx, press)
			return answer(said, err)
		},
	}
}

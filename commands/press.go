package commands

import (
	"context"

	"magpie/outbox"
)

// pressing makes a command that does something to the request of a number. The
// outbox checks the role and records a refusal beside the request.
func pressing(path string, role outbox.Role, press func(*outbox.Outbox, context.Context, outbox.Press) (outbox.Said, error)) *Command {
	return &Command{
		Path:     path,
		Role:     role,
		Examples: []string{path + " 17"},
		grammar:  func() any { return new(numberArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			said, err := press(b.outbox, ctx, call.press(args[0].(*numberArgs).N))
			return answer(said, err)
		},
	}
}

// pressAll is for everything, or for the account that the line names. A channel's account is
// no name: what is held in an emergency is everything.
func pressAll(s *served, call Call) outbox.Press {
	p := call.press(0)
	if len(s.accounts) > 1 {
		p.Account = call.named
	}
	return p
}

func (call Call) press(n Number) outbox.Press {
	return outbox.Press{N: int64(n), Who: call.Who, Where: call.Where, Once: call.Once}
}

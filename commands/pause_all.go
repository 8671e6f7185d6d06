package commands

import (
	"context"

	"magpie/outbox"
)

// pauseAll holds every fire and every delivery, at once: an admin's.
func pauseAll() *Command {
	return &Command{
		Path:     "pause-all",
		Role:     outbox.Admin,
		Examples: []string{`pause-all`},
		grammar:  func() any { return new(struct{}) },
		do: func(ctx context.Context, b *Book, call Call, _ []any) (Answer, error) {
			said, err := b.outbox.PauseAll(ctx, pressAll(b.served, call))
			return answer(said, err)
		},
	}
}

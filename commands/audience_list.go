package commands

import (
	"context"

	"magpie/outbox"
)

// audienceList lists the audiences; `audiences` is short for it.
func audienceList(path string) *Command {
	return &Command{
		Path:     path,
		Role:     outbox.Everyone,
		Examples: []string{path},
		Hidden:   path != "audience list",
		grammar:  func() any { return new(struct{}) },
		do: func(ctx context.Context, b *Book, _ Call, _ []any) (Answer, error) {
			card, err := b.audiences.List(ctx)
			return Answer{Card: card}, err
		},
	}
}

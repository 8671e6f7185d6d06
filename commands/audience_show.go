package commands

import (
	"context"

	"magpie/outbox"
)

type audienceArgs struct {
	Name AudienceName `arg:"" name:"NAME" example:"vip"`
}

// audienceShow tells how an audience came to be and who is not in it.
func audienceShow() *Command {
	return &Command{
		Path:     "audience show",
		Role:     outbox.Everyone,
		Examples: []string{`audience show vip`},
		grammar:  func() any { return new(audienceArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			card, err := b.audiences.Show(ctx, call.Account, string(args[0].(*audienceArgs).Name))
			return Answer{Card: card}, err
		},
	}
}

package commands

import (
	"context"

	"magpie/audiences"
	"magpie/outbox"
)

// audienceRows gives a file of all rows that an audience leaves out.
func audienceRows() *Command {
	return &Command{
		Path:     "audience rows",
		Role:     outbox.Sender,
		stands:   true,
		Examples: []string{`audience rows vip`},
		grammar:  func() any { return new(audienceArgs) },
		do: changingAudiences(outbox.Sender, func(ctx context.Context, a *audiences.Audiences, act audiences.Act, g *audienceArgs) (audiences.Said, error) {
			act.Where.User = act.Who.ID // theirs, where the bot may not post
			return a.Rows(ctx, act.Account, string(g.Name), act.Where)
		}),
	}
}

package commands

import (
	"context"

	"magpie/audiences"
	"magpie/outbox"
)

type audienceRemoveArgs struct {
	Name AudienceName `arg:"" name:"NAME" example:"vip"`
	Sure *string      `name:"sure" enum:"yes" said:"" people:""`
}

// audienceRemove frees a name, after a question.
func audienceRemove() *Command {
	return &Command{
		Path:     "audience remove",
		Role:     outbox.Sender,
		Examples: []string{`audience remove vip`},
		grammar:  func() any { return new(audienceRemoveArgs) },
		do: changingAudiences(outbox.Sender, func(ctx context.Context, a *audiences.Audiences, act audiences.Act, g *audienceRemoveArgs) (audiences.Said, error) {
			return a.Remove(ctx, act, string(g.Name), g.Sure != nil)
		}),
	}
}

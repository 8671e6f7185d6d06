package commands

import (
	"context"

	"magpie/audiences"
	"magpie/outbox"
)

type audienceFollowersArgs struct {
	Name    AudienceName `arg:"" name:"NAME" example:"everybody"`
	Replace *string      `name:"replace" enum:"yes" said:"" people:""`
}

// audienceFollowers makes an audience of all who follow the account now.
func audienceFollowers() *Command {
	return &Command{
		Path:     "audience followers",
		Role:     outbox.Sender,
		Examples: []string{`audience followers everybody`},
		grammar:  func() any { return new(audienceFollowersArgs) },
		do: changingAudiences(outbox.Sender, func(ctx context.Context, a *audiences.Audiences, act audiences.Act, g *audienceFollowersArgs) (audiences.Said, error) {
			return a.Import(ctx, act, audiences.Wanted{
				Name: string(g.Name), Kind: audiences.Followers, Replace: g.Replace != nil, Line: "audience followers " + Quote(string(g.Name)),
			})
		}),
	}
}

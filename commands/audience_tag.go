package commands

import (
	"context"

	"magpie/audiences"
	"magpie/outbox"
)

type audienceTagArgs struct {
	Name    AudienceName `arg:"" name:"NAME" example:"vip"`
	Tag     string       `arg:"" name:"TAG"`
	Replace *string      `name:"replace" enum:"yes" said:"" people:""`
}

// audienceTag makes an audience of the followers who have a tag now.
func audienceTag() *Command {
	return &Command{
		Path:     "audience tag",
		Role:     outbox.Sender,
		Examples: []string{`audience tag vip 100`, `audience tag vip "gold members"`},
		grammar:  func() any { return new(audienceTagArgs) },
		do: changingAudiences(outbox.Sender, func(ctx context.Context, a *audiences.Audiences, act audiences.Act, g *audienceTagArgs) (audiences.Said, error) {
			return a.Import(ctx, act, audiences.Wanted{
				Name: string(g.Name), Kind: audiences.Tag, Source: g.Tag, Replace: g.Replace != nil,
				Line: "audience tag " + Quote(string(g.Name)) + " " + Quote(g.Tag),
			})
		}),
	}
}

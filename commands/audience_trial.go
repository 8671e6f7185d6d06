package commands

import (
	"context"
	"slices"
	"strings"

	"magpie/audiences"
	"magpie/cards"
	"magpie/outbox"
)

// maxOwn is how many openids somebody may have of their own.
const maxOwn = 50

type audienceTestArgs struct {
	Name    AudienceName `arg:"" name:"NAME" example:"me"`
	OpenIDs []string     `arg:"" name:"OPENIDS"`
	Replace *string      `name:"replace" enum:"yes" said:"" people:""`
}

// audienceTrial is `audience test`: one's own openids, for trial sends. (A file whose
// name ends in _test.go would be a test.)
func audienceTrial() *Command {
	return &Command{
		Path:     "audience test",
		Role:     outbox.Sender,
		Examples: []string{`audience test me OPENID_1,OPENID_2`},
		grammar:  func() any { return new(audienceTestArgs) },
		do: changingAudiences(outbox.Sender, func(ctx context.Context, a *audiences.Audiences, act audiences.Act, g *audienceTestArgs) (audiences.Said, error) {
			ids := openidsIn(g.OpenIDs)
			if len(ids) == 0 || len(ids) > maxOwn {
				return audiences.Said{}, atField(cards.Refuse("fault.audience_own", "count", len(ids), "most", maxOwn), "OPENIDS")
			}
			list := Quote(strings.Join(ids, ","))
			return a.Import(ctx, act, audiences.Wanted{
				Name: string(g.Name), Kind: audiences.Test, OpenIDs: ids, Replace: g.Replace != nil,
				Line: "audience test " + Quote(string(g.Name)) + " " + list,
			})
		}),
	}
}

// openidsIn are the openids in words that have commas or spaces between them, each
// once.
func openidsIn(words []string) []string {
	var ids []string
	for _, id := range separated(strings.Join(words, " ")) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

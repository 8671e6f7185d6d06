package commands

import (
	"context"

	"magpie/audiences"
	"magpie/cards"
	"magpie/outbox"
)

type unsubscribeRemoveArgs struct {
	OpenIDs []string `arg:"" name:"OPENIDS" sep:"none"`
}

// unsubscribeRemove takes people off the list. It is an approver's: they asked to get
// nothing more.
func unsubscribeRemove() *Command {
	return &Command{
		Path:     "unsubscribe remove",
		Role:     outbox.Approver,
		Examples: []string{`unsubscribe remove OPENID`},
		grammar:  func() any { return new(unsubscribeRemoveArgs) },
		do: changingAudiences(outbox.Approver, func(ctx context.Context, a *audiences.Audiences, act audiences.Act, g *unsubscribeRemoveArgs) (audiences.Said, error) {
			ids := openidsIn(g.OpenIDs)
			if len(ids) == 0 || len(ids) > maxUnsubscribed {
				return audiences.Said{}, atField(cards.Refuse("fault.unsubscribe_many", "count", len(ids), "most", maxUnsubscribed), "OPENIDS")
			}
			return a.Resubscribe(ctx, act, ids)
		}),
	}
}

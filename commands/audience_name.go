package commands

import (
	"context"

	"magpie/audiences"
	"magpie/cards"
	"magpie/outbox"
)

// AudienceName is what an audience is called: vip, @vip, 会员.
type AudienceName string

// Decode refuses what cannot be a name.
func (n *AudienceName) Decode(a arg, written string) error {
	name, ok := audiences.ParseName(written)
	if !ok {
		return refuseArg(a, "fault.audience_name", "name", cards.Code(snippet(written)))
	}
	*n = AudienceName(name)
	return nil
}

// onAudience is a line as it acts on audiences.
func (call Call) onAudience() audiences.Act {
	return audiences.Act{Account: call.Account, Who: call.Who, Where: call.Where, Once: call.Once}
}

// changingAudiences makes the doing of a command that changes audiences or the
// unsubscribe list: the role is checked, and a refusal for want of it goes on record.
func changingAudiences[G any](role outbox.Role, change func(ctx context.Context, a *audiences.Audiences, act audiences.Act, g *G) (audiences.Said, error)) func(context.Context, *Book, Call, []any) (Answer, error) {
	return func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
		if err := b.mayOrRefuse(ctx, call, role); err != nil {
			return Answer{}, err
		}
		return told(change(ctx, b.audiences, call.onAudience(), args[0].(*G)))
	}
}

func told(said audiences.Said, err error) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	return Answer{Card: cards.Card{Body: []cards.Text{said.Text}, Buttons: said.Buttons}}, nil
}

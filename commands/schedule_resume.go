package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
)

func scheduleResume() *Command {
	return ofSchedule("schedule resume", outbox.Sender, func(ctx context.Context, b *Book, call Call, one schedules.Schedule) (cards.Card, error) {
		next, err := b.schedules.Resume(ctx, call.Who, one)
		if err != nil {
			return cards.Card{}, err
		}
		spec, err := one.Terms.Spec()
		if err != nil {
			return cards.Card{}, err
		}
		if next.IsZero() {
			return said(cards.T("answer.schedule_over", "name", cards.Code(one.Name))), nil
		}
		return said(cards.T("answer.schedule_resumed", "name", cards.Code(one.Name), "at", schedules.ShownBoth(next, spec.Zone, call.Who.Zone))), nil
	})
}

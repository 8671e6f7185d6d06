package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
)

func scheduleRemove() *Command {
	return ofSchedule("schedule remove", outbox.Sender, func(ctx context.Context, b *Book, call Call, one schedules.Schedule) (cards.Card, error) {
		return said(cards.T("answer.schedule_removed", "name", cards.Code(one.Name))), b.schedules.Remove(ctx, call.Who, one)
	})
}

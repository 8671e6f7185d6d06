package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
)

func schedulePause() *Command {
	return ofSchedule("schedule pause", outbox.Sender, func(ctx context.Context, b *Book, call Call, one schedules.Schedule) (cards.Card, error) {
		return said(cards.T("answer.schedule_paused", "name", cards.Code(one.Name), "line", cards.Code(b.index.said("schedule resume "+one.Name)))), b.schedules.Pause(ctx, call.Who, one)
	})
}

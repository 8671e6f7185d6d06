package app

import (
	"context"
	"time"

	"magpie/cards"
	"magpie/journal"
)

// postHeads posts the record's newest hash in a channel, once a day by the zone of times,
// whichever process comes first, until ctx ends.
func (h *house) postHeads(ctx context.Context, channel string, secret []byte, zone *time.Location) {
	for {
		now := h.now().In(zone)
		wait := time.Until(time.Date(now.Year(), now.Month(), now.Day()+1, 0, 5, 0, 0, zone))
		if err := h.postHead(ctx, channel, secret, now.Format(time.DateOnly)); err != nil && ctx.Err() == nil {
			h.log.Warn("the record's newest hash is not posted yet", "error", err)
			wait = time.Minute
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(min(wait, time.Hour)): // a machine may sleep over the instant
		}
	}
}

func (h *house) postHead(ctx context.Context, channel string, secret []byte, day string) error {
	head, err := journal.ReadHead(ctx, h.db)
	if err != nil || head.Seq == 0 {
		return err
	}
	said := cards.T("bot.audit_head", "count", head.Seq, "head", cards.Code(head.Sign(secret).String()))
	if len(secret) == 0 {
		said = cards.T("bot.audit_head_unsigned", "count", head.Seq, "head", cards.Code(head.String()))
	}
	return h.posts.TellOnceAt(ctx, "audit head", day, []cards.Place{{Channel: channel}}, cards.Card{Body: []cards.Text{said}})
}

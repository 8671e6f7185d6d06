package bot

import (
	"context"
	"maps"
	"time"

	"magpie/cards"
)

// half is a card of several messages of which some stand.
type half struct {
	place  cards.Place
	posted int
	rows   bool // it was posted without tables and charts, which were not taken
	at     time.Time
}

// keepHalf keeps what stands of a card for whoever comes back under a turn; false where
// nobody will.
func (t *Teller) keepHalf(turn string, h half) bool {
	if turn == "" {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.paces.now()
	maps.DeleteFunc(t.halves, func(_ string, h half) bool { return now.Sub(h.at) > halfKept })
	h.at = now
	t.halves[turn] = h
	return true
}

func (t *Teller) takeHalf(turn string) (half, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h, ok := t.halves[turn]
	delete(t.halves, turn)
	return h, ok
}

func (t *Teller) takeBack(ctx context.Context, place cards.Place) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
	defer cancel()
	_, _, _ = t.client.DeleteMessageContext(ctx, place.Channel, place.TS)
}

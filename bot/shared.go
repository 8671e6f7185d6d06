package bot

import (
	"context"
	"time"
)

// Heard remembers what was heard for all processes that share a database, longer than any
// of them lives: journal.Heard.
type Heard interface {
	// First reports whether this is the first time that what is called key is heard. Where
	// another process is at it, First waits for it to be settled, and fails when ctx ends.
	First(ctx context.Context, key string) (bool, error)
	// Settle notes that it was acknowledged: from now on nobody hears it again.
	Settle(ctx context.Context, key string) error
}

// claim makes what is called key this process's to hear. It reports false where it was
// heard before, and has acknowledged it then, or where another process is still at it.
func (b *Bot) claim(e *envelope, key string) bool {
	ctx, cancel := context.WithDeadline(context.Background(), e.at.Add(answerWithin))
	defer cancel()
	first, err := b.opt.Heard.First(ctx, key)
	switch {
	case err != nil:
		b.log.Warn("whether a delivery was heard before is not known", "key", key, "err", err)
		b.seen.forget(e.delivery)
		e.delivery = nil // unacknowledged: Slack tries again where it does
		return false
	case !first:
		b.log.Info("heard before", "key", key)
		b.ack(e, nil)
		return false
	}
	e.claimed = key
	return true
}

// settle lets no other process hear an acknowledged envelope again.
func (b *Bot) settle(e *envelope) {
	if e.claimed == "" {
		return
	}
	key := e.claimed
	e.claimed = ""
	b.hands.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), settleWithin)
		defer cancel()
		if err := b.opt.Heard.Settle(ctx, key); err != nil {
			b.log.Warn("that a delivery was heard could not be noted", "key", key, "err", err)
		}
	})
}

const settleWithin = 5 * time.Second

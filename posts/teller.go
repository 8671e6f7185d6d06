package posts

import (
	"context"
	"errors"
	"time"

	"magpie/cards"
)

// Teller draws cards at their places; bot fulfils it with Slack. An error may have
// RetryAfter() time.Duration, CannotPost() bool (the bot may not write there) and
// Gone() bool (the message to be updated is no more). Where Paced() bool holds, nothing
// failed: whoever comes back after RetryAfter, under the same cards.WithTurn, has a turn.
type Teller interface {
	Post(ctx context.Context, place cards.Place, card cards.Card) (cards.Place, error)
	Update(ctx context.Context, place cards.Place, card cards.Card) error
}

// CannotPost reports whether Slack lets the bot write at a place never.
func CannotPost(err error) bool {
	var barred interface{ CannotPost() bool }
	return errors.As(err, &barred) && barred.CannotPost()
}

// Wait is how long to wait before what has failed so often is tried again: as long as Slack
// asks, or a second, doubled each time, 30 s at most.
func Wait(err error, fails int) time.Duration {
	var asked interface{ RetryAfter() time.Duration }
	if errors.As(err, &asked) {
		return max(asked.RetryAfter(), 100*time.Millisecond)
	}
	return min(time.Second<<min(fails, 5), 30*time.Second)
}

// isGone reports whether the message that was to be updated is there no more.
func isGone(err error) bool {
	var gone interface{ Gone() bool }
	return errors.As(err, &gone) && gone.Gone()
}

// isPaced reports whether a post is only to wait for its turn, which is no failed try.
func isPaced(err error) bool {
	var paced interface{ Paced() bool }
	return errors.As(err, &paced) && paced.Paced()
}

package sending

import (
	"context"
	"errors"
	"time"

	"magpie/cards"
	"magpie/jobs"
)

// shareLater has the job of a file that could not be shared come back, and gives up where
// the bot may not post.
func (e *Engine) shareLater(ctx context.Context, what string, at cards.Place, err error) error {
	switch {
	case err == nil:
		return nil
	case cannotPost(err):
		e.Log.Error(what+" could not be posted anywhere", "channel", at.Channel, "person", at.User, "error", err)
		return nil
	}
	tries := jobs.Current(ctx).PutOffs
	e.Log.Warn(what+" is not shared yet", "channel", at.Channel, "tries", tries+1, "error", err)
	wait := min(time.Second<<min(tries, 5), longestWait)
	var asked interface{ RetryAfter() time.Duration }
	if errors.As(err, &asked) {
		wait = max(asked.RetryAfter(), 100*time.Millisecond)
	}
	return jobs.After(wait)
}

// cannotPost reports whether Slack lets the bot write at a place never.
func cannotPost(err error) bool {
	var barred interface{ CannotPost() bool }
	return errors.As(err, &barred) && barred.CannotPost()
}

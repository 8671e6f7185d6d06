package sending

import (
	"context"

	"magpie/cards"
	"magpie/jobs"
	"magpie/posts"
)

// shareLater has the job of a file that could not be shared come back, and gives up where
// the bot may not post.
func (e *reporter) shareLater(ctx context.Context, what string, at cards.Place, err error) error {
	switch {
	case err == nil:
		return nil
	case posts.CannotPost(err):
		e.Log.Error(what+" could not be posted anywhere", "channel", at.Channel, "person", at.User, "error", err)
		return nil
	}
	tries := jobs.Current(ctx).PutOffs
	e.Log.Warn(what+" is not shared yet", "channel", at.Channel, "tries", tries+1, "error", err)
	return jobs.After(posts.Wait(err, tries))
}

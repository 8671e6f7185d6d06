package bot

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/slack-go/slack"
)

// Run keeps the directory fresh until ctx ends. team is the bot's own workspace.
func (d *Directory) Run(ctx context.Context, team string) {
	d.mu.Lock()
	d.team = team
	d.mu.Unlock()
	// People and groups do not wait for one another: groups decide who may act.
	go d.watchGroups(ctx)
	for {
		wait := refreshEvery
		if d.refreshPeople(ctx) != nil {
			wait = refreshFailed
		}
		if _, err := d.waitOrMissed(ctx, wait, d.missedPeople); err != nil {
			return
		}
	}
}

// Missed has people and groups read anew: Slack's events did not arrive for a while.
func (d *Directory) Missed() {
	for _, ring := range []chan struct{}{d.missedGroups, d.missedPeople} {
		select {
		case ring <- struct{}{}:
		default: // it is about to be
		}
	}
}

// waitOrMissed waits, unless news were missed meanwhile.
func (d *Directory) waitOrMissed(ctx context.Context, wait time.Duration, ring <-chan struct{}) (missed bool, err error) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return false, nil
	case <-ring:
		return true, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// refreshPeople reads the whole list, or asks one by one for those who matter where
// the list is not to be had.
func (d *Directory) refreshPeople(ctx context.Context) error {
	err := d.list(ctx)
	if err == nil || ctx.Err() != nil {
		return err
	}
	d.warn("users.list", err)
	d.mu.RLock()
	ids := slices.Clone(d.opt.People)
	for id := range d.people {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	d.mu.RUnlock()
	var failed error
	if !isUnsupported(err) {
		failed = err
	}
	for _, id := range ids {
		err := d.info(ctx, id)
		if wait, limited := rateLimit(err); limited && sleep(ctx, wait) != nil {
			return ctx.Err()
		}
		if err != nil {
			failed = err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return failed
}

func (d *Directory) list(ctx context.Context) error {
	page := d.client.GetUsersPaginated(slack.GetUsersOptionLimit(usersPerPage))
	for {
		next, err := page.Next(ctx)
		switch wait, limited := rateLimit(err); {
		case err == nil:
			for _, u := range next.Users {
				d.put(u, false)
			}
			page = next
		case next.Done(err):
			return nil
		case limited:
			if err := sleep(ctx, wait); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

// hear takes what Slack tells of people and groups; it reports whether the event was
// of that sort. What cannot be read is left to the next refresh.
func (d *Directory) hear(kind string, event json.RawMessage) bool {
	switch kind {
	case "team_join", "user_change", "user_profile_changed":
		var e struct {
			User slack.User `json:"user"`
		}
		if json.Unmarshal(event, &e) == nil && e.User.ID != "" {
			d.put(e.User, true)
		}
	case "subteam_updated", "subteam_members_changed":
		var e struct {
			SubteamID string `json:"subteam_id"`
			Subteam   struct {
				ID string `json:"id"`
			} `json:"subteam"`
		}
		if json.Unmarshal(event, &e) == nil && slices.Contains(d.opt.Groups, e.SubteamID+e.Subteam.ID) {
			go d.reload(e.SubteamID + e.Subteam.ID)
		}
	default:
		return false
	}
	return true
}

// rateLimit is how long Slack asks to be left alone, where it does.
func rateLimit(err error) (time.Duration, bool) {
	var told *TellError
	if err == nil || !errors.As(tellError("", err), &told) {
		return 0, false
	}
	var limited *slack.RateLimitedError
	var status slack.StatusCodeError
	if errors.As(err, &limited) || errors.As(err, &status) && status.Code == 429 || told.Code == "ratelimited" {
		return told.RetryAfter(), true
	}
	return 0, false
}

package playground

import (
	"time"

	"magpie/bot/slacktest"
)

// What Slack does to the bot where a person asks for it on the page.
const (
	// A method that was called too often answers 429, with Retry-After in seconds.
	// https://docs.slack.dev/apis/web-api/rate-limits
	slackLimited = "ratelimited"
	slackRetry   = 5 * time.Second
	// Blocks that Slack does not take are refused whole, with this code.
	// https://docs.slack.dev/reference/methods/chat.postMessage
	slackRefused = "invalid_blocks"
	// slackAwayFor is how long Slack is away: sockets drop, calls are answered 503.
	slackAwayFor = 8 * time.Second

	postMessage = "chat.postMessage"
)

// slackTroubles are those of the page that are Slack's.
type slackTroubles struct {
	Limited int  `json:"slack_limited"`
	Refused int  `json:"slack_blocks"`
	Away    bool `json:"slack_away"`
}

// orderSlack does what the page asks of Slack, and reports whether it was Slack's to do.
// The switches are locked.
func (w *World) orderSlack(o order) bool {
	switch o.Kind {
	case "slack_limited":
		w.slack.Fail(postMessage, 1, slacktest.Fault{Error: slackLimited, Status: 429, RetryAfter: slackRetry})
	case "slack_blocks":
		w.slack.Fail(postMessage, 1, slacktest.Fault{Error: slackRefused})
	case "slack_away":
		w.sendAway(o.On)
	default:
		return false
	}
	return true
}

// sendAway has Slack go away for a while, or come back before that.
func (w *World) sendAway(away bool) {
	if w.switches.back != nil {
		w.switches.back.Stop()
		w.switches.back = nil
	}
	w.switches.set.Away = away
	w.slack.Down(away)
	if !away {
		return
	}
	var back *time.Timer
	back = time.AfterFunc(slackAwayFor, func() {
		w.switches.mu.Lock()
		defer w.switches.mu.Unlock()
		if w.switches.back == back { // nobody has asked for something else meanwhile
			w.sendAway(false)
		}
	})
	w.switches.back = back
}

func (w *World) slackTroubles() slackTroubles {
	return slackTroubles{
		Limited: w.slack.Failing(postMessage, slackLimited), Refused: w.slack.Failing(postMessage, slackRefused),
		Away: w.switches.now().Away,
	}
}

package outbox

import (
	"fmt"
	"slices"
	"strings"

	"magpie/cards"
	"magpie/posts"
)

// requestButtons are what may be done to a request, as it stands.
func (o *drawer) requestButtons(r Request) []cards.Button {
	line := func(verb string) string { return fmt.Sprintf("%s %d", verb, r.N) }
	stop := cards.Button{Label: cards.T("button.stop"), Line: line("stop"), Style: "danger"}
	pause := cards.Button{Label: cards.T("button.pause"), Line: line("pause")}
	var buttons []cards.Button
	switch {
	case r.State == Waiting:
		buttons = []cards.Button{
			{Label: cards.T("button.approve"), Line: line("approve"), Style: "primary"},
			{Label: cards.T("button.reject"), Line: line("reject"), Style: "danger"},
			{Label: cards.T("button.ask_changes"), Line: line("ask-changes")},
			{Label: cards.T("button.withdraw"), Line: line("withdraw")},
		}
		if r.Broadcast != nil {
			buttons = append(buttons, cards.Button{Label: cards.T("button.trial"), Line: line("trial")})
		}
		return buttons
	case r.State == Paused:
		return []cards.Button{{Label: cards.T("button.go_on"), Line: line("resume"), Style: "primary"}, stop}
	case r.Broadcast != nil && r.State == Approved && r.Progress.BegunAt.IsZero():
		return []cards.Button{stop, pause}
	case r.Broadcast != nil && (r.State == Approved || r.State == Sending):
		return []cards.Button{pause, stop}
	}
	if r.isOpen() && r.mayRepeatUnclear() {
		buttons = []cards.Button{{Label: cards.T("button.again"), Line: line("again"), Style: "danger", Confirm: &cards.Confirm{
			Title: cards.T("again.really"), Text: cards.T("again.twice", "count", r.Tally.Unclear), Yes: cards.T("again.yes"), No: cards.T("again.no"),
		}}}
	}
	if r.isOpen() {
		buttons = append(buttons, cards.Button{Label: cards.T("button.leave"), Line: line("leave")})
	}
	switch {
	case r.ReplacedBy > 0:
	case o.mayTryAgain(&r):
		return []cards.Button{{Label: cards.T("button.try_again"), Line: line("again"), Style: "primary"}}
	case mayAskFailed(&r) && r.Followed == nil:
		buttons = append(buttons, cards.Button{Label: cards.T("button.again_failed"), Line: line("again failed")})
	}
	return buttons
}

// withChange has a request's buttons end with the one that opens its form again.
func (o *drawer) withChange(r Request, buttons []cards.Button) []cards.Button {
	if o.offersChange(r) {
		buttons = append(buttons, cards.Button{Label: cards.T("button.change"), Line: fmt.Sprintf("change %d", r.N)})
	}
	return buttons
}

// withDetails has a request's buttons end with the one that shows it to the letter.
func withDetails(r Request, buttons []cards.Button) []cards.Button {
	return append(buttons, cards.Button{Label: cards.T("button.details"), Line: fmt.Sprintf("details %d", r.N)})
}

// shows reports whether a button stands on a post: in an approver's own conversation
// not what is the requester's to press, where it was only asked nothing else.
func shows(p posts.Post, r Request, line string) bool {
	verb, _, _ := strings.Cut(line, " ")
	switch {
	case p.Role == roleStatus:
		return slices.Contains([]string{"withdraw", "change", "trial", "pause", "resume", "stop", "rows", "details", "reasons"}, verb)
	case p.At.User != "" && p.At.User != r.By:
		return verb != "withdraw" && verb != "change"
	}
	return true
}

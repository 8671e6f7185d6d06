package app

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"magpie/cards"
)

// problem is what went wrong, as application/problem+json has it (RFC 9457).
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

// unavailable may be over in a moment.
type unavailable struct{ *cards.Refusal }

func (u *unavailable) Unwrap() error { return u.Refusal }

func (*unavailable) Passes() bool { return true }

// fail answers an error: with the sentence that Slack would show, where it has one.
func (a *api) fail(w http.ResponseWriter, who cards.Person, err error) {
	var refusal *cards.Refusal
	var passes interface{ Passes() bool }
	var unsure interface{ MaybeDone() bool }
	status, detail := http.StatusInternalServerError, "magpie failed; its log says why"
	switch {
	case errors.As(err, &refusal):
		status, detail = http.StatusUnprocessableEntity, a.say(refusal.Text, who.Lang, who.Zone)
		switch {
		case cards.IsRefused(err, cards.LacksRole, cards.HasLeft):
			status = http.StatusForbidden
		case cards.IsRefused(err, cards.RolesUnknown, cards.NotAccepted, cards.MaybeAccepted), errors.As(err, &passes) && passes.Passes():
			status = http.StatusServiceUnavailable
		}
	case errors.As(err, &unsure) && unsure.MaybeDone():
		status, detail = http.StatusServiceUnavailable, "whether it was accepted is not known: say it again with the same once"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		status, detail = http.StatusServiceUnavailable, "not accepted in time, nothing was done: say it again"
	default:
		a.log.Error("a line by token failed", "error", err)
	}
	fault(w, status, detail)
}

func fault(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problem{http.StatusText(status), status, detail}) // the caller has gone
}

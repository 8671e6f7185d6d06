package bot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
)

// TellError is why a card could not be shown, and what to do about it.
type TellError struct {
	Method string // of Slack's API
	Code   string // Slack's word for it, or ""
	Err    error

	retry time.Duration
	paced bool
}

func (e *TellError) Error() string { return fmt.Sprintf("slack %s: %v", e.Method, e.Err) }

func (e *TellError) Unwrap() error { return e.Err }

// RetryAfter is how long to wait before the same call may succeed; 0 where it will
// not, by itself.
func (e *TellError) RetryAfter() time.Duration { return e.retry }

// Paced reports that nothing failed: the pace of a channel, or Slack, asks to come back
// after RetryAfter.
func (e *TellError) Paced() bool { return e.paced }

// paced asks to come back for a turn.
func paced(method string, wait time.Duration) error {
	return &TellError{Method: method, Err: errPaced, retry: wait, paced: true}
}

// CannotPost reports that the bot may not show anything at this place.
func (e *TellError) CannotPost() bool { return slices.Contains(cannotPost, e.Code) }

// Gone reports that the message to be updated is there no more, or cannot be edited.
func (e *TellError) Gone() bool { return slices.Contains(gone, e.Code) }

var (
	cannotPost = []string{
		"not_in_channel", "channel_not_found", "is_archived", "restricted_action",
		"restricted_action_read_only_channel", "restricted_action_thread_only_channel",
		"restricted_action_non_threadable_channel", "restricted_action_thread_locked",
		"messages_tab_disabled", "cannot_dm_bot", "user_not_found", "user_disabled", "user_not_visible",
		"ekm_access_denied", "team_access_not_granted", "access_denied", "no_permission", "not_allowed_for_enterprise_team",
		"external_channel_migrating", "channel_type_not_supported", "method_not_supported_for_channel_type",
	}
	gone = []string{"message_not_found", "cant_update_message", "edit_window_closed", "streaming_state_conflict"}

	// What Slack says when the fault is for the moment, and its own.
	passing = []string{
		"ratelimited", "rate_limited", "message_limit_exceeded", "internal_error", "fatal_error",
		"service_unavailable", "request_timeout", "team_added_to_org", "accesslimited",
	}
)

// Waits where Slack names none.
const (
	retrySoon  = time.Second
	retryLater = 3 * time.Second
)

// tellError makes a TellError of what slack-go returned; nil stays nil.
func tellError(method string, err error) error {
	if err == nil {
		return nil
	}
	e := &TellError{Method: method, Err: err}
	var limited *slack.RateLimitedError
	var status slack.StatusCodeError
	var refused slack.SlackErrorResponse
	var network net.Error
	switch {
	case errors.As(err, &limited):
		e.Code, e.retry, e.paced = "ratelimited", max(limited.RetryAfter, retrySoon), true
	case errors.As(err, &status): // a 429 without Retry-After comes as this too
		e.Code = http.StatusText(status.Code)
		if status.Code == http.StatusTooManyRequests || status.Code >= 500 {
			e.retry, e.paced = retryLater, status.Code == http.StatusTooManyRequests
		}
	case errors.As(err, &refused):
		e.Code = refused.Err
		if e.Code == "missing_scope" && refused.Needed != "" {
			e.Err = lacksScope{refused, cards.Refuse("bot.scope_missing", "scope", cards.Code(refused.Needed))}
		}
		if slices.Contains(passing, e.Code) {
			e.retry, e.paced = retryLater, strings.HasPrefix(e.Code, "rate")
		}
	case errors.Is(err, context.Canceled):
		e.retry = retrySoon
	case errors.As(err, &network), errors.Is(err, context.DeadlineExceeded):
		e.retry = retrySoon
	default: // a cut or garbled answer
		e.retry = retryLater
	}
	return e
}

// lacksScope is Slack's refusal for want of a scope, and what people are told of it.
type lacksScope struct {
	slack.SlackErrorResponse
	told *cards.Refusal
}

func (e lacksScope) Error() string { return e.Err + ": needs " + e.Needed }

func (e lacksScope) Unwrap() []error { return []error{e.SlackErrorResponse, e.told} }

// isCode reports whether Slack refused with one of codes.
func isCode(err error, codes ...string) bool {
	var refused slack.SlackErrorResponse
	return errors.As(err, &refused) && slices.Contains(codes, refused.Err)
}

// isUnsupported reports that the method is not to be had here, now or later.
func isUnsupported(err error) bool {
	var status slack.StatusCodeError
	if errors.As(err, &status) {
		return status.Code == http.StatusNotFound || status.Code == http.StatusMethodNotAllowed || status.Code == http.StatusNotImplemented
	}
	return isCode(err, "unknown_method", "missing_scope", "not_allowed_token_type", "method_deprecated", "deprecated_endpoint", "team_access_not_granted")
}

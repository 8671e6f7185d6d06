package wechat

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"magpie/wechat/apis"
)

// fate is what became of a message whose call did not succeed.
type fate int

const (
	notSent    fate = iota // no byte of it left
	refused                // WeChat answered, and did nothing
	unanswered             // it left, and no whole answer came
)

// Error is a call that did not succeed.
type Error struct {
	API        string // the wire path that failed, such as /cgi-bin/message/subscribe/bizsend
	For        string // where a token could not be had: the wire path of the message that needed it
	Code       int    // errcode, 0 where WeChat gave none
	Msg        string // errmsg without the request id
	RID        string // the request id, which WeChat's support asks for
	HTTPStatus int    // 0 where no answer began

	fate  fate
	way   way
	keys  string // how the account's settings begin; "": WECHAT_
	cause error
}

// Error says what failed and how, without tokens, secrets or addresses.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("wechat " + e.API)
	if e.For != "" {
		b.WriteString(" (for " + e.For + ")")
	}
	switch {
	case e.Code != 0:
		fmt.Fprintf(&b, ": %d", e.Code)
		if e.Msg != "" {
			b.WriteString(" " + e.Msg)
		}
		if e.RID != "" {
			b.WriteString(" (rid " + e.RID + ")")
		}
		return b.String()
	case e.fate == notSent:
		b.WriteString(": nothing was sent")
	case e.fate == unanswered:
		b.WriteString(": no whole answer, it may have been carried out")
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Unwrap gives what lies below, for errors.Is with context.DeadlineExceeded and
// the like. Its text is redacted too.
func (e *Error) Unwrap() error { return e.cause }

// NotSent reports that no byte of the message has left. It is so when the
// connection or the token could not be had.
func (e *Error) NotSent() bool { return e.fate == notSent }

// Unclear reports that the message left and no whole answer came: WeChat may or
// may not have acted on it. Never repeat such a call by guess.
func (e *Error) Unclear() bool { return e.fate == unanswered }

// Busy reports that WeChat answered −1: it did nothing and asks to be tried again.
func (e *Error) Busy() bool { return e.Code == codeBusy && e.fate != unanswered }

// RetryAfter returns how long to wait before trying again, and whether trying
// again without asking a person is right at all. It is for −1, for the limit
// per minute, and for what was never sent for want of a connection or an answer
// to the token call.
func (e *Error) RetryAfter() (time.Duration, bool) {
	switch {
	case e.fate == unanswered:
		return 0, false
	case e.Code == codeBusy:
		return 3 * time.Second, true
	case e.Code == codePerMinute:
		return time.Minute, true
	case e.Code == codeTaggedAtOnce:
		return 3 * time.Second, true
	case errors.Is(e.cause, ErrWay):
		return 0, false
	case errors.Is(e.cause, ErrNoTicket):
		return time.Minute, true
	case e.Code != 0 || e.HTTPStatus/100 == 4:
		return 0, false
	default:
		return 2 * time.Second, e.fate == notSent
	}
}

// Meaning says in a few words of ours what happened, in "zh" or else English.
func (e *Error) Meaning(lang string) string {
	return e.words().meaning.in(lang)
}

// allKeys is how the keys of settings begin, where there is one account.
const allKeys = "WECHAT_"

// Advice says what an operator should do, in "zh" or else English. Settings it names by the
// keys of the account.
func (e *Error) Advice(lang string) string {
	s := e.words().advice.in(lang)
	if e.keys != "" {
		s = strings.ReplaceAll(s, allKeys, e.keys)
	}
	if e.Code == codeIPRefused {
		if ip := quotedIP.FindString(e.Msg); ip != "" {
			s += " " + text{"The address is " + ip + ".", "该 IP 为 " + ip + "。"}.in(lang)
		}
	}
	return s
}

func (e *Error) words() words {
	switch {
	case errors.Is(e.cause, ErrNoAccount):
		return wordsNoAccount
	case errors.Is(e.cause, ErrWay):
		return wordsWay
	case errors.Is(e.cause, ErrNoTicket):
		return wordsNoTicket
	case e.Code == codeNoToken && e.way == wayHosting:
		return wordsNotHosted
	}
	if e.Code != 0 && e.fate != unanswered {
		if w, ok := codes[e.Code]; ok {
			return w
		}
		return wordsUnknownCode
	}
	switch {
	case e.fate == unanswered:
		return wordsUnclear
	case e.HTTPStatus/100 == 4:
		return wordsHTTPRefused
	case e.For != "" && !errors.Is(e.cause, context.Canceled):
		return wordsNoToken
	default:
		return wordsNotSent
	}
}

// tokenRefused reports that err is WeChat's word that the token is not good.
func tokenRefused(err error) bool {
	e, ok := err.(*Error)
	if !ok || e.fate != refused {
		return false
	}
	return e.Code == 40001 || e.Code == 40014 || e.Code == 42001
}

// answered reports that err is a refusal with a code.
func answered(err error) bool {
	e, ok := err.(*Error)
	return ok && e.fate == refused && e.Code != 0
}

// tokenFailed turns the failure of a token call into that of the message which
// needed the token: however the token call fared, the message was never sent.
func tokenFailed(err error, a apis.API) error {
	e, ok := err.(*Error)
	if !ok {
		return err
	}
	own := *e // many callers share the one below
	own.For, own.fate = a.Path, notSent
	return &own
}

package wechat

import (
	"context"
	"errors"
	"slices"
	"time"

	"magpie/wechat/apis"
)

// Watch is told what a client does, by whoever counts; a nil function of it is told nothing.
// They are called on the way of every call, and must be quick.
type Watch struct {
	// Called is told of each exchange with WeChat, for a token too, by the API's path; err is an
	// *Error where it did not succeed. Through the cloud function it is told of the API that
	// the function calls. ctx is the call's.
	Called func(ctx context.Context, api string, took time.Duration, err error)
	// Refreshed is told of each access token that WeChat gave, by the path of its API.
	Refreshed func(api string)
	// QuotaLeft is told how many calls of an API are left today, where WeChat has been asked.
	QuotaLeft func(api string, left int)
}

func (w Watch) called(ctx context.Context, a apis.API, since time.Time, err error) {
	if w.Called != nil {
		w.Called(ctx, a.Path, time.Since(since), err)
	}
}

// Tokens are the APIs by which WeChat gives access tokens.
var Tokens = []apis.API{apis.Token, apis.StableToken, apis.ComponentToken, apis.AuthorizerToken}

// forToken is do of what access tokens come by.
func (c *Client) forToken(ctx context.Context, m message) error {
	start := time.Now()
	err := c.do(ctx, m)
	c.watch.called(ctx, m.api, start, err)
	if err == nil && c.watch.Refreshed != nil && slices.Contains(Tokens, m.api) {
		c.watch.Refreshed(m.api.Path)
	}
	return err
}

// Fate is what became of a call that did not succeed: "not_sent", "unanswered" (WeChat may
// have acted) or "refused"; "" where err is nil or comes from no call.
func Fate(err error) string {
	failed, ok := errors.AsType[*Error](err)
	if !ok {
		return ""
	}
	return [...]string{notSent: "not_sent", refused: "refused", unanswered: "unanswered"}[failed.fate]
}

package wechat

import (
	"context"
	"net/url"
	"time"

	"magpie/wechat/apis"
)

// tokenSource is where tokens come from.
type tokenSource interface {
	// fetch brings a token to follow old, which is "" at first.
	fetch(ctx context.Context, old string) (token, error)
	api() apis.API
}

// forcible is a source that may hand back a token which WeChat refuses, until forced.
type forcible interface {
	force(ctx context.Context) (token, error)
}

type tokenReply struct {
	answer
	AccessToken string   `json:"access_token"`
	ExpiresIn   looseInt `json:"expires_in"`
}

func (r *tokenReply) missing(answer) string {
	if r.AccessToken == "" {
		return "access_token"
	}
	return ""
}

// newToken is a token as it comes, with the moments that its life sets.
func (c *Client) newToken(value string, seconds int, now time.Time) token {
	c.hide.add(value)
	life := time.Duration(seconds) * time.Second
	if life <= 0 {
		life = tokenLife
	}
	return token{value: value, fetched: now, renewAt: now.Add(life - min(renewAhead, life/10)), until: now.Add(life)}
}

// stableSource is stable_token: several callers share one token in peace.
type stableSource struct{ c *Client }

func (s stableSource) api() apis.API { return apis.StableToken }

func (s stableSource) fetch(ctx context.Context, _ string) (token, error) { return s.ask(ctx, false) }

func (s stableSource) force(ctx context.Context) (token, error) { return s.ask(ctx, true) }

func (s stableSource) ask(ctx context.Context, force bool) (token, error) {
	now := s.c.now()
	body, err := encode(struct {
		GrantType string `json:"grant_type"`
		AppID     string `json:"appid"`
		Secret    string `json:"secret"`
		Force     bool   `json:"force_refresh"`
	}{"client_credential", s.c.appID, s.c.secret, force})
	if err != nil {
		return token{}, err
	}
	var out tokenReply
	if err := s.c.forToken(ctx, message{api: apis.StableToken, body: body, out: &out}); err != nil {
		return token{}, err
	}
	return s.c.newToken(out.AccessToken, out.ExpiresIn.n, now), nil
}

// classicSource is the older token: each fetch outdates the last one.
type classicSource struct{ c *Client }

func (s classicSource) api() apis.API { return apis.Token }

func (s classicSource) fetch(ctx context.Context, _ string) (token, error) {
	now := s.c.now()
	query := url.Values{"grant_type": {"client_credential"}, "appid": {s.c.appID}, "secret": {s.c.secret}}
	var out tokenReply
	if err := s.c.forToken(ctx, message{api: apis.Token, query: query.Encode(), out: &out}); err != nil {
		return token{}, err
	}
	return s.c.newToken(out.AccessToken, out.ExpiresIn.n, now), nil
}

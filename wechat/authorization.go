package wechat

import (
	"context"
	"fmt"

	"magpie/wechat/apis"
)

type queryAuthReply struct {
	answer
	Info authorizerReply `json:"authorization_info"`
}

func (r *queryAuthReply) missing(answer) string {
	if r.Info.Refresh == "" {
		return "authorizer_refresh_token"
	}
	return ""
}

// Authorize takes the auth_code with which an administrator has come back, or
// which the event authorized brings, and saves the account's refresh token. It
// returns the account's AppID.
//
// WeChat: POST /cgi-bin/component/api_query_auth
func (c *Client) Authorize(ctx context.Context, authCode string) (string, error) {
	if c.way != wayPlatform {
		return "", &Error{API: apis.QueryAuth.Path, fate: notSent, cause: fmt.Errorf("%w (%s)", ErrWay, c.way)}
	}
	var f faults
	if f.need("authorization_code", authCode); f.err() != nil {
		return "", f.err()
	}
	var out queryAuthReply
	err := c.componentCall(ctx, c.component, apis.QueryAuth, struct {
		Platform string `json:"component_appid"`
		Code     string `json:"authorization_code"`
	}{c.of.AppID, authCode}, &out)
	if err != nil {
		return "", err
	}
	c.hide.add(out.Info.Refresh)
	if err := c.of.Store.SaveRefreshToken(ctx, out.Info.AppID, out.Info.Refresh); err != nil {
		return "", fmt.Errorf("save the refresh token of %s: %w", out.Info.AppID, err)
	}
	return out.Info.AppID, nil
}

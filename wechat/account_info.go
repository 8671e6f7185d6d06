package wechat

import (
	"context"
	"fmt"

	"magpie/wechat/apis"
)

// accountTypes are the kinds by their numbers on the page.
var accountTypes = map[int]AccountKind{1: SubscriptionAccount, 2: ServiceAccount, 3: MiniProgram}

// AccountKind asks what kind of account this is. The page promises it to third-party
// platforms alone; others' tokens are answered for some accounts, and refused with 48001 or
// 41033 for others. The error is an *Error then, and the kind "".
//
// WeChat: POST /cgi-bin/account/getaccountbasicinfo
func (c *Client) AccountKind(ctx context.Context) (AccountKind, error) {
	var out accountInfoReply
	if err := c.call(ctx, request{api: apis.AccountInfo, in: struct{}{}, out: &out}); err != nil {
		return "", err
	}
	kind, known := accountTypes[out.Type.n]
	if !known {
		return "", fmt.Errorf("wechat %s: account_type %d is none that is known", apis.AccountInfo.Path, out.Type.n)
	}
	return kind, nil
}

type accountInfoReply struct {
	answer
	Type looseInt `json:"account_type"`
}

func (r *accountInfoReply) missing(answer) string {
	if !r.Type.given {
		return "account_type"
	}
	return ""
}

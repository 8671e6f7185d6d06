package wechat

import (
	"context"
	"time"

	"magpie/wechat/apis"
)

// Quota is how many calls of one API the account has today.
type Quota struct {
	Limit, Used, Remain int
}

type quotaReply struct {
	answer
	Quota *struct {
		Limit  looseInt `json:"daily_limit"`
		Used   looseInt `json:"used"`
		Remain looseInt `json:"remain"`
	} `json:"quota"`
}

func (r *quotaReply) missing(answer) string {
	if r.Quota == nil {
		return "quota"
	}
	return ""
}

// Quota asks for the quota of an API, named by its path such as
// /cgi-bin/message/subscribe/bizsend. The day ends at midnight in China.
//
// WeChat: POST /cgi-bin/openapi/quota/get
func (c *Client) Quota(ctx context.Context, path string) (*Quota, error) {
	var f faults
	if f.need("cgi_path", path); f.err() != nil {
		return nil, f.err()
	}
	in := struct {
		Path string `json:"cgi_path"`
	}{path}
	var out quotaReply
	if err := c.call(ctx, request{api: apis.QuotaGet, in: in, out: &out}); err != nil {
		return nil, err
	}
	if left := c.watch.QuotaLeft; left != nil {
		left(path, out.Quota.Remain.n)
	}
	return &Quota{Limit: out.Quota.Limit.n, Used: out.Quota.Used.n, Remain: out.Quota.Remain.n}, nil
}

// RID is what WeChat remembers of one call, for 7 days. What it quotes of the
// call has its tokens taken out.
type RID struct {
	InvokeTime   time.Time
	Cost         time.Duration
	RequestURL   string
	RequestBody  string
	ResponseBody string
	ClientIP     string
}

type ridReply struct {
	answer
	Request *struct {
		InvokeTime   looseTime   `json:"invoke_time"`
		Cost         looseInt    `json:"cost_in_ms"`
		RequestURL   looseString `json:"request_url"`
		RequestBody  looseString `json:"request_body"`
		ResponseBody looseString `json:"response_body"`
		ClientIP     looseString `json:"client_ip"`
	} `json:"request"`
}

func (r *ridReply) missing(answer) string {
	if r.Request == nil {
		return "request"
	}
	return ""
}

// RID explains the request id of an error.
//
// WeChat: POST /cgi-bin/openapi/rid/get
func (c *Client) RID(ctx context.Context, rid string) (*RID, error) {
	var f faults
	if f.need("rid", rid); f.err() != nil {
		return nil, f.err()
	}
	in := struct {
		RID string `json:"rid"`
	}{rid}
	var out ridReply
	if err := c.call(ctx, request{api: apis.RIDGet, in: in, out: &out}); err != nil {
		return nil, err
	}
	r := out.Request
	return &RID{
		InvokeTime: r.InvokeTime.Time, Cost: time.Duration(r.Cost.n) * time.Millisecond, ClientIP: string(r.ClientIP),
		RequestURL: c.hide.text(string(r.RequestURL)), RequestBody: c.hide.text(string(r.RequestBody)), ResponseBody: c.hide.text(string(r.ResponseBody)),
	}, nil
}

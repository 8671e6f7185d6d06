package wechattest

import (
	"regexp"
	"strings"
	"time"
)

const clearsPerMonth = 10

// quotaGet tells the quota of any API that WeChat has and the account's kind may call:
// developers.weixin.qq.com/doc/subscription/api/apimanage/api_getapiquota. That a path of
// another kind is answered with 76022 was seen for qrcode/create of a subscription account.
func (s *Server) quotaGet(c *call) reply {
	var in struct {
		Path string `json:"cgi_path"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	kinds, known := kindsOf(in.Path)
	switch {
	case !strings.HasPrefix(in.Path, "/"):
		return refuse(76003) // the page: with https:// before the path, or without its /
	case strings.HasPrefix(in.Path, "/sns/"):
		return refuse(76022) // the page: whatever the path is
	case !known:
		return refuse(76021)
	case !s.isOf(kinds):
		return refuse(76022)
	}
	limit, ok := s.quotas[in.Path]
	if !ok || limit < 0 {
		limit = 10_000_000
	}
	used := min(limit, s.used[c.now.In(china).Format(time.DateOnly)+in.Path])
	return reply{fields: map[string]any{"quota": map[string]any{"daily_limit": limit, "used": used, "remain": limit - used}}}
}

// quotaClear sets what was used back, 10 times a month.
func (s *Server) quotaClear(c *call) reply {
	var in struct {
		AppID string `json:"appid"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	month := c.now.In(china).Format("2006-01")
	switch {
	case in.AppID != s.opts.AppID:
		return refuse(40013)
	case s.clears[month] >= clearsPerMonth:
		return refuse(48006)
	}
	s.clears[month]++
	s.used = map[string]int{}
	return done
}

var ridShape = regexp.MustCompile(`^[0-9a-f]+-[0-9a-f]+-[0-9a-f]+$`)

// ridGet tells of a call that was refused within the last 7 days.
func (s *Server) ridGet(c *call) reply {
	var in struct {
		RID string `json:"rid"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	if !ridShape.MatchString(in.RID) {
		return refuse(76002)
	}
	i, ok := s.rids[in.RID]
	if !ok {
		return refuse(76001)
	}
	rec := s.received[i]
	if c.now.Sub(rec.At) > 7*24*time.Hour {
		return refuse(76004)
	}
	return reply{fields: map[string]any{"request": map[string]any{
		"invoke_time": rec.At.Unix(), "cost_in_ms": 3, "client_ip": "203.0.113.7",
		"request_url": rec.Path + "?" + rec.Query.Encode(), "request_body": string(rec.Body), "response_body": "",
	}}}
}

package wechattest

import (
	"slices"
	"time"

	"magpie/wechat/apis"
)

// The third-party platform that is served beside the account.
const (
	DefaultPlatformAppID     = "wxplatform0123456789"
	DefaultPlatformAppSecret = "fedcba9876543210fedcba9876543210"
)

const ticketLife = 12 * time.Hour

// component is a third-party platform as WeChat sees it.
type component struct {
	ticket     string
	ticketAt   time.Time
	tokens     map[string]time.Time // and when they end
	refresh    string               // the account's refresh token, "" before it has authorised
	codes      set                  // auth_codes that were given out
	permitted  []int                // nil: every permission set
	authorized bool
}

// permissionSets are those that an API asks for, where a page names them.
var permissionSets = map[string][]int{apis.UploadNews.Path: {1, 7, 8, 9, 11, 100}, apis.SubscribeSend.Path: {89}}

// Ticket makes a new component_verify_ticket, as WeChat does every 10 minutes,
// and returns it. It is good for 12 hours.
func (s *Server) Ticket() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.component.ticket, s.component.ticketAt = "ticket@@@"+s.id("ticket", 80), s.clock()
	return s.component.ticket
}

// AuthorizePlatform lets the account's administrator authorise the platform
// with these permission sets (none named: all) and returns the auth_code.
func (s *Server) AuthorizePlatform(sets ...int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := "queryauthcode@@@" + s.id("code", 60)
	if s.component.codes == nil {
		s.component.codes = set{}
	}
	s.component.codes[code], s.component.permitted, s.component.authorized = true, slices.Clone(sets), true
	return code
}

// RevokePlatform takes the authorisation back.
func (s *Server) RevokePlatform() {
	s.set(func() {
		s.component.authorized, s.component.refresh = false, ""
		for _, t := range s.tokens.issued {
			t.dead = t.dead || t.platform
		}
	})
}

func (s *Server) componentToken(c *call) reply {
	var in struct {
		AppID  string `json:"component_appid"`
		Secret string `json:"component_appsecret"`
		Ticket string `json:"component_verify_ticket"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	switch {
	case in.AppID != DefaultPlatformAppID:
		return refuse(40013)
	case in.Secret != DefaultPlatformAppSecret:
		return refuse(40125)
	case in.Ticket == "" || in.Ticket != s.component.ticket:
		return refuse(61006)
	case c.now.Sub(s.component.ticketAt) > ticketLife:
		return refuse(61005)
	}
	token := "92_" + s.id("component", 133)
	if s.component.tokens == nil {
		s.component.tokens = map[string]time.Time{}
	}
	s.component.tokens[token] = c.now.Add(s.opts.TokenLife)
	return reply{bare: true, fields: map[string]any{"component_access_token": token, "expires_in": int(s.opts.TokenLife.Seconds())}}
}

func (s *Server) checkComponentToken(token string, now time.Time) int {
	until, known := s.component.tokens[token]
	switch {
	case token == "":
		return 41001
	case !known:
		return 40001
	case !now.Before(until):
		return 42001
	}
	return 0
}

// authorizerToken gives the account's token and, with each, a new refresh token:
// the one before is good no more.
func (s *Server) authorizerToken(c *call) reply {
	var in struct {
		Platform string `json:"component_appid"`
		AppID    string `json:"authorizer_appid"`
		Refresh  string `json:"authorizer_refresh_token"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	switch {
	case in.Platform != DefaultPlatformAppID || in.AppID != s.opts.AppID:
		return refuse(40013)
	case !s.component.authorized:
		return refuse(61003)
	case in.Refresh == "" || in.Refresh != s.component.refresh:
		return refuse(61023)
	}
	return reply{bare: true, fields: s.authorize(c.now)}
}

func (s *Server) authorize(now time.Time) map[string]any {
	t := s.issue(now)
	t.platform = true
	s.component.refresh = "refreshtoken@@@" + s.id("refresh", 43)
	return map[string]any{"authorizer_access_token": t.value, "expires_in": int64(t.until.Sub(now).Seconds()), "authorizer_refresh_token": s.component.refresh}
}

func (s *Server) preAuthCode(c *call) reply {
	var in struct {
		Platform string `json:"component_appid"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	return reply{bare: true, fields: map[string]any{"pre_auth_code": "preauthcode@@@" + s.id("preauth", 60), "expires_in": 1800}}
}

func (s *Server) queryAuth(c *call) reply {
	var in struct {
		Code string `json:"authorization_code"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	if !s.component.codes[in.Code] {
		return refuse(61010)
	}
	delete(s.component.codes, in.Code)
	info := s.authorize(c.now)
	info["authorizer_appid"], info["func_info"] = s.opts.AppID, []any{}
	return reply{bare: true, fields: map[string]any{"authorization_info": info}}
}

// authorized returns 0 or the code with which a call is turned away.
func (s *Server) authorized(path string, c *call) int {
	token := c.query("access_token")
	if token == "" && s.hosting.on {
		if !s.hosting.paths.allows(path) {
			return 48001
		}
		return 0
	}
	if code := s.checkToken(token, c.now); code != 0 {
		return code
	}
	if t := s.tokens.issued[token]; t.platform && len(s.component.permitted) > 0 {
		for _, id := range permissionSets[path] {
			if slices.Contains(s.component.permitted, id) {
				return 0
			}
		}
		if len(permissionSets[path]) > 0 {
			return 61007
		}
	}
	return 0
}

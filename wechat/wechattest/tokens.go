package wechattest

import (
	"regexp"
	"time"
)

const (
	overlap      = 5 * time.Minute // a replaced classic token lives on this long
	forcePause   = 30 * time.Second
	forcesPerDay = 20
)

// tokenShelf holds the tokens given out. Those of the two token APIs are
// separate: renewing one leaves the other alone.
type tokenShelf struct {
	issued          map[string]*issuedToken
	classic, stable *issuedToken
	forcedAt        time.Time
	forces          map[string]int // by day
}

type issuedToken struct {
	value      string
	until      time.Time
	replacedAt time.Time // zero: not replaced
	dead       bool
	platform   bool // an authorizer_access_token
}

func (s *Server) issue(now time.Time) *issuedToken {
	t := &issuedToken{value: "91_" + s.id("token", 133), until: now.Add(s.opts.TokenLife)}
	s.tokens.issued[t.value] = t
	return t
}

func tokenReply(t *issuedToken, now time.Time) reply {
	return reply{bare: true, fields: map[string]any{
		"access_token": t.value,
		"expires_in":   int64(t.until.Sub(now).Seconds()),
	}}
}

func (s *Server) checkAccount(grant, appid, secret string) int {
	switch {
	case grant != "client_credential":
		return 40002
	case appid == "":
		return 41002
	case secret == "":
		return 41004
	case appid != s.opts.AppID:
		return 40013
	case secret != s.opts.AppSecret:
		return 40125
	}
	return 0
}

// classicToken gives a new token each time; the last one dies after the overlap.
func (s *Server) classicToken(c *call) reply {
	if code := s.checkAccount(c.query("grant_type"), c.query("appid"), c.query("secret")); code != 0 {
		return refuse(code)
	}
	if old := s.tokens.classic; old != nil {
		old.replacedAt = c.now
	}
	s.tokens.classic = s.issue(c.now)
	return tokenReply(s.tokens.classic, c.now)
}

// stableToken gives the same token until its last 5 minutes, or a new one when
// forced, which kills the last one at once.
func (s *Server) stableToken(c *call) reply {
	var in struct {
		GrantType string `json:"grant_type"`
		AppID     string `json:"appid"`
		Secret    string `json:"secret"`
		Force     bool   `json:"force_refresh"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	if code := s.checkAccount(in.GrantType, in.AppID, in.Secret); code != 0 {
		return refuse(code)
	}
	if in.Force {
		day := c.now.In(china).Format(time.DateOnly)
		if !s.tokens.forcedAt.IsZero() && c.now.Sub(s.tokens.forcedAt) < forcePause {
			return refuse(45011)
		}
		if s.tokens.forces[day] >= forcesPerDay {
			return refuse(45009)
		}
		s.tokens.forcedAt, s.tokens.forces = c.now, map[string]int{day: s.tokens.forces[day] + 1}
		if old := s.tokens.stable; old != nil {
			old.dead = true
		}
		s.tokens.stable = nil
	}
	renewing := min(5*time.Minute, s.opts.TokenLife/10)
	if t := s.tokens.stable; t == nil || t.until.Sub(c.now) <= renewing {
		s.tokens.stable = s.issue(c.now)
	}
	return tokenReply(s.tokens.stable, c.now)
}

var tokenForm = regexp.MustCompile(`^[0-9A-Za-z_-]{1,512}$`)

// checkToken returns 0 or the code with which a token is refused.
func (s *Server) checkToken(value string, now time.Time) int {
	if value == "" {
		return 41001
	}
	if !tokenForm.MatchString(value) {
		return 40014
	}
	t := s.tokens.issued[value]
	switch {
	case t == nil || t.dead:
		return 40001
	case !t.replacedAt.IsZero() && now.Sub(t.replacedAt) >= overlap:
		return 40001
	case !now.Before(t.until):
		return 42001
	}
	return 0
}

// ExpireTokens ends the life of every token given out: they are refused with
// 42001, and the token APIs give new ones.
func (s *Server) ExpireTokens() {
	s.set(func() {
		now := s.clock()
		for _, t := range s.tokens.issued {
			if t.until.After(now) {
				t.until = now
			}
		}
	})
}

// InvalidateTokens kills every token given out: they are refused with 40001,
// and stable_token goes on handing back the dead one until it is forced.
func (s *Server) InvalidateTokens() {
	s.set(func() {
		for _, t := range s.tokens.issued {
			t.dead = true
		}
	})
}

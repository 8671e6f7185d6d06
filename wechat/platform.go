package wechat

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"magpie/wechat/apis"
)

const componentPaths = "/cgi-bin/component/"

// TicketLife is how long a component_verify_ticket is good. WeChat pushes a new
// one every 10 minutes.
const TicketLife = 12 * time.Hour

// ErrNoTicket is in the error of a call for which no component_verify_ticket
// has come yet.
var ErrNoTicket = errors.New("no component_verify_ticket has come within 12 hours")

// Platform is a third-party platform that operates an account which has
// authorised it. The account is Options.AppID.
type Platform struct {
	AppID     string // the platform's own (component_appid)
	AppSecret string
	Store     PlatformStore
	// RefreshToken is used where Store has none yet.
	RefreshToken string
	// Sibling operates another account by the same platform: they share the platform's own
	// token, so that none asks for a new one while another's is good.
	Sibling *Client
}

// TicketStore keeps the last component_verify_ticket. See [Events].
type TicketStore interface {
	Ticket(ctx context.Context, platformAppID string) (ticket string, at time.Time, err error)
	SaveTicket(ctx context.Context, platformAppID, ticket string, at time.Time) error
}

// RefreshStore keeps the refresh token of each account. Whoever loses one has
// to ask the account to authorise the platform again.
type RefreshStore interface {
	RefreshToken(ctx context.Context, appID string) (string, error) // "" for none
	SaveRefreshToken(ctx context.Context, appID, token string) error
}

// PlatformStore keeps what a platform must not lose.
type PlatformStore interface {
	TicketStore
	RefreshStore
}

// platform fetches the tokens of a platform and of the account it operates.
type platform struct {
	of         Platform
	component  *tokens
	authorizer *tokens
}

func newPlatform(c *Client, of Platform) platform {
	p := platform{of: of}
	if of.Sibling != nil {
		p.component = of.Sibling.platform.component
	} else {
		p.component = &tokens{c: c, src: &componentSource{c, of}}
	}
	p.authorizer = &tokens{c: c, src: &authorizerSource{c: c, of: of, component: p.component}}
	return p
}

// componentSource is the platform's own token, had for its ticket.
type componentSource struct {
	c  *Client
	of Platform
}

func (s *componentSource) api() apis.API { return apis.ComponentToken }

type componentReply struct {
	answer
	Token     string   `json:"component_access_token"`
	ExpiresIn looseInt `json:"expires_in"`
}

func (r *componentReply) missing(answer) string {
	if r.Token == "" {
		return "component_access_token"
	}
	return ""
}

// WeChat: POST /cgi-bin/component/api_component_token
func (s *componentSource) fetch(ctx context.Context, _ string) (token, error) {
	now := s.c.now()
	fail := func(err error) error {
		return &Error{API: apis.ComponentToken.Path, fate: notSent, cause: s.c.hide.cause(err)}
	}
	ticket, at, err := s.of.Store.Ticket(ctx, s.of.AppID)
	if err != nil {
		return token{}, fail(fmt.Errorf("read the ticket: %w", err))
	}
	if ticket == "" || now.Sub(at) > TicketLife {
		return token{}, fail(ErrNoTicket)
	}
	s.c.hide.add(ticket)
	body, err := encode(struct {
		AppID  string `json:"component_appid"`
		Secret string `json:"component_appsecret"`
		Ticket string `json:"component_verify_ticket"`
	}{s.of.AppID, s.of.AppSecret, ticket})
	if err != nil {
		return token{}, err
	}
	var out componentReply
	if err := s.c.forToken(ctx, message{api: apis.ComponentToken, body: body, out: &out}); err != nil {
		return token{}, err
	}
	return s.c.newToken(out.Token, out.ExpiresIn.n, now), nil
}

// authorizerSource is the account's token, had for its refresh token. WeChat
// may give a new refresh token with it, which is saved before anything else.
type authorizerSource struct {
	c         *Client
	of        Platform
	component *tokens

	mu      sync.Mutex
	unsaved string // a refresh token that could not be saved
}

func (s *authorizerSource) api() apis.API { return apis.AuthorizerToken }

type authorizerReply struct {
	answer
	AppID     string   `json:"authorizer_appid"`
	Token     string   `json:"authorizer_access_token"`
	Refresh   string   `json:"authorizer_refresh_token"`
	ExpiresIn looseInt `json:"expires_in"`
}

func (r *authorizerReply) missing(answer) string {
	if r.Token == "" {
		return "authorizer_access_token"
	}
	return ""
}

// WeChat: POST /cgi-bin/component/api_authorizer_token
func (s *authorizerSource) fetch(ctx context.Context, _ string) (token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.c.now()
	fail := func(err error) (token, error) {
		return token{}, &Error{API: apis.AuthorizerToken.Path, fate: notSent, cause: s.c.hide.cause(err)}
	}
	refresh := s.unsaved
	if refresh == "" {
		var err error
		if refresh, err = s.of.Store.RefreshToken(ctx, s.c.appID); err != nil {
			return fail(fmt.Errorf("read the refresh token: %w", err))
		}
	}
	if refresh == "" {
		refresh = s.of.RefreshToken
	}
	if refresh == "" {
		return fail(errors.New("the account has not authorised the platform"))
	}
	s.c.hide.add(refresh)
	var out authorizerReply
	err := s.c.componentCall(ctx, s.component, apis.AuthorizerToken, struct {
		Platform string `json:"component_appid"`
		AppID    string `json:"authorizer_appid"`
		Refresh  string `json:"authorizer_refresh_token"`
	}{s.of.AppID, s.c.appID, refresh}, &out)
	if err != nil {
		return token{}, err
	}
	if out.Refresh != "" && out.Refresh != refresh || s.unsaved != "" {
		if out.Refresh == "" {
			out.Refresh = refresh
		}
		s.c.hide.add(out.Refresh)
		s.unsaved = out.Refresh
		if err := s.of.Store.SaveRefreshToken(ctx, s.c.appID, out.Refresh); err != nil {
			return fail(fmt.Errorf("save the refresh token: %w", err))
		}
		s.unsaved = ""
	}
	return s.c.newToken(out.Token, out.ExpiresIn.n, now), nil
}

// componentCall carries out a call of the platform itself.
func (c *Client) componentCall(ctx context.Context, component *tokens, a apis.API, in any, out reply) error {
	body, err := encode(in)
	if err != nil {
		return err
	}
	return component.with(ctx, a, func() bool { return true }, func(token string) error {
		c.hide.add(token) // which a sibling may have fetched
		return c.forToken(ctx, message{api: a, query: url.Values{"component_access_token": {token}}.Encode(), body: body, out: out})
	})
}

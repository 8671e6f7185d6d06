// Package wechat calls WeChat's server API: one file per API family, one typed
// method per call, one way for all of them to be called and to fail.
//
// What can go wrong comes in two types. A [*FieldError] is found before the
// call and names the field and the rule; nothing has been sent. An [*Error]
// comes from the call and says which of three fates it met:
//
//   - NotSent: no byte of the message has left. Trying again cannot send twice.
//   - answered: WeChat answered in full and refused; Code and Msg say why.
//   - Unclear: the message left and no whole answer came back. WeChat may or
//     may not have acted; only a person or a de-duplicating API may try again.
//
// A whole answer is one JSON object, read to its end, with status 2xx, that
// says errcode 0 or brings what the API promises (an activity_id, a media_id).
// Everything else after the first byte has left is unclear: a time-out, a 3xx
// (redirects are never followed), a 5xx even with JSON in it, an HTML page, a
// cut body, an object that says neither. A 4xx is a refusal whatever its body.
//
// An account is operated in one of four ways ([Options].Call): with its own
// token, by a third-party platform, from WeChat's cloud hosting, or through a
// cloud function; the methods are the same. What WeChat pushes comes in by
// [Events]. docs/wechat.md lists every API, its ways and its tests.
package wechat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"magpie/wechat/apis"
)

const (
	defaultBaseURL = "https://api.weixin.qq.com"
	defaultTimeout = 10 * time.Second
	maxReply       = 10 << 20
)

// Options says which account is operated and how WeChat is reached.
// AppID and AppSecret are required, the rest has defaults.
type Options struct {
	AppID     string
	AppSecret string // not for the ways "platform" and "hosting"

	// Call is the way of calling: "https" (the default), "platform", "hosting"
	// or "function". Every method serves every way, save where WeChat does not
	// offer it: then the error is [ErrWay], and nothing was sent.
	Call     string
	Platform Platform // for Call "platform"
	Function Function // for Call "function"

	// BaseURL is where the API lives, https://api.weixin.qq.com by default, for
	// "hosting" the same without TLS, which the container adds.
	BaseURL string
	// TokenMode is "stable" (the default), where several callers share one
	// token in peace, or "classic", where each fetch outdates the last token.
	TokenMode string
	// Shared keeps the classic token where several processes share it.
	Shared SharedToken
	// Timeout bounds one exchange with WeChat, 10 s by default; an upload has a
	// second more for each 100 KB. Fetching a
	// token is an exchange of its own, so that a slow token does not shorten
	// the message's time and leave it unclear.
	Timeout time.Duration
	// Now tells the time by which tokens age.
	Now func() time.Time
	// Log hears every call at debug level and every token at info level,
	// without tokens, secrets or whole openids.
	Log *slog.Logger
	// Watch is told what is done, by whoever counts.
	Watch Watch
	// Keys is how the keys of the account's settings begin, as the advice of an [Error] names
	// them: WECHAT_SHOP_MINI_ for WECHAT_SHOP_MINI_APP_SECRET. By default WECHAT_.
	Keys string
	// HTTP replaces the built-in client, whose transport keeps connections
	// and takes its proxy from the environment. Redirects are not followed
	// with either. With a replacement, a call counts as sent from the moment
	// it is handed a connection, which errs on the side of unclear.
	HTTP *http.Client
}

// String names the account and leaves the secret out.
func (o Options) String() string {
	return fmt.Sprintf("wechat.Options(%s, %s)", o.AppID, o.BaseURL)
}

// GoString is String, so that %#v has no secret either.
func (o Options) GoString() string { return o.String() }

// LogValue is String for slog.
func (o Options) LogValue() slog.Value { return slog.StringValue(o.String()) }

// Client operates one WeChat account. It is safe for many goroutines.
type Client struct {
	appID   string
	secret  string
	root    url.URL // where the API lives, without a last slash
	timeout time.Duration
	now     func() time.Time
	log     *slog.Logger
	pool    *pool // nil where net/http carries every call
	http    *http.Client
	send    func(*http.Request) (*http.Response, error)
	hide    *redactor
	watch   Watch
	way     way
	keys    string  // see Options.Keys
	tokens  *tokens // nil for hosting
	platform
	function Function
}

// New checks the options, names every fault at once, and calls nobody.
func New(o Options) (*Client, error) {
	var faults []error
	if o.AppID == "" {
		faults = append(faults, errors.New("AppID is missing"))
	}
	if o.AppSecret == "" && (o.way() == wayHTTPS || o.way() == wayFunction) {
		faults = append(faults, errors.New("AppSecret is missing"))
	}
	faults = append(faults, o.wayFaults()...)
	base, err := baseURL(o.BaseURL, o.way())
	if err != nil {
		faults = append(faults, err)
	}
	switch o.TokenMode {
	case "", "stable", "classic":
	default:
		faults = append(faults, fmt.Errorf(`TokenMode is %q, want "stable" or "classic"`, o.TokenMode))
	}
	if o.Timeout < 0 {
		faults = append(faults, fmt.Errorf("Timeout is %v, want a positive duration", o.Timeout))
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("wechat options: %w", errors.Join(faults...))
	}

	c := &Client{
		appID:   o.AppID,
		secret:  o.AppSecret,
		root:    *base,
		timeout: o.Timeout,
		now:     o.Now,
		log:     o.Log,
		hide:    newRedactor(o.AppSecret, o.Platform.AppSecret, o.Platform.RefreshToken),
		watch:   o.Watch,
		way:     o.way(),
		keys:    o.Keys,
	}
	if c.timeout == 0 {
		c.timeout = defaultTimeout
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if o.HTTP == nil {
		// Without the client around it, which follows redirects and keeps
		// cookies: there is nothing of either here.
		t := newTransport()
		c.http, c.send, c.pool = &http.Client{Transport: t}, t.RoundTrip, newPool(base, t.Proxy)
	} else {
		own := *o.HTTP
		own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		c.http, c.send = &own, own.Do
	}
	c.function = o.Function
	c.fetchTokens(o)
	return c, nil
}

// String names the account and nothing secret.
func (c *Client) String() string { return "wechat.Client(" + c.appID + ")" }

// GoString is String, so that %#v has no secret either.
func (c *Client) GoString() string { return c.String() }

// AppID is the account this client operates.
func (c *Client) AppID() string { return c.appID }

// api is one address of WeChat's, as its page gives it.
// request is one call of an api.
type request struct {
	api   apis.API
	query url.Values // beside access_token
	in    any        // marshalled to JSON; nil for none
	file  *upload    // streamed in place of in
	out   reply      // filled from the answer
	save  io.Writer  // takes the file that may come in place of JSON
	to    string     // the openid it is about, for the log alone
}

// call carries out r in the client's way. What fails knows whose settings it is about.
func (c *Client) call(ctx context.Context, r request) error {
	err := c.carry(ctx, r)
	if e, ok := err.(*Error); ok {
		own := *e // several callers may wait for one token
		own.keys = c.keys
		return &own
	}
	return err
}

func (c *Client) carry(ctx context.Context, r request) error {
	if err := c.way.takes(r.api); err != nil {
		return err
	}
	if c.way == wayFunction {
		return c.invoke(ctx, r)
	}
	var body []byte
	if r.in != nil {
		var err error
		if body, err = encode(r.in); err != nil {
			return err
		}
	}
	if c.way == wayHosting {
		return c.exchange(ctx, r, "", body)
	}
	return c.tokens.with(ctx, r.api, r.again, func(token string) error { return c.exchange(ctx, r, token, body) })
}

// again reports whether the request can be sent a second time.
func (r request) again() bool { return r.file == nil || r.file.rewind() }

func (c *Client) exchange(ctx context.Context, r request, token string, body []byte) error {
	query := ""
	if token != "" {
		query = "access_token=" + url.QueryEscape(token)
	}
	if len(r.query) > 0 {
		query = strings.TrimPrefix(query+"&"+r.query.Encode(), "&")
	}
	start := time.Now()
	err := c.do(ctx, message{api: r.api, query: query, body: body, file: r.file, out: r.out, save: r.save})
	c.note(ctx, r, start, err)
	return err
}

// note makes an error fit to be shown, tells of the call, and writes it to the log.
func (c *Client) note(ctx context.Context, r request, start time.Time, err error) {
	c.watch.called(ctx, r.api, start, err)
	if e, ok := err.(*Error); ok {
		e.shortenID(r.to)
		e.way = c.way
	}
	if c.log.Enabled(ctx, slog.LevelDebug) {
		c.logCall(ctx, r, time.Since(start), err)
	}
}

func (c *Client) logCall(ctx context.Context, r request, took time.Duration, err error) {
	attrs := []slog.Attr{slog.String("api", r.api.Path), slog.Duration("took", took)}
	if r.to != "" {
		attrs = append(attrs, slog.String("openid", ShortID(r.to)))
	}
	if err != nil {
		attrs = append(attrs, slog.Any("error", err))
	}
	c.log.LogAttrs(ctx, slog.LevelDebug, "wechat call", attrs...)
}

func baseURL(s string, w way) (*url.URL, error) {
	switch {
	case s == "" && w == wayHosting:
		s = hostingBaseURL
	case s == "":
		s = defaultBaseURL
	}
	u, err := url.Parse(strings.TrimRight(s, "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		// The value is not repeated: a wrong one may hold a password.
		return nil, errors.New("BaseURL is no plain address like https://api.weixin.qq.com")
	}
	return u, nil
}

package bot

import (
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// callTimeout is the longest that one call to Slack may take.
const callTimeout = 10 * time.Second

// NewClient makes a client of Slack's Web API. apiURL is its root, with or without
// the last slash; "" is Slack's own.
func NewClient(botToken, appToken, apiURL string) *slack.Client {
	return (*Scopes)(nil).NewClient(botToken, appToken, apiURL)
}

// NewClient makes a client of which s hears what scopes it lacks.
func (s *Scopes) NewClient(botToken, appToken, apiURL string) *slack.Client {
	http := newHTTPClient()
	http.Transport = s.watch(http.Transport)
	return newClient(http, botToken, appToken, apiURL)
}

func newClient(http *http.Client, botToken, appToken, apiURL string) *slack.Client {
	return slack.New(botToken, slack.OptionAppLevelToken(appToken), slack.OptionHTTPClient(http), slack.OptionAPIURL(rootOf(apiURL)))
}

// rootOf is the root of Slack's Web API with its last slash.
func rootOf(apiURL string) string {
	if apiURL == "" {
		return slack.APIURL
	}
	return strings.TrimRight(apiURL, "/") + "/"
}

// newHTTPClient bears time-outs for every part of a call and follows no redirect:
// neither a token nor an answer is to go where nobody sent it.
func newHTTPClient() *http.Client {
	return &http.Client{
		Timeout: callTimeout,
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSHandshakeTimeout:   5 * time.Second,
			ResponseHeaderTimeout: callTimeout,
			MaxIdleConnsPerHost:   8,
			IdleConnTimeout:       90 * time.Second,
			ForceAttemptHTTP2:     true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

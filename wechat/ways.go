package wechat

import (
	"errors"
	"fmt"
	"slices"

	"magpie/wechat/apis"
)

// way is one of the ways of calling that WeChat offers.
type way string

const (
	wayHTTPS    way = "https"    // with the account's own token
	wayPlatform way = "platform" // a third-party platform with an authorizer_access_token
	wayHosting  way = "hosting"  // from WeChat's cloud hosting, which adds the credentials
	wayFunction way = "function" // through a cloud function, see cloud/
	wayNone     way = "none"     // not at all: the account is not operated here
)

var ways = []way{wayHTTPS, wayPlatform, wayHosting, wayFunction}

// ErrWay is in the error of a call that WeChat does not offer in the way chosen.
var ErrWay = errors.New("not offered in this way of calling")

func (o Options) way() way {
	if o.Call == "" {
		return wayHTTPS
	}
	return way(o.Call)
}

// wayFaults names what is missing for the way chosen.
func (o Options) wayFaults() []error {
	var all []error
	need := func(name, value string) {
		if value == "" {
			all = append(all, fmt.Errorf("%s is missing", name))
		}
	}
	switch w := o.way(); {
	case !slices.Contains(ways, w):
		all = append(all, fmt.Errorf(`Call is %q, want "https", "platform", "hosting" or "function"`, o.Call))
	case w == wayPlatform:
		need("Platform.AppID", o.Platform.AppID)
		need("Platform.AppSecret", o.Platform.AppSecret)
		if o.Platform.Store == nil {
			need("Platform.Store", "")
		}
	case w == wayFunction:
		need("Function.Env", o.Function.Env)
		need("Function.Name", o.Function.Name)
	}
	if o.Shared != nil && o.TokenMode != "classic" {
		all = append(all, errors.New(`option Shared is for TokenMode "classic"; stable tokens are shared by WeChat`))
	}
	return all
}

// fetchTokens sets up where the tokens come from.
func (c *Client) fetchTokens(o Options) {
	switch {
	case c.way == wayHosting:
		return
	case c.way == wayPlatform:
		c.platform = newPlatform(c, o.Platform)
		c.tokens = c.platform.authorizer
	case o.TokenMode != "classic":
		c.tokens = &tokens{c: c, src: stableSource{c}}
	case o.Shared != nil:
		c.tokens = &tokens{c: c, src: newSharedSource(c, o.Shared)}
	default:
		c.tokens = &tokens{c: c, src: classicSource{c}}
	}
}

// takes returns nil where WeChat offers the API in this way.
func (w way) takes(a apis.API) error {
	ok := true
	switch w {
	case wayNone:
		return &Error{API: a.Path, fate: notSent, way: w, cause: ErrNoAccount}
	case wayHosting:
		ok = a.Cloud != apis.NoCloud
	case wayFunction:
		ok = a.Cloud != apis.NoCloud && a.Cloud != apis.InCloud
	}
	if ok {
		return nil
	}
	return &Error{API: a.Path, fate: notSent, way: w, cause: fmt.Errorf("%w (%s)", ErrWay, w)}
}

package app

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"magpie/config"
	"magpie/store"
	"magpie/wechat"
	"magpie/wechat/apis"
)

// accounts asks WeChat about each account.
func (c *Checkup) accounts(ctx context.Context, cfg config.Config, db *store.DB, log *slog.Logger) {
	asked := map[string]bool{}
	for _, a := range cfg.Accounts {
		name := "wechat " + a.Name
		if a.AppID == "" {
			c.fail(name, "set "+a.Key("APP_ID"), "it has no AppID to ask with")
			continue
		}
		if a.Call == "platform" {
			c.platform(ctx, name, a, db)
			continue
		}
		if a.TokenMode == "classic" && db == nil {
			c.warn(name, "start magpie, and look again", "there is no database to take the classic token from, and fetching one would outdate the one in use")
			continue
		}
		own := cfg
		own.Accounts = []config.Account{a}
		clients, err := newAccounts(own, db, time.Now, nobody, log)
		if err != nil {
			c.fail(name, seeExample, "%s", err)
			continue
		}
		c.account(ctx, name, a, clients[0])
		c.events(ctx, name, cfg, a)
		if !asked[a.APIURL] {
			asked[a.APIURL] = true
			c.wechatClock(ctx, a)
		}
	}
}

// account asks for the quota of one API, which needs a token and an address that WeChat
// allows, and changes nothing.
func (c *Checkup) account(ctx context.Context, name string, a config.Account, client wechat.Account) {
	quota, err := client.Quota(ctx, apis.SubscribeSend.Path)
	refused, isAnswer := errors.AsType[*wechat.Error](err)
	switch {
	case err == nil:
		c.ok(name, "%s answers; %d of %d calls of %s are left today", a.AppID, quota.Remain, quota.Limit, apis.SubscribeSend.Path)
	case errors.Is(err, wechat.ErrWay):
		c.warn(name, "say a line that looks something up", "WECHAT_CALL=%s offers nothing that can be asked without changing anything", a.Call)
		return
	case errors.Is(err, store.ErrBeside):
		c.warn(name, "start magpie, and look again", "the database holds no classic token that still holds, and fetching one would outdate the one in use")
		return
	case isAnswer && slices.Contains([]int{76021, 76022, 48001}, refused.Code):
		// The token was taken and the address allowed: this API's quota is not this kind's.
		c.ok(name, "%s answers; it has no quota of %s", a.AppID, apis.SubscribeSend.Path)
	default:
		do := "see docs/wechat.md, and whether this machine reaches " + a.APIURL
		if isAnswer && refused.Code != 0 && refused.Advice("en") != "" {
			do = refused.Advice("en")
		}
		c.fail(name, do, "%s", err)
		return
	}
	kind, err := client.AccountKind(ctx)
	switch {
	case err == nil && a.Kind == "":
		c.ok(name+" kind", "WeChat says that it is a %s account", kind)
	case err == nil && string(kind) != a.Kind:
		c.fail(name+" kind", "correct "+a.Key("KIND"), "the settings call it a %s account, and WeChat a %s one", a.Kind, kind)
	case err == nil:
		c.ok(name+" kind", "it is a %s account, as the settings say", kind)
	case a.Kind == "":
		c.warn(name+" kind", "set "+a.Key("KIND")+" (service, subscription, miniprogram), so that commands it does not have are refused early", "WeChat does not tell what kind it is")
	default:
		c.ok(name+" kind", "the settings call it a %s account; WeChat does not tell", a.Kind)
	}
}

// oldTicket is how old a platform's ticket may be: WeChat pushes one every 10 minutes, each
// holds for 12 hours.
const oldTicket = 30 * time.Minute

// platform looks for what a platform lives on. It fetches no token: with one an account's
// refresh token may change, which only a magpie that runs can keep.
func (c *Checkup) platform(ctx context.Context, name string, a config.Account, db *store.DB) {
	if db == nil {
		c.warn(name, "start magpie, and wait 10 minutes for the ticket", "there is no database in which the platform's ticket would stand")
		return
	}
	tickets := store.WeChatTickets{DB: db}
	ticket, at, err := tickets.Ticket(ctx, a.Platform.AppID)
	refresh, refreshErr := tickets.RefreshToken(ctx, a.AppID)
	switch age := time.Since(at).Round(time.Minute); {
	case err != nil || refreshErr != nil:
		c.warn(name, "start magpie", "the platform's ticket cannot be read: %s", errors.Join(err, refreshErr))
	case ticket == "":
		c.fail(name, "have the platform's authorisation events come in at "+eventsPath+", and wait 10 minutes", "WeChat has pushed no ticket yet")
	case refresh == "" && a.Platform.RefreshToken == "":
		c.fail(name, "authorise the platform for the account anew, or set its refresh token", "the account has not authorised the platform")
	case age > oldTicket:
		c.warn(name, "see whether WeChat's events still come in at "+eventsPath, "the newest ticket is %s old; WeChat pushes one every 10 minutes", age)
	default:
		c.ok(name, "the platform has a ticket (%s old) and the account's authorisation", age)
	}
}

// events says WeChat's handshake to the address where its events come in.
func (c *Checkup) events(ctx context.Context, name string, cfg config.Config, a config.Account) {
	name += " events"
	if a.EventToken == "" {
		c.ok(name, "none are received: `done` means that WeChat has accepted a message")
		return
	}
	if cfg.PublicURL == "" {
		c.warn(name, "set PUBLIC_URL, so that the address can be tried", "events are received, and nobody says at which address from outside")
		return
	}
	address := strings.TrimRight(cfg.PublicURL, "/") + eventsPath
	if len(cfg.Accounts) > 1 {
		address += "/" + a.Name
	}
	const echo = "magpie-doctor"
	at := strconv.FormatInt(time.Now().Unix(), 10)
	signed := []string{a.EventToken, at, echo}
	slices.Sort(signed)
	sum := sha1.Sum([]byte(strings.Join(signed, "")))
	query := url.Values{"signature": {hex.EncodeToString(sum[:])}, "timestamp": {at}, "nonce": {echo}, "echostr": {echo}}
	said, err := get(ctx, address+"?"+query.Encode())
	switch {
	case err != nil:
		c.warn(name, "start magpie, and have the proxy hand "+address+" on to HTTP_ADDR", "%s does not answer: %s", address, err)
	case said != echo:
		c.fail(name, "have the proxy hand "+address+" on to HTTP_ADDR, unchanged", "%s does not answer as magpie does", address)
	default:
		c.ok(name, "%s answers WeChat's handshake", address)
	}
}

// get reads an address; the error names no query.
func get(ctx context.Context, address string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", errors.New("it is no address")
	}
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		if failed, ok := errors.AsType[*url.Error](err); ok {
			err = failed.Err
		}
		return "", err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(io.LimitReader(reply.Body, 1<<10))
	if err == nil && reply.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", reply.StatusCode)
	}
	return string(body), err
}

// wechatClock compares the clocks by the date of whatever WeChat's API answers.
func (c *Checkup) wechatClock(ctx context.Context, a config.Account) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, a.APIURL, nil)
	if err == nil {
		var reply *http.Response
		if reply, err = http.DefaultTransport.RoundTrip(r); err == nil {
			reply.Body.Close()
			var at time.Time
			if at, err = http.ParseTime(reply.Header.Get("Date")); err == nil {
				c.clock("wechat "+a.Name, time.Until(at))
				return
			}
		}
	}
	c.warn("clock wechat "+a.Name, "see whether this machine reaches "+a.APIURL, "WeChat does not tell its time")
}

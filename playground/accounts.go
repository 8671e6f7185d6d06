package playground

import (
	"context"
	"maps"
	"strings"
	"time"

	"magpie/wechat/wechattest"
)

// account is one WeChat account, at a WeChat of its own.
type account struct {
	Name  string `json:"name"` // in lines: account=NAME
	Title string `json:"title"`
	Kind  string `json:"kind"`
	AppID string `json:"app_id"`
	Seal  string `json:"seal"` // the sign beside its title on the phone

	previews string // the openid that gets previews; "": none
	settle   func(*wechattest.Server)

	wechat *wechattest.Server
	url    string
	close  func()
}

// openAccounts starts a WeChat for each account, by one clock. A fault for the next call
// is for the next call to any of them.
func openAccounts(now func() time.Time) []account {
	opened := accounts()
	orders := new(wechattest.Orders)
	for i := range opened {
		a := &opened[i]
		a.wechat, a.url, a.close = wechattest.Start(wechattest.Options{AppID: a.AppID, Kind: wechattest.Kind(a.Kind), Now: now, Orders: orders})
		a.settle(a.wechat)
	}
	return opened
}

// accountKeys are the bot's settings for the accounts that it operates.
func accountKeys(accounts []account) map[string]string {
	keys := map[string]string{}
	var names []string
	for _, a := range accounts {
		names = append(names, a.Name)
		prefix := "WECHAT_" + strings.ToUpper(strings.ReplaceAll(a.Name, "-", "_")) + "_"
		maps.Copy(keys, map[string]string{
			prefix + "APP_ID":         a.AppID,
			prefix + "APP_SECRET":     wechattest.DefaultAppSecret,
			prefix + "API_URL":        a.url,
			prefix + "KIND":           a.Kind,
			prefix + "TITLE":          a.Title,
			prefix + "PREVIEW_OPENID": a.previews,
		})
	}
	keys["ACCOUNTS"] = strings.Join(names, ",")
	return keys
}

// eachWeChat does something to the WeChat of every account.
func (w *World) eachWeChat(do func(*wechattest.Server)) {
	for _, a := range w.accounts {
		do(a.wechat)
	}
}

// wechatChanges tells of changes at any account from now on, until ctx ends. It is read
// by one, who looks again after each.
func (w *World) wechatChanges(ctx context.Context) <-chan struct{} {
	changes := make(chan struct{}, 1)
	w.eachWeChat(func(s *wechattest.Server) {
		changed := s.Changed()
		go func() {
			for {
				select {
				case <-changed:
				case <-ctx.Done():
					return
				}
				changed = s.Changed() // taken before anybody looks
				select {
				case changes <- struct{}{}:
				default: // one that was not read yet tells of this one too
				}
			}
		}()
	})
	return changes
}

// call is one call to WeChat, and the title of the account that it was for.
type call struct {
	Account string `json:"account"`
	wechattest.Received
}

// calls are all calls so far, in their order as far as that is known: each account's are
// in the order of arrival, whatever the clock was then.
func (w *World) calls() []call {
	waiting := make([][]wechattest.Received, len(w.accounts))
	total := 0
	for i, a := range w.accounts {
		waiting[i] = a.wechat.Received()
		total += len(waiting[i])
	}
	all := make([]call, 0, total)
	for range total {
		first := -1
		for i, its := range waiting {
			if len(its) > 0 && (first < 0 || its[0].At.Before(waiting[first][0].At)) {
				first = i
			}
		}
		all = append(all, call{w.accounts[first].Title, waiting[first][0]})
		waiting[first] = waiting[first][1:]
	}
	return all
}

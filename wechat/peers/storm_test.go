package peers

import (
	"sync"
	"sync/atomic"
	"testing"

	silenceper "github.com/silenceper/wechat/v2"
	"github.com/silenceper/wechat/v2/cache"
	miniconfig "github.com/silenceper/wechat/v2/miniprogram/config"
	"github.com/silenceper/wechat/v2/miniprogram/subscribe"

	"magpie/wechat"
	"magpie/wechat/wechattest"
)

const stormCallers = 1000

// TestTokenStorm: 1,000 callers find the token expired. Ours fetches one token
// and loses no message; the peer's outcome is told, not asked for.
func TestTokenStorm(t *testing.T) {
	s, base, stop := wechattest.Start(wechattest.Options{})
	t.Cleanup(stop)
	c, err := wechat.New(wechat.Options{AppID: wechattest.DefaultAppID, AppSecret: wechattest.DefaultAppSecret, BaseURL: base})
	if err != nil {
		t.Fatal(err)
	}
	msg := wechat.WeappSubscribeMsg{ToUser: openid, TemplateID: templateID, Data: map[string]wechat.DataValue{"thing1": {Value: "茶"}}}
	ours := func() error { return c.SendWeappSubscribe(t.Context(), msg) }
	if failed, fetched := stormed(t, s, "/cgi-bin/stable_token", ours); failed != 0 || fetched != 1 {
		t.Errorf("ours: %d of %d calls failed, %d tokens were fetched; want 0 and 1", failed, stormCallers, fetched)
	}

	s, base, stop = wechattest.Start(wechattest.Options{})
	t.Cleanup(stop)
	pointAt(base)
	wc := silenceper.NewWechat()
	wc.SetCache(cache.NewMemory())
	mini := wc.GetMiniProgram(&miniconfig.Config{AppID: wechattest.DefaultAppID, AppSecret: wechattest.DefaultAppSecret, UseStableAK: true}).GetSubscribe()
	theirs := &subscribe.Message{ToUser: openid, TemplateID: templateID, Data: map[string]*subscribe.DataItem{"thing1": {Value: "茶"}}}
	failed, fetched := stormed(t, s, "/cgi-bin/stable_token", func() error { return mini.Send(theirs) })
	t.Logf("silenceper/wechat: %d of %d calls failed, %d tokens were fetched", failed, stormCallers, fetched)
}

func stormed(t *testing.T, s *wechattest.Server, tokenPath string, call func() error) (failed int64, fetched int) {
	t.Helper()
	if err := call(); err != nil {
		t.Fatal(err)
	}
	before := len(s.ReceivedOn(tokenPath))
	s.ExpireTokens()
	var wg sync.WaitGroup
	var bad atomic.Int64
	for range stormCallers {
		wg.Go(func() {
			if call() != nil {
				bad.Add(1)
			}
		})
	}
	wg.Wait()
	return bad.Load(), len(s.ReceivedOn(tokenPath)) - before
}

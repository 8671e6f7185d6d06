package app

import (
	"maps"

	"github.com/rogpeppe/go-internal/testscript"

	"magpie/wechat/wechattest"
)

const miniAppID = "wxfedcba9876543210"

// cmdTwoAccounts gives magpie, at its next start, two accounts: main, the service account that
// there is, called Acme Tea, and shop-mini, a Mini Program at a WeChat of its own.
func cmdTwoAccounts(ts *testscript.TestScript, neg bool, args []string) {
	w := theWorld(ts)
	mini, url, stop := wechattest.Start(wechattest.Options{AppID: miniAppID, AccountType: 3, Kind: wechattest.MiniProgram})
	ts.Defer(stop)
	w.wechat.SetKind(wechattest.Service)
	w.servers = map[string]*wechattest.Server{"main": w.wechat, "shop-mini": mini}
	address := w.env["WECHAT_API_URL"]
	maps.Copy(w.env, map[string]string{
		"ACCOUNTS":      "main,shop-mini",
		"WECHAT_APP_ID": "", "WECHAT_APP_SECRET": "", "WECHAT_API_URL": "",
		"WECHAT_MAIN_APP_ID": wechattest.DefaultAppID, "WECHAT_MAIN_APP_SECRET": wechattest.DefaultAppSecret, "WECHAT_MAIN_API_URL": address,
		"WECHAT_MAIN_KIND": "service", "WECHAT_MAIN_TITLE": "Acme Tea",
		"WECHAT_SHOP_MINI_APP_ID": miniAppID, "WECHAT_SHOP_MINI_APP_SECRET": wechattest.DefaultAppSecret, "WECHAT_SHOP_MINI_API_URL": url,
		"WECHAT_SHOP_MINI_KIND": "miniprogram", "WECHAT_SHOP_MINI_TITLE": "Acme Shop",
	})
}

// cmdAt has what follows be about the WeChat of an account.
func cmdAt(ts *testscript.TestScript, neg bool, args []string) {
	server, known := theWorld(ts).servers[args[0]]
	if !known {
		ts.Fatalf("there is no account %s", args[0])
	}
	theWorld(ts).wechat = server
}

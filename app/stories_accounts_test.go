package app

import (
	"maps"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"magpie/wechat/wechattest"
)

const miniAppID = "wxfedcba9876543210"

// cmdTwoAccounts gives magpie, at its next start, two accounts: main, the service account that
// there is, called Acme Tea, and shop-mini, a Mini Program at a WeChat of its own; or club, a
// second service account.
func cmdTwoAccounts(ts *testscript.TestScript, neg bool, args []string) {
	w := theWorld(ts)
	name, title, kind, number := "shop-mini", "Acme Shop", wechattest.MiniProgram, 3
	if len(args) > 0 {
		name, title, kind, number = args[0], "Acme Club", wechattest.Service, 2
	}
	second, url, stop := wechattest.Start(wechattest.Options{AppID: miniAppID, AccountType: number, Kind: kind})
	ts.Defer(stop)
	w.wechat.SetKind(wechattest.Service)
	w.servers = map[string]*wechattest.Server{"main": w.wechat, name: second}
	address := w.env["WECHAT_API_URL"]
	key := "WECHAT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_")) + "_"
	maps.Copy(w.env, map[string]string{
		"ACCOUNTS":      "main," + name,
		"WECHAT_APP_ID": "", "WECHAT_APP_SECRET": "", "WECHAT_API_URL": "",
		"WECHAT_MAIN_APP_ID": wechattest.DefaultAppID, "WECHAT_MAIN_APP_SECRET": wechattest.DefaultAppSecret, "WECHAT_MAIN_API_URL": address,
		"WECHAT_MAIN_KIND": "service", "WECHAT_MAIN_TITLE": "Acme Tea",
		key + "APP_ID": miniAppID, key + "APP_SECRET": wechattest.DefaultAppSecret, key + "API_URL": url,
		key + "KIND": string(kind), key + "TITLE": title,
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

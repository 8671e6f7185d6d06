package config_test

import (
	"strings"
	"testing"

	"magpie/config"
)

// several is an environment of two accounts that is in order.
func several(set map[string]string) (config.Config, error) {
	env := map[string]string{
		"SLACK_BOT_TOKEN": "xoxb-1-sesame", "SLACK_APP_TOKEN": "xapp-1-sesame", "ADMINS": "U1",
		"ACCOUNTS":           "main, shop-mini",
		"WECHAT_MAIN_APP_ID": "wx1", "WECHAT_MAIN_APP_SECRET": "sesame", "WECHAT_MAIN_KIND": "service", "WECHAT_MAIN_TITLE": "Acme Tea",
		"WECHAT_SHOP_MINI_APP_ID": "wx2", "WECHAT_SHOP_MINI_APP_SECRET": "sesame", "WECHAT_SHOP_MINI_KIND": "miniprogram",
	}
	for key, value := range set {
		env[key] = value
	}
	return config.Load(func(key string) string { return env[key] })
}

func TestSeveralAccounts(t *testing.T) {
	t.Parallel()
	c, err := several(map[string]string{
		"WECHAT_API_URL": "http://127.0.0.1:1", "WECHAT_SHOP_MINI_API_URL": "http://127.0.0.1:2", "WECHAT_TOKEN_MODE": "classic",
		"WECHAT_SHOP_MINI_PREVIEW_OPENID": "oMini", "PREVIEW_OPENID": "oAll", "WECHAT_MAIN_PAY": "yes",
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Accounts) != 2 {
		t.Fatalf("got %d accounts, want 2", len(c.Accounts))
	}
	main, mini := c.Accounts[0], c.Accounts[1]
	for _, f := range []struct{ what, got, want string }{
		{"the first one's name", main.Name, "main"}, {"its title", main.Title, "Acme Tea"}, {"its kind", main.Kind, "service"}, {"its AppID", main.AppID, "wx1"},
		{"its API, from the bare key", main.APIURL, "http://127.0.0.1:1"}, {"its openid for previews, from the bare key", main.PreviewOpenID, "oAll"},
		{"the second one's name", mini.Name, "shop-mini"}, {"its title, where none is set", mini.Title, "shop-mini"}, {"its kind", mini.Kind, "miniprogram"},
		{"its API, which beats the bare key", mini.APIURL, "http://127.0.0.1:2"}, {"its token mode, from the bare key", mini.TokenMode, "classic"}, {"its openid for previews", mini.PreviewOpenID, "oMini"},
	} {
		if f.got != f.want {
			t.Errorf("%s: got %q, want %q", f.what, f.got, f.want)
		}
	}
	if !main.Pay || mini.Pay {
		t.Errorf("WECHAT_MAIN_PAY: got %t and %t, want that of main alone", main.Pay, mini.Pay)
	}
}

func TestOneAccountIsMain(t *testing.T) {
	t.Parallel()
	c, err := load(map[string]string{"WECHAT_KIND": "subscription", "WECHAT_TITLE": "Acme Tea"})
	if err != nil {
		t.Fatal(err)
	}
	if a := c.Accounts[0]; len(c.Accounts) != 1 || a.Name != "main" || a.Kind != "subscription" || a.Title != "Acme Tea" || a.AppID != "wx1" {
		t.Errorf("got %+v", c.Accounts)
	}
}

func TestFaultsOfAccounts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		set   map[string]string
		wants []string // each in one of the faults
	}{
		"every fault of every account": {
			map[string]string{"WECHAT_MAIN_APP_ID": "", "WECHAT_MAIN_KIND": "shop", "WECHAT_SHOP_MINI_APP_SECRET": "", "WECHAT_SHOP_MINI_CALL": "pigeon", "WECHAT_SHOP_MINI_API_URL": "ftp://x"},
			[]string{"WECHAT_MAIN_APP_ID must be set", `WECHAT_MAIN_KIND is "shop"`, "WECHAT_SHOP_MINI_APP_SECRET must be set", `WECHAT_SHOP_MINI_CALL is "pigeon"`, "WECHAT_SHOP_MINI_API_URL is not"},
		},
		"bare keys of nobody":          {map[string]string{"WECHAT_APP_ID": "wx3", "WECHAT_APP_SECRET": "sesame"}, []string{"WECHAT_APP_ID cannot", "WECHAT_APP_SECRET cannot"}},
		"a shared key is told once":    {map[string]string{"WECHAT_TOKEN_MODE": "fresh"}, []string{`WECHAT_TOKEN_MODE is "fresh"`}},
		"the address of events":        {map[string]string{"WECHAT_SHOP_MINI_EVENT_TOKEN": "t0ken"}, []string{"HTTP_ADDR must be set"}},
		"a name that stands for none":  {map[string]string{"ACCOUNTS": "main,none", "WECHAT_NONE_APP_ID": "wx5", "WECHAT_NONE_APP_SECRET": "sesame"}, []string{"ACCOUNTS has none,"}},
		"one title for two":            {map[string]string{"WECHAT_SHOP_MINI_TITLE": "Acme Tea"}, []string{"WECHAT_SHOP_MINI_TITLE must be set to another"}},
		"a name that is an AppID":      {map[string]string{"ACCOUNTS": "main,wx1", "WECHAT_WX1_APP_ID": "wx5", "WECHAT_WX1_APP_SECRET": "sesame"}, []string{"has wx1, which is the AppID of main"}},
		"no name":                      {map[string]string{"ACCOUNTS": " , "}, []string{"ACCOUNTS names no account"}},
		"a name that is none":          {map[string]string{"ACCOUNTS": "main,Shop"}, []string{`ACCOUNTS has "Shop"`}},
		"a name twice":                 {map[string]string{"ACCOUNTS": "main,main"}, []string{"ACCOUNTS names main twice"}},
		"one account under two names":  {map[string]string{"WECHAT_SHOP_MINI_APP_ID": "wx1"}, []string{"WECHAT_SHOP_MINI_APP_ID is the AppID of main too"}},
		"two names that give one key":  {map[string]string{"ACCOUNTS": "main,main-platform", "WECHAT_MAIN_PLATFORM_APP_ID": "wx5", "WECHAT_MAIN_PLATFORM_APP_SECRET": "sesame"}, []string{"WECHAT_MAIN_PLATFORM_APP_"}},
		"a name that gives a bare key": {map[string]string{"ACCOUNTS": "main,platform", "WECHAT_PLATFORM_APP_ID": "wx5", "WECHAT_PLATFORM_APP_SECRET": "sesame"}, []string{"of all accounts too"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := several(test.set)
			if err == nil {
				t.Fatal("got no fault")
			}
			for _, want := range test.wants {
				if strings.Count(err.Error(), want) != 1 {
					t.Errorf("got\n%v\nwant %q once", err, want)
				}
			}
			if strings.Contains(err.Error(), "sesame") {
				t.Errorf("a secret is repeated:\n%v", err)
			}
		})
	}
}

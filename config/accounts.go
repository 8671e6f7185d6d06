package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Account is one WeChat account: how it is called, and how WeChat's events come in.
type Account struct {
	inKeys string // its name in the keys of its settings; "" where they bear none

	Name  string // of ACCOUNTS, "main" where that is not set
	Title string // as people call it; its name where none is set
	Kind  string // service, subscription, miniprogram; "" where it is not set

	Call             string // https, platform, hosting or function
	AppID, AppSecret string
	APIURL           string
	TokenMode        string // stable or classic
	Platform         Platform
	FunctionEnv      string
	FunctionName     string
	// EventToken is set where events are received; EventAESKey where they are encrypted.
	EventToken, EventAESKey string
	Pay                     bool
	PreviewOpenID           string
}

// Platform is a third-party platform that operates the account.
type Platform struct{ AppID, AppSecret, RefreshToken string }

const (
	theOnly  = "main" // the name of the account where ACCOUNTS is not set
	noOthers = ""     // its keys bear no name
	nobody   = "none" // what lines call no account
)

var (
	accountName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	eventToken  = regexp.MustCompile(`^[A-Za-z0-9]{3,32}$`)
	eventKey    = regexp.MustCompile(`^[A-Za-z0-9]{43}$`)

	callWays     = []string{"https", "platform", "hosting", "function"}
	accountKinds = []string{"service", "subscription", "miniprogram"}

	// settings are what an account's keys are called behind WECHAT_, or WECHAT_NAME_.
	settings = []string{
		"APP_ID", "APP_SECRET", "API_URL", "CALL", "TOKEN_MODE", "KIND", "TITLE", "PAY", "PREVIEW_OPENID", "EVENT_TOKEN", "EVENT_AES_KEY",
		"PLATFORM_APP_ID", "PLATFORM_APP_SECRET", "PLATFORM_REFRESH_TOKEN", "FUNCTION_ENV", "FUNCTION_NAME",
	}
	// ofOneAlone are the settings that cannot be the default of several accounts.
	ofOneAlone = []string{"APP_ID", "APP_SECRET"}
)

// accounts reads the accounts: one from the bare keys, or those that ACCOUNTS names.
func (r *reader) accounts() []Account {
	list := r.get("ACCOUNTS")
	if list == "" {
		return []Account{r.account(theOnly, noOthers)}
	}
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		switch name = strings.TrimSpace(name); {
		case name == "":
		case !accountName.MatchString(name):
			r.fault("ACCOUNTS", "has %q: expected names of lower-case letters, digits and single -, comma-separated, such as main,shop-mini", name)
		case name == nobody:
			r.fault("ACCOUNTS", "has %s, which stands for no account in lines: choose another name", nobody)
		case slices.Contains(names, name):
			r.fault("ACCOUNTS", "names %s twice", name)
		default:
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		r.fault("ACCOUNTS", "names no account: expected names such as main,shop-mini, or leave it unset for one account")
	}
	for _, setting := range ofOneAlone {
		if r.get("WECHAT_"+setting) != "" {
			r.fault("WECHAT_"+setting, "cannot stand beside ACCOUNTS: whose is it? Expected a key of each account, such as %s", keyOf(firstOr(names, "main"), setting))
		}
	}
	r.distinctKeys(names)
	var accounts []Account
	byAppID, byTitle := map[string]string{}, map[string]string{}
	for _, name := range names {
		a := r.account(name, name)
		if other, taken := byAppID[a.AppID]; taken && a.AppID != "" {
			r.fault(keyOf(name, "APP_ID"), "is the AppID of %s too: an account stands once", other)
		}
		byAppID[a.AppID] = name
		if other, taken := byTitle[a.Title]; taken {
			r.fault(keyOf(name, "TITLE"), "must be set to another title than that of %s, %q: people tell them apart by it", other, a.Title)
		}
		byTitle[a.Title] = name
		accounts = append(accounts, a)
	}
	for _, name := range names {
		if other, taken := byAppID[name]; taken && other != name {
			r.fault("ACCOUNTS", "has %s, which is the AppID of %s: choose another name", name, other)
		}
	}
	return accounts
}

func firstOr(names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	return names[0]
}

// Key is the key of one of the account's settings, as it is to be written: WECHAT_KIND where
// there is one account, WECHAT_SHOP_MINI_KIND where there are several.
func (a Account) Key(setting string) string { return keyOf(a.inKeys, setting) }

// keyOf is the key of an account's setting: WECHAT_SHOP_MINI_APP_ID; bare where the name is "".
func keyOf(name, setting string) string {
	if name == "" {
		return "WECHAT_" + setting
	}
	return "WECHAT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_")) + "_" + setting
}

// distinctKeys faults names of which a key would be another's too, or all accounts'.
func (r *reader) distinctKeys(names []string) {
	owner := map[string]string{}
	for _, setting := range settings {
		owner[keyOf(noOthers, setting)] = "all accounts"
	}
	for _, name := range names {
		clashes := map[string]string{} // by whose
		for _, setting := range settings {
			key := keyOf(name, setting)
			if other, taken := owner[key]; taken {
				clashes[other] = key
			}
			owner[key] = name
		}
		for _, other := range slices.Sorted(maps.Keys(clashes)) {
			r.fault("ACCOUNTS", "has %s, whose key %s would be that of %s too: choose another name", name, clashes[other], other)
		}
	}
}

// account reads one account's settings, and asks for what its way of being called needs.
// What its own key does not say the bare one does, but for what can only be one account's.
func (r *reader) account(name, inKeys string) Account {
	key := func(setting string) string {
		own := keyOf(inKeys, setting)
		if r.get(own) == "" && !slices.Contains(ofOneAlone, setting) && r.get(keyOf(noOthers, setting)) != "" {
			return keyOf(noOthers, setting)
		}
		return own
	}
	get := func(setting string) string { return r.get(key(setting)) }
	must := func(setting, what string) string { return r.must(key(setting), what) }
	a := Account{
		inKeys:       inKeys,
		Name:         name,
		Title:        r.or(key("TITLE"), name),
		Call:         r.oneOf(key("CALL"), callWays...),
		AppID:        must("APP_ID", "the AppID of the WeChat account"),
		AppSecret:    get("APP_SECRET"),
		TokenMode:    r.oneOf(key("TOKEN_MODE"), "stable", "classic"),
		Platform:     Platform{AppID: get("PLATFORM_APP_ID"), AppSecret: get("PLATFORM_APP_SECRET"), RefreshToken: get("PLATFORM_REFRESH_TOKEN")},
		FunctionEnv:  get("FUNCTION_ENV"),
		FunctionName: r.or(key("FUNCTION_NAME"), "magpie"),
		EventToken:   r.secret(key("EVENT_TOKEN"), eventToken, "3 to 32 letters and digits"),
		EventAESKey:  r.secret(key("EVENT_AES_KEY"), eventKey, "the EncodingAESKey of WeChat's console, 43 letters and digits"),
		APIURL:       r.url(key("API_URL"), "https://api.weixin.qq.com", "http", "https"),
		Pay:          r.oneOf(key("PAY"), "no", "yes") == "yes",
	}
	if a.PreviewOpenID = get("PREVIEW_OPENID"); a.PreviewOpenID == "" {
		a.PreviewOpenID = r.get("PREVIEW_OPENID")
	}
	if get("KIND") != "" {
		a.Kind = r.oneOf(key("KIND"), accountKinds...)
	}
	switch a.Call {
	case "hosting": // whatever runs beside the container adds TLS and credentials
		a.APIURL = r.or(key("API_URL"), "http://api.weixin.qq.com")
	case "platform":
		must("PLATFORM_APP_ID", "the third-party platform's own AppID, for WECHAT_CALL=platform")
		must("PLATFORM_APP_SECRET", "the third-party platform's own AppSecret, for WECHAT_CALL=platform")
		for _, k := range []string{key("EVENT_TOKEN"), key("EVENT_AES_KEY"), "HTTP_ADDR"} {
			r.must(k, "WECHAT_CALL=platform lives on the ticket that WeChat pushes")
		}
	default:
		if must("APP_SECRET", "the AppSecret of the WeChat account"); a.Call == "function" {
			must("FUNCTION_ENV", "the cloud environment that the function is deployed to, for WECHAT_CALL=function")
		}
	}
	if a.EventAESKey != "" && a.EventToken == "" && a.Call != "platform" {
		r.fault(key("EVENT_TOKEN"), "must be set: events have a token beside WECHAT_EVENT_AES_KEY")
	}
	if a.EventToken != "" && a.Call != "platform" && r.get("HTTP_ADDR") == "" {
		r.fault("HTTP_ADDR", "must be set: WECHAT_EVENT_TOKEN asks for WeChat's events, and they come in over HTTP")
	}
	return a
}

// secret holds a value against a pattern without ever repeating it.
func (r *reader) secret(key string, pattern *regexp.Regexp, want string) string {
	v := r.get(key)
	if v != "" && !pattern.MatchString(v) {
		r.fault(key, "is not right: expected %s", want)
	}
	return v
}

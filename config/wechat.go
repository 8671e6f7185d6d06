package config

import "regexp"

// WeChat is how the account is called, and how WeChat's events come in.
type WeChat struct {
	WeChatCall                    string // https, platform, hosting or function
	WeChatAppID, WeChatAppSecret  string
	WeChatAPIURL, WeChatTokenMode string
	Platform                      Platform
	FunctionEnv, FunctionName     string
	// EventToken is set where events are received; EventAESKey where they are encrypted.
	EventToken, EventAESKey string
}

// Platform is a third-party platform that operates the account.
type Platform struct{ AppID, AppSecret, RefreshToken string }

var (
	eventToken = regexp.MustCompile(`^[A-Za-z0-9]{3,32}$`)
	eventKey   = regexp.MustCompile(`^[A-Za-z0-9]{43}$`)

	callWays = []string{"https", "platform", "hosting", "function"}
)

// wechat reads WeChat's keys, and asks for what each way of calling needs.
func (r *reader) wechat() WeChat {
	w := WeChat{
		WeChatCall:      r.oneOf("WECHAT_CALL", callWays...),
		WeChatAppID:     r.must("WECHAT_APP_ID", "the AppID of the WeChat account"),
		WeChatAppSecret: r.get("WECHAT_APP_SECRET"),
		WeChatTokenMode: r.oneOf("WECHAT_TOKEN_MODE", "stable", "classic"),
		Platform:        Platform{AppID: r.get("WECHAT_PLATFORM_APP_ID"), AppSecret: r.get("WECHAT_PLATFORM_APP_SECRET"), RefreshToken: r.get("WECHAT_PLATFORM_REFRESH_TOKEN")},
		FunctionEnv:     r.get("WECHAT_FUNCTION_ENV"),
		FunctionName:    r.or("WECHAT_FUNCTION_NAME", "magpie"),
		EventToken:      r.secret("WECHAT_EVENT_TOKEN", eventToken, "3 to 32 letters and digits"),
		EventAESKey:     r.secret("WECHAT_EVENT_AES_KEY", eventKey, "the EncodingAESKey of WeChat's console, 43 letters and digits"),
	}
	w.WeChatAPIURL = r.url("WECHAT_API_URL", "https://api.weixin.qq.com", "http", "https")
	switch w.WeChatCall {
	case "hosting": // whatever runs beside the container adds TLS and credentials
		w.WeChatAPIURL = r.or("WECHAT_API_URL", "http://api.weixin.qq.com")
	case "platform":
		r.must("WECHAT_PLATFORM_APP_ID", "the third-party platform's own AppID, for WECHAT_CALL=platform")
		r.must("WECHAT_PLATFORM_APP_SECRET", "the third-party platform's own AppSecret, for WECHAT_CALL=platform")
		for _, key := range []string{"WECHAT_EVENT_TOKEN", "WECHAT_EVENT_AES_KEY", "HTTP_ADDR"} {
			r.must(key, "WECHAT_CALL=platform lives on the ticket that WeChat pushes")
		}
	default:
		if r.must("WECHAT_APP_SECRET", "the AppSecret of the WeChat account"); w.WeChatCall == "function" {
			r.must("WECHAT_FUNCTION_ENV", "the cloud environment that the function is deployed to, for WECHAT_CALL=function")
		}
	}
	if w.EventAESKey != "" && w.EventToken == "" && w.WeChatCall != "platform" {
		r.fault("WECHAT_EVENT_TOKEN", "must be set: events have a token beside WECHAT_EVENT_AES_KEY")
	}
	if w.EventToken != "" && w.WeChatCall != "platform" && r.get("HTTP_ADDR") == "" {
		r.fault("HTTP_ADDR", "must be set: WECHAT_EVENT_TOKEN asks for WeChat's events, and they come in over HTTP")
	}
	return w
}

// secret holds a value against a pattern without ever repeating it.
func (r *reader) secret(key string, pattern *regexp.Regexp, want string) string {
	v := r.get(key)
	if v != "" && !pattern.MatchString(v) {
		r.fault(key, "is not right: expected %s", want)
	}
	return v
}

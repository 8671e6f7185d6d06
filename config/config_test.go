package config_test

import (
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"magpie/config"
)

var enough = map[string]string{
	"SLACK_BOT_TOKEN": "xoxb-1-sesame", "SLACK_APP_TOKEN": "xapp-1-sesame", "ADMINS": "U1",
	"WECHAT_APP_ID": "wx1", "WECHAT_APP_SECRET": "sesame",
}

func load(set map[string]string) (config.Config, error) {
	env := maps.Clone(enough)
	maps.Copy(env, set)
	return config.Load(func(key string) string { return env[key] })
}

func TestLoadDefaults(t *testing.T) {
	t.Parallel()
	c, err := load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct{ name, got, want string }{
		{"SLACK_COMMAND", c.SlackCommand, "/wechat"}, {"APPROVALS", c.Approvals, "*=1"},
		{"WECHAT_API_URL", c.Accounts[0].APIURL, "https://api.weixin.qq.com"}, {"WECHAT_TOKEN_MODE", c.Accounts[0].TokenMode, "stable"},
		{"DATABASE_URL", c.DatabaseURL, "sqlite:magpie.db"}, {"LANGUAGE", c.Language, "en"}, {"TIMEZONE", c.Zone.String(), "Asia/Shanghai"},
		{"APPROVAL_TTL", c.ApprovalTTL.String(), (24 * time.Hour).String()},
		{"SCHEDULE_MIN", c.ScheduleMin.String(), "15m0s"}, {"SCHEDULE_GRACE", c.ScheduleGrace.String(), "5m0s"}, {"SCHEDULE_LEAD", c.ScheduleLead.String(), "1h0m0s"}, {"QUIET_HOURS", c.QuietHours, ""},
		{"UNDO_WINDOW", c.UndoWindow.String(), "10s"}, {"RATES", c.Rates, ""}, {"FAILURE_LIMIT", c.FailureLimit, "20%/50"},
	} {
		if f.got != f.want {
			t.Errorf("%s: got %q, want %q", f.name, f.got, f.want)
		}
	}
}

func TestLoadTakes(t *testing.T) {
	t.Parallel()
	c, err := load(map[string]string{
		"ADMINS": " U1, S2 ,U1", "LANGUAGE": "zh_CN:en", "TIMEZONE": "UTC", "APPROVAL_TTL": "90m", "DATABASE_URL": "postgres://u:p@h/db",
		"HTTP_ADDR": ":8080", "APPROVALS_CHANNEL": "C0123", "SLACK_SIGNING_SECRET": "beside an app token it is only not used",
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(c.Admins, " "); got != "U1 S2" {
		t.Errorf("ADMINS: got %q, want U1 S2", got)
	}
	if c.Language != "zh" || c.ApprovalTTL != 90*time.Minute {
		t.Errorf("got %+v", c)
	}
}

func TestLoadNamesEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	set := map[string]string{
		"SLACK_BOT_TOKEN": "xoxp-sesame", "SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "", "SLACK_API_URL": "slack.com",
		"SLACK_COMMAND": "wechat", "APPROVALS_CHANNEL": "#general", "ADMINS": "alice", "APPROVERS": "@bob", "SENDERS": "bob", "APPROVAL_TTL": "1 day",
		"WECHAT_APP_ID": "", "WECHAT_APP_SECRET": "", "WECHAT_API_URL": "ftp://x", "WECHAT_TOKEN_MODE": "fresh", "WECHAT_CALL": "pigeon",
		"DATABASE_URL": "mysql://x", "HTTP_ADDR": "8080", "PUBLIC_URL": "magpie", "LANGUAGE": "fr", "TIMEZONE": "Shanghai",
	}
	_, err := load(set)
	if err == nil {
		t.Fatal("Load: got no error")
	}
	for key := range set {
		if !strings.Contains(err.Error(), key+" ") {
			t.Errorf("faults: %s is not among them:\n%v", key, err)
		}
	}
	if strings.Contains(err.Error(), "sesame") {
		t.Errorf("a secret is repeated:\n%v", err)
	}
}

// With an app token Slack is heard over a socket, with a signing secret alone by HTTP.
func TestWaysOfHearing(t *testing.T) {
	t.Parallel()
	const app, secret = "xapp-1-sesame", "sesame"
	for _, test := range []struct {
		app, secret, addr string
		http              bool
		want              string // in the fault
	}{
		{app, "", "", false, ""},
		{app, secret, "", false, ""},
		{app, secret, ":8080", false, ""},
		{"", secret, ":8080", true, ""},
		{"", secret, "", true, "HTTP_ADDR "},
		{"", "", ":8080", false, "SLACK_APP_TOKEN or SLACK_SIGNING_SECRET "},
		{"xoxb-sesame", secret, ":8080", false, "SLACK_APP_TOKEN "},
	} {
		c, err := load(map[string]string{"SLACK_APP_TOKEN": test.app, "SLACK_SIGNING_SECRET": test.secret, "HTTP_ADDR": test.addr})
		switch {
		case test.want == "" && (err != nil || c.HTTPMode() != test.http || c.SlackSigningSecret != test.secret):
			t.Errorf("%+v: got HTTP mode %t, %v", test, c.HTTPMode(), err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "sesame")):
			t.Errorf("%+v: got %v", test, err)
		}
	}
}

func TestWaysOfCalling(t *testing.T) {
	t.Parallel()
	const key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	platform := map[string]string{
		"WECHAT_CALL": "platform", "WECHAT_APP_SECRET": "", "WECHAT_PLATFORM_APP_ID": "wxp", "WECHAT_PLATFORM_APP_SECRET": "sesame",
		"WECHAT_EVENT_TOKEN": "t0ken", "WECHAT_EVENT_AES_KEY": key, "HTTP_ADDR": ":8080",
	}
	for _, test := range []struct {
		set  map[string]string
		want string // the API's root, or the keys at fault
	}{
		{map[string]string{"WECHAT_CALL": "https"}, "https://api.weixin.qq.com"},
		{map[string]string{"WECHAT_CALL": "hosting", "WECHAT_APP_SECRET": ""}, "http://api.weixin.qq.com"},
		{map[string]string{"WECHAT_CALL": "hosting", "WECHAT_API_URL": "http://127.0.0.1:1"}, "http://127.0.0.1:1"},
		{map[string]string{"WECHAT_CALL": "function", "WECHAT_FUNCTION_ENV": "env-1"}, "https://api.weixin.qq.com"},
		{map[string]string{"WECHAT_CALL": "function", "WECHAT_APP_SECRET": ""}, "WECHAT_APP_SECRET WECHAT_FUNCTION_ENV"},
		{platform, "https://api.weixin.qq.com"},
		{map[string]string{"WECHAT_CALL": "platform"}, "WECHAT_PLATFORM_APP_ID WECHAT_PLATFORM_APP_SECRET WECHAT_EVENT_TOKEN WECHAT_EVENT_AES_KEY HTTP_ADDR"},
		{map[string]string{"WECHAT_EVENT_TOKEN": "t0ken", "HTTP_ADDR": ":1"}, "https://api.weixin.qq.com"},
		{map[string]string{"WECHAT_EVENT_TOKEN": "t0ken"}, "HTTP_ADDR"},
		{map[string]string{"WECHAT_EVENT_TOKEN": "se same", "HTTP_ADDR": ":1"}, "WECHAT_EVENT_TOKEN"},
		{map[string]string{"WECHAT_EVENT_AES_KEY": key, "HTTP_ADDR": ":1"}, "WECHAT_EVENT_TOKEN"},
		{map[string]string{"WECHAT_EVENT_TOKEN": "t0ken", "WECHAT_EVENT_AES_KEY": "sesame", "HTTP_ADDR": ":1"}, "WECHAT_EVENT_AES_KEY"},
	} {
		c, err := load(test.set)
		got := c.Accounts[0].APIURL
		if err != nil {
			var keys []string
			for line := range strings.Lines(err.Error()) {
				key, _, _ := strings.Cut(line, " ")
				keys = append(keys, key)
			}
			got = strings.Join(keys, " ")
		}
		if got != test.want || err != nil && strings.Contains(err.Error(), "sesame") {
			t.Errorf("%v: got %s (%v), want %s", test.set, got, err, test.want)
		}
	}
}

// Every key that the code reads stands in .env.example with a sentence.
func TestEnvExampleNamesEveryKey(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	for _, key := range config.Known(func(string) string { return "" }) {
		asked[key] = true
	}
	delete(asked, "WECHAT_PREVIEW_OPENID") // PREVIEW_OPENID, as each account's is called
	if len(asked) < 40 {
		t.Errorf("Load asked for %d keys: is this test still right?", len(asked))
	}
	for key := range asked {
		if line := regexp.MustCompile(`(?m)^# .+\n(# )?` + key + `=`); !line.Match(example) {
			t.Errorf(".env.example: %s does not stand there under a sentence", key)
		}
	}
}

func TestAnyDurationFromOneSecond(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"SCHEDULE_GRACE", "SCHEDULE_MIN", "APPROVAL_TTL"} {
		for value, fine := range map[string]bool{"1s": true, "1.5s": true, "90m": true, "8760h": true, "999ms": false, "0s": false, "-1s": false, "5": false, "soon": false} {
			env := map[string]string{"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "ADMINS": "U1", "WECHAT_APP_ID": "wx1", "WECHAT_APP_SECRET": "s", key: value}
			_, err := config.Load(func(k string) string { return env[k] })
			if (err == nil) != fine || err != nil && !strings.Contains(err.Error(), key) {
				t.Errorf("%s=%s: got %v, want fine %t", key, value, err, fine)
			}
		}
	}
}

package app

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"magpie/articles/openaitest"
	"magpie/bot"
	"magpie/bot/slacktest"
	"magpie/store/storetest"
	"magpie/wechat/wechattest"
)

// patient is a world that the doctor looks at.
type patient struct {
	slack  *slacktest.Workspace
	wechat *wechattest.Server
	writer *openaitest.Server
	env    map[string]string
}

func newPatient(t *testing.T, database string, scopes []string, accountType int) *patient {
	t.Helper()
	slack := slacktest.Start(slacktest.Options{Scopes: scopes})
	t.Cleanup(slack.Close)
	slack.AddUser(slacktest.User{ID: dan, Name: "dan"})
	slack.AddGroup(slacktest.Group{ID: group, Handle: "approvers", Name: "Approvers", Users: []string{dan}})
	slack.AddChannel(slacktest.Channel{ID: general, Name: "general", BotIn: true})
	wx, url, stop := wechattest.Start(wechattest.Options{AccountType: accountType})
	t.Cleanup(stop)
	writer, writerURL, stopWriter := openaitest.Start(openaitest.Options{})
	t.Cleanup(stopWriter)
	return &patient{slack: slack, wechat: wx, writer: writer, env: map[string]string{
		"SLACK_BOT_TOKEN": "xoxb-test", "SLACK_APP_TOKEN": "xapp-test", "SLACK_API_URL": slack.APIURL,
		"WECHAT_APP_ID": wechattest.DefaultAppID, "WECHAT_APP_SECRET": wechattest.DefaultAppSecret, "WECHAT_API_URL": url,
		"OPENAI_API_KEY": openaitest.Key, "OPENAI_BASE_URL": writerURL, "OPENAI_MODEL": openaitest.Model, "CHROMIUM": "off",
		"DATABASE_URL": database, "ADMINS": carol, "APPROVERS": bob + "," + group, "APPROVALS_CHANNEL": general,
	}}
}

// see has the doctor look, and returns its checks by name.
func (p *patient) see(t *testing.T) (Checkup, map[string]Check) {
	t.Helper()
	var out bytes.Buffer
	err := Doctor(t.Context(), func(key string) string { return p.env[key] }, true, &out)
	var up Checkup
	if jsonErr := json.Unmarshal(out.Bytes(), &up); jsonErr != nil {
		t.Fatalf("got %v for\n%s", jsonErr, out.String())
	}
	failed := slices.ContainsFunc(up.Checks, func(c Check) bool { return c.State == checkFail })
	if up.OK == failed || IsUnwell(err) != failed {
		t.Errorf("ok is %t and the error %v, with a failed check: %t", up.OK, err, failed)
	}
	byName := map[string]Check{}
	for _, c := range up.Checks {
		if byName[c.Name].Name != "" {
			t.Errorf("the name %q stands twice", c.Name)
		}
		byName[c.Name] = c
	}
	if strings.Contains(out.String(), wechattest.DefaultAppSecret) || strings.Contains(out.String(), openaitest.Key) {
		t.Errorf("a secret is repeated:\n%s", out.String())
	}
	return up, byName
}

func TestDoctorFindsNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, nil)
		p := newPatient(t, url, bot.ManifestScopes(), 2)
		if err := w.start(t.Context()); err != nil { // a magpie runs beside it
			t.Fatal(err)
		}
		up, checks := p.see(t)
		for _, name := range []string{"settings", "keys", "combinations", "database", "clock database", "retain", "slack", "slack socket", "scopes", "slack command", "slack group " + group, "slack blocks", "clock slack", "wechat main", "clock wechat main", "writer"} {
			if c := checks[name]; c.State != checkOK || c.Seen == "" {
				t.Errorf("%s: got %+v, want it fine", name, c)
			}
		}
		if checks["chromium"].State != checkWarn || !up.OK {
			t.Errorf("got %+v, want a warning about Chromium and all well", up)
		}
		if n := len(p.slack.Messages(general)); n != 0 {
			t.Errorf("%d messages were posted", n)
		}
		for _, r := range p.wechat.Received() {
			if !slices.Contains([]string{"/cgi-bin/stable_token", bizPath, "/cgi-bin/openapi/quota/get", "/cgi-bin/account/getaccountbasicinfo", "/"}, r.Path) {
				t.Errorf("WeChat was asked %s", r.Path)
			}
		}
	})
}

// bizPath is what the quota is asked of.
const bizPath = "/cgi-bin/message/subscribe/bizsend"

// Each thing that can be wrong is found under its name, and something can be done about it.
func TestDoctorFinds(t *testing.T) {
	t.Parallel()
	long := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(10*time.Minute).UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(long.Close)
	few := slices.DeleteFunc(bot.ManifestScopes(), func(s string) bool { return s == "users:read" || s == "commands" })
	for name, test := range map[string]struct {
		set    map[string]string
		scopes []string
		do     func(*patient)
		name   string
		state  checkState
		seen   string
	}{
		"a setting":                {set: map[string]string{"APPROVAL_TTL": "soon"}, name: "settings APPROVAL_TTL", state: checkFail, seen: "soon"},
		"a setting that is not":    {set: map[string]string{"ADMINS": ""}, name: "settings ADMINS", state: checkFail, seen: "must be set"},
		"one person alone":         {set: map[string]string{"APPROVERS": ""}, name: "combination approvers", state: checkFail, seen: carol + " alone"},
		"too many approvals":       {set: map[string]string{"APPROVERS": bob, "APPROVALS": "*=2"}, name: "combination approvals", state: checkWarn, seen: "asks for 2"},
		"a page nobody serves":     {set: map[string]string{"PUBLIC_URL": "https://magpie.example.com"}, name: "combination public_url", state: checkWarn, seen: "HTTP_ADDR"},
		"the bot token":            {set: map[string]string{"SLACK_BOT_TOKEN": "xoxb-wrong"}, name: "slack", state: checkFail, seen: "invalid_auth"},
		"scopes nobody can tell":   {set: map[string]string{"SLACK_BOT_TOKEN": ""}, name: "scopes", state: checkWarn, seen: "cannot be read"},
		"Slack's clock, untold":    {set: map[string]string{"SLACK_BOT_TOKEN": "xoxb-wrong"}, name: "clock slack", state: checkWarn, seen: "does not tell"},
		"no bot token":             {set: map[string]string{"SLACK_BOT_TOKEN": ""}, name: "slack", state: checkFail, seen: "no bot token"},
		"the app token":            {set: map[string]string{"SLACK_APP_TOKEN": "xapp-wrong"}, name: "slack socket", state: checkFail, seen: "invalid_auth"},
		"scopes":                   {scopes: few, name: "scopes", state: checkFail, seen: "commands, users:read"},
		"the slash command":        {scopes: few, name: "slack command", state: checkFail, seen: "/wechat cannot be said"},
		"scopes that are not told": {scopes: []string{}, name: "scopes", state: checkWarn, seen: "does not say"},
		"a group":                  {set: map[string]string{"APPROVERS": "S9NOBODY"}, name: "slack group S9NOBODY", state: checkFail, seen: "cannot be read"},
		"a group without a voice": {set: map[string]string{"APPROVALS": "*=1,mass.send=1@S2LEGAL"}, do: func(p *patient) { p.slack.AddGroup(slacktest.Group{ID: "S2LEGAL", Handle: "legal"}) },
			name: "slack group S2LEGAL", state: checkFail, seen: "mass.send=1@S2LEGAL"},
		"a channel":               {set: map[string]string{"APPROVALS_CHANNEL": "C9NOWHERE"}, name: "slack channel C9NOWHERE", state: checkFail, seen: "channel_not_found"},
		"the allow-list":          {do: func(p *patient) { p.wechat.Answer("/cgi-bin/stable_token", 40164, 9) }, name: "wechat main", state: checkFail, seen: "40164"},
		"the AppSecret":           {set: map[string]string{"WECHAT_APP_SECRET": "wrong"}, name: "wechat main", state: checkFail, seen: "40125"},
		"the account's kind":      {set: map[string]string{"WECHAT_KIND": "miniprogram"}, name: "wechat main kind", state: checkFail, seen: "service"},
		"a classic token":         {set: map[string]string{"WECHAT_TOKEN_MODE": "classic"}, name: "wechat main", state: checkWarn, seen: "would outdate"},
		"a platform's ticket":     {set: map[string]string{"WECHAT_CALL": "platform", "WECHAT_PLATFORM_APP_ID": "wxp", "WECHAT_PLATFORM_APP_SECRET": "s", "WECHAT_EVENT_TOKEN": "t0ken", "WECHAT_EVENT_AES_KEY": strings.Repeat("a", 43), "HTTP_ADDR": ":0"}, name: "wechat main", state: checkFail, seen: "no ticket"},
		"the address of events":   {set: map[string]string{"WECHAT_EVENT_TOKEN": "t0ken", "HTTP_ADDR": ":0", "PUBLIC_URL": long.URL}, name: "wechat main events", state: checkWarn, seen: "404"},
		"WeChat's clock":          {set: map[string]string{"WECHAT_API_URL": long.URL}, name: "clock wechat main", state: checkFail, seen: "this machine's clock is"},
		"the writer's key":        {set: map[string]string{"OPENAI_API_KEY": "wrong"}, name: "writer", state: checkFail, seen: "key"},
		"the writer's model":      {set: map[string]string{"OPENAI_MODEL": "wrong"}, name: "writer", state: checkFail, seen: "model"},
		"a browser":               {set: map[string]string{"CHROMIUM": "/no/such/browser"}, name: "settings CHROMIUM", state: checkFail, seen: "/no/such/browser"},
		"how long is too short":   {set: map[string]string{"RETAIN": "1d"}, name: "settings RETAIN", state: checkFail, seen: "7d or longer"},
		"a database that is away": {set: map[string]string{"DATABASE_URL": "postgres://u:sesame@127.0.0.1:1/x?connect_timeout=2"}, name: "database", state: checkFail, seen: "cannot be opened"},
		"a file that is none":     {do: func(p *patient) { p.env["DATABASE_URL"] = "sqlite:" + filepath.Join(t.TempDir(), "magpie.db") }, name: "database", state: checkWarn, seen: "none yet"},
		"a file of another sort": {do: func(p *patient) {
			file := filepath.Join(t.TempDir(), "other.db")
			if err := os.WriteFile(file, []byte(strings.Repeat("no database ", 200)), 0o600); err != nil {
				t.Fatal(err)
			}
			p.env["DATABASE_URL"] = "sqlite:" + file
		}, name: "database", state: checkFail, seen: "not a database"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scopes := test.scopes
			if scopes == nil {
				scopes = bot.ManifestScopes()
			}
			p := newPatient(t, storetest.SQLite(t), scopes, 2)
			for key, value := range test.set {
				p.env[key] = value
			}
			if test.do != nil {
				test.do(p)
			}
			_, checks := p.see(t)
			c := checks[test.name]
			if c.State != test.state || !strings.Contains(c.Seen, test.seen) || c.Do == "" || strings.Contains(c.Seen, "sesame") {
				t.Errorf("got %+v\nwant %s to %s, saying %q, and what to do", c, test.name, test.state, test.seen)
			}
		})
	}
}

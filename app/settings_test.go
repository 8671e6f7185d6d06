package app

import (
	"log/slog"
	"strings"
	"testing"
	"time"
)

// Whatever is wrong with the settings is told at once, whichever room understands them.
func TestEveryFaultOfTheSettingsAtOnce(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "ADMINS": "U1", "WECHAT_APP_ID": "wx1", "WECHAT_APP_SECRET": "s",
		"OPENAI_API_KEY": "k", "OPENAI_MODEL": "m", "OPENAI_PRICE": "cheap", "CHROMIUM": "/no/such/browser", "QUIET_HOURS": "22:00-22:00", "HTTP_ADDR": "127.0.0.1:99999",
		"APPROVALS": "*=many", "RATES": "fast", "FAILURE_LIMIT": "a lot", "DATABASE_URL": "mysql://x",
	}
	err := serve(t.Context(), func(key string) string { return env[key] }, nil, time.Now, nil, slog.New(slog.DiscardHandler))
	if err == nil {
		t.Fatal("got no fault")
	}
	for _, key := range []string{"OPENAI_PRICE", "CHROMIUM", "QUIET_HOURS", "HTTP_ADDR", "APPROVALS", "RATES", "FAILURE_LIMIT", "DATABASE_URL"} {
		if strings.Count(err.Error(), "\n"+key) != 1 {
			t.Errorf("got\n%v\nwant %s once", err, key)
		}
	}
}

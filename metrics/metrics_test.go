package metrics

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func page(m *Metrics) string {
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	return w.Body.String()
}

// TestPage: what is counted, what is asked for, and what stands while nobody answers.
func TestPage(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	found, failed := Found{Oldest: map[string]time.Time{"waiting": now.Add(-time.Minute)}, Depth: map[string]int{"send": 3}}, error(nil)
	q := Quota{"wx1", "/send"}
	m := New(Options{
		Kinds: []string{"k"}, States: []string{"waiting", "done"}, APIs: []string{"/send", None}, Outcomes: []string{"done", "failed"},
		Tokens: []string{"/token"}, Quotas: []Quota{q}, Queues: []string{"send"}, Now: func() time.Time { return now },
		Connected: func() int { return 2 }, Ask: func(context.Context) (Found, error) { return found, failed },
	})
	check := func(when string, want ...string) {
		t.Helper()
		got := page(m)
		for _, line := range want {
			if !strings.Contains(got, "\n"+line+"\n") {
				t.Errorf("%s: %q is missing in\n%s", when, line, got)
			}
		}
	}
	check("at the start", `magpie_requests_total{kind="k",state="done"} 0`, `magpie_deliveries_total{api="/send",outcome="failed"} 0`,
		`magpie_wechat_call_seconds_count{api="/send"} 0`, `magpie_wechat_quota_left{account="wx1",api="/send"} NaN`, `magpie_slack_connected 2`,
		`magpie_request_oldest_seconds{state="waiting"} 60`, `magpie_request_oldest_seconds{state="unclear"} 0`, `magpie_queue_depth{queue="send"} 3`, `magpie_database_up 1`)
	m.Entered("k", "done")
	m.Entered("of an older magpie", "done")
	m.Delivered("/send", "done", 200)
	m.Delivered("/unknown", "done", 1)
	m.Called("/send", 30*time.Millisecond, "")
	m.Called("/looked-up", time.Second, NotSent)
	m.Fired(-time.Second) // asked ahead
	m.QuotaLeft(q, 99)
	check("counted", `magpie_requests_total{kind="k",state="done"} 1`, `magpie_requests_total{kind="of an older magpie",state="done"} 1`,
		`magpie_deliveries_total{api="/send",outcome="done"} 200`, `magpie_deliveries_total{api="/unknown",outcome="done"} 1`,
		`magpie_wechat_call_seconds_bucket{api="/send",le="0.025"} 0`, `magpie_wechat_call_seconds_bucket{api="/send",le="0.05"} 1`,
		`magpie_wechat_call_errors_total{api="/looked-up",fate="not_sent"} 1`, `magpie_fire_lateness_seconds_sum 0`, `magpie_wechat_quota_left{account="wx1",api="/send"} 99`)
	failed, now = errors.New("away"), now.Add(5*time.Hour) // 01:00 in China
	check("away, the day after in China", `magpie_database_up 0`, `magpie_request_oldest_seconds{state="waiting"} 18060`, `magpie_queue_depth{queue="send"} 3`,
		`magpie_wechat_quota_left{account="wx1",api="/send"} NaN`)
}

// BenchmarkCounted is what one delivery costs of a group of 96: a call, and its share of the
// group's count.
func BenchmarkCounted(b *testing.B) {
	m := New(Options{APIs: []string{"/send"}, Outcomes: []string{"done"}, Now: time.Now, Connected: func() int { return 0 }, Ask: func(context.Context) (Found, error) { return Found{}, nil }})
	for n := 0; b.Loop(); n++ {
		m.Called("/send", 20*time.Millisecond, "")
		if n%96 == 0 {
			m.Delivered("/send", "done", 96)
		}
	}
}

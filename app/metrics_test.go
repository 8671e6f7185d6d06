package app

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"magpie/store/storetest"
)

// TestAlertsAndDashboardNameWhatThereIs: every metric that they name is on /metrics from the
// start, and every panel asks for one.
func TestAlertsAndDashboardNameWhatThereIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), map[string]string{"HTTP_ADDR": "127.0.0.1:0"})
	if err := w.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	page, err := awaitMetric(ctx, servesRoot(t, w), "magpie_database_up", func(up float64) bool { return up == 1 })
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, line := range regexp.MustCompile(`(?m)^(magpie_[a-z_]+)[ {]`).FindAllStringSubmatch(page, -1) {
		there[line[1]] = true
	}
	raw, err := os.ReadFile("../docs/grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(raw, &dashboard); err != nil {
		t.Fatal(err)
	}
	alerts, err := os.ReadFile("../docs/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]string{"docs/alerts.yml": string(alerts)}
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			asked["panel "+panel.Title] += target.Expr + "\n"
		}
	}
	if len(asked) < 10 {
		t.Fatalf("the dashboard has %d panels that ask for something", len(asked)-1)
	}
	for where, text := range asked {
		names := regexp.MustCompile(`magpie_[a-z_]+`).FindAllString(text, -1)
		if len(names) == 0 {
			t.Errorf("%s names no metric", where)
		}
		for _, name := range names {
			if !there[name] {
				t.Errorf("%s names %s, which /metrics does not have", where, name)
			}
		}
	}
}

// servesRoot is where the magpie of a world that was started last serves HTTP.
func servesRoot(t *testing.T, w *world) string {
	t.Helper()
	all := servesAt.FindAllStringSubmatch(w.log.String(), -1)
	if all == nil {
		t.Fatal("magpie serves nothing")
	}
	return "http://" + all[len(all)-1][1]
}

// TestMetricsWhereTheDatabaseIsStopped: /metrics says so at once, and what waited goes on
// growing older meanwhile.
func TestMetricsWhereTheDatabaseIsStopped(t *testing.T) {
	t.Parallel()
	address := storetest.Postgres(t)
	w := newWorld(t, address, map[string]string{"HTTP_ADDR": "127.0.0.1:0"})
	if err := w.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.slack.Say(t.Context(), alice, general, "/wechat subscribe send TPL to=oAlpha thing1=Tea"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	root := servesRoot(t, w)
	await := func(series string, is func(float64) bool) {
		t.Helper()
		if page, err := awaitMetric(ctx, root, series, is); err != nil {
			t.Fatalf("%s: %v\n%s", series, err, page)
		}
	}
	const waiting = `magpie_request_oldest_seconds{state="waiting"}`
	var age float64
	await(waiting, func(got float64) bool { age = got; return got > 0 })
	name, _, _ := strings.Cut(address[strings.LastIndex(address, "/")+1:], "?")
	server := storetest.Peek(t, os.Getenv("MAGPIE_TEST_POSTGRES")) // another database of the same server
	for _, c := range []struct {
		allow string
		up    float64
	}{{"false", 0}, {"true", 1}} {
		if _, err := server.Exec("alter database " + name + " allow_connections " + c.allow); err != nil {
			t.Fatal(err)
		}
		if _, err := server.Exec("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name); err != nil {
			t.Fatal(err)
		}
		await("magpie_database_up", func(up float64) bool { return up == c.up })
		before := age
		await(waiting, func(got float64) bool { age = got; return got > before })
	}
}

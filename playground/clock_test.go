package playground

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// ahead is how far the world's clock is ahead of real time, to the second.
func ahead(w *World) time.Duration { return time.Until(w.Now()).Round(time.Second) }

func TestTheClockIsSteppedForTheWholeWorld(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, c := range []struct {
		do     step
		status int
		want   time.Duration
	}{
		{step{Minutes: 1}, 200, time.Minute},
		{step{Minutes: 24 * 60}, 200, 24*time.Hour + time.Minute},
		{step{}, 409, 24*time.Hour + time.Minute},
		{step{Minutes: -1}, 409, 24*time.Hour + time.Minute},
		{step{Minutes: 1e18}, 409, 24*time.Hour + time.Minute},
		{step{Minutes: furthest.Minutes()}, 409, 24*time.Hour + time.Minute},
		{step{To: "yesterday"}, 409, 24*time.Hour + time.Minute},
		{step{To: "next"}, 409, 24*time.Hour + time.Minute}, // nothing is scheduled
		{step{To: "real"}, 200, 0},
		{step{To: "real"}, 200, 0},
		{step{Minutes: 60}, 200, time.Hour},
	} {
		if status, answer := post(t, w, "/clock", c.do); status != c.status || ahead(w) != c.want {
			t.Errorf("step %+v = %d %v and %v ahead, want %d and %v", c.do, status, answer, ahead(w), c.status, c.want)
		}
	}
	if _, err := w.slack.Write(alice, marketing, "", "an hour later"); err != nil {
		t.Fatal(err)
	}
	s := look(t, w)
	said := s.Slack.Messages[marketing]
	for where, at := range map[string]time.Time{
		"the page": s.Now, "Slack": said[len(said)-1].Posted,
		"the service account": w.accounts[0].wechat.Now(), "the Mini Program": w.accounts[1].wechat.Now(),
		"the page's own count": time.Now().Add(time.Duration(s.Stepped * float64(time.Second))),
	} {
		if got := time.Until(at).Round(time.Minute); got != time.Hour {
			t.Errorf("%s is %v ahead, want 1h", where, got)
		}
	}
}

func TestTheClockGoesToTheNextFire(t *testing.T) {
	t.Parallel()
	w := start(t)
	from := time.Now()
	at := func(d time.Duration) time.Time { return from.Add(d).Truncate(time.Second) }
	w.Show(func(ctx context.Context, from, to time.Time) ([]Fire, error) {
		return []Fire{
			{Name: "later", At: at(72 * time.Hour), State: Upcoming},
			{Name: "held", At: at(-time.Hour), State: Upcoming},
			{Name: "not yet", At: at(time.Hour), State: Waiting},
			{Name: "tea", At: at(48 * time.Hour), State: Ahead},
		}, nil
	})
	for _, want := range []time.Duration{48 * time.Hour, 72 * time.Hour} {
		post(t, w, "/clock", step{To: "next"})
		if past := w.Now().Sub(at(want)); past < 0 || past > 10*time.Second {
			t.Errorf("after a step to the next fire it is %v past the fire in %v, want just past", past, want)
		}
	}
	if status, answer := post(t, w, "/clock", step{To: "next"}); status != 409 || !strings.Contains(answer["error"].(string), "no fire") {
		t.Errorf("the step past the last fire = %d %v, want a refusal", status, answer)
	}
}

func TestTheCalendarTellsOfFires(t *testing.T) {
	t.Parallel()
	w := start(t)
	day := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	get := func(from, to string) (int, []Fire) {
		t.Helper()
		resp, err := http.Get(w.URL() + "/calendar?" + url.Values{"from": {from}, "to": {to}}.Encode())
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var fires []Fire
		if resp.StatusCode == 200 {
			if err := json.NewDecoder(resp.Body).Decode(&fires); err != nil {
				t.Fatal(err)
			}
		}
		return resp.StatusCode, fires
	}
	const from, to = "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"
	if status, fires := get(from, to); status != 200 || fires == nil || len(fires) != 0 {
		t.Errorf("a calendar nobody fills = %d %v, want 200 []", status, fires)
	}
	w.Show(func(ctx context.Context, from, to time.Time) ([]Fire, error) {
		return []Fire{
			{Account: "Acme Tea", Name: "tea", At: day.Add(10 * time.Hour), Line: "help", State: Upcoming},
			{Name: "too late", At: day.AddDate(0, 1, 0), State: Upcoming},
			{Name: "cake", At: day.Add(time.Hour), State: "done"},
		}, nil
	})
	status, fires := get(from, to)
	want := Fire{Account: "Acme Tea", Name: "tea", At: day.Add(10 * time.Hour), Line: "help", State: Upcoming}
	if status != 200 || len(fires) != 2 || fires[0].Name != "cake" || fires[1] != want {
		t.Errorf("calendar = %d %+v, want cake, then %+v", status, fires, want)
	}
	for _, c := range [][2]string{{"", ""}, {"today", to}, {to, from}, {from, "2027-11-01T00:00:00Z"}} {
		if status, _ := get(c[0], c[1]); status != 400 {
			t.Errorf("calendar from %q to %q = %d, want 400", c[0], c[1], status)
		}
	}
	w.Show(func(context.Context, time.Time, time.Time) ([]Fire, error) { return nil, errors.New("no database") })
	if status, _ := get(from, to); status != 500 {
		t.Errorf("a calendar that cannot be read = %d, want 500", status)
	}
}

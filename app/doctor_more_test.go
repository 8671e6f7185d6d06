package app

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"magpie/bot"
	"magpie/store"
	"magpie/store/storetest"
)

// What the doctor finds in the database, and where servers answer as they should not.
func TestDoctorFindsMore(t *testing.T) {
	t.Parallel()
	stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") }))
	t.Cleanup(stranger.Close)
	platform := map[string]string{"WECHAT_CALL": "platform", "WECHAT_PLATFORM_APP_ID": "wxp", "WECHAT_PLATFORM_APP_SECRET": "s", "WECHAT_EVENT_TOKEN": "t0ken", "WECHAT_EVENT_AES_KEY": strings.Repeat("a", 43), "HTTP_ADDR": ":0"}
	for name, test := range map[string]struct {
		set  map[string]string
		with func(t *testing.T, p *patient, db *store.DB)
		name string
		seen string
	}{
		"a database of a newer magpie": {with: func(t *testing.T, _ *patient, db *store.DB) {
			if err := db.Update(t.Context(), func(tx *store.Tx) error {
				_, err := tx.Exec(t.Context(), "insert into goose_db_version (version_id, is_applied) values (99999, "+map[bool]string{true: "true", false: "1"}[db.Postgres()]+")")
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}, name: "database", seen: "has schema 99999"},
		"no AppID": {set: map[string]string{"WECHAT_APP_ID": ""}, name: "wechat main", seen: "no AppID"},
		"a platform that is not authorised": {set: platform, with: func(t *testing.T, _ *patient, db *store.DB) {
			if err := (store.WeChatTickets{DB: db}).SaveTicket(t.Context(), "wxp", "ticket@@@x", time.Now()); err != nil {
				t.Fatal(err)
			}
		}, name: "wechat main", seen: "has not authorised"},
		"another page at the address of events": {set: map[string]string{"WECHAT_EVENT_TOKEN": "t0ken", "HTTP_ADDR": ":0", "PUBLIC_URL": stranger.URL}, name: "wechat main events", seen: "does not answer as magpie does"},
		"Slack's clock": {with: func(t *testing.T, p *patient, _ *store.DB) {
			to, err := url.Parse(p.slack.APIURL)
			if err != nil {
				t.Fatal(err)
			}
			proxy := &httputil.ReverseProxy{
				Rewrite: func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = to.Scheme, to.Host },
				ModifyResponse: func(r *http.Response) error {
					r.Header.Set("Date", time.Now().Add(-10*time.Minute).UTC().Format(http.TimeFormat))
					return nil
				},
			}
			late := httptest.NewServer(proxy)
			t.Cleanup(late.Close)
			p.env["SLACK_API_URL"] = late.URL + to.Path
		}, name: "clock slack", seen: "10m"},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, url string) {
				db, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler))
				if err != nil {
					t.Fatal(err)
				}
				p := newPatient(t, url, bot.ManifestScopes(), 2)
				for key, value := range test.set {
					p.env[key] = value
				}
				if test.with != nil {
					test.with(t, p, db)
				}
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
				_, checks := p.see(t)
				if c := checks[test.name]; c.State != checkFail || !strings.Contains(c.Seen, test.seen) || c.Do == "" {
					t.Errorf("got %+v\nwant %s to fail, saying %q, and what to do", c, test.name, test.seen)
				}
			})
		})
	}
}

// A disk that is nearly full, and a clock that is off, are found by how much.
func TestDoctorMeasures(t *testing.T) {
	t.Parallel()
	var up Checkup
	up.disk(least-1, nil)
	up.disk(least, nil)
	up.disk(0, errors.New("no such disk"))
	for _, off := range []time.Duration{time.Second, 10 * time.Second, -2 * time.Minute} {
		up.clock("database", off)
	}
	want := []checkState{checkFail, checkOK, checkWarn, checkOK, checkWarn, checkFail}
	for i, c := range up.Checks {
		if c.State != want[i] || c.Seen == "" || (c.Do == "") != (c.State == checkOK) {
			t.Errorf("%d: got %+v, want %s", i, c, want[i])
		}
	}
	if len(up.Checks) != len(want) {
		t.Errorf("got %d checks, want %d", len(up.Checks), len(want))
	}
}

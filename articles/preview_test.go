package articles

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/outbox"
	"magpie/posts"
	"magpie/store"
	"magpie/store/storetest"
	"magpie/wechat"
)

// silent is a Teller, a Roles and a Files that does nothing.
type silent struct{}

func (silent) Post(_ context.Context, at cards.Place, _ cards.Card) (cards.Place, error) {
	at.TS = "1.1"
	return at, nil
}
func (silent) Fetch(context.Context, string) (string, []byte, error)            { return "", nil, nil }
func (silent) Thread(context.Context, string, string) ([]string, error)         { return nil, nil }
func (silent) Share(context.Context, cards.Place, string, string, []byte) error { return nil }
func (silent) Keep(context.Context, string, string, string, []byte) (string, error) {
	return "F0SILENT", nil
}
func (silent) Update(context.Context, cards.Place, cards.Card) error { return nil }
func (silent) May(cards.Person, outbox.Role) error                   { return nil }
func (silent) Approvers() ([]string, error)                          { return []string{"UBOB"}, nil }
func (silent) Asked() ([]string, error)                              { return []string{"UBOB"}, nil }
func (silent) Named(id string) ([]string, error)                     { return []string{id}, nil }

// newTestDesk is a desk without a writer.
func newTestDesk(t *testing.T, url string, change ...func(*Options)) *Desk {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	db := storetest.Open(t, url)
	work := jobs.New(jobs.Options{DB: db, Log: log})
	shown := posts.New(posts.Options{DB: db, Jobs: work, Teller: silent{}, Now: time.Now, Log: log})
	o := outbox.New(outbox.Options{DB: db, Jobs: work, Posts: shown, Roles: silent{}, Accounts: outbox.Accounts{"wx1"}, TTL: time.Hour, Now: time.Now, Log: log})
	wx, err := wechat.New(wechat.Options{AppID: "wx1", AppSecret: "s"})
	if err != nil {
		t.Fatal(err)
	}
	options := Options{DB: db, Jobs: work, Posts: shown, Outbox: o, Files: silent{}, WeChat: wechat.Accounts{{Client: wx, Name: "main"}}, PublicURL: "http://magpie.test", PreviewTTL: time.Hour, Language: "en", Log: log}
	for _, f := range change {
		f(&options)
	}
	d := New(options)
	if err := d.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := o.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.Stop()
		ending, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		o.Stop(ending)
	})
	return d
}

// put files a text with its images as a new article.
func put(t *testing.T, d *Desk, text string, images map[string][]byte) int64 {
	t.Helper()
	var n int64
	if err := d.DB.Update(t.Context(), func(tx *store.Tx) (err error) {
		if n, err = d.add(t.Context(), tx, Act{Who: cards.Person{ID: "UALICE"}, Where: cards.Place{Channel: "C1"}}, Wanted{Lang: "en", Style: "plain"}, Ready); err != nil {
			return err
		}
		_, err = d.addRevision(t.Context(), tx, Revision{Article: n, Text: text, How: "imported", Who: "UALICE"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for name, data := range images {
		if err := d.keepPicture(t.Context(), n, name, data, nil); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

var (
	content = regexp.MustCompile(`(?s)<div id="js_content">(.*?)</div>\n</div></section>`)
	source  = regexp.MustCompile(`(<img[^>]* src=")[^"]*`)
)

// The page shows, byte for byte, what would be uploaded; only addresses of images
// differ. It runs nothing, changes nothing, and shows nothing without a good link.
func TestPreviewIsTheUpload(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		var ahead atomic.Int64
		d := newTestDesk(t, url, func(o *Options) { o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) } })
		image, err := drawCover("pot", "plain", nil)
		if err != nil {
			t.Fatal(err)
		}
		n := put(t, d, "---\ntitle: Tea <b>&amp; more\ndigest: \"Green & white\"\n---\n\nText & **more** <script>alert(1)</script>\n\n![pot](pot.png)\n\n- a\n- b\n\n```go\nif a < b {\n    return\n}\n```\n\n<svg onload=alert(2)></svg>\n\n[x](javascript:alert(3))\n", map[string][]byte{"pot.png": image.Data})
		u, _, err := d.Prepare(t.Context(), "wx1", []int64{n}, DraftBox)
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(d.Handler())
		defer server.Close()
		link, _, err := d.Link(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		path := strings.TrimPrefix(link, "http://magpie.test")
		get := func(path string) (*http.Response, string) {
			res, err := http.Get(server.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, _ := io.ReadAll(res.Body)
			return res, string(body)
		}
		res, page := get(path)
		if res.StatusCode != http.StatusOK {
			t.Fatalf("GET %s: got %d", path, res.StatusCode)
		}
		m := content.FindAllStringSubmatch(page, -1)
		if len(m) != 1 || strings.Count(page, `id="js_content"`) != 1 {
			t.Fatalf("js_content: got %d, want 1:\n%s", len(m), page)
		}
		if got, want := source.ReplaceAllString(m[0][1], "$1"), source.ReplaceAllString(u.Articles[0].Content, "$1"); got != want {
			t.Errorf("preview and upload differ:\ngot  %s\nwant %s", got, want)
		}
		if !strings.Contains(u.Articles[0].Content, standInHead+u.Articles[0].Images[0].SHA256) {
			t.Errorf("the upload does not bind its image: %s", u.Articles[0].Content)
		}
		for _, bad := range []string{"<script", "onload", "javascript:", "<svg"} {
			if strings.Contains(page, bad) {
				t.Errorf("the page holds %s", bad)
			}
		}
		policy := res.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "sandbox", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("policy: got %q, want %s in it", policy, part)
			}
		}
		if strings.Contains(policy, "script-src") || !strings.Contains(page, "<style>"+previewStyle+"</style>") {
			t.Errorf("the sheet named by the policy is not the page's; policy %s", policy)
		}
		img := regexp.MustCompile(`<img[^>]* src="(/preview/image/[^"]*)"`).FindStringSubmatch(m[0][1])
		if img == nil {
			t.Fatalf("no image of ours: %s", m[0][1])
		}
		if res, body := get(strings.ReplaceAll(img[1], "&amp;", "&")); res.StatusCode != 200 || body != string(image.Data) {
			t.Errorf("GET image: got %d, %d bytes", res.StatusCode, len(body))
		}
		for _, c := range []struct {
			path   string
			status int
		}{
			{strings.Replace(path, "/1?", "/2?", 1), 403}, {strings.Replace(path, "A1", "A2", 1), 403}, {strings.Replace(path, "until=", "until=9", 1), 403},
			{"/preview/A1/1", 403}, {path[:len(path)-1], 403}, {"/preview/image/" + strings.Repeat("0", 64), 403},
		} {
			if res, body := get(c.path); res.StatusCode != c.status || strings.Contains(body, "Tea") {
				t.Errorf("GET %s: got %d %.80q, want %d and nothing of the article", c.path, res.StatusCode, body, c.status)
			}
		}
		ahead.Store(int64(2 * time.Hour)) // its jobs read the clock too
		if res, body := get(path); res.StatusCode != http.StatusGone || strings.Contains(body, "Tea") {
			t.Errorf("GET after its time: got %d %.80q, want 410", res.StatusCode, body)
		}
		if res, err := http.Post(server.URL+path, "", nil); err != nil || res.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST: got %v, %v, want 405", res, err)
		}
	})
}

package retention_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"magpie/journal"
	"magpie/retention"
	"magpie/store"
	"magpie/store/storetest"
)

// article writes one whose texts came about so many days ago, "drafted 500,edited 450"; the last
// that was not kept aside is its present one.
func article(t *testing.T, db *store.DB, n int64, texts string) {
	t.Helper()
	now := theNow.UnixMilli()
	do(t, db, fmt.Sprintf("insert into article (n, state, brief, source, lang, words, style, asked_title, asked_by, channel, thread, asked_at) values (%d, 'ready', 'tea', 'material', 'en', 0, '', '', 'U1', 'C1', '', %d)", n, now-900*days))
	for i, text := range strings.Split(texts, ",") {
		var how string
		var ago int64
		if _, err := fmt.Sscanf(text, "%s %d", &how, &ago); err != nil {
			t.Fatal(text, err)
		}
		do(t, db, fmt.Sprintf("insert into article_revision (article, n, text, how, who, note, at) values (%d, %d, 'Tea', '%s', 'U1', '', %d)", n, i+1, how, now-ago*days))
		if how != "kept" {
			do(t, db, fmt.Sprintf("update article set revision = %d where n = %d", i+1, n))
		}
	}
}

// errand writes one of an article's writer.
func errand(n int64, id, state string, ago int64) string {
	return fmt.Sprintf("insert into article_run (id, article, kind, wish, state, stage, draft, who, begun_at) values ('%s', %d, 'draft', '', '%s', 'draft', 'Tea', 'U1', %d)", id, n, state, theNow.UnixMilli()-ago*days)
}

func removedAgo(t *testing.T, db *store.DB, n, ago int64) {
	t.Helper()
	do(t, db, fmt.Sprintf("update article set state = 'removed' where n = %d", n))
	j := &journal.Journal{DB: db, Room: "article", Now: func() time.Time { return theNow.Add(-time.Duration(ago) * 24 * time.Hour) }}
	if err := db.Update(t.Context(), func(tx *store.Tx) error {
		return j.Write(t.Context(), tx, journal.Entry{Subject: journal.Subject(n), Verb: "removed", Who: "U1"})
	}); err != nil {
		t.Fatal(err)
	}
}

// A text goes RETAIN after another took its place, unless something needs it; all of a removed
// article's go RETAIN after that. Errands go with them.
func TestRetainTexts(t *testing.T) {
	t.Parallel()
	filing := func(n int64, text int, state string) string {
		return fmt.Sprintf("insert into article_filing (id, account, request, target, members, revisions, state, at) values ('f%[1]d', 'wx1', 77, 'draft', '[9%[1]d,%[1]d]', '[1,%[2]d]', '%[3]s', 1)", n, text, state)
	}
	cases := []struct {
		name    string
		texts   string
		with    []string
		removed int64 // days ago; 0: it stands
		left    []int64
	}{
		{"one text, however old", "drafted 900", nil, 0, []int64{1}},
		{"replaced long ago", "imported 900,edited 800,edited 700,edited 10", nil, 0, []int64{1, 3, 4}},
		{"replaced lately", "imported 900,edited 800,edited 10", nil, 0, []int64{1, 2, 3}},
		{"who wrote it is told by the last of a model's", "drafted 900,revised 800,edited 700,edited 600,edited 500", nil, 0, []int64{2, 5}},
		{"the file that it came from has a name", "imported 900,revised 800,revised 700", nil, 0, []int64{1, 3}},
		{"kept aside, before the present text", "drafted 900,kept 800,revised 700", nil, 0, []int64{3}},
		{"kept aside, after it", "drafted 900,kept 800", nil, 0, []int64{1, 2}},
		{"filed", "imported 900,edited 800,edited 700,edited 600", []string{filing(8, 2, "published")}, 0, []int64{1, 2, 4}},
		{"asked to be filed", "drafted 900,revised 800,edited 700,edited 600", []string{filing(9, 3, "asked")}, 0, []int64{2, 3, 4}},
		{"translated", "imported 900,edited 800,edited 700", []string{"update article set translation_of = 10, translation_of_text = 2 where n = 1"}, 0, []int64{1, 2, 3}},
		{"removed long ago", "imported 900,edited 800", nil, 500, nil},
		{"removed lately", "imported 900,edited 800", nil, 30, []int64{1, 2}},
		{"removed, but it is at WeChat", "imported 900,edited 800,edited 700", []string{filing(13, 2, "filed")}, 500, []int64{1, 2}},
	}
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		request(t, db, 77, "waiting", -1, 0)
		for i, c := range cases {
			n := int64(i + 1)
			article(t, db, n, c.texts)
			do(t, db, errand(n, fmt.Sprintf("a%d", n), "done", 800), errand(n, fmt.Sprintf("b%d", n), "failed", 700), errand(n, fmt.Sprintf("c%d", n), "done", 600),
				fmt.Sprintf("insert into post (id, owner, subject, role, parent, channel, thread, ts, person) values ('r%d', 'article', 'a%[1]d', 'run', '', 'C1', '', '1.1', '')", n),
				fmt.Sprintf("insert into post (id, owner, subject, role, parent, channel, thread, ts, person, queued) values ('q%d', 'article', 'b%[1]d', 'run', '', 'C1', '', '1.1', '', 1)", n))
			do(t, db, c.with...)
			if c.removed > 0 {
				removedAgo(t, db, n, c.removed)
			}
		}
		seal(t, db)
		r := newRetainer(db)
		would, err := retention.WouldGo(t.Context(), db, theNow.Add(-r.For))
		if err != nil {
			t.Fatal(err)
		}
		before := one[int64](t, db, "select count(*) from article_revision")
		if swept, err := r.Sweep(t.Context()); err != nil || !swept {
			t.Fatal(swept, err)
		}
		for i, c := range cases {
			n := int64(i + 1)
			left, err := store.Column[int64](db.Query(t.Context(), "select n from article_revision where article = $1 order by n", n))
			if err != nil || !slices.Equal(left, c.left) {
				t.Errorf("%s: got texts %v, %v, want %v", c.name, left, err, c.left)
			}
			errands, err := store.Column[string](db.Query(t.Context(), "select id from article_run where article = $1 order by id", n))
			want := []string{fmt.Sprintf("b%d", n), fmt.Sprintf("c%d", n)} // the newest, and one whose message is to be drawn
			if c.removed == 500 {
				want = want[:1]
			}
			if err != nil || !slices.Equal(errands, want) {
				t.Errorf("%s: got errands %v, %v, want %v", c.name, errands, err, want)
			}
			if got := one[int](t, db, "select count(*) from post where subject = $1", fmt.Sprintf("a%d", n)); got != 0 {
				t.Errorf("%s: the message of an errand that is gone is to be drawn", c.name)
			}
		}
		gone := before - one[int64](t, db, "select count(*) from article_revision")
		if would.Texts != gone || gone == 0 {
			t.Errorf("WouldGo: got %d texts, want the %d that went", would.Texts, gone)
		}
		seal(t, db)
		if _, waiting, err := journal.Verify(t.Context(), db, journal.Head{}); err != nil || waiting > 0 {
			t.Errorf("got %v, %d waiting, want a chain that holds", err, waiting)
		}
		if got := one[string](t, db, "select note from journal where verb = 'retained'"); !strings.HasPrefix(got, fmt.Sprintf("0 requests, %d texts of articles, 0 images, ", gone)) {
			t.Errorf("got %q on record, want %d texts", got, gone)
		}
	})
}

// image writes one that was kept so many days ago.
func image(t *testing.T, db *store.DB, name string, ago int64) string {
	t.Helper()
	sum := fmt.Sprintf("%064x", []byte(name))
	do(t, db, fmt.Sprintf("insert into article_blob (sha256, mime, width, height, data, at) values ('%s', 'image/png', 1, 1, '', %d)", sum, max(0, theNow.UnixMilli()-ago*days)))
	return sum
}

// An image goes RETAIN after it was kept last, once nothing names it.
func TestRetainImages(t *testing.T) {
	t.Parallel()
	upload := func(n int64, state string) func(sum string) string {
		return func(sum string) string {
			return fmt.Sprintf(`update request set kind = 'article.upload', state = '%s', payload = '{"articles":[{"images":[{"name":"p","sha256":"%s"}]}]}' where n = %d`, state, sum, n)
		}
	}
	cases := []struct {
		name  string
		ago   int64
		named func(sum string) string
		left  bool
	}{
		{"of nothing", 500, nil, false},
		{"of nothing, of before that was written down", 1 << 30, nil, false},
		{"of nothing, lately", 10, nil, true},
		{"an article's", 500, func(sum string) string {
			return "insert into article_image (article, name, sha256) values (1, 'p', '" + sum + "')"
		}, true},
		{"a removed article's", 500, func(sum string) string {
			return "insert into article_image (article, name, sha256) values (2, 'p', '" + sum + "')"
		}, false},
		{"a cover", 500, func(sum string) string { return "update article set cover = '" + sum + "' where n = 1" }, true},
		{"a formula", 500, func(sum string) string {
			return "insert into article_drawing (name, sha256, width, height, depth, problem, at) values ('w', '" + sum + "', 1, 1, 0, '', 1)"
		}, true},
		{"of what waits", 500, upload(1, "waiting"), true},
		{"of what may be tried again", 500, upload(2, "failed"), true},
		{"of what is unclear", 500, upload(3, "unclear"), true},
		{"of what was done long ago", 500, upload(4, "done"), false},
		{"of what was done lately", 500, upload(5, "done"), true},
	}
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		article(t, db, 1, "drafted 900")
		article(t, db, 2, "drafted 900")
		removedAgo(t, db, 2, 500)
		request(t, db, 1, "waiting", -1, 0)
		request(t, db, 2, "failed", 500, 0)
		request(t, db, 3, "unclear", 500, 0)
		request(t, db, 4, "done", 500, 0)
		request(t, db, 5, "done", 10, 0)
		for _, n := range []int64{2, 4} { // what filed an article stays
			do(t, db, fmt.Sprintf("insert into article_filing (id, account, request, target, members, revisions, state, at) values ('f%d', 'wx1', %[1]d, 'draft', '[1]', '[1]', 'filed', 1)", n))
		}
		sums := map[string]string{}
		for _, c := range cases {
			sums[c.name] = image(t, db, c.name, c.ago)
			if c.named != nil {
				do(t, db, c.named(sums[c.name]))
			}
		}
		if swept, err := newRetainer(db).Sweep(t.Context()); err != nil || !swept {
			t.Fatal(swept, err)
		}
		for _, c := range cases {
			if left := one[int](t, db, "select count(*) from article_blob where sha256 = $1", sums[c.name]) == 1; left != c.left {
				t.Errorf("%s: got it left %t, want %t", c.name, left, c.left)
			}
		}
		if got := one[string](t, db, "select note from journal where verb = 'retained'"); !strings.Contains(got, " 4 images, ") {
			t.Errorf("got %q on record, want 4 images", got)
		}
	})
}

// Whoever is killed amid texts and images leaves whole ones; the next goes on, and each is counted
// once.
func TestRetainTextsGoesOnAfterAKill(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		texts := []string{"drafted 900"}
		for range 120 {
			texts = append(texts, "edited 800")
		}
		article(t, db, 1, strings.Join(texts, ","))
		for i := range 50 {
			image(t, db, fmt.Sprintf("i%d", i), 500)
		}
		kills := 0
		for done := false; !done; {
			r := newRetainer(db)
			r.Pace(func(context.Context, time.Duration) error { kills++; return errKilled })
			swept, err := r.Sweep(t.Context())
			if err != nil && !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			done = swept
		}
		if texts, images := one[int](t, db, "select count(*) from article_revision"), one[int](t, db, "select count(*) from article_blob"); texts != 2 || images != 0 || kills < 5 {
			t.Errorf("after %d kills: got %d texts and %d images left, want 2 and none", kills, texts, images)
		}
		if got := one[string](t, db, "select note from journal where verb = 'retained'"); got != "0 requests, 119 texts of articles, 50 images, 169 rows" {
			t.Errorf("got %q on record, want 119 texts and 50 images", got)
		}
	})
}

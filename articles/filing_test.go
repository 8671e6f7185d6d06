package articles

import (
	"testing"

	"magpie/outbox"
	"magpie/store"
	"magpie/store/storetest"
	"magpie/wechat"
)

// An article that was filed with two accounts has a filing of each: neither account's is
// taken for the other's, however new it is.
func TestAFilingIsOneAccountsOnly(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		d := newTestDesk(t, url)
		n := put(t, d, "# Tea\n\nGreen.\n", nil)
		file := func(account, media string) {
			t.Helper()
			u, with, err := d.Prepare(t.Context(), account, []int64{n}, DraftBox)
			if err != nil {
				t.Fatal(err)
			}
			if err := d.DB.Update(t.Context(), func(tx *store.Tx) error { return with(t.Context(), tx, 0) }); err != nil {
				t.Fatal(err)
			}
			f, err := d.filingByID(t.Context(), d.DB, u.Filing)
			if err != nil {
				t.Fatal(err)
			}
			if err := d.filedAs(t.Context(), f, media); err != nil {
				t.Fatal(err)
			}
		}
		file("wx1", "ONE")
		file("wx2", "TWO")
		for account, want := range map[string]string{"wx1": "ONE", "wx2": "TWO", "wx3": ""} {
			got := map[string]*filing{}
			var err error
			if got["with"], err = d.lastFilingWith(t.Context(), d.DB, outbox.Accounts{account}, n); err != nil {
				t.Fatal(err)
			}
			if got["of"], err = d.lastFiling(t.Context(), d.DB, outbox.Accounts{account}, []int64{n}); err != nil {
				t.Fatal(err)
			}
			for how, f := range got {
				if media := mediaOf(f); media != want {
					t.Errorf("last filing %s A%d at %s: got %q, want %q", how, n, account, media, want)
				}
			}
		}
	})
}

func mediaOf(f *filing) string {
	if f == nil {
		return ""
	}
	return f.MediaID
}

// The word that a publishing ended is for the account that says it: another's publishing
// of the same number stays as it was.
func TestTheWordOnAPublishingIsOneAccountsOnly(t *testing.T) {
	t.Parallel()
	d := newTestDesk(t, storetest.SQLite(t))
	n := put(t, d, "# Tea\n\nGreen.\n", nil)
	u, with, err := d.Prepare(t.Context(), "wx1", []int64{n}, DraftBox)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.DB.Update(t.Context(), func(tx *store.Tx) error {
		if err := with(t.Context(), tx, 0); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), "update article_filing set state = 'publishing', publish_id = '7' where id = $1", u.Filing)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		account string
		want    filingState
	}{{"wx2", filingPublishing}, {"wx1", filingPublished}} {
		if err := d.Heard(t.Context(), step.account, wechat.PublishState{PublishID: "7", Status: wechat.Published, ArticleID: "X"}); err != nil {
			t.Fatal(err)
		}
		if f, err := d.filingByID(t.Context(), d.DB, u.Filing); err != nil || f.State != step.want {
			t.Errorf("heard for %s: got %s, %v, want %s", step.account, f.State, err, step.want)
		}
	}
}

// What WeChat never tells the end of is told to be so, once; its word still counts if it comes.
func TestAPublishingThatNeverEnds(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		d := newTestDesk(t, url)
		n := put(t, d, "# Tea\n\nGreen.\n", nil)
		u, with, err := d.Prepare(t.Context(), "wx1", []int64{n}, DraftBox)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.DB.Update(t.Context(), func(tx *store.Tx) error {
			if err := with(t.Context(), tx, 0); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), "update article_filing set state = 'publishing', publish_id = '7', next_at = 1, polls = $2 where id = $1", u.Filing, mostPolls)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time there is nothing left to ask
			if err := d.askPublishings(t.Context(), "wx1"); err != nil {
				t.Fatal(err)
			}
		}
		acts, err := d.record(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, a := range acts {
			if a.Verb == "publish_untold" {
				told++
			}
		}
		f, err := d.filingByID(t.Context(), d.DB, u.Filing)
		if err != nil || told != 1 || f.State != filingPublishing || f.words().Key != "article.filed_untold" {
			t.Errorf("a day later: told %d times, %+v, %v; want it told once, and open", told, f, err)
		}
		if err := d.Heard(t.Context(), "wx1", wechat.PublishState{PublishID: "7", ArticleID: "A"}); err != nil {
			t.Fatal(err)
		}
		if f, err = d.filingByID(t.Context(), d.DB, u.Filing); err != nil || f.State != filingPublished {
			t.Errorf("its event, still later: %+v, %v, want it published", f, err)
		}
	})
}

package audiences

import (
	"slices"
	"testing"
	"time"

	"magpie/store"
	"magpie/store/storetest"
	"magpie/wechat"
)

// hears tells the world of an event.
func (w *world) hears(t *testing.T, account, from string, at time.Time, what any) {
	t.Helper()
	if err := w.Heard(t.Context(), account, wechat.Event{From: from, At: at, What: what}); err != nil {
		t.Fatal(err)
	}
}

func answered(template string, accepted bool) wechat.SubscribeAnswered {
	return wechat.SubscribeAnswered{Answers: []wechat.SubscribeAnswer{{TemplateID: template, Accepted: accepted}}}
}

// TestSubscribed: the audience of a template is who accepted it last, by the moment that
// WeChat gives, and follows still.
func TestSubscribed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		now := time.Now().Truncate(time.Second)
		for _, id := range []string{"oA", "oB", "oC", "oD", "oE"} {
			w.hears(t, "wx1", id, now, answered("T", true))
		}
		w.hears(t, "wx2", "oOTHER", now, answered("T", true))
		w.hears(t, "wx1", "oU", now, answered("U", true))
		w.hears(t, "wx1", "oB", now.Add(time.Minute), answered("T", false))
		w.hears(t, "wx1", "oC", now.Add(-time.Minute), answered("T", false)) // told late: the accept came after it
		w.hears(t, "wx1", "oD", now.Add(time.Minute), wechat.Unfollowed{})
		w.hears(t, "wx1", "oE", now.Add(time.Minute), answered("T", false))
		w.hears(t, "wx1", "oE", now.Add(2*time.Minute), answered("T", true))
		w.hears(t, "wx1", "", now, answered("T", true))
		w.hears(t, "wx1", "oF", now, wechat.Followed{})

		said, err := w.Import(t.Context(), Act{Account: "wx1", Who: alice}, Wanted{Name: "tea", Kind: Subscribed, Source: "T", Label: "茶讯"})
		if err != nil || said.Text.Key != "audience.answer_importing" {
			t.Fatalf("Import = %v, %v", said.Text.Key, err)
		}
		if card := w.card(t, 0); card.Title.Key != "audience.ready_title" {
			t.Fatalf("the card is %s", card.Title.Key)
		}
		a := w.present(t, "tea")
		var got []string
		for _, m := range w.members(t, a.Version) {
			got = append(got, m.OpenID)
		}
		if !slices.Equal(got, []string{"oA", "oC", "oE"}) || a.Source != "subscribed:T" {
			t.Errorf("the audience is %v of %q, want oA, oC and oE", got, a.Source)
		}

		if _, err := w.Import(t.Context(), Act{Account: "wx1", Who: alice}, Wanted{Name: "none", Kind: Subscribed, Source: "V"}); err != nil {
			t.Fatal(err)
		}
		if card := w.card(t, 1); card.Body[0].Key != "audience.nobody_subscribed" {
			t.Errorf("of a template that nobody accepted the card says %s", card.Body[0].Key)
		}
	})
}

// TestManySubscribers: more of them than one page has.
func TestManySubscribers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		if err := w.DB.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `insert into subscriber (account, template, openid, accepted, at)
				with recursive n (i) as (select 1 union all select i + 1 from n where i < 20001) select 'wx1', 'T', 'o' || i, 1, 1 from n`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for id, err := range w.subscribers(t.Context(), "wx1", "T") {
			if err != nil {
				t.Fatal(err)
			}
			seen[id] = true
		}
		if len(seen) != 20001 {
			t.Errorf("subscribers gives %d, want 20001", len(seen))
		}
	})
}

// TestWrote: within 48 hours, of this account, and of nobody who unfollowed.
func TestWrote(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		now := time.Now()
		wrote := func() (map[string]bool, bool) {
			t.Helper()
			some, anybody, err := w.Wrote(t.Context(), "wx1", []string{"oA", "oB"})
			if err != nil {
				t.Fatal(err)
			}
			return some, anybody
		}
		if _, anybody := wrote(); anybody {
			t.Error("somebody wrote before anybody did")
		}
		w.hears(t, "wx2", "oB", now, wechat.Wrote{})
		w.hears(t, "wx1", "oA", now.Add(-47*time.Hour), wechat.Wrote{})
		w.hears(t, "wx1", "oA", now.Add(-90*time.Hour), wechat.Wrote{}) // told late
		w.hears(t, "wx1", "oC", now.Add(-49*time.Hour), wechat.Wrote{})
		if some, anybody := wrote(); !anybody || !some["oA"] || some["oB"] {
			t.Errorf("Wrote = %v, %v, want oA alone", some, anybody)
		}
		if err := w.forgetWriters(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := w.count(t, "select count(*) from writer"); n != 2 {
			t.Errorf("%d writers are kept, want 2", n)
		}
		w.hears(t, "wx1", "oA", now, wechat.Unfollowed{})
		if _, anybody := wrote(); anybody {
			t.Error("somebody who unfollowed is kept")
		}
	})
}

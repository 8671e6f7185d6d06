package audiences

import (
	"errors"
	"reflect"
	"testing"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
	"magpie/store/storetest"
)

// A name, and the wish for nothing more, are one account's and no other's.
func TestAudiencesAreOfOneAccount(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		for account, ids := range map[string][]string{"wx1": {"oA", "oB"}, "wx2": {"oC"}} {
			if _, err := w.Import(t.Context(), Act{Account: account, Who: alice}, Wanted{Name: "me", Kind: Test, OpenIDs: ids}); err != nil {
				t.Fatal(err)
			}
			if got, err := w.Trial(t.Context(), w.DB, account, alice); err != nil || !reflect.DeepEqual(got, ids) {
				t.Errorf("Trial of %s: got %v, %v, want %v", account, got, err, ids)
			}
		}
		if _, err := w.Unsubscribe(t.Context(), Act{Account: "wx2", Who: alice}, []string{"oA", "oC"}, ""); err != nil {
			t.Fatal(err)
		}
		if gone, err := w.Unsubscribed(t.Context(), w.DB, "wx1", []string{"oA", "oC"}); err != nil || len(gone) > 0 {
			t.Errorf("who wants nothing of wx2 wants nothing of wx1: %v, %v", gone, err)
		}
		if first := w.members(t, w.present(t, "me").Version)[0]; first.OpenID != "oA" || first.Unsubscribed {
			t.Errorf("a member for wx1 is unsubscribed from wx2: %+v", first)
		}
		list, err := w.List(t.Context(), "wx1", func(string, cards.Place, bool) bool { return true })
		if err != nil || len(list.Notes) != 1 || list.Notes[0].Key != "audience.list_elsewhere" {
			t.Errorf("List: got notes %v, %v", list.Notes, err)
		}
		list, err = w.UnsubscribeList(t.Context(), "wx1", "")
		if err != nil || len(list.Notes) != 1 || list.Notes[0].Key != "audience.unsubscribed_elsewhere" || len(list.Body) != 1 {
			t.Errorf("UnsubscribeList: got %v %v, %v", list.Body, list.Notes, err)
		}
	})
}

// What was kept before audiences bore an account is given to the one that is configured,
// once.
func TestAudiencesOfBeforeAreAdopted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		if _, err := w.Import(t.Context(), Act{Account: "wx1", Who: alice}, Wanted{Name: "me", Kind: Test, OpenIDs: []string{"oA"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Unsubscribe(t.Context(), Act{Account: "wx1", Who: alice}, []string{"oA"}, ""); err != nil {
			t.Fatal(err)
		}
		if err := w.DB.Update(t.Context(), func(tx *store.Tx) error {
			for _, table := range []string{"audience", "audience_version", "journal", "unsubscribed"} {
				if _, err := tx.Exec(t.Context(), "update "+table+" set account = ''"); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for range 2 { // each start
			if err := w.Adopt(t.Context(), "wx9"); err != nil {
				t.Fatal(err)
			}
		}
		a, err := w.Audience(t.Context(), w.DB, "wx9", "me")
		if err != nil {
			t.Fatal(err)
		}
		if members := w.members(t, a.Version); len(members) != 1 || !members[0].Unsubscribed {
			t.Errorf("members: got %+v", members)
		}
		if n := w.count(t, "select count(*) from journal where room = 'audience' and verb = 'adopted' and account = 'wx9'"); n != 2 { // the audience, and the list
			t.Errorf("%d entries of the record say that something was adopted, want 2", n)
		}
	})
}

// An import for an account that is not served waits until it is.
func TestAnImportOfAnotherAccountIsHeld(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t))
	if _, err := w.Import(t.Context(), Act{Account: "wx2", Who: alice}, Wanted{Name: "vip", Kind: CSV, Source: "F1"}); err != nil {
		t.Fatal(err)
	}
	n, err := w.named(t.Context(), w.DB, "wx2", "vip")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.workImport(t.Context(), importJob{Version: n.latest.N}); !errors.As(err, new(*outbox.Unserved)) {
		t.Errorf("the import ends with %v", err)
	}
}

package audiences

import (
	"testing"

	"magpie/cards"
	"magpie/store"
	"magpie/store/storetest"
)

// A name is one however it is spelled; of before that was so there may be two, and each is
// called by its exact spelling.
func TestANameIsOneHoweverItIsSpelled(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.file("F", "openid\noA\noB\n")
		w.file("G", "openid\noC\n")
		w.imports(t, "vip", "F")
		for _, spelling := range []string{"vip", "VIP", "ＶＩＰ", "Vip"} {
			a, err := w.Audience(t.Context(), w.DB, "wx1", spelling)
			if err != nil || a.Name != "vip" || a.Size != 2 {
				t.Errorf("Audience(%s) = %+v, %v, want vip", spelling, a, err)
			}
		}
		if _, err := w.Audience(t.Context(), w.DB, "wx2", "VIP"); !isRefusal(err) {
			t.Errorf("of another account: got %v, want a refusal", err)
		}
		said, err := w.Import(t.Context(), Act{Account: "wx1", Who: alice}, Wanted{Name: "VIP", Kind: CSV, Source: "G"})
		if err != nil || said.Text.Key != "audience.ask_replace" {
			t.Fatalf("Import(VIP) = %+v, %v, want the question whether vip is replaced", said, err)
		}

		w.imports(t, "other", "G")
		if err := w.DB.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), "update audience set name = 'VIP' where name = 'other'")
			if err == nil {
				_, err = tx.Exec(t.Context(), "update audience_version set name = 'VIP' where name = 'other'")
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for name, size := range map[string]int{"vip": 2, "VIP": 1} {
			if a, err := w.Audience(t.Context(), w.DB, "wx1", name); err != nil || a.Name != name || a.Size != size {
				t.Errorf("of two, Audience(%s) = %+v, %v, want %d of it", name, a, err, size)
			}
		}
		_, err = w.Audience(t.Context(), w.DB, "wx1", "Vip")
		if refusal, refused := err.(*cards.Refusal); !refused || refusal.Text.Key != "audience.several" {
			t.Errorf("of two, Audience(Vip) = %v, want the question which", err)
		}
		if _, err := w.Remove(t.Context(), Act{Account: "wx1", Who: alice}, "VIP", true); err != nil {
			t.Fatal(err)
		}
		if a, err := w.Audience(t.Context(), w.DB, "wx1", "VIP"); err != nil || a.Name != "vip" {
			t.Errorf("once the other is removed, Audience(VIP) = %+v, %v, want vip", a, err)
		}
	})
}

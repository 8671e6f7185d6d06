package audiences

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
	"magpie/store/storetest"
)

// What work refers to is changed by its owner and approvers alone, and by everybody once
// nothing refers to it any more.
func TestWhatWorkRefersToIsNotEverybodysToChange(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.approve = []string{"U9"}
		bob, carol := cards.Person{ID: "U2", Member: true}, cards.Person{ID: "U9", Member: true}
		w.file("F", "openid\noA\noB\n")
		refused := func(what string, err error, names ...string) {
			t.Helper()
			no, ok := errors.AsType[*cards.Refusal](err)
			if !ok || no.Text.Key != "fault.referred" || no.Text.Args["owner"].User != "U1" {
				t.Fatalf("%s: got %v, want a refusal that names the owner", what, err)
			}
			var work []string
			for _, text := range no.Text.Args["work"].List {
				work = append(work, text.Text.Key)
			}
			if !slices.Equal(work, names) {
				t.Errorf("%s: referred to by %q, want %q", what, work, names)
			}
		}
		imports := func(who cards.Person, name string) error {
			_, err := w.Import(t.Context(), Act{Account: "wx1", Who: who}, Wanted{Name: name, Kind: CSV, Source: "F", Replace: true})
			return err
		}
		removes := func(who cards.Person, name string) error {
			_, err := w.Remove(t.Context(), Act{Account: "wx1", Who: who}, name, true)
			return err
		}
		w.imports(t, "vip", "F")
		asked, err := w.box.Ask(t.Context(), outbox.Ask{Account: "wx1", Kind: "test.send", Payload: note{"x"}, Audience: "vip", Who: alice, Where: cards.Place{Channel: "C1"}})
		if err != nil {
			t.Fatal(err)
		}
		refused("somebody else's import", imports(bob, "vip"), "referred.request")
		refused("somebody else's removal", removes(bob, "vip"), "referred.request")
		if n := w.count(t, "select count(*) from journal where room = 'audience' and verb = 'refused' and who = 'U2'"); n != 2 {
			t.Errorf("%d refusals are on record, want 2", n)
		}
		w.imports(t, "vip", "F") // its owner's
		if err := removes(alice, "vip"); err != nil {
			t.Fatal(err)
		}
		refused("the name that its owner has freed", imports(bob, "vip"), "referred.request")
		if err := imports(carol, "vip"); err != nil {
			t.Errorf("an approver: %v", err)
		}
		if err := removes(carol, "vip"); err != nil {
			t.Fatal(err)
		}
		w.until(t, "the request to wait for approval", func() bool {
			return w.count(t, "select count(*) from request where state = 'waiting'") == 1
		})
		if _, err := w.box.Withdraw(t.Context(), outbox.Press{N: asked.N, Who: alice}); err != nil {
			t.Fatal(err)
		}
		if err := imports(bob, "vip"); err != nil {
			t.Errorf("once nothing refers to it: %v", err)
		}
	})
}

// Who began an import before anything referred to the name does not end it after that.
func TestAnImportThatEndsLateReplacesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t))
	w.approve = []string{"U9"}
	w.file("F", "openid\noA\n")
	w.imports(t, "vip", "F")
	begun, goOn := make(chan bool), make(chan bool)
	w.files["late"] = func() io.Reader {
		close(begun)
		return io.MultiReader(strings.NewReader("openid\n"), waiting{goOn}, newCSVLines(2000))
	}
	if _, err := w.Import(t.Context(), Act{Account: "wx1", Who: cards.Person{ID: "U2", Member: true}}, Wanted{Name: "vip", Kind: CSV, Source: "late", Replace: true}); err != nil {
		t.Fatal(err)
	}
	<-begun
	if _, err := w.box.Ask(t.Context(), outbox.Ask{Account: "wx1", Kind: "test.send", Payload: note{"x"}, Audience: "vip", Who: alice, Where: cards.Place{Channel: "C1"}}); err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	told := len(w.cards)
	w.mu.Unlock()
	close(goOn)
	if card := w.card(t, told); card.Title.Key != "audience.failed_title" || card.Body[0].Key != "fault.referred" {
		t.Errorf("got %+v, want why it was not replaced", card)
	}
	if a := w.present(t, "vip"); a.Owner != "U1" || a.Size != 1 {
		t.Errorf("in force is %+v, want the owner's", a)
	}
}

// A done request that stands, as a schedule's does, refers to its names too.
func TestWhatStandsRefersToItsNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t))
	w.approve = []string{"U9"}
	stands := true
	outbox.Register(w.box, outbox.Kind[note]{
		Name: "test.stand", Keeps: outbox.InTheLine[note](), Repeat: outbox.RepeatHarmless,
		Do:      func(context.Context, note, string) (outbox.Receipt, error) { return nil, nil },
		Content: func(n note) []cards.Content { return nil },
		Stands: func(context.Context, store.Queryer, int64) (cards.Text, error) {
			if !stands {
				return cards.Text{}, nil
			}
			return cards.T("test.stands"), nil
		},
	})
	name := outbox.Name{What: outbox.NamedAudience, Name: "vip"}
	if _, err := w.box.Ask(t.Context(), outbox.Ask{Account: "wx1", Kind: "test.stand", Payload: note{"x"}, Names: []outbox.Name{name}, Who: alice, Where: cards.Place{Channel: "C1"}}); err != nil {
		t.Fatal(err)
	}
	w.until(t, "it to be done", func() bool { return w.count(t, "select count(*) from request where state = 'done'") == 1 })
	bob := cards.Person{ID: "U2", Member: true}
	if no, ok := errors.AsType[*cards.Refusal](w.box.MayChange(t.Context(), w.DB, "wx1", bob, name, "U1")); !ok || no.Text.Args["work"].List[0].Text.Key != "test.stands" {
		t.Errorf("while it stands: got %v, want it named", no)
	}
	stands = false
	if err := w.box.MayChange(t.Context(), w.DB, "wx1", bob, name, "U1"); err != nil {
		t.Errorf("when it stands no more: %v", err)
	}
}

package articles

import (
	"context"
	"errors"
	"testing"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store/storetest"
)

// bobApproves lets everybody ask, and Bob approve.
type bobApproves struct{ silent }

func (bobApproves) May(who cards.Person, role outbox.Role) error {
	if role > outbox.Sender && who.ID != "UBOB" {
		return cards.Refuse("fault.role_approver").WithCode(cards.LacksRole)
	}
	return nil
}

// While a request waits with an article, its cover is not everybody's to change.
func TestTheCoverOfWhatWaitsIsNotEverybodysToChange(t *testing.T) {
	t.Parallel()
	d := newTestDesk(t, storetest.SQLite(t), func(o *Options) {
		o.Outbox.Roles = bobApproves{}
		outbox.Register(o.Outbox, outbox.Kind[Upload]{
			Name: "article.upload", Approval: true, Keeps: outbox.Elsewhere(Upload.Kept),
			Do:      func(context.Context, Upload, string) (outbox.Receipt, error) { return nil, nil },
			Content: func(Upload) []cards.Content { return nil },
		})
	})
	n := put(t, d, "---\ntitle: Tea\ndigest: Green\n---\n\nText\n", nil)
	cover := func(who string) error {
		_, err := d.Cover(t.Context(), Act{Article: n, Who: cards.Person{ID: who}}, "")
		return err
	}
	if err := cover("UEVE"); err != nil {
		t.Fatalf("before anything refers to it: %v", err)
	}
	upload, with, err := d.Prepare(t.Context(), "wx1", []int64{n}, DraftBox)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := d.Outbox.Ask(t.Context(), outbox.Ask{
		Account: "wx1", Kind: "article.upload", Payload: upload, With: with, Names: []outbox.Name{{What: outbox.NamedArticle, Name: "1"}}, Who: cards.Person{ID: "UALICE"}, Where: cards.Place{Channel: "C1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	no, ok := errors.AsType[*cards.Refusal](cover("UEVE"))
	if !ok || no.Text.Key != "fault.referred" || no.Text.Args["owner"].User != "UALICE" {
		t.Errorf("somebody else: got %v, want a refusal that names Alice", no)
	}
	for _, who := range []string{"UALICE", "UBOB"} {
		if err := cover(who); err != nil {
			t.Errorf("%s: %v", who, err)
		}
	}
	if _, err := d.Outbox.Withdraw(t.Context(), outbox.Press{N: asked.N, Who: cards.Person{ID: "UALICE"}}); err != nil {
		t.Fatal(err)
	}
	if err := cover("UEVE"); err != nil {
		t.Errorf("once nothing refers to it: %v", err)
	}
}

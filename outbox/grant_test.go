package outbox_test

import (
	"context"
	"testing"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store/storetest"
)

// piece is content that a line only names, and who made it what it is.
type piece struct {
	Text string `json:"text"`
	By   string `json:"by"`
}

func keptPiece(p piece) []outbox.Kept {
	return []outbox.Kept{{What: "whole", Is: p.Text, By: p.By}}
}

// newGranted is a world with a schedule's request that two approvers have approved.
func newGranted(t *testing.T) (w *world, grant int64, fire func(p piece, each bool, to ...string) int64) {
	w = newWorld(t, storetest.SQLite(t))
	w.stop()
	w.before = func(o *outbox.Outbox) {
		outbox.Register(o, outbox.Kind[piece]{
			Name: "test.piece", Approval: true, Reaches: outbox.ByRecipient[piece](), Keeps: outbox.Elsewhere(keptPiece),
			Do: func(ctx context.Context, p piece, to string) (outbox.Receipt, error) {
				return w.call(ctx, note{p.Text}, to)
			},
			Content: func(p piece) []cards.Content { return []cards.Content{{Label: "text", Text: p.Text}} },
		})
	}
	w.open()
	said, err := w.Ask(t.Context(), outbox.Ask{Account: "wx1", Kind: "test.file", Payload: note{"the schedule"}, AtLeast: outbox.Quorum{People: 2}, Line: "schedule", Who: person("U1"), Where: cards.Place{Channel: "C1"}})
	if err != nil {
		t.Fatal(err)
	}
	grant = said.N
	w.mustApprove(grant, "UA1")
	w.mustApprove(grant, "UA2")
	w.state(grant, outbox.Done)
	return w, grant, func(p piece, each bool, to ...string) int64 {
		t.Helper()
		ask := outbox.Ask{
			Account: "wx1", Kind: "test.piece", Payload: p, Recipients: to, Grant: grant, Granted: keptPiece(piece{Text: "tea"}), Anyway: true,
			Line: "send it", Who: person("U1"), Where: cards.Place{Channel: "C1"},
		}
		if each {
			ask.Grant = 0
		}
		said, err := w.Ask(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		return said.N
	}
}

// Whoever changed what a schedule sends does not approve a fire of it, whether the schedule
// asks each time or asks since the content has changed.
func TestWhoChangedTheContentDoesNotApprove(t *testing.T) {
	t.Parallel()
	w, _, fire := newGranted(t)
	for _, each := range []bool{true, false} {
		n := fire(piece{"gin", "UA1"}, each, "oA")
		w.state(n, outbox.Waiting)
		w.refused("by whoever changed it", w.Approve, press(n, "UA1"), "fault.behind_request")
		if lines, err := w.Changed(t.Context(), w.db, n); err != nil || len(lines) != 1 {
			t.Errorf("what is told of it: got %v, %v, want one line", lines, err)
		}
		w.mustApprove(n, "UA2")
		w.state(n, outbox.Done)
	}
	n := fire(piece{"tea", "UA1"}, true, "oB")
	w.mustApprove(n, "UA1") // it is what the schedule was approved for
	w.state(n, outbox.Done)
}

// What was approved for one fire stands for later ones only where it was carried out, and
// with no more approvals than it had.
func TestWhatIsApprovedForAFireStandsForLaterOnes(t *testing.T) {
	t.Parallel()
	w, _, fire := newGranted(t)
	w.state(fire(piece{"tea", ""}, false, "oA", "oB", "oC", "oD"), outbox.Done) // four want two approvals, which the schedule has

	n := fire(piece{"gin", ""}, false, "oA")
	w.must("pause all", w.PauseAll, outbox.Press{Who: person("UX")})
	w.mustApprove(n, "UA1")
	w.must("stop", w.StopRequest, press(n, "UA2"))
	w.must("resume all", w.ResumeAll, outbox.Press{Who: person("UX")})
	n = fire(piece{"gin", ""}, false, "oA")
	w.state(n, outbox.Waiting) // the one that was approved was stopped
	w.mustApprove(n, "UA1")
	w.state(n, outbox.Done)

	w.state(fire(piece{"gin", ""}, false, "oB"), outbox.Done)
	n = fire(piece{"gin", ""}, false, "oA", "oB", "oC", "oD")
	w.state(n, outbox.Waiting) // one approval is too few for four
	w.mustApprove(n, "UA1")
	w.state(n, outbox.Waiting)
	w.mustApprove(n, "UA2")
	w.state(n, outbox.Done)
	w.state(fire(piece{"gin", ""}, false, "oA", "oB", "oC", "oD"), outbox.Done) // it has two by now
}

package outbox_test

import (
	"context"
	"errors"
	"testing"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store/storetest"
)

// Each refusal bears the code that its method names.
func TestTheCodesOfRefusals(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		waits := w.mustAsk("test.send", "U1", "tea", "o1")
		over := w.mustAsk("test.send", "U1", "milk", "o1")
		w.must("withdraw", w.Withdraw, press(over, "U1"))
		const none = 999
		shows := func(ctx context.Context, p outbox.Press) (outbox.Said, error) {
			_, err := w.Show(ctx, p.N)
			return outbox.Said{}, err
		}
		origin := func(ctx context.Context, p outbox.Press) (outbox.Said, error) {
			_, _, err := w.Origin(ctx, p.N)
			return outbox.Said{}, err
		}
		rows := func(ctx context.Context, p outbox.Press) (outbox.Said, error) {
			return outbox.Said{}, w.ShareRows(ctx, p.N, cards.Place{})
		}
		for _, test := range []struct {
			what string
			act  func(context.Context, outbox.Press) (outbox.Said, error)
			n    int64
			who  string
			want cards.RefusalCode
		}{
			{"show none", shows, none, "U1", cards.NotFound},
			{"the origin of none", origin, none, "U1", cards.NotFound},
			{"the rows of none", rows, none, "U1", cards.NotFound},
			{"approve none", w.Approve, none, "UA1", cards.NotFound},
			{"reject none", w.Reject, none, "UA1", cards.NotFound},
			{"withdraw none", w.Withdraw, none, "U1", cards.NotFound},
			{"send none again", w.SendAgain, none, "UA1", cards.NotFound},
			{"leave none", w.Leave, none, "UA1", cards.NotFound},
			{"pause none", w.PauseRequest, none, "U1", cards.NotFound},
			{"resume none", w.ResumeRequest, none, "U1", cards.NotFound},
			{"stop none", w.StopRequest, none, "U1", cards.NotFound},
			{"ask none anyway", w.AskAnyway, none, "U1", cards.NotFound},
			{"follow none up", w.AskFailed, none, "U1", cards.NotFound},
			{"try none", w.AskTrial, none, "U1", cards.NotFound},

			{"approve what is over", w.Approve, over, "UA1", cards.NotWaiting},
			{"reject what is over", w.Reject, over, "UA1", cards.NotWaiting},
			{"withdraw what is over", w.Withdraw, over, "U1", cards.NotWaiting},

			{"withdraw another's", w.Withdraw, waits, "U2", cards.NotTheirs},
			{"pause another's", w.PauseRequest, waits, "U2", cards.NotTheirs},
			{"resume another's", w.ResumeRequest, waits, "U2", cards.NotTheirs},
			{"stop another's", w.StopRequest, waits, "U2", cards.NotTheirs},
			{"ask another's anyway", w.AskAnyway, waits, "U2", cards.NotTheirs},

			{"approve as a sender", w.Approve, waits, "U2", cards.LacksRole},
			{"reject as a sender", w.Reject, waits, "U2", cards.LacksRole},
			{"leave as a sender", w.Leave, waits, "U2", cards.LacksRole},
			{"pause all as an approver", w.PauseAll, 0, "UA1", cards.LacksRole},
			{"resume all as an approver", w.ResumeAll, 0, "UA1", cards.LacksRole},

			{"approve one's own", w.Approve, waits, "U1", cards.LacksRole},
			{"resume all that is not paused", w.ResumeAll, 0, "UX", ""},
			{"pause what waits", w.PauseRequest, waits, "U1", ""},
			{"the rows of what leaves out none", rows, waits, "U1", ""},
		} {
			_, err := patiently(func() (outbox.Said, error) { return test.act(t.Context(), press(test.n, test.who)) })
			if !cards.IsRefused(err, test.want) {
				t.Errorf("%s: got %v, want it refused with code %q", test.what, err, test.want)
			}
		}
		if _, err := w.ask("test.send", "UGUEST", "tea", "o1"); !cards.IsRefused(err, cards.LacksRole) {
			t.Errorf("ask as a guest: got %v, want %s", err, cards.LacksRole)
		}
	})
}

var errRefused = errors.New("no such person")

// Why most of those failed whom a request could not reach is told by itself, whatever its
// card says.
func TestWhyARequestFailed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.answer = func(recipient string, _ int) error {
			if recipient == "o1" {
				return callError{}
			}
			return errRefused
		}
		n := w.mustAsk("test.send", "U1", "tea", "o1", "o2", "o3")
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Failed)
		if why, err := w.WhyFailed(t.Context(), n); err != nil || why.Args["error"].String != errRefused.Error() {
			t.Errorf("got %+v, %v, want %q", why, err, errRefused)
		}
		w.mu.Lock()
		w.answer = nil
		w.mu.Unlock()
		done := w.mustAsk("test.send", "U1", "milk", "o1")
		w.mustApprove(done, "UA1")
		w.state(done, outbox.Done)
		for _, n := range []int64{done, 999} {
			if why, err := w.WhyFailed(t.Context(), n); err != nil || !why.IsZero() {
				t.Errorf("of #%d: got %+v, %v, want nothing", n, why, err)
			}
		}
	})
}

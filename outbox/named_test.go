package outbox_test

import (
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
	"magpie/store/storetest"
)

// What was stopped is settled, also while its account is not served: nobody is called for it.
func TestAStopEndsWhileTheAccountIsAway(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		n := w.mustAsk("test.send", "U1", "tea", "o1", "o2")
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Done)
		// As a kill in the midst of a call leaves it.
		if err := w.db.Update(t.Context(), func(tx *store.Tx) error {
			for _, q := range []string{"update request set state = 'sending', ended_at = 0", "update sending set phase = 'going', sending = 1, done = 1"} {
				if _, err := tx.Exec(t.Context(), q); err != nil {
					return err
				}
			}
			_, err := tx.Exec(t.Context(), "update delivery_batch set outcomes = $1, unclaimed = 1, job = 999999, claim = 'dead'", []byte{0: 1, 1: 1, 8: 2, 9: 1, 15: 0})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		w.stop()
		w.options.Accounts = outbox.Accounts{"wx9"}
		w.open()
		if err := outbox.WakeAll(w.Outbox); err != nil {
			t.Fatal(err)
		}
		w.until("the job that had it to wait for the account", func() bool {
			defer time.AfterFunc(10*time.Millisecond, w.changed.Broadcast)
			return w.count("select count(*) from river_job where kind = 'lane' and state in ('available', 'scheduled') and cast(metadata as text) like '%snoozes%'") == 1
		})
		if err := w.db.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), "update delivery_batch set unclaimed = 0, job = (select max(id) from river_job where kind = 'lane')") // which may look again this moment
			return err
		}); err != nil {
			t.Fatal(err)
		}
		w.must("stop", w.StopRequest, press(n, "UA1"))
		if state, tally := w.ended(n); state != outbox.Stopped || tally != (outbox.Tally{Done: 1, Unclear: 1}) {
			t.Errorf("got %s, %+v, want it stopped with one unclear", state, tally)
		}
		if calls := len(w.seen()); calls != 2 {
			t.Errorf("calls: got %d, want the two of before", calls)
		}
	})
}

// WeChat's word on when to call again holds for each recipient, however long a lane's turn.
func TestEachIsCalledAgainWhenWeChatSaid(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		first := map[string]time.Time{}
		again := map[string]time.Time{}
		w.answers(func(recipient string, n int) error {
			w.mu.Lock() // both are called at once
			defer w.mu.Unlock()
			if n == 1 {
				first[recipient] = time.Now()
				return callError{again: map[string]time.Duration{"o1": 4 * time.Second, "o2": 6 * time.Second}[recipient]}
			}
			again[recipient] = time.Now()
			return nil
		})
		n := w.mustAsk("test.send", "U1", "tea", "o1", "o2")
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Done)
		for recipient, least := range map[string]time.Duration{"o1": 4 * time.Second, "o2": 6 * time.Second} {
			if after := again[recipient].Sub(first[recipient]); after < least {
				t.Errorf("%s was called again after %s, want %s at least", recipient, after, least)
			}
		}
	})
}

// What a schedule's approval stood for, and whose end nobody knows, is sent again when
// somebody says so, long after its instant.
func TestAGrantedRequestIsSentAgainAfterItsGrace(t *testing.T) {
	t.Parallel()
	w, grant, _ := newGranted(t)
	w.answers(func(_ string, n int) error {
		if n == 1 {
			return callError{unclear: true}
		}
		return nil
	})
	said, err := w.Ask(t.Context(), outbox.Ask{
		Account: "wx1", Kind: "test.piece", Payload: piece{Text: "tea"}, Recipients: []string{"oZ"}, Grant: grant, Granted: keptPiece(piece{Text: "tea"}), Anyway: true,
		Line: "send it", Who: person("U1"), Where: cards.Place{Channel: "C1"}, Due: w.now(), Grace: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.state(said.N, outbox.Unclear)
	w.later(20 * time.Minute)
	w.must("again", w.SendAgain, press(said.N, "UA1"))
	w.state(said.N, outbox.Done)
}

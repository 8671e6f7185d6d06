package outbox_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store/storetest"
)

// slackError is what drawing a card may end in.
type slackError struct {
	after      time.Duration
	cannotPost bool
	gone       bool
	paced      bool
}

func (slackError) Error() string               { return "slack" }
func (e slackError) RetryAfter() time.Duration { return e.after }
func (e slackError) CannotPost() bool          { return e.cannotPost }
func (e slackError) Gone() bool                { return e.gone }
func (e slackError) Paced() bool               { return e.paced }

func TestASlackOutageDelaysCardsAndHoldsNoDelivery(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		down := true
		w.slack = func(cards.Place) error {
			if down {
				return slackError{after: 150 * time.Millisecond}
			}
			return nil
		}
		n := w.mustAsk("test.send", "U1", "tea", "o1")
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Done)
		w.mu.Lock()
		if len(w.posts) != 0 {
			t.Errorf("posts during the outage: got %v", w.posts)
		}
		down = false
		w.mu.Unlock()
		w.until("the card, done and without buttons, and its result", func() bool {
			card := w.cards["C1/1"]
			return len(w.posts) == 2 && len(linesOf(card.Buttons)) == 0 && card.Title.Args["sign"].Text.Key == "sign.done"
		})
		w.mu.Lock()
		defer w.mu.Unlock()
		if len(w.calls) != 1 {
			t.Errorf("calls: got %v, want one", w.calls)
		}
	})
}

// Cards in a busy channel, of which there are many more than workers, hold no other up;
// none of them has failed, and once there is room each is drawn as it is by then, once.
func TestABusyChannelHoldsNoOthersCards(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		const busy = 40
		full, early, drawn := true, 0, 0
		w.slack = func(p cards.Place) error {
			switch {
			case p.Channel != "C1":
			case full:
				early++
				w.changed.Broadcast()
				return slackError{after: 500 * time.Millisecond, paced: true}
			case p.Thread == "":
				drawn++
			}
			return nil
		}
		for i := range busy {
			w.mustApprove(w.mustAsk("test.send", "U1", fmt.Sprint(i), "o1"), "UA1")
		}
		for n := range int64(busy) {
			w.state(n+1, outbox.Done)
		}
		w.until("the busy channel's cards to be sent away", func() bool { return early > busy })
		if _, err := w.Ask(t.Context(), outbox.Ask{
			Account: "wx1",
			Kind:    "test.send", Payload: note{Text: "quiet"}, Recipients: []string{"o1"}, Who: person("U2"), Where: cards.Place{Channel: "C2"},
		}); err != nil {
			t.Fatal(err)
		}
		w.until("the quiet channel's card", func() bool { return len(w.posts) == 1 })
		w.mu.Lock()
		if w.posts[0].Channel != "C2" {
			t.Errorf("posted %+v, want the quiet channel's card alone", w.posts)
		}
		full = false
		w.mu.Unlock()
		w.until("all cards and their results", func() bool { return len(w.posts) == 1+2*busy })
		w.mu.Lock()
		defer w.mu.Unlock()
		if drawn != busy {
			t.Errorf("%d cards were drawn %d times, want each once", busy, drawn)
		}
		for key, card := range w.cards {
			if strings.HasPrefix(key, "C1/") && len(linesOf(card.Buttons)) > 0 {
				t.Errorf("%s: got buttons %v, want the card as it is by now", key, linesOf(card.Buttons))
			}
		}
		var failed int
		if err := w.db.QueryRow(t.Context(), "select coalesce(max(fails), 0) from post").Scan(&failed); err != nil || failed > 0 {
			t.Errorf("%d tries count as failed, %v; want none", failed, err)
		}
	})
}

func TestWhereTheBotMayNotPostPeopleAreToldThemselves(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.slack = func(p cards.Place) error {
			if p.Channel == "C1" {
				return slackError{cannotPost: true}
			}
			return nil
		}
		n := w.mustAsk("test.send", "UA1", "tea", "o1")
		w.until("two cards", func() bool { return len(w.posts) == 2 })
		w.mustApprove(n, "UA2")
		w.until("the result", func() bool { return len(w.posts) == 3 })
		w.mu.Lock()
		defer w.mu.Unlock()
		var to []string
		for _, p := range w.posts {
			to = append(to, p.User)
		}
		slices.Sort(to[:2])
		if want := []string{"UA1", "UA2"}; !slices.Equal(to[:2], want) || w.posts[2].Channel != "DUA1" || w.posts[2].Thread == "" {
			t.Errorf("posts: got %+v, want the people's own conversations and the result in the requester's thread", w.posts)
		}
		for key, card := range w.cards {
			if got := linesOf(card.Buttons); slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, "withdraw") }) && !strings.HasPrefix(key, "DUA1/") {
				t.Errorf("card at %s: got buttons %v, want the requester's at the requester's alone", key, got)
			}
			if strings.HasPrefix(key, "DUA2/") && !slices.ContainsFunc(card.Notes, func(n cards.Text) bool { return n.Key == "card.invite" }) {
				t.Errorf("card at %s: got notes %v, want how to invite the bot", key, card.Notes)
			}
		}
	})
}

// linesOf are the lines of buttons; Details, which stands on each card, is left out.
func linesOf(buttons []cards.Button) (lines []string) {
	for _, b := range buttons {
		if !strings.HasPrefix(b.Line, "details ") {
			lines = append(lines, b.Line)
		}
	}
	return lines
}

func TestAnApprovalsChannel(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), func(o *outbox.Options) { o.ApprovalsChannel = "C9" })
	n := w.mustAsk("test.send", "U1", "tea", "o1")
	w.until("card and status", func() bool { return len(w.posts) == 2 })
	w.mu.Lock()
	for key, card := range w.cards {
		want := []string{"withdraw 1"} // where it was asked it can be taken back, and no more
		if strings.HasPrefix(key, "C9/") {
			want = []string{"approve 1", "reject 1", "ask-changes 1", "withdraw 1"}
		}
		if got := linesOf(card.Buttons); !slices.Equal(got, want) {
			t.Errorf("%s: got buttons %v, want %v", key, got, want)
		}
	}
	w.mu.Unlock()
	w.mustApprove(n, "UA1")
	w.until("the result where it was asked", func() bool {
		return len(w.posts) == 3 && w.posts[2].Channel == "C1" && w.posts[2].Thread != ""
	})
}

func TestAMessageThatIsGoneIsPostedAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t))
	w.slack = func(p cards.Place) error {
		if p.TS == "1" {
			return slackError{gone: true}
		}
		return nil
	}
	n := w.mustAsk("test.send", "U1", "tea", "o1")
	w.until("the card", func() bool { return len(w.posts) == 1 })
	w.mustApprove(n, "UA1")
	w.until("the card anew", func() bool {
		return slices.ContainsFunc(w.posts[1:], func(p cards.Place) bool { return p.Thread == "" })
	})
}

// A place that Slack refuses while it changes is given up, and its job with it.
func TestAPlaceThatIsGivenUpIsDrawnNoMore(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		asked, answer := make(chan struct{}), make(chan struct{})
		ask := sync.OnceFunc(func() { close(asked) })
		w.slack = func(p cards.Place) error {
			if p.Channel != "C1" {
				return nil
			}
			w.mu.Unlock() // Slack takes its time
			ask()
			<-answer
			w.mu.Lock()
			return slackError{cannotPost: true}
		}
		n := w.mustAsk("test.send", "U1", "tea", "o1")
		<-asked
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Done)
		close(answer)
		open := 1
		for i := 0; i < 1000 && open > 0; i++ {
			time.Sleep(10 * time.Millisecond)
			if err := w.db.QueryRow(t.Context(), "select count(*) from river_job where kind = 'draw' and finalized_at is null").Scan(&open); err != nil {
				t.Fatal(err)
			}
		}
		if open > 0 {
			t.Errorf("%d jobs go on drawing", open)
		}
	})
}

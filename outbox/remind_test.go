package outbox_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store/storetest"
)

// handClock is a clock that goes only when it is told to.
type handClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *handClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *handClock) on(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// byHand gives a world a clock that goes by hand, and a time to wait for approval.
func byHand(ttl time.Duration) (*handClock, func(*outbox.Options)) {
	c := &handClock{at: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}
	return c, func(o *outbox.Options) { o.Now, o.TTL = c.now, ttl }
}

// told counts the messages by who got them, or where, and the first words.
func (w *world) told() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	got := map[string]int{}
	for i, p := range w.posts {
		card := w.cards[fmt.Sprintf("%s/%d", p.Channel, i+1)]
		key := card.Title.Key
		if key == "" && len(card.Body) > 0 {
			key = card.Body[0].Key
		}
		if key = strings.TrimSuffix(key, ".title"); key == "" {
			w.t.Errorf("message %d at %s says nothing", i+1, p.Channel)
		}
		got[p.Channel+" "+key]++
	}
	return got
}

// mustTell waits until exactly these have been told.
func (w *world) mustTell(want map[string]int) {
	w.t.Helper()
	sum := 0
	for _, n := range want {
		sum += n
	}
	w.until(fmt.Sprintf("%d messages", sum), func() bool { return len(w.posts) >= sum })
	w.settled("1 = 0")
	if got := w.told(); !maps.Equal(got, want) {
		w.t.Fatalf("told: got %v, want %v", got, want)
	}
}

// settled waits until no waiting request is as where says, and every message is posted
// and noted: a draw that is under way while a clock is moved is taken for a dead one's.
func (w *world) settled(where string) {
	w.t.Helper()
	for range 3000 {
		if w.count("select count(*) from request where state = 'waiting' and "+where) == 0 &&
			w.count("select count(*) from post where ts = ''") == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	w.t.Fatalf("requests that are still to be looked at: %s", where)
}

func TestRemindersReachWhoHasNotActed(t *testing.T) {
	t.Parallel()
	for _, ttl := range []time.Duration{2 * time.Second, 24 * time.Hour} {
		storetest.Each(t, func(t *testing.T, url string) {
			clock, set := byHand(ttl)
			w := newWorld(t, url, set)
			n := w.mustAsk("test.send", "U1", "tea", "o1", "o2", "o3", "o4") // needs two
			want := map[string]int{"C1 card": 1}
			w.mustTell(want)
			clock.on(ttl / 2)
			want["DUA1 remind.own"], want["DUA2 remind.own"] = 1, 1
			w.mustTell(want)
			w.mustApprove(n, "UA1")
			clock.on(ttl * 3 / 8)
			want["DUA2 remind.own"], want["DU1 remind.some"] = 2, 1
			w.mustTell(want)
			clock.on(ttl / 8)
			w.state(n, outbox.Expired)
			want["C1 result"] = 1
			w.mustTell(want)
			w.mu.Lock()
			defer w.mu.Unlock()
			for key, card := range w.cards {
				if strings.HasPrefix(key, "DUA2/") && !slices.Equal(linesOf(card.Buttons), []string{fmt.Sprintf("show %d", n)}) {
					t.Errorf("reminder at %s: got buttons %v, want the one that shows the request", key, linesOf(card.Buttons))
				}
			}
		})
	}
}

// What a sleep passed over is one reminder, and what has expired is none.
func TestASleepIsOneReminder(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		clock, set := byHand(8 * time.Hour)
		w := newWorld(t, url, set)
		n := w.mustAsk("test.send", "U1", "tea", "o1")
		want := map[string]int{"C1 card": 1}
		w.mustTell(want)
		clock.on(7*time.Hour + time.Minute)
		want["DUA1 remind.own"], want["DUA2 remind.own"], want["DU1 remind.nobody"] = 1, 1, 1
		w.mustTell(want)
		w.settled("remind_at > 0")

		over := w.mustAsk("test.send", "U1", "coffee", "o1")
		want["C1 card"] = 2
		w.mustTell(want)
		clock.on(9 * time.Hour)
		w.state(n, outbox.Expired)
		w.state(over, outbox.Expired)
		want["C1 result"] = 2
		w.mustTell(want)
	})
}

// A reminder that Slack did not take in time is not posted once it has no point.
func TestNoReminderOfWhatWaitsNoMore(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		clock, set := byHand(8 * time.Hour)
		w := newWorld(t, url, set)
		n := w.mustAsk("test.send", "U1", "tea", "o1")
		w.mustTell(map[string]int{"C1 card": 1})
		down, tried := true, 0
		w.mu.Lock()
		w.slack = func(cards.Place) error {
			if down {
				tried++
				w.changed.Broadcast()
				return slackError{after: 100 * time.Millisecond}
			}
			return nil
		}
		w.mu.Unlock()
		clock.on(7 * time.Hour)
		w.until("three reminders tried", func() bool { return tried >= 3 })
		w.mustApprove(n, "UA2")
		w.state(n, outbox.Done)
		w.mu.Lock()
		down = false
		w.mu.Unlock()
		w.settled("remind_at > 0")
		w.mustTell(map[string]int{"C1 card": 1, "C1 result": 1})
	})
}

// Two processes watch one clock, and a third begins after a crash; each is reminded once.
func TestTwoProcessesRemindOnce(t *testing.T) {
	t.Parallel()
	clock, set := byHand(8 * time.Hour)
	w := newWorld(t, storetest.Postgres(t), set)
	w.mustAsk("test.send", "U1", "tea", "o1")
	first := w.stop
	w.open()
	clock.on(4 * time.Hour)
	w.mustTell(map[string]int{"C1 card": 1, "DUA1 remind.own": 1, "DUA2 remind.own": 1})
	first()
	w.stop()
	w.open()
	clock.on(3 * time.Hour)
	w.mustTell(map[string]int{"C1 card": 1, "DUA1 remind.own": 2, "DUA2 remind.own": 2, "DU1 remind.nobody": 1})
	w.settled("remind_at > 0")
	w.mustTell(map[string]int{"C1 card": 1, "DUA1 remind.own": 2, "DUA2 remind.own": 2, "DU1 remind.nobody": 1})
}

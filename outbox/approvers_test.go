package outbox_test

import (
	"context"
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

// members is who is in which channel, as CHANNEL/PERSON; a channel that is not listed at
// all is one of which nothing is known.
type members struct {
	mu    sync.Mutex
	known []string // channels
	in    []string
}

func (m *members) In(_ context.Context, channel, user string) (in, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Contains(m.in, channel+"/"+user), slices.Contains(m.known, channel)
}

// among gives a world its members.
func among(m *members) func(*outbox.Options) {
	return func(o *outbox.Options) { o.Members = m }
}

// asks has test.send of no more than three people asked for in a channel.
func (w *world) asks(who, channel, text string) int64 {
	w.t.Helper()
	said, err := w.Ask(w.t.Context(), outbox.Ask{
		Account: "wx1", Kind: "test.send", Payload: note{text}, Recipients: []string{"o1"}, Who: person(who), Where: cards.Place{Channel: channel},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return said.N
}

func TestApproversElsewhereGetTheCardThemselves(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		for _, c := range []struct {
			name, who, channel, approvals string
			members                       *members
			want                          map[string]int
		}{
			{"one is away", "U1", "C1", "", &members{known: []string{"C1"}, in: []string{"C1/UA1"}}, map[string]int{"C1 card": 1, "DUA2 card": 1}},
			{"both are in", "U1", "C1", "", &members{known: []string{"C1"}, in: []string{"C1/UA1", "C1/UA2"}}, map[string]int{"C1 card": 1}},
			{"nothing is known", "U1", "C1", "", &members{}, map[string]int{"C1 card": 1, "DUA1 card": 1, "DUA2 card": 1}},
			{"whoever asks gets no copy", "UA2", "C1", "", &members{known: []string{"C1"}}, map[string]int{"C1 card": 1, "DUA1 card": 1}},
			{"where the approvals go, not where it was said", "U1", "C1", "C9", &members{known: []string{"C1", "C9"}, in: []string{"C1/UA1", "C1/UA2", "C9/UA1"}}, map[string]int{"C1 card": 1, "C9 card": 1, "DUA2 card": 1}},
			{"said to the bot alone", "U1", "DU1", "C9", &members{known: []string{"C9"}, in: []string{"C9/UA2"}}, map[string]int{"DU1 card": 1, "C9 card": 1, "DUA1 card": 1}},
		} {
			w := newWorld(t, url, among(c.members), func(o *outbox.Options) { o.ApprovalsChannel = c.approvals })
			w.posts, w.cards = nil, map[string]cards.Card{}
			n := w.asks(c.who, c.channel, c.name)
			w.until(c.name, func() bool { return len(w.posts) >= len(c.want) })
			w.settled(fmt.Sprintf("exists (select 1 from told where what = 'approvers %d')", n))
			w.mustTell(c.want)
			w.stop()
		}
	})
}

// Copies are drawn and closed with the card, and what is pressed on them counts once.
func TestCopiesCloseTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, among(&members{known: []string{"C1"}}))
		n := w.mustAsk("test.send", "U1", "tea", "o1", "o2", "o3", "o4") // needs two
		w.mustTell(map[string]int{"C1 card": 1, "DUA1 card": 1, "DUA2 card": 1})
		w.mu.Lock()
		for key, card := range w.cards {
			want := []string{"approve", "reject", "ask-changes"}
			if strings.HasPrefix(key, "C1/") {
				want = append(want, "withdraw")
			}
			var got []string
			for _, line := range linesOf(card.Buttons) {
				got = append(got, strings.Fields(line)[0])
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: got buttons %v, want %v", key, got, want)
			}
		}
		w.mu.Unlock()
		w.mustApprove(n, "UA1")
		w.refused("approve once more", w.Approve, press(n, "UA1"), "fault.approved_already")
		w.mustApprove(n, "UA2")
		w.state(n, outbox.Done)
		w.until("every card closed", func() bool {
			for _, card := range w.cards {
				if len(linesOf(card.Buttons)) > 0 || card.Title.Key == "card.title" && card.Title.Args["sign"].Text.Key != "sign.done" {
					return false
				}
			}
			return true
		})
		w.mustTell(map[string]int{"C1 card": 1, "DUA1 card": 1, "DUA2 card": 1, "C1 result": 1})
	})
}

// Where Slack refuses the channel's card while the approvers are being told, each still
// gets one.
func TestARefusedChannelDoublesNoCopy(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, among(&members{}))
		told := false
		w.mu.Lock()
		w.slack = func(p cards.Place) error {
			switch {
			case p.Channel == "C1" && !told:
				return slackError{after: 50 * time.Millisecond}
			case p.Channel == "C1":
				return slackError{cannotPost: true}
			}
			return nil
		}
		w.mu.Unlock()
		w.asks("U1", "C1", "tea")
		w.until("two copies", func() bool { return len(w.posts) == 2 })
		w.mu.Lock()
		told = true
		w.mu.Unlock()
		w.until("what whoever asked sees", func() bool { return len(w.posts) >= 3 })
		w.settled("1 = 0")
		w.mustTell(map[string]int{"DUA1 card": 1, "DUA2 card": 1, "DU1 card": 1})
		w.until("how to invite the bot, on each", func() bool {
			for key, card := range w.cards {
				if !slices.ContainsFunc(card.Notes, func(n cards.Text) bool { return n.Key == "card.invite" }) {
					return !strings.HasPrefix(key, "DU")
				}
			}
			return true
		})
	})
}

// throng is more approvers than get a card each.
type throng struct{ *world }

func (throng) Asked() (ids []string, err error) {
	for i := range 30 {
		ids = append(ids, fmt.Sprintf("UA%02d", i))
	}
	return ids, nil
}

func TestACrowdOfApproversIsBounded(t *testing.T) {
	t.Parallel()
	clock, set := byHand(8 * time.Hour)
	w := newWorld(t, storetest.SQLite(t), set, among(&members{}), func(o *outbox.Options) { o.Roles = throng{o.Roles.(*world)} })
	w.asks("U1", "C1", "tea")
	w.until("25 copies, the card and the word about the others", func() bool { return len(w.posts) == 27 })
	w.settled("1 = 0")
	if got := w.told(); got["C1 reply.not_told"] != 1 || got["C1 card"] != 1 {
		t.Errorf("told: got %v, want the card and one word in the channel", got)
	}
	clock.on(4 * time.Hour)
	w.until("25 reminders and a mention of all", func() bool { return len(w.posts) == 53 })
	w.settled("1 = 0")
	want := map[string]int{"C1 card": 1, "C1 reply.not_told": 1, "C1 remind.body": 1}
	for i := range 25 {
		own := fmt.Sprintf("DUA%02d ", i)
		want[own+"card"], want[own+"remind.own"] = 1, 1
	}
	w.mustTell(want) // once each, and not in the thread of their copy too
}

// alone is where one approver is named, and the admin.
type alone struct{ *world }

func (alone) Asked() ([]string, error) { return []string{"UA1"}, nil }

// Nobody approves their own: where the one who is named asks, the admins are told.
func TestAdminsAreToldWhereNobodyElseIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), among(&members{}), func(o *outbox.Options) { o.Roles = alone{o.Roles.(*world)} })
	w.asks("U1", "C1", "tea")
	w.mustTell(map[string]int{"C1 card": 1, "DUA1 card": 1})
	w.asks("UA1", "C1", "tea")
	w.mustTell(map[string]int{"C1 card": 2, "DUA1 card": 1, "DUA2 card": 1, "DUX card": 1})
}

// unloaded is a directory that has not been loaded yet.
type unloaded struct {
	*world
	ready func() bool
}

func (u unloaded) Asked() ([]string, error) {
	if !u.ready() {
		return nil, cards.Refuse("fault.role_unloaded").WithCode(cards.RolesUnknown)
	}
	return u.world.Asked()
}

// Where it is not known who approves, the card's thread is reminded, and the cards come
// once it is.
func TestApproversWhoAreNotKnownYet(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	ready := false
	clock, set := byHand(8 * time.Hour)
	w := newWorld(t, storetest.SQLite(t), set, among(&members{}), func(o *outbox.Options) {
		o.Roles = unloaded{o.Roles.(*world), func() bool { mu.Lock(); defer mu.Unlock(); return ready }}
	})
	w.asks("U1", "C1", "tea")
	w.mustTell(map[string]int{"C1 card": 1})
	clock.on(4 * time.Hour)
	w.mustTell(map[string]int{"C1 card": 1, "C1 remind.body": 1})
	mu.Lock()
	ready = true
	mu.Unlock()
	w.mustTell(map[string]int{"C1 card": 1, "C1 remind.body": 1, "DUA1 card": 1, "DUA2 card": 1})
}

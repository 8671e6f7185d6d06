package outbox_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store/storetest"
)

// grouped has user groups, whose members may change; one that was not loaded has none.
type grouped struct {
	*world
	mu     sync.Mutex
	groups map[string][]string
}

func (g *grouped) Named(id string) ([]string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	members, known := g.groups[id]
	switch {
	case id[0] != 'S':
		return []string{id}, nil
	case !known:
		return nil, cards.Refuse("fault.role_unloaded").WithCode(cards.RolesUnknown)
	}
	return slices.Clone(members), nil
}

func (g *grouped) set(group string, members ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.groups[group] = members
}

// withSets has the policy of rules, and the groups S1 (UA1) and S2 (UA2, U9).
func withSets(rules string, groups *grouped) func(*outbox.Options) {
	return func(o *outbox.Options) {
		o.Policy, _ = outbox.ParsePolicy(rules, kindsWith("test.dedup", "test.file", "test.piece"), nil)
		groups.world, _ = o.Roles.(*world)
		groups.groups = map[string][]string{"S1": {"UA1"}, "S2": {"UA2", "U9"}}
		o.Roles = groups
	}
}

// Who has left a set counts no more, before the last approval and before the first call; of a
// group that nobody knows they are taken to be in it still, once all have approved.
func TestSetsCountByTodaysGroups(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		groups := &grouped{}
		w, _ := newBroadcasts(t, url, &crowd{size: 200}, withSets("*=1,test.file=1@S1+1@S2,test.send=1@S1+1@S2", groups), func(o *outbox.Options) { o.UndoWindow = time.Hour })
		n := w.mustAsk("test.file", "U1", "tea")
		w.mustApprove(n, "UA1")
		w.refused("a further voice of S1", w.Approve, press(n, "UX"), "fault.no_voice")
		groups.set("S1", "UX")
		w.mustApprove(n, "U9") // who is no approver, and in S2
		w.state(n, outbox.Waiting)
		w.refused("a further voice of S2", w.Approve, press(n, "UA2"), "fault.set_heard")
		w.mustApprove(n, "UX")
		w.state(n, outbox.Done)

		groups.set("S1", "UA1")
		begin := func(text string) int64 {
			n := w.mustBroadcast("test.send", text)
			w.state(n, outbox.Waiting)
			w.mustApprove(n, "UA2")
			w.mustApprove(n, "UA1")
			return n
		}
		left := begin("coffee")
		groups.set("S2", "U9")
		w.later(time.Hour + time.Minute)
		w.state(left, outbox.Failed)
		groups.set("S2", "UA2")
		unknown := begin("cake")
		groups.mu.Lock()
		delete(groups.groups, "S2")
		groups.mu.Unlock()
		w.later(2*time.Hour + 2*time.Minute)
		w.state(unknown, outbox.Done)
		if _, err := w.ask("test.file", "U1", "unknown"); refusal(err) != "fault.role_unloaded" {
			t.Errorf("asked where nobody knows a group: got %v, want it refused", err)
		}
	})
}

// A stricter policy holds for what waits, of sets too: those of before and those of today.
func TestStricterSetsHoldForWhatWaits(t *testing.T) {
	t.Parallel()
	groups := &grouped{}
	w := newWorld(t, storetest.SQLite(t), withSets("*=1,test.file=1@S1", groups))
	n := w.mustAsk("test.file", "U1", "tea")
	w.stop()
	withSets("*=1,test.file=1@S2", groups)(&w.options)
	groups.world = w
	w.open()
	if open, err := outbox.SetsWaiting(t.Context(), w.db); err != nil || !slices.Equal(open, []string{"S1"}) {
		t.Errorf("sets of what is open: got %v, %v, want S1", open, err)
	}
	w.mustApprove(n, "UA2")
	w.state(n, outbox.Waiting)
	w.mustApprove(n, "UA1")
	w.state(n, outbox.Done)
}

// What approved a schedule stands for a fire where the voices that it needs are among them.
func TestSetsOfAGrant(t *testing.T) {
	t.Parallel()
	groups := &grouped{}
	w := newWorld(t, storetest.SQLite(t), withSets("*=1,test.send=1@S1+1@S2", groups))
	schedule := func(need outbox.Quorum, by ...string) int64 {
		t.Helper()
		said, err := w.Ask(t.Context(), outbox.Ask{Account: "wx1", Kind: "test.file", Payload: note{"the schedule"}, AtLeast: need, Anyway: true, Line: "schedule", Who: person("U1"), Where: cards.Place{Channel: "C1"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range by {
			w.mustApprove(said.N, who)
		}
		w.state(said.N, outbox.Done)
		return said.N
	}
	fire := func(grant int64) int64 {
		t.Helper()
		said, err := w.Ask(t.Context(), outbox.Ask{Account: "wx1", Kind: "test.send", Payload: note{"tea"}, Recipients: []string{"oA"}, Grant: grant, Granted: []outbox.Kept{}, Anyway: true, Line: "send it", Who: person("U1"), Where: cards.Place{Channel: "C1"}})
		if err != nil {
			t.Fatal(err)
		}
		return said.N
	}
	needs := w.Needs("wx1", "test.send", 1)
	heard := schedule(needs, "U9", "UA1")
	w.state(fire(heard), outbox.Done)
	w.state(fire(schedule(outbox.Quorum{People: 2}, "UA1", "UX")), outbox.Waiting) // nobody of S2
	groups.set("S2", "UA2")
	w.state(fire(heard), outbox.Waiting) // U9 is in it no more
}

// Those who are asked and reminded are of the sets that are missing; a stand-in is asked in the
// place of who is away.
func TestSetsAreTold(t *testing.T) {
	t.Parallel()
	groups := &grouped{}
	clock, set := byHand(8 * time.Hour)
	w := newWorld(t, storetest.SQLite(t), set, among(&members{}), withSets("*=1,test.send=1@S1+1@S2", groups))
	if _, err := w.StandIn(t.Context(), press(0, "UA2"), "UX", clock.now().Add(48*time.Hour)); err != nil {
		t.Fatal(err)
	}
	w.mustTell(map[string]int{"DUX away.stands_in": 1, "DUA2 away.begun": 1})
	n := w.asks("U1", "C1", "tea")
	w.mustTell(map[string]int{"DUX away.stands_in": 1, "DUA2 away.begun": 1, "C1 card": 1, "DUA1 card": 1, "DUX card": 1, "DU9 card": 1})
	w.mustApprove(n, "UA1")
	clock.on(4 * time.Hour)
	w.mustTell(map[string]int{"DUX away.stands_in": 1, "DUA2 away.begun": 1, "C1 card": 1, "DUA1 card": 1, "DUX card": 1, "DU9 card": 1, "DUX remind.own": 1, "DU9 remind.own": 1})
	w.mustApprove(n, "UX") // for UA2
	w.state(n, outbox.Done)
	all, err := w.Approvals(t.Context(), n)
	if err != nil || len(all) != 2 || !slices.Equal(all[1].For, []string{"UA2"}) {
		t.Errorf("approvals: got %+v, %v, want UX for UA2", all, err)
	}
}

// One person's two stand-ins, one after the other, are not two voices of theirs.
func TestOneIsStoodForOnce(t *testing.T) {
	t.Parallel()
	groups := &grouped{}
	w := newWorld(t, storetest.SQLite(t), withSets("*=1,test.file=2@S2", groups))
	groups.set("S2", "UA2", "U9", "U8")
	for i, standIn := range []string{"UA1", "UX"} {
		p := press(0, "UA2")
		p.Once = standIn
		if _, err := w.StandIn(t.Context(), p, standIn, w.now().Add(48*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			n := w.mustAsk("test.file", "U1", "tea")
			w.mustApprove(n, "UA1")
		}
	}
	w.refused("the second stand-in", w.Approve, press(1, "UX"), "fault.no_voice")
	w.refused("the absent", w.Approve, press(1, "UA2"), "fault.set_heard")
	w.mustApprove(1, "U9")
	w.state(1, outbox.Done)
}

package schedules

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/outbox"
	"magpie/posts"
	"magpie/store"
)

// clockwork is a clock that stands still until it is set; never set, it is the real one, or
// goes ahead of it.
type clockwork struct {
	mu    sync.Mutex
	at    time.Time
	ahead time.Duration
}

func (c *clockwork) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return time.Now().Add(c.ahead)
	}
	return c.at
}

func (c *clockwork) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// world is schedules with a real outbox and database, a clock that is set by hand, and
// a door that sends what it is told to.
type world struct {
	*Schedules
	t     testing.TB
	clock *clockwork
	box   *outbox.Outbox

	mu     sync.Mutex
	posts  []cards.Card
	drawn  []cards.Card         // over others
	gone   map[string]bool      // people who have left
	sent   []string             // what was carried out
	called map[string]time.Time // when the call for a text began, by the real clock
	fails  bool                 // WeChat refuses
	hold   chan struct{}        // closed or nil: calls go through at once
	begun  int                  // calls
	said   []Line
	asked  func() // after a line has been said, in the transaction that writes its request
	ending func()
}

// Post and Update make it a posts.Teller.
func (w *world) Post(_ context.Context, place cards.Place, card cards.Card) (cards.Place, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.posts = append(w.posts, card)
	place.TS = fmt.Sprint(len(w.posts))
	return place, nil
}

func (w *world) Update(_ context.Context, _ cards.Place, card cards.Card) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drawn = append(w.drawn, card)
	return nil
}

// May and Approvers make it the outbox's Roles: UA1 and UA2 approve, UX is the admin,
// G… are guests.
func (w *world) May(who cards.Person, role outbox.Role) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.gone[who.ID]:
		return cards.Refuse("fault.role_gone", "who", cards.User(who.ID)).WithCode(cards.HasLeft)
	case who.ID == "UX":
		return nil
	case strings.HasPrefix(who.ID, "G"):
		return cards.Refuse("fault.role_guest").WithCode(cards.LacksRole)
	case role >= outbox.Approver && !strings.HasPrefix(who.ID, "UA") || role == outbox.Admin:
		return cards.Refuse("fault.role_approver").WithCode(cards.LacksRole)
	}
	return nil
}

func (w *world) Approvers() ([]string, error)      { return []string{"UA1", "UA2", "UX"}, nil }
func (w *world) Asked() ([]string, error)          { return []string{"UA1", "UA2"}, nil }
func (w *world) Named(id string) ([]string, error) { return []string{id}, nil }

// newWorld starts at an instant on a database, as a process does.
func newWorld(t testing.TB, url string, at time.Time, change ...func(*Options)) *world {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(t.Context(), url, log)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: &clockwork{at: at}, gone: map[string]bool{}, called: map[string]time.Time{}}
	policy, err := outbox.ParsePolicy("*=1,test.send>2=2", []string{"test.send", Kind}, nil)
	if err != nil {
		t.Fatal(err)
	}
	work := jobs.New(jobs.Options{DB: db, Log: log})
	shown := posts.New(posts.Options{DB: db, Jobs: work, Teller: w, Now: w.clock.now, Log: log})
	w.box = outbox.New(outbox.Options{DB: db, Jobs: work, Posts: shown, Roles: w, Policy: policy, TTL: 24 * time.Hour, Accounts: outbox.Accounts{"wx1"}, Now: w.clock.now, Log: log})
	outbox.Register(w.box, outbox.Kind[string]{
		Name: "test.send", Approval: true, Reaches: outbox.ByRecipient[string](), Keeps: outbox.InTheLine[string](),
		Do: func(_ context.Context, payload string, to string) (outbox.Receipt, error) {
			w.mu.Lock()
			hold, fails := w.hold, w.fails
			w.begun++
			w.called[payload] = time.Now()
			w.mu.Unlock()
			if hold != nil {
				<-hold
			}
			if fails {
				return nil, errors.New("WeChat says no")
			}
			w.mu.Lock()
			defer w.mu.Unlock()
			w.sent = append(w.sent, payload+" to "+to)
			return nil, nil
		},
		Content: func(payload string) []cards.Content { return []cards.Content{{Label: "text", Text: payload}} },
	})
	o := Options{
		DB: db, Jobs: work, Posts: shown, Outbox: w.box, Zone: time.UTC, Least: 15 * time.Minute, Grace: 5 * time.Minute, Lead: time.Hour, Now: w.clock.now, Log: log,
		Person: func(_ context.Context, id string) (cards.Person, bool) {
			return cards.Person{ID: id, Member: true}, true
		},
	}
	for _, f := range change {
		f(&o)
	}
	w.Schedules = New(o)
	w.Schedules.say = w.door
	close(w.started)
	if err := w.box.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.ending = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := w.box.Stop(ctx); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	t.Cleanup(w.ending)
	return w
}

// door carries out "send TEXT to A,B".
func (w *world) door(ctx context.Context, l Line) (int64, error) {
	w.mu.Lock()
	w.said = append(w.said, l)
	w.mu.Unlock()
	text, to, _ := strings.Cut(strings.TrimPrefix(l.Text, "send "), " to ")
	said, err := w.box.Ask(ctx, outbox.Ask{
		Account: l.Account, Kind: "test.send", Payload: text, Recipients: strings.Split(to, ","), Line: l.Text, Who: l.Who, Where: l.Where,
		Once: l.Once, Due: l.Due, Grace: l.Grace, Behind: l.Behind, Until: l.Until, Grant: l.Grant, Anyway: true, Note: l.Note, With: l.With.And(func(context.Context, *store.Tx, int64) error {
			if w.asked != nil {
				w.asked()
			}
			return nil
		}),
	})
	return said.N, err
}

// ask asks for a schedule as U1.
func (w *world) ask(d Draft) (int64, error) {
	w.t.Helper()
	d.Owner, d.Channel = "U1", "C1"
	if d.Missed == "" {
		d.Missed = "ask"
	}
	if d.Overlap == "" {
		d.Overlap = "wait"
	}
	if d.Line == "" {
		d.Line = "send tea {{date}} {{time}} to o1"
	}
	terms, spec, err := w.Read(d)
	if err != nil {
		return 0, err
	}
	terms.Kind, terms.Size = "test.send", 1+strings.Count(d.Line, ",")
	if terms.Preview, err = Fill(d.Line, terms.Fires[0], spec.Zone); err != nil {
		return 0, err
	}
	if one, err := w.Get(w.t.Context(), "wx1", d.Name); err == nil && one.Version > 0 {
		terms.Schedule = one.ID
	}
	var said outbox.Said
	w.patiently(func() error {
		said, err = w.Ask(w.t.Context(), terms, outbox.Ask{Account: "wx1", Line: "schedule add", Who: cards.Person{ID: "U1"}, Where: cards.Place{Channel: "C1"}})
		return err
	})
	return said.N, err
}

// add asks for a schedule and has it approved.
func (w *world) add(d Draft) Schedule {
	w.t.Helper()
	n, err := w.ask(d)
	if err != nil {
		w.t.Fatalf("add %+v: %v", d, err)
	}
	w.approve(n, "UA1")
	one, err := w.Get(w.t.Context(), "wx1", d.Name)
	if err != nil {
		w.t.Fatal(err)
	}
	return one
}

func (w *world) approve(n int64, who string) {
	w.t.Helper()
	if err := w.patiently(func() error {
		_, err := w.box.Approve(w.t.Context(), outbox.Press{N: n, Who: cards.Person{ID: who}})
		return err
	}); err != nil {
		w.t.Fatalf("approve %d: %v", n, err)
	}
	w.until(fmt.Sprintf("#%d to end", n), func() bool {
		state, _, err := w.box.StateOf(w.t.Context(), n)
		return err == nil && state.Ended()
	})
}

// patiently says it again where a busy machine did not accept it in time.
func (w *world) patiently(say func() error) error {
	for range 10 {
		if err := say(); keyOf(err) != "fault.not_accepted" {
			return err
		}
	}
	return say()
}

// at sets the clock and looks at it, as the ticker does.
func (w *world) at(t time.Time) {
	w.t.Helper()
	w.clock.set(t)
	if err := w.tick(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// settled waits until no run is under way, and returns the runs, oldest first.
func (w *world) settled(name string) []Run {
	w.t.Helper()
	var runs []Run
	w.until("all runs of "+name+" to end", func() bool {
		runs = w.runsOf(name)
		for _, r := range runs {
			if r.State == "firing" || r.State == "open" {
				return false
			}
		}
		return true
	})
	return runs
}

func (w *world) runsOf(name string) []Run {
	w.t.Helper()
	if err := w.follow(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	return w.runsOfQuietly(name)
}

func (w *world) until(what string, ok func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(45 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// hurry lets jobs go on that wait for a time by the real clock.
func (w *world) hurry() {
	w.t.Helper()
	if err := w.Jobs.WakeAll(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// told waits for a card with a text of the key and returns it.
func (w *world) told(key string) cards.Card {
	w.t.Helper()
	var found cards.Card
	w.until("a card with "+key, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, card := range slices.Concat(w.posts, w.drawn) {
			for _, body := range card.Body {
				if body.Key == key {
					found = card
					return true
				}
			}
		}
		return false
	})
	return found
}

// short is a run in a few words: when, and what came of it.
func short(runs []Run) string {
	var out []string
	for _, r := range runs {
		s := r.At.Format("02T15:04") + " " + r.State
		if r.Missed > 0 {
			s += fmt.Sprintf(" for %d", r.Missed)
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

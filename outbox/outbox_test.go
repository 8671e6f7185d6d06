package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/outbox"
	"magpie/posts"
	"magpie/sending"
	"magpie/store"
)

// note is the payload of the kinds under test.
type note struct{ Text string }

// world is an outbox with pretend people, a pretend WeChat and a pretend Slack.
type world struct {
	*outbox.Outbox
	t   testing.TB
	url string
	db  *store.DB

	mu      sync.Mutex
	changed *sync.Cond
	calls   []string                            // recipient:text, in the order of arrival
	answer  func(recipient string, n int) error // of the n-th call for the recipient
	cards   map[string]cards.Card               // by channel/ts
	posts   []cards.Place
	ids     []string                // of callOnce
	slack   func(cards.Place) error // what posting answers
	skew    time.Duration           // how much more time has gone by
	by      time.Duration           // how far the wall clock alone was stepped
	roles   map[string]outbox.Role  // of whom they have changed for
	options outbox.Options
	stop    func()
	before  func(*outbox.Outbox) // each start
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return stepped(time.Now().Add(w.skew), w.by)
}

// May lets U1…U9 ask, UA… approve, UX be the admin.
func (w *world) May(who cards.Person, role outbox.Role) error {
	has := outbox.Sender
	switch {
	case strings.HasPrefix(who.ID, "UA"):
		has = outbox.Approver
	case who.ID == "UX":
		has = outbox.Admin
	case who.ID == "UGUEST":
		has = outbox.Everyone
	}
	w.mu.Lock()
	if now, changed := w.roles[who.ID]; changed {
		has = now
	}
	w.mu.Unlock()
	if has < role {
		return cards.Refuse("fault.role").WithCode(cards.LacksRole)
	}
	return nil
}

func (w *world) Approvers() ([]string, error)      { return []string{"UA1", "UA2", "UX"}, nil }
func (w *world) Asked() ([]string, error)          { return []string{"UA1", "UA2"}, nil }
func (w *world) Named(id string) ([]string, error) { return []string{id}, nil }

func (w *world) Post(_ context.Context, place cards.Place, card cards.Card) (cards.Place, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.slack != nil {
		if err := w.slack(place); err != nil {
			return place, err
		}
	}
	if place.Channel == "" {
		place.Channel = "D" + place.User
	}
	w.posts = append(w.posts, place)
	place.TS = fmt.Sprint(len(w.posts))
	w.cards[place.Channel+"/"+place.TS] = card
	w.changed.Broadcast()
	return place, nil
}

func (w *world) Update(_ context.Context, place cards.Place, card cards.Card) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.slack != nil {
		if err := w.slack(place); err != nil {
			return err
		}
	}
	w.cards[place.Channel+"/"+place.TS] = card
	w.changed.Broadcast()
	return nil
}

func (w *world) call(_ context.Context, n note, recipient string) (outbox.Receipt, error) {
	w.mu.Lock()
	w.calls = append(w.calls, recipient+":"+n.Text)
	count := 0
	for _, c := range w.calls {
		if strings.HasPrefix(c, recipient+":") {
			count++
		}
	}
	answer := w.answer
	w.changed.Broadcast()
	w.mu.Unlock()
	if answer != nil {
		if err := answer(recipient, count); err != nil {
			return nil, err
		}
	}
	return outbox.Receipt{"media_id": "M-" + recipient}, nil
}

// callError is what a call may end in.
type callError struct {
	unclear, notSent bool
	again            time.Duration // 0: not again
}

func (e callError) Error() string {
	return fmt.Sprintf("unclear %t, not sent %t, again %s", e.unclear, e.notSent, e.again)
}
func (e callError) Unclear() bool                     { return e.unclear }
func (e callError) NotSent() bool                     { return e.notSent }
func (e callError) RetryAfter() (time.Duration, bool) { return e.again, e.again > 0 }

// callOnce is call, for a kind whose repeated ids WeChat delivers once.
func (w *world) callOnce(ctx context.Context, n note, recipient string) (outbox.Receipt, error) {
	w.mu.Lock()
	w.ids = append(w.ids, sending.DeliveryID(ctx))
	w.mu.Unlock()
	return w.call(ctx, n, recipient)
}

var kinds = []string{"test.send", "test.create", "test.file"}

func newWorld(t testing.TB, url string, set ...func(*outbox.Options)) *world {
	t.Helper()
	w := &world{t: t, url: url, cards: map[string]cards.Card{}}
	w.changed = sync.NewCond(&w.mu)
	policy, err := outbox.ParsePolicy("*=1,*>3=2", kinds, nil)
	if err != nil {
		t.Fatal(err)
	}
	log := io.Discard
	if testing.Verbose() {
		log = t.Output()
	}
	w.options = outbox.Options{
		Roles: w, Policy: policy, TTL: time.Hour, Accounts: outbox.Accounts{"wx1"}, Mention: []string{"UA1", "SG"}, Now: w.now,
		Log: slog.New(slog.NewTextHandler(log, nil)),
	}
	for _, f := range set {
		f(&w.options)
	}
	w.open()
	return w
}

// process are the options of one process on the world's database.
func (w *world) process() outbox.Options {
	o := w.options
	o.DB, o.Jobs = w.db, jobs.New(jobs.Options{DB: w.db, Log: o.Log})
	o.Posts = posts.New(posts.Options{DB: o.DB, Jobs: o.Jobs, Teller: w, Now: o.Now, Log: o.Log})
	return o
}

// open starts the outbox on its database, as a new process would.
func (w *world) open() {
	w.t.Helper()
	db, err := store.Open(w.t.Context(), w.url, slog.New(slog.DiscardHandler))
	if err != nil {
		w.t.Fatal(err)
	}
	w.db = db
	w.Outbox = outbox.New(w.process())
	content := func(n note) []cards.Content { return []cards.Content{{Label: "text", Text: n.Text}} }
	keeps := outbox.InTheLine[note]()
	outbox.Register(w.Outbox, outbox.Kind[note]{Name: "test.send", Approval: true, Reaches: outbox.ByRecipient[note](), Keeps: keeps, Do: w.call, Content: content})
	outbox.Register(w.Outbox, outbox.Kind[note]{Name: "test.create", Keeps: keeps, Repeat: outbox.RepeatHarmless, Do: w.call, Content: content})
	outbox.Register(w.Outbox, outbox.Kind[note]{
		Name: "test.dedup", Approval: true, Keeps: keeps, Repeat: outbox.RepeatDeduplicated, Window: 10 * time.Minute, Ref: "media_id", Do: w.callOnce, Content: content,
	})
	outbox.Register(w.Outbox, outbox.Kind[note]{Name: "test.file", Approval: true, Again: true, Keeps: keeps, Do: w.call, Content: content})
	if w.before != nil {
		w.before(w.Outbox)
	}
	if err := w.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	box := w.Outbox
	stop := sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := box.Stop(ctx); err != nil {
			w.t.Error(err)
		}
		db.Close()
	})
	w.t.Cleanup(stop)
	w.stop = stop
}

func person(id string) cards.Person { return cards.Person{ID: id, Member: true} }

func (w *world) ask(kind, who, text string, to ...string) (outbox.Said, error) {
	return w.Ask(w.t.Context(), outbox.Ask{Account: "wx1", Kind: kind, Payload: note{text}, Recipients: to, Line: kind + " " + text, Who: person(who), Where: cards.Place{Channel: "C1"}})
}

// patiently does again what was not accepted in time, as people are told to: a machine
// that is busy with tests may be too slow, and nothing was done.
func patiently(do func() (outbox.Said, error)) (said outbox.Said, err error) {
	for range 8 {
		if said, err = do(); refusal(err) != "fault.not_accepted" {
			break
		}
	}
	return said, err
}

func (w *world) mustAsk(kind, who, text string, to ...string) int64 {
	w.t.Helper()
	said, err := patiently(func() (outbox.Said, error) { return w.ask(kind, who, text, to...) })
	if err != nil {
		w.t.Fatalf("ask %s: %v", kind, err)
	}
	return said.N
}

func press(n int64, who string) outbox.Press { return outbox.Press{N: n, Who: person(who)} }

func (w *world) mustApprove(n int64, who string) {
	w.t.Helper()
	w.must("approve", w.Approve, press(n, who))
}

// has gives somebody another role from now on.
func (w *world) has(who string, role outbox.Role) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.roles == nil {
		w.roles = map[string]outbox.Role{}
	}
	w.roles[who] = role
}

// refused wants an act refused with a key.
func (w *world) refused(what string, act func(context.Context, outbox.Press) (outbox.Said, error), p outbox.Press, want string) {
	w.t.Helper()
	if _, err := patiently(func() (outbox.Said, error) { return act(w.t.Context(), p) }); refusal(err) != want {
		w.t.Errorf("%s by %s: got %v, want %s", what, p.Who.ID, err, want)
	}
}

// must wants an act taken.
func (w *world) must(what string, act func(context.Context, outbox.Press) (outbox.Said, error), p outbox.Press) outbox.Said {
	w.t.Helper()
	said, err := patiently(func() (outbox.Said, error) { return act(w.t.Context(), p) })
	if err != nil {
		w.t.Fatalf("%s of %d by %s: %v", what, p.N, p.Who.ID, err)
	}
	return said
}

// state waits until the request is in the state.
func (w *world) state(n int64, want outbox.State) {
	w.t.Helper()
	var got outbox.State
	for range 1500 {
		var err error
		if got, _, err = w.StateOf(w.t.Context(), n); err != nil {
			w.t.Fatal(err)
		}
		if got == want {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	w.t.Fatalf("state of #%d: got %s, want %s", n, got, want)
}

// until waits until what the world has seen satisfies ok.
func (w *world) until(what string, ok func() bool) {
	w.t.Helper()
	late := time.AfterFunc(45*time.Second, w.changed.Broadcast)
	defer late.Stop()
	deadline := time.Now().Add(45 * time.Second)
	w.mu.Lock()
	defer w.mu.Unlock()
	for !ok() {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited in vain for %s; calls %v, posts %v", what, w.calls, w.posts)
		}
		w.changed.Wait()
	}
}

func (w *world) seen() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.calls...)
}

func refusal(err error) string {
	if r, ok := errors.AsType[*cards.Refusal](err); ok {
		return r.Text.Key
	}
	return fmt.Sprint(err)
}

package posts_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/posts"
	"magpie/store"
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

// world is a pretend Slack, and a thing whose state is shown there.
type world struct {
	*posts.Posts
	t  *testing.T
	db *store.DB

	mu      sync.Mutex
	changed *sync.Cond
	slack   func(at cards.Place) error // what drawing answers; nil: it draws
	state   string                     // of the thing
	drawing int
	posted  []string // "C1: new", by the order of posting
	noted   []string
}

func newWorld(t *testing.T, url string) *world {
	w := &world{t: t, db: storetest.Open(t, url), state: "new"}
	w.changed = sync.NewCond(&w.mu)
	log := io.Discard
	if testing.Verbose() {
		log = t.Output()
	}
	logger := slog.New(slog.NewTextHandler(log, nil))
	work := jobs.New(jobs.Options{DB: w.db, Log: logger})
	w.Posts = posts.New(posts.Options{DB: w.db, Jobs: work, Teller: w, Now: time.Now, Log: logger})
	w.Register("thing", thing{w})
	if err := work.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := work.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := work.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) Post(_ context.Context, at cards.Place, card cards.Card) (cards.Place, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.draw(at); err != nil {
		return at, err
	}
	if at.Channel == "" {
		at.Channel = "D" + at.User
	}
	w.posted = append(w.posted, "")
	at.TS = fmt.Sprint(len(w.posted))
	w.stand(at, card)
	return at, nil
}

func (w *world) Update(_ context.Context, at cards.Place, card cards.Card) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.draw(at); err != nil {
		return err
	}
	w.stand(at, card)
	return nil
}

func (w *world) draw(at cards.Place) error {
	if w.drawing++; w.drawing > 1 {
		w.t.Errorf("two draws are under way, one at %+v", at)
	}
	defer func() { w.drawing-- }()
	if w.slack != nil {
		return w.slack(at)
	}
	return nil
}

func (w *world) stand(at cards.Place, card cards.Card) {
	var i int
	fmt.Sscan(at.TS, &i)
	where := at.Channel
	if at.Thread != "" {
		where += "/" + at.Thread
	}
	w.posted[i-1] = where + ": " + card.Body[0].Key
	w.changed.Broadcast()
}

// text is a card that says a word.
func text(word string) *cards.Card { return &cards.Card{Body: []cards.Text{cards.T(word)}} }

// thing owns the posts that show it.
type thing struct{ *world }

func (w thing) Show(context.Context, posts.Post) (*cards.Card, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state == "over" {
		return nil, nil
	}
	return text(w.state), nil
}

func (w thing) Move(ctx context.Context, tx *store.Tx, p posts.Post) (string, error) {
	w.note("%s not in %s", p.Role, p.At.Channel)
	if p.At.User != "" || p.Parent != "" {
		return "", nil
	}
	p.At, p.LostChannel = cards.Place{User: "U1"}, p.At.Channel
	return w.Add(ctx, tx, p)
}

func (w thing) Drawn(_ context.Context, _ *store.Tx, p posts.Post, first bool) (time.Duration, error) {
	if first {
		w.note("%s in %s", p.Role, p.At.Channel)
	}
	return 0, nil
}

func (w *world) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.noted = append(w.noted, fmt.Sprintf(format, args...))
}

// add writes a post of the thing, and redraw has what shows it drawn anew.
func (w *world) add(p posts.Post) (id string) {
	w.t.Helper()
	p.Owner, p.Subject = "thing", "17"
	w.update(func(tx *store.Tx) (err error) { id, err = w.Add(w.t.Context(), tx, p); return err })
	return id
}

func (w *world) redraw(state string) {
	w.t.Helper()
	w.mu.Lock()
	w.state = state
	w.mu.Unlock()
	w.update(func(tx *store.Tx) error { return w.Redraw(w.t.Context(), tx, "thing", "17") })
}

func (w *world) update(do func(*store.Tx) error) {
	w.t.Helper()
	if err := w.db.Update(w.t.Context(), do); err != nil {
		w.t.Fatal(err)
	}
}

// answers has Slack answer otherwise from now on.
func (w *world) answers(slack func(at cards.Place) error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.slack = slack
}

// until waits until exactly this stands, in the order in which it was posted.
func (w *world) until(want ...string) {
	w.t.Helper()
	w.eventually(fmt.Sprintf("%q", want), func() bool { return slices.Equal(w.posted, want) })
}

func (w *world) eventually(what string, ok func() bool) {
	w.t.Helper()
	late := time.AfterFunc(45*time.Second, w.changed.Broadcast)
	defer late.Stop()
	deadline := time.Now().Add(45 * time.Second)
	w.mu.Lock()
	defer w.mu.Unlock()
	for !ok() {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited in vain for %s; there stands %q", what, w.posted)
		}
		w.changed.Wait()
	}
}

func (w *world) wantNoted(want ...string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Equal(w.noted, want) {
		w.t.Errorf("noted: got %q, want %q", w.noted, want)
	}
}

// settled waits until nothing is to be drawn any more, and wants so many rows left, none of
// which has failed.
func (w *world) settled(rows int) {
	w.t.Helper()
	var got, open, failed int
	for range 1500 {
		if err := w.db.QueryRow(w.t.Context(), `select count(*), coalesce(sum(case when queued > 0 or drawing_until > 0 then 1 else 0 end), 0), coalesce(sum(fails), 0)
			from post`).Scan(&got, &open, &failed); err != nil {
			w.t.Fatal(err)
		}
		if got == rows && open == 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if got != rows || open > 0 || failed > 0 {
		w.t.Errorf("%d posts are left, %d to be drawn, with %d failures; want %d, 0, 0", got, open, failed, rows)
	}
}

func TestPosts(t *testing.T) {
	t.Parallel()
	card := posts.Post{Role: "card", At: cards.Place{Channel: "C1"}}
	stories := map[string]func(w *world){
		"what is written while a draw begins is drawn too": func(w *world) {
			w.add(card)
			w.until("C1: new")
			begun, answer := make(chan struct{}), make(chan struct{})
			begin := sync.OnceFunc(func() { close(begun) })
			w.answers(func(cards.Place) error {
				w.mu.Unlock()
				begin()
				<-answer
				w.mu.Lock()
				return nil
			})
			w.redraw("begun")
			<-begun
			w.redraw("waits") // its draw comes once the first is done
			w.update(func(tx *store.Tx) error {
				if err := w.Redraw(w.t.Context(), tx, "thing", "17"); err != nil {
					return err
				}
				close(answer)
				late := time.After(time.Second) // where that draw waits for this transaction
				for drawn := false; !drawn; {
					select {
					case <-late:
						drawn = true
					case <-time.After(5 * time.Millisecond):
						w.mu.Lock()
						drawn = w.posted[0] == "C1: waits"
						w.mu.Unlock()
					}
				}
				w.mu.Lock()
				defer w.mu.Unlock()
				w.state = "written"
				return nil
			})
			w.until("C1: written")
		},
		"one draw is in flight, and the last state is shown": func(w *world) {
			w.add(card)
			w.until("C1: new")
			begun, answer := make(chan struct{}), make(chan struct{})
			begin := sync.OnceFunc(func() { close(begun) })
			w.answers(func(cards.Place) error {
				w.mu.Unlock() // Slack takes its time
				begin()
				<-answer
				w.mu.Lock()
				return nil
			})
			w.redraw("begun")
			<-begun
			for i := range 5 {
				w.redraw(fmt.Sprint("step ", i))
			}
			close(answer)
			w.until("C1: step 4")
			w.settled(1)
		},
		"put off by pace is no failure": func(w *world) {
			tries := 0
			w.answers(func(cards.Place) error {
				if tries++; tries < 5 {
					return slackError{after: 10 * time.Millisecond, paced: true}
				}
				return nil
			})
			w.add(card)
			w.until("C1: new")
			w.settled(1)
		},
		"an outage is waited out": func(w *world) {
			down := true
			w.answers(func(cards.Place) error {
				if down {
					down = false
					return slackError{after: 10 * time.Millisecond}
				}
				return nil
			})
			w.add(card)
			w.until("C1: new")
			w.settled(1)
		},
		"where the bot may not post people are told, and replies follow": func(w *world) {
			w.answers(func(at cards.Place) error {
				if at.Channel == "C1" {
					return slackError{cannotPost: true}
				}
				return nil
			})
			w.update(func(tx *store.Tx) error {
				id, err := w.Add(w.t.Context(), tx, posts.Post{Owner: "thing", Subject: "17", Role: "card", At: card.At})
				if err != nil {
					return err
				}
				_, err = w.Add(w.t.Context(), tx, posts.Post{Owner: "thing", Subject: "17", Role: "reply", Parent: id, Card: text("hello"), Once: true})
				return err
			})
			w.until("DU1: new", "DU1/1: hello")
			w.settled(1)
			all, err := w.Of(w.t.Context(), w.db, "thing", "17")
			if err != nil || len(all) != 1 || all[0].LostChannel != "C1" {
				w.t.Errorf("posts: got %+v, %v, want one that knows its channel", all, err)
			}
			w.wantNoted("card not in C1", "card in DU1", "reply in DU1")
		},
		"where nobody may be written to, it is given up": func(w *world) {
			w.answers(func(cards.Place) error { return slackError{cannotPost: true} })
			w.add(posts.Post{Role: "reply", Parent: w.add(card), Once: true})
			w.settled(0)
		},
		"a message that is gone is posted anew": func(w *world) {
			w.add(card)
			w.until("C1: new")
			w.answers(func(at cards.Place) error {
				if at.TS == "1" {
					return slackError{gone: true}
				}
				return nil
			})
			w.redraw("done")
			w.until("C1: new", "C1: done")
			w.redraw("done again")
			w.until("C1: new", "C1: done again")
			w.settled(1)
			w.wantNoted("card in C1")
		},
		"a reply waits for its parent": func(w *world) {
			tries := 0
			w.answers(func(at cards.Place) error {
				if at.Thread != "" {
					return nil
				}
				if tries++; tries < 4 {
					return slackError{after: 50 * time.Millisecond, paced: true}
				}
				return nil
			})
			id := w.add(card)
			w.add(posts.Post{Role: "result", Parent: id, Once: true})
			w.add(posts.Post{Role: "progress", Parent: id})
			w.until("C1: new", "C1/1: new", "C1/1: new")
			w.redraw("done") // what is said once stays as it was
			w.eventually("card and progress", func() bool {
				return slices.Equal(slices.Sorted(slices.Values(w.posted)), []string{"C1/1: done", "C1/1: new", "C1: done"})
			})
			w.settled(2)
		},
		"what need not be said any more is not": func(w *world) {
			w.redraw("over")
			w.add(posts.Post{Role: "reminder", At: cards.Place{User: "U1"}, Once: true})
			w.settled(0)
			w.until()
		},
		"a notice goes to its place, else to its person, and over its message": func(w *world) {
			w.answers(func(at cards.Place) error {
				if at.Channel == "C1" && at.TS == "" {
					return slackError{cannotPost: true}
				}
				return nil
			})
			notify := func(at cards.Place, word string) {
				w.update(func(tx *store.Tx) error { return w.Notify(w.t.Context(), tx, at, *text(word)) })
			}
			notify(cards.Place{Channel: "C2", User: "U1"}, "there")
			w.until("C2: there")
			notify(cards.Place{Channel: "C1", User: "U1"}, "here")
			w.until("C2: there", "DU1: here")
			notify(cards.Place{Channel: "C2", TS: "1"}, "decided")
			w.until("C2: decided", "DU1: here")
			notify(cards.Place{Channel: "C1"}, "nowhere")
			w.settled(0)
		},
		"people are told once": func(w *world) {
			for i, state := range []string{"", "unread", "unread", "disabled", "", ""} {
				if err := w.TellOnce(w.t.Context(), "group S1", state, []string{"U1", "U2"}, *text("news")); err != nil {
					w.t.Fatal(err)
				}
				want := []int{0, 2, 2, 4, 6, 6}[i]
				w.eventually(fmt.Sprintf("%d people told", want), func() bool { return len(w.posted) == want })
			}
			w.settled(0)
		},
		"jobs of a magpie of before are done": func(w *world) {
			id := w.add(card)
			w.until("C1: new")
			w.redraw("done")
			w.until("C1: done")
			w.mu.Lock()
			w.state = "later"
			w.mu.Unlock()
			w.update(func(tx *store.Tx) error {
				return w.Jobs.Enqueue(w.t.Context(), tx, "tell", map[string]string{"place": id})
			})
			w.until("C1: later")
			w.update(func(tx *store.Tx) error {
				return w.Jobs.Enqueue(w.t.Context(), tx, "notice", map[string]any{"place": cards.Place{Channel: "C2"}, "card": text("old")})
			})
			w.until("C1: later", "C2: old")
			w.settled(1)
		},
	}
	for name, story := range stories {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, url string) { story(newWorld(t, url)) })
		})
	}
}

package audiences

import (
	"context"
	"errors"
	"fmt"
	"io"
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

// world is audiences with a real outbox and database, and files that are made up.
type world struct {
	*Audiences
	box   *outbox.Outbox
	files map[string]func() io.Reader

	approve []string // who may approve; empty: everybody

	mu    sync.Mutex
	at    time.Time // the zero time: the real one
	cards []cards.Card
	given []string // files that were shared
}

// ShareFile makes it the outbox's Sharer.
func (w *world) ShareFile(_ context.Context, _ cards.Place, _, _ string, data io.Reader, _ int64) error {
	all, err := io.ReadAll(data)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.given = append(w.given, string(all))
	return err
}

// Open makes it Slack's files.
func (w *world) Open(_ context.Context, id string) (string, int64, io.ReadCloser, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	open := w.files[id]
	if open == nil {
		return "", 0, nil, errors.New("file_not_found")
	}
	return id + ".csv", 0, io.NopCloser(open()), nil
}

// Post and Update make it a posts.Teller. Cards of requests are not kept.
func (w *world) Post(_ context.Context, place cards.Place, card cards.Card) (cards.Place, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.HasPrefix(card.Title.Key, "audience.") {
		w.cards = append(w.cards, card)
	}
	place.TS = fmt.Sprint(len(w.cards))
	return place, nil
}

func (w *world) Update(context.Context, cards.Place, cards.Card) error { return nil }

// May makes everybody a sender, and an approver whoever is one of the world's where it
// names any.
func (w *world) May(who cards.Person, role outbox.Role) error {
	if role > outbox.Sender && len(w.approve) > 0 && !slices.Contains(w.approve, who.ID) {
		return cards.Refuse("fault.role_approver").WithCode(cards.LacksRole)
	}
	return nil
}

func (w *world) Approvers() ([]string, error)      { return []string{"U9"}, nil }
func (w *world) Asked() ([]string, error)          { return []string{"U9"}, nil }
func (w *world) Named(id string) ([]string, error) { return []string{id}, nil }

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.at.IsZero() {
		return time.Now()
	}
	return w.at
}

// file puts a file at Slack.
func (w *world) file(id, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.files[id] = func() io.Reader { return strings.NewReader(text) }
}

// note is what the world's one kind sends.
type note struct {
	Text string `json:"text"`
}

var alice = cards.Person{ID: "U1", Member: true}

func newWorld(t testing.TB, url string) *world {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(t.Context(), url, log)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{files: map[string]func() io.Reader{}}
	work := jobs.New(jobs.Options{DB: db, Log: log})
	shown := posts.New(posts.Options{DB: db, Jobs: work, Teller: w, Now: w.now, Log: log})
	w.box = outbox.New(outbox.Options{Sharer: w, Say: func(t cards.Text) string { return t.Key }, DB: db, Jobs: work, Posts: shown, Accounts: outbox.Accounts{"wx1"}, Roles: w, TTL: time.Hour, Now: w.now, Log: log})
	w.Audiences = New(Options{DB: db, Jobs: work, Posts: shown, Outbox: w.box, Files: w, Now: w.now, Log: log})
	w.box.Lend(w.Audiences)
	outbox.Register(w.box, outbox.Kind[note]{
		Name: "test.send", Approval: true, Reaches: outbox.ByRecipient[note](), Keeps: outbox.InTheLine[note](),
		Do:      func(context.Context, note, string) (outbox.Receipt, error) { return nil, nil },
		Content: func(n note) []cards.Content { return []cards.Content{{Label: "text", Text: n.Text}} },
	})
	if err := w.box.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.Stop()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := w.box.Stop(ctx); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	return w
}

// imports imports a file under a name and waits until its card is told.
func (w *world) imports(t testing.TB, name, file string) cards.Card {
	t.Helper()
	w.mu.Lock()
	told := len(w.cards)
	w.mu.Unlock()
	if _, err := w.Import(t.Context(), Act{Account: "wx1", Who: alice}, Wanted{Name: name, Kind: CSV, Source: file, Replace: true}); err != nil {
		t.Fatal(err)
	}
	return w.card(t, told)
}

// card waits for the card number n.
func (w *world) card(t testing.TB, n int) cards.Card {
	t.Helper()
	for {
		w.mu.Lock()
		if len(w.cards) > n {
			defer w.mu.Unlock()
			return w.cards[n]
		}
		w.mu.Unlock()
		select {
		case <-t.Context().Done():
			t.Fatal("no card is told")
		case <-time.After(time.Millisecond):
		}
	}
}

// present is the version in force.
func (w *world) present(t testing.TB, name string) outbox.Audience {
	t.Helper()
	a, err := w.Audience(t.Context(), w.DB, "wx1", name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// members are all members of a version.
func (w *world) members(t testing.TB, version int64) []outbox.Member {
	t.Helper()
	all, err := w.Members(t.Context(), w.DB, version, 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (w *world) count(t testing.TB, query string) (n int) {
	t.Helper()
	if err := w.DB.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// until waits until something holds.
func (w *world) until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for range 3000 {
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("waited in vain for %s", what)
}

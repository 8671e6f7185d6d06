// Package homes keeps who has opened the bot's home at Slack, and publishes it anew when what
// it shows may have changed. A wish to do so is a row, so that it outlives its process; one
// process at a time publishes somebody's, never sooner than 0.9 s after the last time, and
// always as everything stands then. Nobody gets one before opening it.
package homes

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"magpie/cards"
	"magpie/store"
)

// Reader is somebody for whom their home is drawn.
type Reader struct {
	ID     string `db:"person"` // Slack user id
	Filter string `db:"filter"` // which part they have chosen; "": all
}

// Options are what Homes need.
type Options struct {
	DB *store.DB
	// Draw is what the homes of some readers show at present, one for each.
	Draw func(ctx context.Context, readers []Reader) ([]cards.Home, error)
	// Concerned are those whose own home shows the subjects of an owner of posts: see
	// posts.Options.Changed.
	Concerned func(ctx context.Context, owner string, subjects []string) ([]string, error)
	// Publisher shows a home. An error may have RetryAfter() time.Duration; one without it,
	// or with 0, is for good.
	Publisher Publisher
	Now       func() time.Time
	Log       *slog.Logger
}

// Publisher shows homes; bot fulfils it with Slack.
type Publisher interface {
	Publish(ctx context.Context, person string, home cards.Home) error
}

const (
	// lately is for how long after somebody opened it their home is kept up to date: Slack
	// tells nobody that it was closed.
	lately = 12 * time.Hour
	// apart is how long somebody's home rests after it was published.
	apart = 900 * time.Millisecond
	// holds is how long one publishing holds a home; Slack's time-out is shorter.
	holds = 15 * time.Second
	// lookEvery is when what another process left behind is looked for.
	lookEvery = 2 * time.Second
	// lookSoon is after how long a home is drawn again that could not tell everything.
	lookSoon = 3 * time.Second
	// forgotten is after how long whoever has not opened it is forgotten.
	forgotten = 30 * 24 * time.Hour

	atOnce = 8 // publishings under way
)

// The urgencies of a wish, the least first.
const (
	perhaps   = iota // it may show what has changed
	concerned        // it shows what has changed
	opened           // they are looking at it
)

// Homes are the homes of one database. They are safe for use by several goroutines.
type Homes struct {
	Options
	pace  *pace
	slots chan struct{}
	wake  chan struct{}
	// together is how many homes Run draws next by one look.
	together int

	mu      sync.Mutex
	changes map[string]map[string]bool // subjects by owner
	all     bool                       // anybody's may show what has changed
	allAt   time.Time                  // when everybody's may be drawn next
}

// New makes Homes; nothing is published before Run.
func New(o Options) *Homes {
	return &Homes{Options: o, pace: newPace(), slots: make(chan struct{}, atOnce), wake: make(chan struct{}, 1), together: fewTogether, changes: map[string]map[string]bool{}}
}

// Open notes that somebody is looking at their home, which is published at once.
func (h *Homes) Open(ctx context.Context, person string) error {
	now := store.Millis(h.Now())
	err := h.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `insert into home (person, opened_at, wanted, wanted_at, urgency) values ($1, $2, 1, $2, $3)
			on conflict (person) do update set opened_at = $2, wanted = home.wanted + 1, wanted_at = $2, urgency = $3`, person, now, opened)
		return err
	})
	if err != nil {
		return fmt.Errorf("note that a home was opened: %w", err)
	}
	h.nudge()
	return nil
}

// Choose has the home of somebody show one part of it, or ("") all; false where they have
// never opened it.
func (h *Homes) Choose(ctx context.Context, person, filter string) (known bool, err error) {
	now := store.Millis(h.Now())
	err = h.DB.Update(ctx, func(tx *store.Tx) error {
		rows, err := tx.Exec(ctx, "update home set filter = $2, opened_at = $3, wanted = wanted + 1, wanted_at = $3, urgency = $4 where person = $1", person, filter, now, opened)
		known = rows == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("choose a part of a home: %w", err)
	}
	h.nudge()
	return known, nil
}

// Changed notes, in no time, that what a post of an owner shows may have changed.
func (h *Homes) Changed(owner, subject string) {
	h.mu.Lock()
	if h.changes[owner] == nil {
		h.changes[owner] = map[string]bool{}
	}
	h.changes[owner][subject] = true
	h.all = true
	h.mu.Unlock()
	h.nudge()
}

// Acted notes, in no time, that somebody may have changed something.
func (h *Homes) Acted() {
	h.mu.Lock()
	h.all = true
	h.mu.Unlock()
	h.nudge()
}

func (h *Homes) nudge() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// Run publishes until ctx ends, and then waits for what is under way.
func (h *Homes) Run(ctx context.Context) {
	if err := h.begin(ctx); err != nil && ctx.Err() == nil {
		h.Log.Error("look who has opened their home", "error", err)
	}
	defer func() {
		for range atOnce {
			h.slots <- struct{}{}
		}
	}()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.wake:
		case <-timer.C:
		}
		wait, err := h.round(ctx)
		if err != nil && ctx.Err() == nil {
			h.Log.Error("publish homes", "error", err)
			wait = lookEvery
		}
		timer.Reset(wait)
	}
}

// begin forgets who has not come for long, and on SQLite frees what the process before this
// one was publishing: there is no other.
func (h *Homes) begin(ctx context.Context) error {
	return h.DB.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "delete from home where opened_at < $1", store.Millis(h.Now().Add(-forgotten))); err != nil || h.DB.Postgres() {
			return err
		}
		_, err := tx.Exec(ctx, "update home set ready_at = 0 where wanted > stands")
		return err
	})
}

package homes

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"magpie/cards"
	"magpie/store"
)

// wish is a home that is to be published anew.
type wish struct {
	Reader
	Number    int64     `db:"wanted"` // see wanted
	Urgency   int       `db:"urgency"`
	Published time.Time `db:"published_at"`
	Shown     string    `db:"shown"`
	Fails     int       `db:"fails"`
}

// Homes are drawn many at once, by one look at what they share: as many as can be published
// at once, and more where most of them turn out to show what they showed before.
const (
	fewTogether  = atOnce
	manyTogether = 64
)

const (
	// longestWait is how long a home waits at most whose publishing failed.
	longestWait = 10 * time.Second
	// restsAtMost is longer than any home rests: one that rests for longer is of a clock that
	// was set back since.
	restsAtMost = 30 * time.Second
)

// round takes up what is to be published, and returns after how long to look again.
func (h *Homes) round(ctx context.Context) (time.Duration, error) {
	putOff, err := h.want(ctx)
	if err != nil {
		return 0, err
	}
	wait := lookEvery
	if putOff > 0 {
		wait = min(wait, putOff)
	}
	for {
		free := cap(h.slots) - len(h.slots)
		least, paced := h.pace.least()
		if free == 0 {
			return wait, nil // whoever ends wakes us
		}
		wishes, err := h.claim(ctx, least)
		if err != nil {
			return 0, err
		}
		if len(wishes) == 0 {
			soon, err := h.nextReady(ctx)
			if least > perhaps && soon < paced { // those that are ready wait for the pace
				soon = paced
			}
			return min(wait, max(soon, 10*time.Millisecond)), err
		}
		if err := h.draw(ctx, wishes); err != nil {
			return 0, err
		}
	}
}

// claim takes the most urgent wishes for this process, of an urgency at least.
func (h *Homes) claim(ctx context.Context, least int) ([]wish, error) {
	now := h.Now()
	var wishes []wish
	err := h.DB.Update(ctx, func(tx *store.Tx) error {
		wishes = nil
		found, err := store.All[wish](tx.Query(ctx, "select "+store.ColumnsOf[wish]("")+` from home
			where wanted > stands and urgency >= $1 and (ready_at <= $2 or ready_at > $3) order by urgency desc, wanted_at, person limit $4`,
			least, store.Millis(now), store.Millis(now.Add(restsAtMost)), h.together))
		if err != nil {
			return err
		}
		// Everybody locks homes in the order of their people.
		byPerson := slices.SortedFunc(slices.Values(found), func(a, b wish) int { return cmp.Compare(a.ID, b.ID) })
		for _, w := range byPerson {
			ours, err := tx.Exec(ctx, "update home set ready_at = $2 where person = $1 and wanted = $3 and (ready_at <= $4 or ready_at > $5)",
				w.ID, store.Millis(now.Add(holds)), w.Number, store.Millis(now), store.Millis(now.Add(restsAtMost)))
			if err != nil {
				return err
			}
			if ours == 1 {
				wishes = append(wishes, w)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take up homes: %w", err)
	}
	return wishes, nil
}

// nextReady is after how long the next home may be published that waits for its rest alone.
func (h *Homes) nextReady(ctx context.Context) (time.Duration, error) {
	var at *int64
	if err := h.DB.QueryRow(ctx, "select min(ready_at) from home where wanted > stands").Scan(&at); err != nil || at == nil {
		return lookEvery, err
	}
	return store.Time(*at).Sub(h.Now()), nil
}

// draw draws homes as everything stands now, and publishes those that show something else
// than before.
func (h *Homes) draw(ctx context.Context, wishes []wish) error {
	begun := time.Now()
	readers := make([]Reader, len(wishes))
	for i, w := range wishes {
		readers[i] = w.Reader
	}
	homes, err := h.Draw(ctx, readers)
	if err == nil && len(homes) != len(wishes) {
		err = fmt.Errorf("%d of %d were drawn", len(homes), len(wishes))
	}
	if err != nil {
		for _, w := range wishes { // they wait, as if nobody had taken them up
			err = errors.Join(err, h.rest(context.WithoutCancel(ctx), w, lookEvery, 0))
		}
		return fmt.Errorf("draw homes: %w", err)
	}
	looked, published := 0, 0
	for i, w := range wishes {
		raw, err := json.Marshal(homes[i])
		if err != nil {
			return err
		}
		sum := sha256.Sum256(raw)
		hash := hex.EncodeToString(sum[:])
		if hash == w.Shown && w.Urgency < opened {
			if err := h.stands(ctx, w, hash, w.Published, homes[i].Partial); err != nil {
				return err
			}
			looked++
			continue
		}
		if w.Urgency == perhaps {
			looked++
		}
		published++
		select {
		case h.slots <- struct{}{}:
		default: // Slack is slow: it is drawn anew when there is a place
			if err := h.rest(ctx, w, 0, 0); err != nil {
				return err
			}
			continue
		}
		h.pace.charge()
		go func() {
			defer func() { <-h.slots; h.nudge() }()
			h.publish(ctx, w, homes[i], hash)
		}()
	}
	if h.together = fewTogether; published == 0 {
		h.together = manyTogether
	}
	h.drewEverybody(time.Since(begun) * time.Duration(looked) / time.Duration(len(wishes)))
	return nil
}

// publish shows a home, and says when it may be shown again.
func (h *Homes) publish(ctx context.Context, w wish, home cards.Home, hash string) {
	err := h.Publisher.Publish(ctx, w.ID, home)
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), holds/2)
	defer cancel()
	var passing interface{ RetryAfter() time.Duration }
	switch {
	case err == nil:
		err = h.stands(noting, w, hash, h.Now(), home.Partial)
	case errors.As(err, &passing) && passing.RetryAfter() > 0:
		wait := min(max(passing.RetryAfter(), time.Second<<min(w.Fails, 5)), longestWait)
		h.Log.Warn("a home is not published yet", "person", w.ID, "fails", w.Fails+1, "error", err)
		h.pace.hold(passing.RetryAfter())
		err = h.rest(noting, w, wait, 1)
	default:
		h.Log.Warn("a home cannot be published", "person", w.ID, "error", err)
		err = h.forget(noting, w)
	}
	if err != nil {
		h.Log.Error("note that a home was published", "person", w.ID, "error", err)
	}
}

// stands notes what a home shows since it was published.
func (h *Homes) stands(ctx context.Context, w wish, hash string, published time.Time, partial bool) error {
	standing := w.Number
	ready := published.Add(apart)
	if partial { // it is wanted still
		standing, ready = w.Number-1, h.Now().Add(lookSoon)
	}
	return h.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `update home set stands = $2, shown = $3, published_at = $4, ready_at = $5, fails = 0,
			urgency = case when wanted > $6 then urgency else 0 end where person = $1`,
			w.ID, standing, hash, store.Millis(published), store.Millis(ready), w.Number)
		return err
	})
}

// rest lets a home go for a while.
func (h *Homes) rest(ctx context.Context, w wish, wait time.Duration, failed int) error {
	return h.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "update home set ready_at = $2, fails = fails + $3 where person = $1", w.ID, store.Millis(h.Now().Add(wait)), failed)
		return err
	})
}

// forget does without somebody's home until they open it again.
func (h *Homes) forget(ctx context.Context, w wish) error {
	return h.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "delete from home where person = $1 and wanted = $2", w.ID, w.Number)
		return err
	})
}

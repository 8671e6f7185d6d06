package homes

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"magpie/store"
)

// everybodyShare is how much of the time may go into drawing the homes of all who may be
// concerned: after it took a second, the next time is this many seconds later.
const everybodyShare = 10

// want writes down whose home is to be published anew, by what has changed since the last
// time. It returns how long what concerns everybody is put off; 0: it is not.
func (h *Homes) want(ctx context.Context) (putOff time.Duration, err error) {
	h.mu.Lock()
	changes, all, now := h.changes, h.all, time.Now()
	h.changes = map[string]map[string]bool{}
	if putOff = h.allAt.Sub(now); all && putOff > 0 {
		all = false
	} else if putOff = 0; all {
		h.all, h.allAt = false, now.Add(apart)
	}
	h.mu.Unlock()
	if len(changes) == 0 && !all {
		return putOff, nil
	}
	if err := h.write(ctx, changes, all); err != nil {
		h.mu.Lock()
		h.all = true // all of them are looked at again
		h.mu.Unlock()
		return putOff, err
	}
	return putOff, nil
}

func (h *Homes) write(ctx context.Context, changes map[string]map[string]bool, all bool) error {
	since, now := store.Millis(h.Now().Add(-lately)), store.Millis(h.Now())
	var open int
	if err := h.DB.QueryRow(ctx, "select count(*) from home where opened_at >= $1", since).Scan(&open); err != nil || open == 0 {
		return err // at rest nothing is written
	}
	var people []string
	for owner, subjects := range changes {
		of, err := h.Concerned(ctx, owner, slices.Sorted(maps.Keys(subjects)))
		if err != nil {
			return fmt.Errorf("whom the change of a %s concerns: %w", owner, err)
		}
		people = append(people, of...)
	}
	slices.Sort(people)
	people = slices.Compact(people)
	return h.DB.Update(ctx, func(tx *store.Tx) error {
		const again = "update home set wanted = wanted + 1, wanted_at = case when wanted > stands then wanted_at else $2 end, urgency = case when wanted > stands and urgency > $3 then urgency else $3 end where opened_at >= $1"
		if all {
			if tx.PG != nil { // an update locks in an order of its own
				if _, err := tx.Exec(ctx, "select person from home where opened_at >= $1 order by person for update", since); err != nil {
					return err
				}
			}
			if _, err := tx.Exec(ctx, again, since, now, perhaps); err != nil {
				return err
			}
		}
		var errs []error
		for some := range slices.Chunk(people, 200) {
			args := []any{since, now, concerned}
			places := make([]string, len(some))
			for i, person := range some {
				places[i] = fmt.Sprintf("$%d", len(args)+1)
				args = append(args, person)
			}
			_, err := tx.Exec(ctx, again+" and person in ("+strings.Join(places, ", ")+")", args...)
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
}

// drewEverybody notes how long it took to draw homes that may show what has changed: the next
// time that everybody's are looked at is put off by it.
func (h *Homes) drewEverybody(took time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if next := h.allAt.Add(everybodyShare * took); next.After(h.allAt) {
		h.allAt = next
	}
}

package homes

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"magpie/store/storetest"
)

// Nobody gets one before opening it. Whoever has opened it gets it again when something else
// is to be shown, and each time they open it.
func TestHomesAreOpenedThenFollow(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newTown(t, url)
		h := w.process()
		w.run(h)
		h.Changed("thing", "UAMY")
		w.open(h, "UBO")
		w.until("UBO", "new")
		if n := w.count("UAMY"); n > 0 {
			t.Errorf("who never opened their home got %d", n)
		}
		if known, err := h.Choose(t.Context(), "UAMY", "mine "); known || err != nil {
			t.Errorf("who never opened their home chose: got %v, %v", known, err)
		}
		w.set("changed")
		h.Changed("thing", "UBO")
		w.until("UBO", "changed")
		w.set("changed by a line")
		h.Acted()
		w.until("UBO", "changed by a line")
		if known, err := h.Choose(t.Context(), "UBO", "mine "); !known || err != nil {
			t.Errorf("Choose: got %v, %v", known, err)
		}
		w.until("UBO", "mine changed by a line")

		before := w.count("UBO")
		w.mu.Lock()
		drawn := w.draws
		w.mu.Unlock()
		h.Acted()
		w.eventually("it is looked at", func() bool { return w.draws > drawn })
		w.open(h, "UBO")
		w.eventually("it is published once more", func() bool { return len(w.published) > before })
		if n := w.count("UBO"); n != before+1 {
			t.Errorf("published %d times, want %d: what shows nothing new is not, what is opened is", n, before+1)
		}
	})
}

// Many changes are few publishings, and the last one shows what is so in the end. Two processes
// share the work. Publish checks how far apart they are.
func TestHomesAreCoalesced(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newTown(t, url)
		one, other := w.process(), w.process()
		w.run(one)
		if w.db.Postgres() {
			w.run(other)
		} else {
			other = one
		}
		people := []string{"U1", "U2", "U3"}
		for _, p := range people {
			w.open(one, p)
		}
		begun := time.Now()
		for i := 0; time.Since(begun) < 3*time.Second; i++ {
			w.set(fmt.Sprint("state ", i))
			[]*Homes{one, other}[i%2].Changed("thing", people[i%3])
			w.mu.Lock()
			w.changed.Wait() // for a draw: no faster than they come
			w.mu.Unlock()
		}
		w.set("the end")
		one.Changed("thing", "U1")
		other.Acted()
		for _, p := range people {
			w.until(p, "the end")
			if n, most := w.count(p), int(time.Since(begun)/apart)+2; n > most {
				t.Errorf("%s: published %d times, want at most %d", p, n, most)
			}
		}
	})
}

type passing struct{ after time.Duration }

func (passing) Error() string               { return "away" }
func (p passing) RetryAfter() time.Duration { return p.after }

// While Slack is away they wait, and show the newest state then; who may have none is forgotten
// until they open it again.
func TestHomesWaitForSlack(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newTown(t, url)
		h := w.process()
		w.run(h)
		w.open(h, "UAMY")
		w.open(h, "UBO")
		w.until("UAMY", "new")
		w.until("UBO", "new")
		tried := 0
		w.failsBy(func(person string) error {
			tried++
			if person == "UBO" {
				return errors.New("not_enabled")
			}
			return passing{10 * time.Millisecond}
		})
		w.set("while away")
		h.Changed("thing", "UAMY")
		w.eventually("it is tried twice", func() bool { return tried >= 3 })
		w.set("the newest")
		h.Changed("thing", "UAMY")
		w.failsBy(nil)
		w.until("UAMY", "the newest")
		if n := w.count("UBO"); n != 1 {
			t.Errorf("who may have none got %d, want the first alone", n)
		}
		w.open(h, "UBO")
		w.until("UBO", "the newest")
	})
}

// What a process that died had taken up, or never came to, the next one publishes; what was not
// looked at for long it leaves alone.
func TestHomesOutliveTheirProcess(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newTown(t, url)
		first := w.process()
		stop := w.run(first)
		w.open(first, "UOLD")
		w.until("UOLD", "new")
		stop()
		w.ahead.Store(int64(lately + time.Minute))
		w.open(first, "UAMY") // nobody runs
		if _, err := first.claim(t.Context(), perhaps); err != nil {
			t.Fatal(err)
		}
		if w.db.Postgres() { // another process may be publishing it: its hold has to pass
			w.ahead.Add(int64(holds))
		}
		w.set("later")
		second := w.process()
		w.run(second)
		second.Changed("thing", "UOLD")
		w.until("UAMY", "later")
		w.set("later still")
		second.Acted()
		w.until("UAMY", "later still")
		if n := w.count("UOLD"); n != 1 {
			t.Errorf("who has not come for long got %d, want the first alone", n)
		}
		w.open(second, "UOLD")
		w.until("UOLD", "later still")
	})
}

// A home that could not tell everything is looked at again by itself.
func TestHomesThatCouldNotTell(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newTown(t, url)
		h := w.process()
		w.partial = true
		w.run(h)
		w.open(h, "UAMY")
		w.until("UAMY", "new")
		w.set("told by now")
		w.until("UAMY", "told by now")
	})
}

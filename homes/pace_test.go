package homes

import (
	"testing"
	"time"
)

func TestPaceKeepsToSlacks(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := newPace()
	p.now = func() time.Time { return now }
	take := func(urgency int) (taken int) {
		for least, _ := p.least(); least <= urgency; least, _ = p.least() {
			p.charge()
			taken++
		}
		return taken
	}
	if got := take(perhaps); got != burst-kept {
		t.Errorf("at once what may show something new: got %d, want %d", got, burst-kept)
	}
	if got := take(concerned); got != kept {
		t.Errorf("then what does: got %d, want %d", got, kept)
	}
	for range 1000 { // who opens it does not wait
		p.charge()
	}
	if least, wait := p.least(); least != opened || wait != publishEvery {
		t.Errorf("after a thousand: got %d, after %v, want %d after %v", least, wait, opened, publishEvery)
	}
	now = now.Add(publishEvery)
	if got := take(concerned); got != 1 {
		t.Errorf("a moment later: got %d, want 1", got)
	}
	now = now.Add(time.Minute)
	if got := take(perhaps); got != burst-kept {
		t.Errorf("a minute later: got %d, want %d", got, burst-kept)
	}
	now = now.Add(time.Hour)
	p.hold(30 * time.Second)
	if least, wait := p.least(); least != opened || wait != 30*time.Second {
		t.Errorf("while Slack asks to wait: got %d, after %v", least, wait)
	}
}

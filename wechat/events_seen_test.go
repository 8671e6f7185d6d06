package wechat

import (
	"fmt"
	"testing"
	"time"
)

func TestSeenKeysAreForgottenInTime(t *testing.T) {
	t.Parallel()
	var s seenKeys
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		after time.Duration
		key   string
		first bool
	}{
		{0, "a", true}, {0, "a", false},
		{seenFor - time.Second, "a", false}, {0, "b", true},
		{2 * time.Second, "c", true}, {0, "a", false}, {0, "b", false}, // a is 1 s older than it must be
		{seenFor - 2*time.Second, "b", false}, // not yet as old as that
		{3 * time.Second, "a", true}, {0, "c", false},
		{5 * seenFor, "c", true}, {0, "a", true},
	} {
		at = at.Add(step.after)
		if got := s.first(at, []string{step.key}); got != step.first {
			t.Errorf("%s at %s: got first %v, want %v", step.key, at.Format(time.TimeOnly), got, step.first)
		}
	}
	s.forget([]string{"c"})
	if !s.first(at, []string{"c", "d"}) || s.first(at, []string{"e", "d"}) || !s.first(at, []string{"e"}) {
		t.Error("forgotten c and new d: want them taken together, and e not noted beside a known d")
	}
}

// What one more event costs must not grow with those of the last minutes.
func BenchmarkSeenKeys(b *testing.B) {
	for _, before := range []int{0, 100_000, 400_000} {
		b.Run(fmt.Sprintf("seen=%d", before), func(b *testing.B) {
			var s seenKeys
			now := time.Now()
			for i := range before {
				s.first(now, []string{fmt.Sprint("before ", i)})
			}
			for i := 0; b.Loop(); i++ {
				s.first(now, []string{fmt.Sprint("push ", i), fmt.Sprint("event ", i)})
			}
		})
	}
}

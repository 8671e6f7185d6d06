package wechat

import (
	"testing"
	"time"
	"unsafe"
)

// stepped is a moment at which the wall clock has gone on by so many seconds more than
// the monotonic one, as after a sleep; the time package keeps the wall clock's seconds
// from bit 30 on where a time has a monotonic reading.
func stepped(t time.Time, seconds int) time.Time {
	*(*uint64)(unsafe.Pointer(&t)) += uint64(seconds) << 30
	return t
}

// A token that ended while the machine slept is not used again.
func TestATokenEndsWhileTheMachineSleeps(t *testing.T) {
	t.Parallel()
	now := time.Now()
	if woke := stepped(now, 3600); woke.Sub(now) != 0 || woke.Round(0).Sub(now.Round(0)) != time.Hour {
		t.Fatalf("a sleep of an hour: got %s by the monotonic clock and %s by the wall clock", woke.Sub(now), woke.Round(0).Sub(now.Round(0)))
	}
	tok := token{value: "T", fetched: now, renewAt: now.Add(115 * time.Minute), until: now.Add(2 * time.Hour)}
	for _, test := range []struct {
		what string
		at   time.Time
		want bool
	}{
		{"at once", now, true},
		{"after an hour of sleep", stepped(now, 3600), true},
		{"after 8 hours of sleep", stepped(now, 8*3600), false},
		{"after 3 hours awake", now.Add(3 * time.Hour), false},
		{"after 3 hours awake, the clock set back by two", stepped(now.Add(3*time.Hour), -2*3600), false},
	} {
		if got := tok.usable(test.at); got != test.want {
			t.Errorf("%s: usable is %t, want %t", test.what, got, test.want)
		}
	}
}

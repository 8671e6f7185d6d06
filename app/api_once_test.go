package app

import (
	"testing"

	"magpie/store/storetest"
)

// The same once has the same answer, whichever room the line is of and whatever has changed.
func TestAPIOnceInEveryRoom(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		_, say := saysByToken(t, url)
		for _, line := range []string{
			"save order -- subscribe send TPL to={who} thing1=Tea",
			"saved remove order",
			`schedule add tea "every weekday at 9" -- subscribe send TPL to=oA thing1=Tea`,
			"schedule remove tea",
			"audience test all oA",
		} {
			status, n, text := say(line, "k "+line)
			again, m, repeated := say(line, "k "+line)
			if status != 202 || text == "" || again != status || m != n || repeated != text {
				t.Errorf("%s: got %d #%v %q, then %d #%v %q", line, status, n, text, again, m, repeated)
			}
		}
		if got, _, text := say("schedule remove tea", "another"); got != 422 {
			t.Errorf("another once: got %d %q, want 422", got, text)
		}
	})
}

package outbox_test

import (
	"testing"

	"magpie/outbox"
	"magpie/store/storetest"
)

// A picture that took too long three times is told in the thread of the card, which goes
// without.
func TestAPictureThatTookTooLongIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t))
	n := w.mustAsk("test.send", "U1", "tea", "o1")
	if err := outbox.PictureTooLong(w.Outbox, n); err != nil {
		t.Fatal(err)
	}
	w.until("the reply", func() bool {
		for _, card := range w.cards {
			for _, b := range card.Body {
				if b.Key == "reply.picture_too_long" && b.Args["who"].User == "U1" {
					return true
				}
			}
		}
		return false
	})
}

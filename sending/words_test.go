package sending

import (
	"testing"

	"magpie/cards/cardstest"
)

func TestEveryWordIsThere(t *testing.T) {
	t.Parallel()
	cardstest.Words(t, "sending", cardstest.Said(t, `cards\.(?:T|Refuse)\("([a-z_.]+)"`))
}

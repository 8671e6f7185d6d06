package outcomes

import (
	"testing"

	"magpie/cards/cardstest"
)

func TestEveryWordIsThere(t *testing.T) {
	t.Parallel()
	cardstest.Words(t, "outcomes", cardstest.Said(t, `cards\.(?:T|Refuse)\("([a-z_.]+)"`))
}

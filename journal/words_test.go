package journal_test

import (
	"testing"

	"magpie/cards/cardstest"
)

func TestEveryWordIsThere(t *testing.T) {
	t.Parallel()
	cardstest.Words(t, "journal", cardstest.Said(t, `cards\.Refuse\("([a-z_.]+)"`))
}

package audiences

import (
	"testing"

	"magpie/cards/cardstest"
)

func TestEveryWordIsThere(t *testing.T) {
	t.Parallel()
	said := cardstest.Said(t, `"(audience\.[a-z_]+)"`)
	for _, job := range []string{jobImport, jobUnsubscribe} {
		delete(said, job)
	}
	delete(said, "audience.verb_")
	for _, verb := range []string{"imported", "replaced", "removed", "ready", "failed", "adopted"} {
		said["audience.verb_"+verb] = true
	}
	cardstest.Words(t, "audiences", said)
}

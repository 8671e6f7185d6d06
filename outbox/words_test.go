package outbox

import (
	"testing"

	"magpie/cards/cardstest"
)

func TestEveryWordIsThere(t *testing.T) {
	t.Parallel()
	said := cardstest.Said(t, `cards\.(?:T|Refuse)\("([a-z_.]+)"|key :?= "([a-z_.]+)"`)
	for field := range cardstest.Said(t, `field\("([a-z_]+)"`) {
		said["field."+field] = true
	}
	for _, act := range []string{"rejected", "withdrawn", "paused", "stopped", "left"} {
		said["field.by_"+act] = true
	}
	for answer := range cardstest.Said(t, `unlessHeld\(ctx, tx, (?:r\.A|a)ccount, "([a-z_.]+)"`) {
		said[answer], said[answer+"_held"] = true, true
	}
	for verb := range cardstest.Said(t, `(?:verb: |press\(ctx, )"([a-z_]+)"`) {
		if verb != "tried" && verb != "told" {
			said["wanted."+verb] = true
		}
	}
	for verb := range cardstest.Said(t, `(?:verb: |verb = |noteSelf\(ctx, tx, [a-zA-Z.]+, |press\(ctx, )"([a-z_]+)"`) {
		said["verb."+verb] = true
	}
	said["verb.refused"] = true // the journal's
	for _, state := range States {
		for _, of := range []string{"state.", "now.", "called.", "sign."} {
			said[of+string(state)] = true
		}
	}
	for _, role := range []string{roleCard, roleStatus, roleResult, roleRemind, roleNobody, roleHeld, roleReply} {
		said["place."+role] = true
	}
	for _, word := range readable {
		said["payload."+word] = true
	}
	for _, built := range []string{"field.", "verb.", "state.", "place.", "wanted.", "now.", "called.", "sign.", "payload.", "does."} {
		delete(said, built) // each of them is named above
	}
	cardstest.Words(t, "outbox", said)
}

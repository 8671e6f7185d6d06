package app

import (
	"context"
	"sync"
	"time"

	"magpie/cards"
	"magpie/commands"
	"magpie/homes"
)

// knownWithin is how long a home waits for Slack to say who somebody is.
const knownWithin = 2 * time.Second

// newHomes makes the homes, which the Book, made later, draws.
func (h *house) newHomes() *homes.Homes {
	return homes.New(homes.Options{DB: h.db, Draw: h.drawHomes, Concerned: h.whomItConcerns, Publisher: h.teller, Now: h.now, Log: h.log})
}

// drawHomes draws the homes of some readers. Of whom nothing is known yet, nothing is shown.
func (h *house) drawHomes(ctx context.Context, readers []homes.Reader) ([]cards.Home, error) {
	of := make([]commands.HomeReader, len(readers))
	known := make([]bool, len(readers))
	looking, cancel := context.WithTimeout(ctx, knownWithin)
	defer cancel()
	var asking sync.WaitGroup
	for i, r := range readers {
		asking.Go(func() {
			of[i].Filter = r.Filter
			of[i].Who, known[i] = h.directory.Lookup(looking, r.ID)
		})
	}
	asking.Wait()
	drawn, err := h.book.Homes(ctx, of)
	for i := range drawn {
		if !known[i] {
			drawn[i] = cards.Home{Notes: []cards.Text{cards.T("bot.unknown_person")}, Partial: true}
		}
	}
	return drawn, err
}

// whomItConcerns asks the outbox, which is made later.
func (h *house) whomItConcerns(ctx context.Context, owner string, subjects []string) ([]string, error) {
	return h.outbox.Concerned(ctx, owner, subjects)
}

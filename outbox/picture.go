package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/store"
)

// Picture is what stands on the cards of a kind as a picture, such as a draft's cover. It
// is fetched once the request is written; the card stands before, without it.
type Picture[T any] struct {
	// Of names a payload's picture; "": it has none.
	Of func(payload T) string
	// Known is the picture where it is there already.
	Known func(ctx context.Context, name string) (cards.Image, error)
	// Fetch has it known. It is tried again while it returns an error.
	Fetch func(ctx context.Context, name string) error
}

// picture is a Picture with its payload's name for it behind JSON.
type picture struct {
	of    func(payload json.RawMessage) (string, error)
	known func(ctx context.Context, name string) (cards.Image, error)
	fetch func(ctx context.Context, name string) error
}

// pictureOf is the picture of a request, as far as it is known.
func (o *drawer) pictureOf(ctx context.Context, k kind, payload []byte) (cards.Image, error) {
	if k.picture == nil {
		return cards.Image{}, nil
	}
	name, err := k.picture.of(payload)
	if err != nil || name == "" {
		return cards.Image{}, err
	}
	return k.picture.known(ctx, name)
}

// enqueuePicture has the picture of a request fetched, where it has one.
func (o *teller) enqueuePicture(ctx context.Context, tx *store.Tx, r Request) error {
	k, _ := o.kinds.of(r.Account, r.Kind)
	if k.picture == nil {
		return nil
	}
	if name, err := k.picture.of(r.Payload); err != nil || name == "" {
		return err
	}
	return o.Jobs.Enqueue(ctx, tx, jobPicture, pictureJob{Request: r.N})
}

// pictureJob fetches the picture of a request and has its cards drawn anew.
type pictureJob struct {
	Request int64 `json:"request"`
}

// pictureWithin is how long one attempt at a picture may take.
const pictureWithin = 3 * time.Minute

// pictureTooLong tells whoever asked that fetching the picture of their request took too long
// three times. The card goes without.
func (o *teller) pictureTooLong(ctx context.Context, job pictureJob) error {
	r, err := o.request(ctx, o.DB, job.Request)
	if err != nil {
		return err
	}
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		return o.Reply(ctx, tx, r.N, cards.T("reply.picture_too_long", "who", cards.User(r.By)))
	})
}

// workPicture fetches what is not there yet.
func (o *teller) workPicture(ctx context.Context, job pictureJob) error {
	r, err := o.request(ctx, o.DB, job.Request)
	if err != nil {
		return err
	}
	k, _ := o.kinds.of(r.Account, r.Kind)
	if k.picture == nil {
		return nil
	}
	if !o.Accounts.Serve(r.Account) {
		return jobs.After(lookAgain)
	}
	done, ok := o.Jobs.Share(jobs.Imports, r.Account)
	if !ok {
		return jobs.Later()
	}
	defer done()
	name, err := k.picture.of(r.Payload)
	if err != nil {
		return err
	}
	if err := k.picture.fetch(ctx, name); err != nil {
		return fmt.Errorf("fetch the picture of request %d: %w", r.N, err)
	}
	return o.DB.Update(ctx, func(tx *store.Tx) error { return o.Redraw(ctx, tx, r.N) })
}

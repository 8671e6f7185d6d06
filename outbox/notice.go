package outbox

import (
	"context"

	"magpie/cards"
	"magpie/jobs"
	"magpie/store"
)

// noticeJob posts a card that belongs to no request, or draws it over a message.
type noticeJob struct {
	Place cards.Place `json:"place"`
	Card  cards.Card  `json:"card"`
}

// Notify posts a card at a place once tx has committed, as soon as Slack takes it.
// Where the bot may not post, it goes to the place's person, if one is named.
func (o *Outbox) Notify(ctx context.Context, tx *store.Tx, place cards.Place, card cards.Card) error {
	return o.Jobs.Enqueue(ctx, tx, jobNotice, noticeJob{Place: place, Card: card})
}

// Renew draws a card over a notice that was posted before, at the message that place
// names, once tx has committed.
func (o *Outbox) Renew(ctx context.Context, tx *store.Tx, place cards.Place, card cards.Card) error {
	return o.Jobs.Enqueue(ctx, tx, jobNotice, noticeJob{Place: place, Card: card})
}

// workNotice posts or draws a notice; where the bot may not post it goes to the person.
func (o *Outbox) workNotice(ctx context.Context, job noticeJob) error {
	at := job.Place
	if at.TS != "" {
		err := o.Teller.Update(ctx, at, job.Card)
		if err == nil || isGone(err) || cannotPost(err) {
			return nil
		}
		return jobs.After(o.later(place{role: "notice", at: at, fails: jobs.Current(ctx).PutOffs}, err))
	}
	_, err := o.Teller.Post(ctx, at, job.Card)
	if cannotPost(err) && at.Channel != "" && at.User != "" {
		at = cards.Place{User: at.User}
		_, err = o.Teller.Post(ctx, at, job.Card)
	}
	switch {
	case err == nil:
		return nil
	case cannotPost(err):
		o.Log.Error("a notice could not be posted anywhere", "channel", at.Channel, "person", at.User, "error", err)
		return nil
	}
	return jobs.After(o.later(place{role: "notice", at: at, fails: jobs.Current(ctx).PutOffs}, err))
}

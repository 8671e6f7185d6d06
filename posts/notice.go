package posts

import (
	"context"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/store"
)

// Notify posts a card at a place, or draws it over the message that the place names, once
// tx has committed. Where the bot may not post, it goes to the place's person, if one is
// named.
func (p *Posts) Notify(ctx context.Context, tx *store.Tx, place cards.Place, card cards.Card) error {
	_, err := p.Add(ctx, tx, Post{Owner: noticeOwner, Role: "notice", At: place, Card: &card, Once: true})
	return err
}

// TellOnce posts a card to each of several people, in their own conversations, where what
// it tells of stands otherwise than it was last told, by whichever process, before a
// restart too. "" is the state that needs no telling but after another.
func (p *Posts) TellOnce(ctx context.Context, what, state string, to []string, card cards.Card) error {
	places := make([]cards.Place, len(to))
	for i, id := range to {
		places[i] = cards.Place{User: id}
	}
	return p.TellOnceAt(ctx, what, state, places, card)
}

// TellOnceAt is TellOnce for places.
func (p *Posts) TellOnceAt(ctx context.Context, what, state string, places []cards.Place, card cards.Card) error {
	err := p.DB.Update(ctx, func(tx *store.Tx) error {
		statement := `insert into told (what, state, at) values ($1, $2, $3)
			on conflict (what) do update set state = excluded.state, at = excluded.at where told.state <> excluded.state`
		if state == "" {
			statement = "update told set state = $2, at = $3 where what = $1 and state <> $2"
		}
		news, err := tx.Exec(ctx, statement, what, state, store.Millis(p.Now()))
		if err != nil || news == 0 {
			return err
		}
		for _, place := range places {
			if err := p.Notify(ctx, tx, place, card); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("tell of %s: %w", what, err)
	}
	return nil
}

// noticeOwner owns what belongs to no room's subject.
const noticeOwner = "notice"

type notices struct{ posts *Posts }

// Show has nothing to show: a notice bears its card.
func (notices) Show(context.Context, Post) (*cards.Card, error) { return nil, nil }

// Move gives a notice that stands nowhere yet to its person.
func (n notices) Move(ctx context.Context, tx *store.Tx, p Post) (string, error) {
	switch person := p.At.User; {
	case p.At.TS != "":
		return "", nil
	case p.LostChannel == "" && p.At.Channel != "" && person != "":
		p.At, p.LostChannel = cards.Place{User: person}, p.At.Channel
		return n.posts.Add(ctx, tx, p)
	default:
		n.posts.Log.Error("a notice could not be posted anywhere", "channel", p.At.Channel, "person", person)
		return "", nil
	}
}

// Drawn has nothing to note.
func (notices) Drawn(context.Context, *store.Tx, Post, bool) (time.Duration, error) { return 0, nil }

// workNotice does what a magpie of before may have left.
func (p *Posts) workNotice(ctx context.Context, job struct {
	Place cards.Place `json:"place"`
	Card  cards.Card  `json:"card"`
}) error {
	return p.DB.Update(ctx, func(tx *store.Tx) error { return p.Notify(ctx, tx, job.Place, job.Card) })
}

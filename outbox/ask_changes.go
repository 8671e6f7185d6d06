package outbox

import (
	"context"
	"fmt"

	"magpie/cards"
	"magpie/posts"
	"magpie/store"
)

// AskChanges tells whoever asked for a waiting request, in their own conversation, what should
// be another before it is approved; p.Reason says what. It goes on waiting.
//
// An approver's. Refuses with cards.NotFound where there is no such request, and with
// cards.NotWaiting where it waits no more; without a code where the person asked for it
// themselves.
func (o *Outbox) AskChanges(ctx context.Context, p Press) (Said, error) {
	return o.press(ctx, "asked_changes", p, Approver, func(ctx context.Context, tx *store.Tx, r *Request, entry *act) (Said, error) {
		if r.By == p.Who.ID {
			return Said{}, cards.Refuse("fault.own_changes", "n", r.N)
		}
		if err := o.mustWait(ctx, r); err != nil {
			return Said{}, err
		}
		words := cards.Plain(p.Reason)
		entry.note = words
		by := cards.User(p.Who.ID)
		own := cards.Card{Account: r.Account, Body: []cards.Text{cards.T("changes.own", "n", r.N, "who", by, "words", words)}}
		if o.offersChange(*r) {
			own.Buttons = []cards.Button{{Label: cards.T("button.change"), Line: fmt.Sprintf("change %d", r.N), Style: "primary"}}
		}
		if _, err := o.addPost(ctx, tx, r.N, posts.Post{Role: roleReply, At: cards.Place{User: r.By}, Card: &own}); err != nil {
			return Said{}, err
		}
		if err := o.reply(ctx, tx, r.N, inWords(cards.T("reply.changes", "n", r.N, "who", by, "words", words)), true); err != nil {
			return Said{}, err
		}
		if err := o.Redraw(ctx, tx, r.N); err != nil {
			return Said{}, err
		}
		return Said{Text: cards.T("answer.asked_changes", "n", r.N, "who", cards.User(r.By))}, nil
	})
}

// asksForChanges says who last asked for changes of a request, when, and for which; zero where
// nobody has.
func (o *reader) asksForChanges(ctx context.Context, r Request) (cards.Text, error) {
	a, err := o.lastAct(ctx, o.DB, r.N, "asked_changes")
	if err != nil || a == nil {
		return cards.Text{}, err
	}
	return cards.T("card.changes", "by", a.by(), "at", a.At, "words", a.Note), nil
}

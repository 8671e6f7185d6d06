package outbox

import (
	"context"

	"magpie/cards"
	"magpie/store"
)

// decided is the act by which a request stands as it does: somebody, or magpie itself,
// rejected, withdrew, paused or stopped it; nil where it is none of these.
func (o *reader) decided(ctx context.Context, q store.Queryer, r Request) (*Act, error) {
	switch r.State {
	case Rejected, Withdrawn, Stopped:
		return o.lastAct(ctx, q, r.N, string(r.State))
	case Paused:
		return o.lastAct(ctx, q, r.N, "paused", "held")
	}
	return nil, nil
}

// by names whoever did something.
func (a *Act) by() cards.Text {
	if a.Who == "" {
		return cards.T("act.magpie")
	}
	return cards.T("act.person", "who", cards.User(a.Who))
}

// TurnedDown says who rejected or withdrew request n, when and why; zero where nobody did.
func (o *reader) TurnedDown(ctx context.Context, n int64) (cards.Text, error) {
	r, err := o.request(ctx, o.DB, n)
	if err != nil || r.State != Rejected && r.State != Withdrawn {
		return cards.Text{}, err
	}
	a, err := o.decided(ctx, o.DB, r)
	switch {
	case err != nil || a == nil:
		return cards.Text{}, err
	case r.State == Rejected:
		return cards.T("turned_down.rejected", "n", n, "by", a.by(), "at", a.At, "reason", cards.Plain(r.Reason)), nil
	}
	return cards.T("turned_down.withdrawn", "n", n, "by", a.by(), "at", a.At), nil
}

// decidedFields say on a card who rejected, withdrew, paused or stopped a request, and
// who left of it what is unclear: when, and why.
func (o *drawer) decidedFields(ctx context.Context, r Request, field func(label string, value cards.Text)) error {
	a, err := o.decided(ctx, o.DB, r)
	if err != nil {
		return err
	}
	if a != nil {
		field("by_"+string(r.State), cards.T("card.decided", "by", a.by(), "at", a.At))
	}
	switch {
	case r.Reason != "":
		field("reason", cards.Plain(r.Reason))
	case r.State == Withdrawn && r.ReplacedBy == 0 && a != nil && !a.Note.IsZero(): // the other is named already
		field("reason", a.Note)
	}
	if !r.Settled {
		return nil
	}
	if a, err = o.lastAct(ctx, o.DB, r.N, "left"); err == nil && a != nil {
		field("by_left", cards.T("card.decided", "by", a.by(), "at", a.At))
	}
	return err
}

// isPrivate reports whether a note says that something was told in a conversation of two.
func isPrivate(note cards.Text) bool {
	return isDirect(note.Args["channel"].Channel)
}

// actText is an entry of the record.
func actText(a Act) cards.Text {
	if a.Verb == "told" && isPrivate(a.Note) { // whose conversation it is, is nobody else's to see
		a.Note = a.Note.With("private", "yes")
	}
	switch {
	case a.Verb == "refused" || a.Verb == "tried": // the note says all but who and when
		return a.Note.With("at", a.At, "by", a.by())
	case a.Note.IsZero():
		return cards.T("act.line", "at", a.At, "by", a.by(), "verb", cards.T("verb."+a.Verb))
	}
	return cards.T("act.line_note", "at", a.At, "by", a.by(), "verb", cards.T("verb."+a.Verb), "note", a.Note)
}

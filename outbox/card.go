package outbox

import (
	"context"
	"fmt"
	"slices"

	"magpie/cards"
	"magpie/posts"
)

// A result names each recipient up to this many, and counts beyond.
const namedRecipients = 10

// cardAt is a request's card with the buttons that one of its posts has.
func (o *drawer) cardAt(ctx context.Context, r Request, p posts.Post) (cards.Card, error) {
	card, err := o.requestCard(ctx, r)
	card.Buttons = slices.DeleteFunc(card.Buttons, func(b cards.Button) bool { return !shows(p, r, b.Line) })
	switch {
	case p.LostChannel == "" || err != nil:
	case isDirect(p.LostChannel):
		card.Notes = append(card.Notes, cards.T("card.direct"))
	default:
		card.Notes = append(card.Notes, cards.T("card.invite", "channel", cards.Channel(p.LostChannel)))
	}
	return card, err
}

// requestCard is what a request looks like to those who decide on it: how it stands, one
// sentence, what its readers will see, who asked, who must still approve, until when, and
// what is unusual. What is sent to the letter stands behind Details.
func (o *drawer) requestCard(ctx context.Context, r Request) (cards.Card, error) {
	k, known := o.kinds.of(r.Account, r.Kind)
	if !known {
		return cards.Card{}, fmt.Errorf("request %d is of kind %s, which this magpie does not know", r.N, r.Kind)
	}
	card := cards.Card{Account: r.Account, Title: o.titleOf(k, r)}
	recipients, err := o.namedRecipients(ctx, r)
	if err != nil {
		return cards.Card{}, err
	}
	if card.Lead, card.Named, err = o.sentence(k, r, recipients); err != nil {
		return cards.Card{}, err
	}
	if card.Face, err = k.face(r.Payload); err != nil {
		return cards.Card{}, err
	}
	if card.Image, err = o.pictureOf(ctx, k, r.Payload); err != nil {
		return cards.Card{}, err
	}
	if card.Body, err = k.head(r.Payload, recipients, r.Size); err != nil {
		return cards.Card{}, err
	}
	sizeWas, err := k.sizeWas(r)
	if err != nil {
		return cards.Card{}, err
	}
	card.Body = append(card.Body, sizeWas...)
	if !r.Note.IsZero() {
		card.Body = append(card.Body, r.Note)
	}
	instead, err := o.insteadOf(ctx, k, r)
	if err != nil {
		return cards.Card{}, err
	}
	card.Body = append(card.Body, instead...)
	differs, err := o.Changed(ctx, o.DB, r.N)
	if err != nil {
		return cards.Card{}, err
	}
	if len(differs) > 0 {
		card.Body = append(append(card.Body, cards.T("card.changed")), differs...)
	}
	field := func(label string, value cards.Text) {
		card.Fields = append(card.Fields, cards.Field{Label: cards.T("field." + label), Value: value})
	}
	if r.Broadcast != nil {
		err = o.audienceCard(ctx, &card, r)
	} else {
		recipientsCard(&card, recipients)
	}
	if err != nil {
		return cards.Card{}, err
	}
	field("asked_by", r.askedBy())
	if len(r.Behind) > 0 && r.Need > 0 && r.Grant == 0 {
		field("behind", cards.T("card.behind", "who", cards.Mentions(r.Behind)))
	}
	if r.Need > 0 {
		field("approvals", o.approvalsLine(r))
	}
	if r.State == Waiting {
		field("expires", cards.T("card.at", "at", r.ExpiresAt))
		asked, err := o.asksForChanges(ctx, r)
		if err != nil {
			return cards.Card{}, err
		}
		if !asked.IsZero() {
			field("changes", asked)
		}
		card.Body = append(card.Body, o.awaits(r))
	}
	if !o.Accounts.Serve(r.Account) {
		if standing, err := o.isStanding(ctx, o.DB, r); err != nil {
			return cards.Card{}, err
		} else if standing {
			card.Body = append(card.Body, (&Unserved{r.Account}).Text())
		}
	}
	if !r.State.Ended() {
		if h, err := o.HeldFor(ctx, r.Account); err != nil {
			return card, err
		} else if h != nil {
			card.Body = append(card.Body, o.HoldText(*h))
		}
	}
	if r.Broadcast != nil {
		card.Body = append(card.Body, o.progressOf(r)...)
		if r.State == Paused && !r.Progress.HoldWhy.IsZero() {
			if err := o.listOutcomes(ctx, &card, r); err != nil {
				return card, err
			}
		}
	} else if r.State == Sending && r.Tally.Waiting > 0 {
		if why, err := o.Engine.WaitingFor(ctx, r.Order); err != nil {
			return card, err
		} else if !why.IsZero() {
			card.Body = append(card.Body, cards.T("card.trying_again", "why", why))
		}
	}
	if r.isOpen() {
		card.Body = append(card.Body, cards.T("card.unclear", "count", r.Tally.Unclear, "who", o.mentions()))
	}
	if err := o.decidedFields(ctx, r, field); err != nil {
		return card, err
	}
	fields, err := k.fields(r.Payload)
	if err != nil {
		return card, err
	}
	card.Fields = append(card.Fields, fields...)
	if k.since != nil {
		since, err := k.since(ctx, o.DB, r.N)
		if err != nil {
			return card, err
		}
		card.Fields = append(card.Fields, since...)
	}
	if r.Followed, err = o.followedBy(ctx, r); err != nil {
		return card, err
	}
	if f := r.Followed; f != nil {
		card.Body = append(card.Body, cards.T("broadcast.followed", "n", f.N, "who", cards.User(f.By)))
	}
	ofReasons := card.Buttons
	card.Buttons = append(append(withDetails(r, o.withChange(r, o.requestButtons(r))), r.rowsButton()...), ofReasons...)
	if !card.Named {
		card.Notes = append(card.Notes, cards.T("card.account", "account", o.title(r.Account)))
		card.Named = true
	}
	card.Notes = append(card.Notes, k.notes...)
	if r.State == Waiting {
		// Approve comes first.
		if card.Buttons[0].Confirm, err = k.confirm(r.Payload, o.title(r.Account)); err != nil {
			return card, err
		}
		preview, err := k.preview(r.Payload)
		if err != nil {
			return card, err
		}
		card.Buttons = append(card.Buttons, preview...)
	}
	return card, nil
}

// askedBy says who asked for a request, and when: of a fire, which schedule, and whose it is.
func (r *Request) askedBy() cards.Text {
	if name := r.Note.Args[NoteSchedule].String; name != "" {
		return cards.T("card.by_schedule", "name", name, "who", cards.User(r.By), "at", r.AskedAt)
	}
	return cards.T("card.by", "who", cards.User(r.By), "at", r.AskedAt)
}

// namedRecipients are those whom a request's line names; a broadcast's names none.
func (o *drawer) namedRecipients(ctx context.Context, r Request) ([]string, error) {
	if r.Broadcast != nil {
		return nil, nil
	}
	return o.Engine.Recipients(ctx, o.DB, r.N)
}

// recipientsCard adds to a request's card whom its line names.
func recipientsCard(card *cards.Card, recipients []string) {
	if len(recipients) == 0 {
		return
	}
	card.Fields = append(card.Fields, cards.Field{Label: cards.T("field.to"), Value: cards.T("card.to", "count", len(recipients), "first", cards.Code(recipients[0]))})
}

// heldCard says that magpie holds a broadcast, why, and who may decide.
func (o *drawer) heldCard(r Request) cards.Card {
	why := r.Progress.HoldWhy
	if why.IsZero() {
		why = cards.T("broadcast.not_held", "n", r.N)
	}
	return cards.Card{Body: []cards.Text{cards.T("broadcast.held", "who", append([]cards.User{cards.User(r.By)}, o.mentions()...), "n", r.N, "why", why)}}
}

// mentions are those who are asked to approve.
func (o *ground) mentions() []cards.User {
	return cards.Mentions(o.Mention)
}

// tallyText counts outcomes as others script against them: "D done, F failed, U unclear".
func tallyText(t Tally) cards.Text {
	if t.Stopped > 0 {
		return cards.T("tally.stopped", "done", t.Done, "failed", t.Failed, "unclear", t.Unclear, "stopped", t.Stopped)
	}
	return cards.T("tally", "done", t.Done, "failed", t.Failed, "unclear", t.Unclear)
}

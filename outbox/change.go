package outbox

import (
	"context"
	"errors"
	"fmt"

	"magpie/cards"
	"magpie/store"
)

// mayBeChanged reports whether a request may be asked anew with other values: nothing of it
// is out or about to be, and nobody has done so yet.
func (r *Request) mayBeChanged() bool {
	switch r.State {
	case Waiting, Rejected, Expired, Withdrawn, Failed:
		return !r.Fixed && r.ReplacedBy == 0
	}
	return false
}

// offersChange reports whether a request's card has a button to ask it anew: its line can be
// asked for by a form.
func (o *reader) offersChange(r Request) bool {
	return r.mayBeChanged() && o.Form != nil && o.Form.Changeable(r.Line)
}

// Form is what the forms of lines tell the outbox; see Options.
type Form interface {
	// Changeable reports whether a form can be filled in with what a line says.
	Changeable(line string) bool
	// Label is what people call a part of a content.
	Label(account string, all []cards.Content, part cards.Content) cards.Text
}

// ToChange is request n for somebody who wants to ask it anew with other values: its
// requester's and admins'.
//
// Refuses with cards.NotFound where there is no such request, with cards.NotTheirs where it is
// another's, and with cards.NotWaiting where it is out, or about to be; without a code where
// another was asked instead of it, or it belongs to something else. A requester who may not
// ask any more is refused as Roles.May does.
func (o *reader) ToChange(ctx context.Context, n int64, who cards.Person) (Request, error) {
	return o.toChange(ctx, o.DB, n, who)
}

func (o *reader) toChange(ctx context.Context, q store.Queryer, n int64, who cards.Person) (Request, error) {
	r, err := o.request(ctx, q, n)
	switch {
	case isNone(err):
		return r, noRequest(ctx, q, n)
	case err != nil:
		return r, err
	case r.By != who.ID && o.Roles.May(who, Admin) != nil:
		return r, cards.Refuse("fault.change_not_yours", "n", n, "who", cards.User(r.By)).WithCode(cards.NotTheirs)
	}
	if err := o.Roles.May(who, Sender); err != nil {
		return r, err
	}
	switch {
	case r.ReplacedBy > 0:
		refusal := cards.Refuse("fault.change_replaced", "n", n, "by", r.ReplacedBy)
		refusal.Buttons = []cards.Button{{Label: cards.T("button.change_other", "n", r.ReplacedBy), Line: fmt.Sprintf("change %d", r.ReplacedBy)}}
		return r, refusal
	case r.Fixed:
		return r, cards.Refuse("fault.change_fixed", "n", n)
	case !r.mayBeChanged():
		return r, cards.Refuse("fault.change_late", "n", n, "state", stateText(r.State)).WithCode(cards.NotWaiting)
	}
	return r, nil
}

// mayReplace refuses to ask r instead of an earlier request whose row it locks: both would go
// out. Whoever had a share in the earlier one has a share in r.
func (o *Outbox) mayReplace(ctx context.Context, tx *store.Tx, a Ask, r *Request, alike string) (Request, error) {
	if err := o.lock(ctx, tx, a.Instead); err != nil {
		return Request{}, err
	}
	old, err := o.toChange(ctx, tx, a.Instead, a.Who)
	if err != nil {
		return old, err
	}
	if old.Kind != r.Kind || old.Account != r.Account {
		return old, cards.Refuse("fault.change_kind", "n", old.N)
	}
	var follows int64
	if err := tx.QueryRow(ctx, `select coalesce(max(r.n), 0) from broadcast b join request r on r.n = b.request
		where b.failed_of = $1 and r.state not in ('rejected', 'expired', 'withdrawn')`, old.N).Scan(&follows); err != nil {
		return old, err
	} else if follows > 0 {
		return old, cards.Refuse("fault.change_followed", "n", old.N, "by", follows)
	}
	var was string
	if err := tx.QueryRow(ctx, "select alike from request where n = $1", old.N).Scan(&was); err != nil {
		return old, err
	}
	if was == alike && old.State == Waiting && o.Now().Before(old.ExpiresAt) {
		return old, cards.Refuse("fault.change_nothing", "n", old.N)
	}
	for _, who := range append([]string{old.By}, old.Behind...) {
		r.addBehind(who)
	}
	return old, nil
}

// replace links request n with the one that it was asked instead of, which is withdrawn where
// it waits.
func (o *Outbox) replace(ctx context.Context, tx *store.Tx, old Request, n int64, who cards.Person) error {
	if _, err := tx.Exec(ctx, "update request set replaced_by = $2 where n = $1", old.N, n); err != nil {
		return err
	}
	entry := act{request: old.N, who: who.ID, note: cards.T("act.replaced", "n", n)}
	entry.verb = "changed"
	if old.State == Waiting {
		entry.verb = "withdrawn"
	}
	if err := o.journal.Write(ctx, tx, entry.entry()); err != nil {
		return err
	}
	if old.State == Waiting {
		return o.end(ctx, tx, old.N, Withdrawn, "") // its thread is told the note
	}
	return o.Reply(ctx, tx, old.N, cards.T("reply.replaced", "n", old.N, "by", n, "who", cards.User(who.ID)))
}

// mayStillGoOut refuses to send again what another request was asked instead of.
func mayStillGoOut(r *Request) error {
	if r.ReplacedBy == 0 {
		return nil
	}
	return cards.Refuse("fault.replaced", "n", r.N, "by", r.ReplacedBy)
}

// changedValue is how much of an old or new value a card shows; the new one stands in its
// content whole.
const changedValue = 300

// insteadOf tells on a card which request it was asked instead of and what is another now, or
// which was asked instead of it.
func (o *drawer) insteadOf(ctx context.Context, k kind, r Request) (body []cards.Text, err error) {
	if r.ReplacedBy > 0 {
		body = append(body, cards.T("card.replaced", "by", r.ReplacedBy))
	}
	if r.InsteadOf == 0 {
		return body, nil
	}
	body = append(body, cards.T("card.instead", "n", r.InsteadOf))
	old, err := o.request(ctx, o.DB, r.InsteadOf)
	if isNone(err) {
		return body, nil
	} else if err != nil {
		return nil, err
	}
	was, err := o.partsOf(ctx, k, old)
	now, unread := o.partsOf(ctx, k, r)
	if err := errors.Join(err, unread); err != nil {
		return nil, err
	}
	return append(body, o.differences(r.Account, was, now)...), nil
}

// partsOf is what a request says and to whom, part by part.
func (o *drawer) partsOf(ctx context.Context, k kind, r Request) ([]cards.Content, error) {
	content, err := k.content(r.Payload)
	if err != nil {
		return nil, err
	}
	to, err := o.namedRecipients(ctx, r)
	if err != nil {
		return nil, err
	}
	if r.Broadcast != nil {
		to = []string{"@" + r.Broadcast.Audience}
	}
	if len(to) > 0 {
		content = append(content, cards.Content{Label: "to", Name: "field.to", Text: joinLines(to)})
	}
	return content, nil
}

// differences are the parts that are another now, with the old and the new value.
func (o *drawer) differences(account string, was, now []cards.Content) (rows []cards.Text) {
	value := func(all []cards.Content, label string) (string, bool) {
		for _, c := range all {
			if c.Label == label {
				return c.Text, true
			}
		}
		return "", false
	}
	for _, c := range now {
		old, had := value(was, c.Label)
		name := o.labelOf(account, now, c)
		switch {
		case !had:
			rows = append(rows, cards.T("card.change_new", "name", name, "now", changed(c.Text)))
		case old != c.Text:
			rows = append(rows, cards.T("card.change", "name", name, "was", changed(old), "now", changed(c.Text)))
		}
	}
	for _, c := range was {
		if _, has := value(now, c.Label); !has {
			rows = append(rows, cards.T("card.change_gone", "name", o.labelOf(account, was, c), "was", changed(c.Text)))
		}
	}
	return rows
}

func (o *drawer) labelOf(account string, all []cards.Content, part cards.Content) cards.Text {
	if part.Name != "" {
		return cards.T(part.Name)
	}
	if o.Form == nil {
		return cards.Plain(part.Label)
	}
	return o.Form.Label(account, all, part)
}

func changed(text string) cards.Text {
	if runes := []rune(text); len(runes) > changedValue {
		text = string(runes[:changedValue]) + "…"
	}
	if text == "" {
		return cards.T("card.change_empty")
	}
	return cards.Code(text)
}

// Asked is request n as it was asked and stands. Refuses with cards.NotFound where there is
// no such request.
func (o *reader) Asked(ctx context.Context, n int64) (Request, error) {
	r, err := o.request(ctx, o.DB, n)
	if isNone(err) {
		return r, noRequest(ctx, o.DB, n)
	}
	return r, err
}

// Waits is request n where it waits for approval. Refuses with cards.NotFound where there is no
// such request, and with cards.NotWaiting where it waits no more, by the clock too.
func (o *reader) Waits(ctx context.Context, n int64) (Request, error) {
	r, err := o.Asked(ctx, n)
	if err == nil {
		err = o.mustWait(ctx, &r)
	}
	return r, err
}

package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"magpie/cards"
	"magpie/sending"
)

// Outlook is what an ask would be if it were written now.
type Outlook struct {
	Size    int             // people reached; at least one
	Payload json.RawMessage // exactly what would be sent
	Kept    []Kept
	Names   []Name // what it calls by names, its audience too
	List    *List  // the audience that it names; nil: it names none
}

// List is an audience as those see it who approve beforehand what will be sent to it.
type List struct {
	Name    string    `json:"name"`
	Size    int       `json:"size"` // those who would get it by now, as far as was looked
	Samples []Sample  `json:"samples,omitempty"`
	Skipped []Skipped `json:"skipped,omitempty"`
}

// Look finds out what an ask would be by now. Nothing is written. Refuses with cards.NotFound
// where there is no audience of the name; without a code where it cannot be sent to, or a
// merge field is none of its columns.
func (o *Outbox) Look(ctx context.Context, a Ask) (Outlook, error) {
	k, ok := o.kinds.of(a.Account, a.Kind)
	if !ok {
		return Outlook{}, fmt.Errorf("look at a request: kind %q is not registered", a.Kind)
	}
	payload, err := sending.Encode(a.Payload)
	if err != nil {
		return Outlook{}, err
	}
	size, err := k.size(payload)
	if err != nil {
		return Outlook{}, err
	}
	r := Request{Order: sending.Order{Account: a.Account, Kind: a.Kind, Payload: payload}, Size: max(size, len(a.Recipients))}
	var audience *Audience
	var list *List
	if a.Audience != "" {
		if audience, err = o.askBroadcast(ctx, o.DB, &r, a); err != nil {
			return Outlook{}, err
		}
		seen, err := o.Engine.Look(ctx, r.Order)
		if err != nil {
			return Outlook{}, err
		}
		list = &List{Name: audience.Name, Size: audience.Size - seen.LeftOut, Samples: seen.Samples, Skipped: seen.Skipped}
		r.Size = list.Size
	}
	kept, err := o.keptOf(k, payload, audience)
	return Outlook{Size: max(1, r.Size), Payload: payload, Kept: kept, Names: r.names(a.Names), List: list}, err
}

// Shown is what the card of a request says of its payload.
type Shown struct {
	Lead    cards.Text      // one sentence: what, to whom
	Face    cards.Face      // what its readers will see
	Head    []cards.Text    // what people should know beside
	Content []cards.Content // to the letter
	Fields  []cards.Field   // what has a form of its own
	Preview []cards.Button  // shows what cannot stand on a card
}

// Shown is what the card of an account's request of a kind would say of a payload, for those who
// approve it beforehand, sent to recipients or to a list.
func (o *drawer) Shown(account, kind string, payload json.RawMessage, recipients []string, list *List) (s Shown, err error) {
	k, ok := o.kinds.of(account, kind)
	if !ok {
		return s, fmt.Errorf("show a payload: kind %q is not registered", kind)
	}
	size, err := k.size(payload)
	if err != nil {
		return s, err
	}
	if s.Lead, err = o.sentenceOf(k, account, payload, recipients, list, size); err != nil {
		return s, err
	}
	if s.Face, err = k.face(payload); err != nil {
		return s, err
	}
	if s.Head, err = k.head(payload, recipients, size); err != nil {
		return s, err
	}
	if s.Content, err = k.content(payload); err != nil {
		return s, err
	}
	if s.Fields, err = k.fields(payload); err != nil {
		return s, err
	}
	if list != nil {
		s.Head = append(s.Head, skippedLines(list.Skipped)...)
		lines, err := k.sampleLines(s.Face, list.Samples)
		if err != nil {
			return s, err
		}
		s.Head = append(s.Head, lines...)
	}
	s.Preview, err = k.preview(payload)
	return s, err
}

// Really is what an approver of an account's request of a kind is asked once more; without a
// text nothing is.
func (o *drawer) Really(account, kind string, payload json.RawMessage) cards.Confirm {
	k, known := o.kinds.of(account, kind)
	if !known {
		return cards.Confirm{}
	}
	asked, err := k.confirm(payload, o.title(account))
	if err != nil || asked == nil {
		return cards.Confirm{} // what cannot be read has been told where it is shown
	}
	return *asked
}

// PictureOf is the picture of what a payload holds inside: that which stands on the card of
// a request of its kind. inner is that kind and payload; a kind of "" has none.
func PictureOf[T any](o *Outbox, account string, inner func(T) (kind string, payload json.RawMessage)) *Picture[T] {
	of := func(name string) (*picture, string) {
		kind, name, _ := strings.Cut(name, " ")
		k, _ := o.kinds.of(account, kind)
		return k.picture, name
	}
	return &Picture[T]{
		Of: func(payload T) string {
			kind, raw := inner(payload)
			k, _ := o.kinds.of(account, kind)
			p := k.picture
			if p == nil {
				return ""
			}
			name, err := p.of(raw)
			if err != nil || name == "" {
				return "" // what cannot be read has been told where it is shown
			}
			return kind + " " + name
		},
		Known: func(ctx context.Context, name string) (cards.Image, error) {
			p, name := of(name)
			return p.known(ctx, name)
		},
		Fetch: func(ctx context.Context, name string) error {
			p, name := of(name)
			return p.fetch(ctx, name)
		},
	}
}

// KeptElsewhere reports whether the lines of a kind only name their content.
func (o *drawer) KeptElsewhere(kind string) bool { return o.kinds.ofAll(kind).elsewhere }

package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"magpie/cards"
)

// Outlook is what an ask would be if it were written now.
type Outlook struct {
	Size    int             // people reached; at least one
	Payload json.RawMessage // exactly what would be sent
	Kept    []Kept
	Names   []Name // what it calls by names, its audience too
}

// Look finds out what an ask would be by now; a *cards.Refusal where its audience cannot
// be sent to.
func (o *Outbox) Look(ctx context.Context, a Ask) (Outlook, error) {
	k, ok := o.kinds[a.Kind]
	if !ok {
		return Outlook{}, fmt.Errorf("look at a request: kind %q is not registered", a.Kind)
	}
	payload, err := encode(a.Payload)
	if err != nil {
		return Outlook{}, err
	}
	size, err := k.size(payload)
	if err != nil {
		return Outlook{}, err
	}
	r := Request{Payload: payload, Size: max(size, len(a.Recipients))}
	var audience *Audience
	if a.Audience != "" {
		if audience, err = o.askBroadcast(ctx, o.DB, &r, a); err != nil {
			return Outlook{}, err
		}
	}
	kept, err := o.keptOf(k, payload, audience)
	return Outlook{Size: max(1, r.Size), Payload: payload, Kept: kept, Names: r.names(a.Names)}, err
}

// Shown is what the card of a request says of its payload.
type Shown struct {
	Head    []cards.Text    // to whom it goes and what they get
	Content []cards.Content // to the letter
	Fields  []cards.Field   // what has a form of its own
	Preview []cards.Button  // shows what cannot stand on a card
}

// Shown is what the card of a request of a kind would say of a payload, for those who
// approve it beforehand.
func (o *Outbox) Shown(kind string, payload json.RawMessage, recipients []string) (s Shown, err error) {
	k, ok := o.kinds[kind]
	if !ok {
		return s, fmt.Errorf("show a payload: kind %q is not registered", kind)
	}
	if s.Head, err = k.head(payload, recipients); err != nil {
		return s, err
	}
	if s.Content, err = k.content(payload); err != nil {
		return s, err
	}
	if s.Fields, err = k.fields(payload); err != nil {
		return s, err
	}
	s.Preview, err = k.preview(payload)
	return s, err
}

// PictureOf is the picture of what a payload holds inside: that which stands on the card of
// a request of its kind. inner is that kind and payload; a kind of "" has none.
func PictureOf[T any](o *Outbox, inner func(T) (kind string, payload json.RawMessage)) *Picture[T] {
	of := func(name string) (*picture, string) {
		kind, name, _ := strings.Cut(name, " ")
		return o.kinds[kind].picture, name
	}
	return &Picture[T]{
		Of: func(payload T) string {
			kind, raw := inner(payload)
			p := o.kinds[kind].picture
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
func (o *Outbox) KeptElsewhere(kind string) bool { return o.kinds[kind].elsewhere }

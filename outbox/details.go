package outbox

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"magpie/cards"
)

// Details shows a request to the letter: everything that its approval binds to and its hash,
// by the names that WeChat and the line give it. Refuses with cards.NotFound where there is no
// such request.
func (o *drawer) Details(ctx context.Context, n int64) (cards.Card, error) {
	r, err := o.request(ctx, o.DB, n)
	if isNone(err) {
		return cards.Card{}, noRequest(ctx, o.DB, n)
	} else if err != nil {
		return cards.Card{}, err
	}
	card := cards.Card{
		Account: r.Account, Named: true, Title: cards.T("details.title", "n", r.N),
		Notes: []cards.Text{cards.T("details.binds")},
	}
	if card.Content, err = o.exactly(ctx, r); err != nil {
		return card, err
	}
	add := func(label, text string) {
		if text != "" {
			card.Content = append(card.Content, cards.Content{Label: label, Text: text})
		}
	}
	add("kind", r.Kind)
	add("line", r.Line)
	if b := r.Broadcast; b != nil {
		add("audience", fmt.Sprintf("@%s, version %d, %d of %d", b.Audience, b.Version, r.Size, b.Total))
		add("columns", joinLines(b.Columns))
		for _, s := range b.Samples {
			add(fmt.Sprintf("row %d, %s", s.Row, s.OpenID), string(s.Payload))
		}
	}
	add("approvals needed", strconv.Itoa(r.Need))
	if !r.ExpiresAt.IsZero() && r.Need > 0 {
		add("open until", r.ExpiresAt.UTC().Format(time.RFC3339))
	}
	if !r.Due.IsZero() {
		add("due", r.Due.UTC().Format(time.RFC3339))
	}
	add("hash", r.Hash)
	return card, nil
}

// exactly is what is sent to the letter: to whom, as which account, and the payload.
func (o *drawer) exactly(ctx context.Context, r Request) ([]cards.Content, error) {
	k, known := o.kinds.of(r.Account, r.Kind)
	if !known {
		return nil, fmt.Errorf("request %d is of kind %s, which this magpie does not know", r.N, r.Kind)
	}
	content, err := k.content(r.Payload)
	if err != nil {
		return nil, err
	}
	recipients, err := o.namedRecipients(ctx, r)
	if err != nil {
		return nil, err
	}
	if len(recipients) > 0 {
		content = append([]cards.Content{{Label: "touser", Text: joinLines(recipients)}}, content...)
	}
	return append(content, cards.Content{Label: "appid", Text: r.Account}), nil
}

package commands

import (
	"context"
	"errors"
	"fmt"

	"magpie/cards"
	"magpie/outbox"
)

// notAllowed is a refusal for want of a role, which goes on record.
type notAllowed struct{ *cards.Refusal }

func (n *notAllowed) Unwrap() error { return n.Refusal }

func (b *Book) refused(ctx context.Context, call Call, no *notAllowed) error {
	if err := b.outbox.Refused(ctx, call.Who, b.index.tried(call, 0), no.Refusal, call.Once); err != nil {
		return fmt.Errorf("record refusal: %w", err)
	}
	return no.Refusal
}

func (b *Book) may(who cards.Person, role outbox.Role) error {
	err := b.roles.May(who, role)
	var refusal *cards.Refusal
	if errors.As(err, &refusal) {
		return &notAllowed{refusal}
	}
	return err
}

package commands

import (
	"context"
	"regexp"
	"strings"

	"magpie/cards"
	"magpie/outbox"
)

// conversationID is a channel as Slack names it to programs.
var conversationID = regexp.MustCompile(`^[CGD][A-Z0-9]+$`)

// MayAsk refuses, as Roles.May does, whoever may ask for nothing today.
func (b *Book) MayAsk(who cards.Person) error { return b.roles.May(who, outbox.Sender) }

// SpeaksIn is the place in which somebody says a line who is not there: a channel into which
// they can look, by its id or its name; "" is their own conversation with the bot. It refuses
// every other channel, and with Passes() bool where Slack has not said.
func (b *Book) SpeaksIn(ctx context.Context, who cards.Person, channel string) (cards.Place, error) {
	if channel == "" {
		return cards.Place{User: who.ID}, nil
	}
	id, known := channel, true
	if !conversationID.MatchString(channel) {
		id, known = b.sight.channels.Named(ctx, strings.TrimPrefix(channel, "#"))
	}
	if known {
		switch b.sight.looksInto(ctx, Call{Who: who}, id) {
		case looksIn:
			return cards.Place{Channel: id}, nil
		case cannotTell:
			return cards.Place{}, &passing{cards.Refuse("fault.token_channel_unknown", "channel", cards.Code(channel))}
		}
	}
	return cards.Place{}, cards.Refuse("fault.token_channel", "channel", cards.Code(channel))
}

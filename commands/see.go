package commands

import (
	"context"
	"strings"
	"sync"

	"magpie/articles"
	"magpie/audiences"
	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
)

// Channels is what Slack tells of channels, from a cache: see bot.Members. What is not
// known is waited for until ctx ends.
type Channels interface {
	Conversation(ctx context.Context, channel string) (c cards.Conversation, known bool)
	In(ctx context.Context, channel, user string) (in, known bool)
	// Named is the id of the channel of a name, without #, that settings give.
	Named(ctx context.Context, name string) (id string, known bool)
}

// nothingKnown is what is known of channels where nobody can be asked.
type nothingKnown struct{}

func (nothingKnown) Conversation(context.Context, string) (cards.Conversation, bool) {
	return cards.Conversation{}, false
}

func (nothingKnown) Shared(context.Context, string) (cards.File, error) { return cards.File{}, nil }

func (nothingKnown) Named(context.Context, string) (id string, known bool) { return "", false }

func (nothingKnown) In(context.Context, string, string) (in, known bool) { return false, false }

// sight is what people may see of what stands in magpie and in Slack.
type sight struct {
	index     *index
	outbox    *outbox.Outbox
	schedules *schedules.Schedules
	articles  *articles.Desk
	audiences *audiences.Audiences
	roles     RoleNames
	channels  Channels
	files     Files
}

// origin is where contents come from: what they are, who brought them here, and where
// that was said. The channel "" is that person's own conversation with the bot.
type origin struct {
	what    cards.Text // #17, A3, @vip
	request int64      // its number, of a request
	field   string     // the argument that names it
	by      string
	channel string
	// open is what belongs to the WeChat account and to no place.
	open bool
}

// sees is the one rule of who may see contents: approvers and admins, whoever brought
// them here, and of the others each full member of the workspace who could see the place
// where they were asked for. A guest, or somebody of another company whom a role lists,
// must be in that place, be it public or not. All others see nothing.
func (s *sight) sees(ctx context.Context, call Call, of origin) error {
	switch who := call.Who; {
	case who.Gone:
		return cards.Refuse("see.gone")
	case s.roles.May(who, outbox.Approver) == nil:
		return nil
	case of.request > 0 && s.outbox != nil && s.outbox.NeedsVoice(ctx, who, of.request):
		return nil // what they are asked to approve
	case !s.isOfUs(who):
		return cards.Refuse("see.stranger")
	case of.by == who.ID || of.open:
		return nil
	}
	switch s.looksInto(ctx, call, of.channel) {
	case looksIn:
		return nil
	case cannotTell:
		return &passing{cards.Refuse("see.unknown", "what", of.what)}
	case hiddenFromUs:
		return cards.Refuse("see.hidden", "what", of.what)
	}
	return cards.Refuse("see.elsewhere", "what", of.what)
}

// isOfUs reports whether somebody belongs to the workspace, or has a role by being listed.
func (s *sight) isOfUs(who cards.Person) bool {
	return who.Member || who.Guest || s.roles.May(who, outbox.Sender) == nil
}

// view is whether somebody can look into a channel.
type view int

const (
	looksAway view = iota
	looksIn
	hiddenFromUs // Slack shows it to them, perhaps, but not to magpie
	cannotTell   // Slack has not said
)

// looksInto tells whether whoever says a line can look into a channel. They are in that
// in which they say it: Slack lets nobody else.
func (s *sight) looksInto(ctx context.Context, call Call, channel string) view {
	switch channel {
	case "":
		return looksAway
	case call.Where.Channel:
		return looksIn
	}
	c, known := s.channels.Conversation(ctx, channel)
	in := c.Direct && c.User == call.Who.ID || c.Public && call.Who.Member
	switch {
	case !known:
		return cannotTell
	case in:
		return looksIn
	case c.Hidden:
		return hiddenFromUs
	case c.Direct:
		return looksAway
	}
	if in, known = s.channels.In(ctx, channel, call.Who.ID); !known {
		return cannotTell
	}
	if in {
		return looksIn
	}
	return looksAway
}

// stands refuses to show contents in a place that more people see than that from which
// they come. One's own one may take where one likes; in a channel that is shared with
// another company nothing is shown that was not asked for there.
func (s *sight) stands(ctx context.Context, call Call, where string, of origin) error {
	switch {
	case of.open, of.by == call.Who.ID, of.channel == where:
		return nil
	case where == "", isDirect(where), s.outbox != nil && where == s.outbox.ApprovalsChannel:
		return nil
	}
	refusal := cards.Refuse("see.stands", "what", of.what)
	if of.channel == "" {
		return refusal
	}
	from, known := s.channels.Conversation(ctx, of.channel)
	to, alsoKnown := s.channels.Conversation(ctx, where)
	switch {
	case known && !from.Public, alsoKnown && to.Shared:
		return refusal
	case !known, !alsoKnown:
		return &passing{cards.Refuse("see.unknown", "what", of.what)}
	}
	return nil
}

// isDirect reports whether a channel is a conversation of two.
func isDirect(channel string) bool { return strings.HasPrefix(channel, "D") }

// unseen counts what a list leaves out: what somebody may not see, and what nobody can
// tell just now.
type unseen struct{ hidden, unknown int }

// add counts what sees has refused.
func (u *unseen) add(err error) {
	if _, passes := err.(*passing); passes {
		u.unknown++
	} else {
		u.hidden++
	}
}

// visibleOf are the first of all, most of them, that somebody may see, and what is left
// out before the last of these. The places are asked about side by side.
func visibleOf[T any](ctx context.Context, s *sight, call Call, all []T, most int, of func(T) origin) (seen []T, left unseen) {
	ctx, cancel := context.WithTimeout(ctx, seeWithin)
	defer cancel()
	refused := make([]error, len(all))
	var asking sync.WaitGroup
	for i, one := range all {
		asking.Go(func() { refused[i] = s.sees(ctx, call, of(one)) })
	}
	asking.Wait()
	for i, one := range all {
		switch {
		case len(seen) == most:
			return seen, left
		case refused[i] != nil:
			left.add(refused[i])
		default:
			seen = append(seen, one)
		}
	}
	return seen, left
}

// notes say what a list leaves out.
func (u unseen) notes() (notes []cards.Text) {
	if u.hidden > 0 {
		notes = append(notes, cards.T("see.left_out", "count", u.hidden))
	}
	if u.unknown > 0 {
		notes = append(notes, cards.T("see.left_unknown", "count", u.unknown))
	}
	return notes
}

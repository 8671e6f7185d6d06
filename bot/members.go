package bot

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
)

// Members tells what a channel is and who is in it, from a cache. Slack is asked in the
// background, by one look-up a channel at a time; whoever needs to know waits as long as
// their context lasts, and not at all where it has ended. What Slack has not said is
// unknown, which is neither yes nor no. It is safe for use by several goroutines.
type Members struct {
	client *slack.Client
	now    func() time.Time
	log    *slog.Logger
	names  *ChannelNames // nil: none are named

	mu     sync.Mutex
	of     map[string]*place
	warned map[string]bool
}

// place is what is known of one channel.
type place struct {
	about  look[cards.Conversation]
	inside look[map[string]bool] // user ids
	// moved are who came and went while the list was being read; they are put right
	// when it has been.
	moved []moved
}

type moved struct {
	user string
	in   bool
}

// How long what Slack said of a channel is taken for true.
const (
	membersFresh = 5 * time.Minute
	membersKept  = 1000             // channels; past it what is old is forgotten
	membersRead  = 60 * time.Second // for one whole list
	membersLeft  = 30 * time.Second // the longest Retry-After that a list waits for
	// membersPage is what Slack recommends at most; it takes 999.
	// https://docs.slack.dev/reference/methods/conversations.members
	membersPage = 200
)

// NewMembers makes a Members that knows nothing yet. now may be nil, and so may log.
func NewMembers(client *slack.Client, now func() time.Time, log *slog.Logger) *Members {
	if now == nil {
		now = time.Now
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Members{client: client, now: now, log: log, of: make(map[string]*place), warned: make(map[string]bool)}
}

// Conversation is what Slack tells of a channel; false where that is not known. What was
// learnt holds for five minutes.
// Slack: conversations.info, https://docs.slack.dev/reference/methods/conversations.info
func (m *Members) Conversation(ctx context.Context, channel string) (cards.Conversation, bool) {
	return want(ctx, m, channel, func(p *place) *look[cards.Conversation] { return &p.about }, m.info, nil)
}

// Named is the id of the channel of a name that settings give; false where that is not known.
func (m *Members) Named(ctx context.Context, name string) (string, bool) {
	if m.names == nil {
		return "", false
	}
	return m.names.Named(ctx, name)
}

// Name has Named know names; before the first line.
func (m *Members) Name(names *ChannelNames) { m.names = names }

// In reports whether a person is in a channel; known is false where Slack has not said
// or does not show it. What was learnt holds for five minutes, put right by every coming
// and going that Slack tells.
// Slack: conversations.members, https://docs.slack.dev/reference/methods/conversations.members
func (m *Members) In(ctx context.Context, channel, user string) (in, known bool) {
	c, known := m.Conversation(ctx, channel)
	switch {
	case !known || c.Hidden:
		return false, false
	case c.Direct:
		return c.User == user, true
	}
	inside := func(p *place) *look[map[string]bool] { return &p.inside }
	_, known = want(ctx, m, channel, inside, m.list, func(p *place) {
		in = p.inside.found[user] // read under the lock: events change the set
	})
	return in, known
}

// place is what is known of a channel; the caller holds the lock.
func (m *Members) place(channel string) *place {
	if p, ok := m.of[channel]; ok {
		return p
	}
	if len(m.of) >= membersKept {
		for id, p := range m.of {
			if p.about.asking == nil && p.inside.asking == nil && m.now().Round(0).Sub(p.about.at) >= membersFresh {
				delete(m.of, id)
			}
		}
	}
	p := &place{}
	m.of[channel] = p
	return p
}

func (p *place) move(who moved) {
	switch {
	case p.inside.at.IsZero():
	case who.in:
		p.inside.found[who.user] = true
	default:
		delete(p.inside.found, who.user)
	}
}

// info asks what a channel is.
func (m *Members) info(ctx context.Context, channel string) (cards.Conversation, error) {
	call, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	c, err := m.client.GetConversationInfoContext(call, &slack.GetConversationInfoInput{ChannelID: channel})
	switch {
	case isCode(err, "channel_not_found", "not_in_channel"):
		return cards.Conversation{ID: channel, Hidden: true}, nil
	case err != nil:
		return cards.Conversation{}, tellError("conversations.info", err)
	case c.IsIM:
		return cards.Conversation{ID: channel, Direct: true, User: c.User}, nil
	}
	return cards.Conversation{
		ID: channel, Name: c.Name, Public: !c.IsPrivate && !c.IsGroup && !c.IsMpIM,
		Shared: c.IsExtShared || c.IsPendingExtShared,
	}, nil
}

// list asks who is in a channel, page after page.
func (m *Members) list(ctx context.Context, channel string) (map[string]bool, error) {
	inside := make(map[string]bool)
	for cursor := ""; ; {
		call, cancel := context.WithTimeout(ctx, callTimeout)
		ids, next, err := m.client.GetUsersInConversationContext(call, &slack.GetUsersInConversationParameters{
			ChannelID: channel, Cursor: cursor, Limit: membersPage,
		})
		cancel()
		switch wait, limited := rateLimit(err); {
		case limited && wait <= membersLeft:
			if sleep(ctx, wait) != nil {
				return nil, tellError("conversations.members", err)
			}
			continue
		case err != nil:
			return nil, tellError("conversations.members", err)
		}
		for _, id := range ids {
			inside[id] = true
		}
		if next == "" {
			return inside, nil
		}
		cursor = next
	}
}

// complain notes a failed look-up; what Slack does not grant is told once.
func (m *Members) complain(channel string, err error) {
	if !isUnsupported(err) {
		m.log.Warn("looking up who is in a channel failed", "channel", channel, "err", err)
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.warned[err.Error()] {
		m.warned[err.Error()] = true
		m.log.Error("Slack does not grant who is in a channel: the app needs the scopes of `magpie manifest`, and contents stay with approvers until it has them", "err", err)
	}
}

// hear takes what Slack tells of who comes and goes; it reports whether the event was of
// that sort. Slack tells it of channels that the bot is in.
// https://docs.slack.dev/reference/events/member_joined_channel
func (m *Members) hear(kind, self string, event json.RawMessage) bool {
	if kind != "member_joined_channel" && kind != "member_left_channel" {
		return false
	}
	e, err := decode[struct {
		User    string `json:"user"`
		Channel string `json:"channel"`
	}](event)
	if err != nil || e.User == "" || e.Channel == "" {
		return true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p, known := m.of[e.Channel]
	switch {
	case !known:
	case e.User == self: // what was hidden is to be seen now, or the other way about
		delete(m.of, e.Channel)
	default:
		who := moved{e.User, kind == "member_joined_channel"}
		p.move(who)
		if p.inside.asking != nil {
			p.moved = append(p.moved, who)
		}
	}
	return true
}

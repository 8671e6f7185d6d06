package bot

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
)

// ChannelNames tells which channels have certain names, from a cache that is refreshed in the
// background. A name that Slack does not list any more keeps its channel.
type ChannelNames struct {
	client *slack.Client
	names  []string
	log    *slog.Logger
	loaded chan struct{} // closed when the channels have been asked for once

	admins func() []string
	tell   TellOnce

	mu    sync.RWMutex
	ids   map[string]string
	since string // the names that were last told not to be there
}

const (
	channelsPerPage = 200 // what Slack recommends at most
	channelsMissing = time.Minute
)

// NewChannelNames makes a ChannelNames for names, without #; it knows none until Run has begun.
// tell, where not nil, tells admins of names that Slack does not list.
func NewChannelNames(client *slack.Client, names []string, admins func() []string, tell TellOnce, log *slog.Logger) *ChannelNames {
	return &ChannelNames{client: client, names: names, log: log, loaded: make(chan struct{}), admins: admins, tell: tell, ids: map[string]string{}}
}

// Named is the id of the channel of a name; false where Slack has not said, once it was asked
// or ctx has ended.
func (n *ChannelNames) Named(ctx context.Context, name string) (string, bool) {
	select {
	case <-n.loaded:
	case <-ctx.Done():
	}
	n.mu.RLock()
	defer n.mu.RUnlock()
	id, known := n.ids[name]
	return id, known
}

// Run reads the channels again and again until ctx ends: renamed ones are found within ten
// minutes, new ones within one.
func (n *ChannelNames) Run(ctx context.Context) {
	if len(n.names) == 0 {
		close(n.loaded)
		return
	}
	for first := true; ctx.Err() == nil; first = false {
		err := n.list(ctx)
		if first {
			close(n.loaded)
		}
		wait := refreshEvery
		switch missing := n.missing(); {
		case err != nil:
			n.log.Error("the channels that COMMANDS_IN names cannot be looked up: what may be one of them is refused", "missing", missing, "err", err)
			wait = refreshFailed
		case len(missing) > 0:
			wait = channelsMissing
			fallthrough
		default:
			n.say(ctx, missing)
		}
		if sleep(ctx, wait) != nil {
			return
		}
	}
}

// say tells the log and the admins of names that Slack does not list, each set of them once.
func (n *ChannelNames) say(ctx context.Context, missing []string) {
	state := strings.Join(missing, " ")
	if state == n.since {
		return
	}
	if len(missing) > 0 {
		n.log.Error("COMMANDS_IN names channels that Slack does not list: private ones without the bot, or none", "channels", missing)
	}
	card := cards.Card{Body: []cards.Text{cards.T("bot.channels_back")}}
	if len(missing) > 0 {
		names := make([]cards.Text, len(missing))
		for i, name := range missing {
			names[i] = cards.Code("#" + name)
		}
		card.Body = []cards.Text{cards.T("bot.channels_missing", "channels", names)}
	}
	if n.tell != nil {
		if err := n.tell(ctx, "channels of COMMANDS_IN", state, n.admins(), card); err != nil {
			n.log.Warn("admins could not be told of channels that Slack does not list", "err", err)
			return
		}
	}
	n.since = state
}

func (n *ChannelNames) missing() []string {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return slices.DeleteFunc(slices.Clone(n.names), func(name string) bool { _, known := n.ids[name]; return known })
}

// list reads page after page until every name has been found.
// Slack: conversations.list, https://docs.slack.dev/reference/methods/conversations.list
// (scopes channels:read and groups:read: private channels that the bot is in alone)
func (n *ChannelNames) list(ctx context.Context) error {
	found := 0
	for cursor := ""; ; {
		call, cancel := context.WithTimeout(ctx, callTimeout)
		page, next, err := n.client.GetConversationsContext(call, &slack.GetConversationsParameters{
			Cursor: cursor, Limit: channelsPerPage, ExcludeArchived: true, Types: []string{"public_channel", "private_channel"},
		})
		cancel()
		if wait, limited := rateLimit(err); limited {
			if sleep(ctx, wait) != nil {
				return ctx.Err()
			}
			continue
		} else if err != nil {
			return tellError("conversations.list", err)
		}
		for _, c := range page {
			if name := strings.ToLower(c.Name); slices.Contains(n.names, name) {
				n.mu.Lock()
				n.ids[name] = c.ID
				n.mu.Unlock()
				found++
			}
		}
		if next == "" || found == len(n.names) {
			return nil
		}
		cursor = next
	}
}

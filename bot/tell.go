package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/time/rate"

	"magpie/cards"
)

// Teller shows cards that others share: in a channel, a thread, or a person's own
// conversation with the bot. It keeps to about one message a second and channel.
type Teller struct {
	client *slack.Client
	words  *Words
	lang   string
	zone   string

	mu    sync.Mutex
	paces map[string]*rate.Limiter // by method and channel
	dms   map[string]string        // a person's conversation with the bot
}

// NewTeller makes a Teller that draws in lang and zone.
func NewTeller(client *slack.Client, words *Words, lang, zone string) *Teller {
	return &Teller{
		client: client, words: words, lang: lang, zone: zone,
		paces: make(map[string]*rate.Limiter), dms: make(map[string]string),
	}
}

// Post shows a new card at place and returns where it stands. What does not fit goes
// into its thread. All of it stands or none: when the rest cannot be posted, the card
// is taken back, so that posting it again does not show it twice. Errors are
// *TellError.
func (t *Teller) Post(ctx context.Context, place cards.Place, card cards.Card) (cards.Place, error) {
	place, err := t.open(ctx, place)
	if err != nil {
		return place, err
	}
	var messages []Message
	if err := withoutPicture(card, func(card cards.Card) (err error) {
		if messages = t.words.Draw(card, t.lang, t.zone); len(messages) > 0 {
			place.TS, err = t.post(ctx, &place, messages[0])
		}
		return err
	}); err != nil || len(messages) == 0 {
		return place, err
	}
	inThread := place
	if inThread.Thread == "" {
		inThread.Thread = place.TS
	}
	for _, m := range messages[1:] {
		if _, err := t.patiently(ctx, &inThread, m); err != nil {
			t.takeBack(ctx, place)
			place.TS = ""
			return place, err
		}
	}
	return place, nil
}

// Update draws the card anew where it stands. Its further messages stay as they are:
// what they hold does not change.
func (t *Teller) Update(ctx context.Context, place cards.Place, card cards.Card) error {
	return withoutPicture(card, func(card cards.Card) error {
		messages := t.words.Draw(card, t.lang, t.zone)
		if len(messages) == 0 {
			return nil
		}
		if err := t.pace("update", place.Channel).Wait(ctx); err != nil {
			return tellError("chat.update", err)
		}
		_, _, _, err := t.client.UpdateMessageContext(ctx, place.Channel, place.TS, messages[0].options()...)
		return tellError("chat.update", err)
	})
}

// open fills in the channel of a place that names only a person.
func (t *Teller) open(ctx context.Context, place cards.Place) (cards.Place, error) {
	if place.Channel != "" || place.User == "" {
		return place, nil
	}
	t.mu.Lock()
	channel := t.dms[place.User]
	t.mu.Unlock()
	if channel == "" {
		dm, _, _, err := t.client.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{place.User}})
		switch {
		case err == nil && dm != nil && dm.ID != "":
			channel = dm.ID
		case err == nil || isUnsupported(err):
			channel = place.User // Slack takes a person's id for their conversation
		default:
			return place, tellError("conversations.open", err)
		}
		t.mu.Lock()
		t.dms[place.User] = channel
		t.mu.Unlock()
	}
	place.Channel = channel
	return place, nil
}

// post posts one message; the channel becomes the one Slack says it stands in.
func (t *Teller) post(ctx context.Context, place *cards.Place, m Message) (string, error) {
	if err := t.pace("post", place.Channel).Wait(ctx); err != nil {
		return "", tellError("chat.postMessage", err)
	}
	options := append(m.options(), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	if place.Thread != "" {
		options = append(options, slack.MsgOptionTS(place.Thread))
	}
	channel, ts, err := t.client.PostMessageContext(ctx, place.Channel, options...)
	if err == nil && ts == "" {
		err = errors.New("no ts in the answer")
	}
	if err != nil {
		return "", tellError("chat.postMessage", err)
	}
	if channel != "" {
		place.Channel = channel
	}
	return ts, nil
}

// patiently posts what belongs to a card that already stands: it waits where Slack
// asks it to, a few times.
func (t *Teller) patiently(ctx context.Context, place *cards.Place, m Message) (ts string, err error) {
	for range 4 {
		if ts, err = t.post(ctx, place, m); err == nil {
			return ts, nil
		}
		told, ok := errors.AsType[*TellError](err)
		if !ok {
			return "", err
		}
		if wait := told.RetryAfter(); wait == 0 || sleep(ctx, wait) != nil {
			return "", err
		}
	}
	return "", err
}

func (t *Teller) takeBack(ctx context.Context, place cards.Place) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
	defer cancel()
	_, _, _ = t.client.DeleteMessageContext(ctx, place.Channel, place.TS)
}

// pace is the limiter of one method in one channel. There are as many as channels
// with cards; should they become many, those at rest are forgotten.
func (t *Teller) pace(method, channel string) *rate.Limiter {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := method + " " + channel
	limiter := t.paces[key]
	if limiter == nil {
		if len(t.paces) > 1000 {
			for k, l := range t.paces {
				if l.Tokens() >= burst {
					delete(t.paces, k)
				}
			}
		}
		limiter = rate.NewLimiter(rate.Every(time.Second), burst)
		t.paces[key] = limiter
	}
	return limiter
}

const burst = 5

// options are the message's text and blocks.
func (m Message) options() []slack.MsgOption {
	return []slack.MsgOption{slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...)}
}

// sleep waits, or returns the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

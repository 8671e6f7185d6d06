package bot

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
)

// Teller shows cards that others share: in a channel, a thread, or a person's own
// conversation with the bot. It keeps to about one message a second and channel, and to
// what Slack asks for, and never waits for either: whoever is too early gets a *TellError
// that says when to come back (RetryAfter, Paced), and has the turn then that
// cards.WithTurn names.
type Teller struct {
	client   *slack.Client
	words    *Words
	people   People
	lang     string
	zone     string
	accounts Accounts // nil: there is one
	paces    *paces

	mu     sync.Mutex
	dms    map[string]string // a person's conversation with the bot
	owners map[string]string // whose conversation with the bot a channel is; "": nobody's
	halves map[string]half   // by turn
}

// Accounts says which of several WeChat accounts what people see is about.
type Accounts interface {
	// Note names an account in small print; zero where there is one alone, or none is named.
	Note(account string) cards.Text
	// For is a button's line as it is said for an account.
	For(account, line string) string
}

// People tells what is known of somebody without asking Slack.
type People interface {
	Person(id string) (cards.Person, bool)
}

// NewTeller makes a Teller that draws in lang and zone, and in somebody's own conversation
// in theirs, as far as they are known.
func NewTeller(client *slack.Client, words *Words, people People, lang, zone string, accounts Accounts) *Teller {
	return &Teller{
		client: client, words: words, people: people, lang: lang, zone: zone, accounts: accounts, paces: newPaces(),
		dms: make(map[string]string), owners: make(map[string]string), halves: make(map[string]half),
	}
}

// Pace sets how often a channel takes a message, which is once a second at Slack. It is
// called before anything is posted, where the workspace knows no such limit.
func (t *Teller) Pace(every time.Duration) { t.paces.every = every }

// Post shows a new card at place and returns where it stands. What does not fit goes
// into its thread. All of it stands or none: where Slack asks for a pause, the same turn
// goes on with the rest; when that cannot be posted, the card is taken back, so that
// posting it again does not show it twice. Errors are *TellError.
func (t *Teller) Post(ctx context.Context, place cards.Place, card cards.Card) (cards.Place, error) {
	place, err := t.open(ctx, place)
	if err != nil {
		return place, err
	}
	begun, resumed := t.takeHalf(cards.Turn(ctx))
	if resumed && begun.rows {
		card = asRows(chartsInWords(card))
	}
	if !resumed {
		begun.posted = 1
		drawn := len(card.Charts)+len(card.Columns) > 0
		if err := asTaken(card, func(taken cards.Card, again bool) (err error) {
			card = taken
			if messages := t.drawn(ctx, place, card); len(messages) > 0 {
				// What was refused has had its turn.
				place.TS, err = t.post(ctx, &place, messages[0], again)
			}
			return err
		}); err != nil || place.TS == "" {
			return place, err
		}
		begun.place, begun.rows = place, drawn && len(card.Charts)+len(card.Columns) == 0
	}
	place = begun.place
	messages := t.drawn(ctx, place, card)
	inThread := place
	if inThread.Thread == "" {
		inThread.Thread = place.TS
	}
	for ; begun.posted < len(messages); begun.posted++ {
		_, err := t.post(ctx, &inThread, messages[begun.posted], true)
		if told, ok := errors.AsType[*TellError](err); ok && told.RetryAfter() > 0 && t.keepHalf(cards.Turn(ctx), begun) {
			place.TS = ""
			return place, err
		}
		if err != nil {
			t.takeBack(ctx, place)
			place.TS = ""
			return place, err
		}
	}
	if resumed { // it may be another by now
		t.paces.charge("update", place.Channel)
		if err := t.redraw(ctx, place, card); err != nil {
			t.keepHalf(cards.Turn(ctx), begun)
			place.TS = ""
			return place, err
		}
	}
	return place, nil
}

// drawn is a card as it is read at a place: in a conversation of the bot with somebody, by
// them.
func (t *Teller) drawn(ctx context.Context, place cards.Place, card cards.Card) []Message {
	lang, zone := t.lang, t.zone
	if reader, known := t.people.Person(t.readerOf(ctx, place)); known {
		lang, zone = cmp.Or(reader.Lang, lang), cmp.Or(reader.Zone, zone)
	}
	return t.words.Draw(t.forAccounts(card), lang, zone)
}

// forAccounts has a card name its account, and its buttons say for which account their lines
// are.
func (t *Teller) forAccounts(card cards.Card) cards.Card {
	if t.accounts == nil {
		return card
	}
	if note := t.accounts.Note(card.Account); !card.Named && !note.IsZero() {
		card.Notes = append(slices.Clone(card.Notes), note)
	}
	card.Rows = slices.Clone(card.Rows)
	for i, r := range card.Rows {
		card.Rows[i].Buttons = slices.Clone(r.Buttons)
		for j, b := range r.Buttons {
			if account := cmp.Or(b.Account, r.Account, card.Account); account != "" {
				card.Rows[i].Buttons[j].Line = t.accounts.For(account, b.Line)
			}
		}
	}
	card.Buttons = slices.Clone(card.Buttons)
	for i, b := range card.Buttons {
		if account := cmp.Or(b.Account, card.Account); account != "" {
			card.Buttons[i].Line = t.accounts.For(account, b.Line)
		}
	}
	return card
}

// readerOf is whose conversation with the bot a place is; "" where it is nobody's, or that
// cannot be had: Slack: conversations.info.
func (t *Teller) readerOf(ctx context.Context, place cards.Place) string {
	switch {
	case place.Channel == place.User:
		return place.User
	case !strings.HasPrefix(place.Channel, "D"):
		return ""
	case place.User != "":
		return place.User
	}
	t.mu.Lock()
	owner, known := t.owners[place.Channel]
	t.mu.Unlock()
	if known {
		return owner
	}
	dm, err := t.client.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: place.Channel})
	if err != nil {
		return ""
	}
	if dm.IsIM {
		owner = dm.User
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.owners[place.Channel] = owner
	return owner
}

// Update draws the card anew where it stands. Its further messages stay as they are:
// what they hold does not change.
func (t *Teller) Update(ctx context.Context, place cards.Place, card cards.Card) error {
	if wait := t.paces.take(ctx, "update", place.Channel); wait > 0 {
		return paced("chat.update", wait)
	}
	return t.redraw(ctx, place, card)
}

// redraw draws the first message anew, whatever the pace.
func (t *Teller) redraw(ctx context.Context, place cards.Place, card cards.Card) error {
	return asTaken(card, func(card cards.Card, _ bool) error {
		messages := t.drawn(ctx, place, card)
		if len(messages) == 0 {
			return nil
		}
		_, _, _, err := t.client.UpdateMessageContext(ctx, place.Channel, place.TS, messages[0].options()...)
		return t.heard(ctx, "update", place.Channel, tellError("chat.update", err))
	})
}

// heard holds a method in a channel for as long as Slack asked.
func (t *Teller) heard(ctx context.Context, method, channel string, err error) error {
	if told, ok := errors.AsType[*TellError](err); ok && told.Paced() {
		t.paces.hold(method, channel, told.RetryAfter(), cards.Turn(ctx))
	}
	return err
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

// post posts one message; the channel becomes the one Slack says it stands in. What
// belongs to something that stands, or answers a person, has no turn to wait for.
func (t *Teller) post(ctx context.Context, place *cards.Place, m Message, belongs bool) (string, error) {
	asked := place.Channel
	if belongs {
		t.paces.charge("post", asked)
	} else if wait := t.paces.take(ctx, "post", asked); wait > 0 {
		return "", paced("chat.postMessage", wait)
	}
	options := append(m.options(), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	if place.Thread != "" {
		options = append(options, slack.MsgOptionTS(place.Thread))
	}
	channel, ts, err := t.client.PostMessageContext(ctx, asked, options...)
	if err == nil && ts == "" {
		err = errors.New("no ts in the answer")
	}
	if err != nil {
		if belongs {
			ctx = cards.WithTurn(ctx, "") // it needs none
		}
		return "", t.heard(ctx, "post", asked, tellError("chat.postMessage", err))
	}
	if channel != "" {
		place.Channel = channel
	}
	return ts, nil
}

// halfKept is how long what stands of a card is known: longer than Slack is ever away.
const halfKept = 24 * time.Hour

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

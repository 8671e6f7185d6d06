package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"magpie/cards"
	"magpie/journal"
	"magpie/sending"
	"magpie/store"
)

// Hold is that an admin has paused everything, or everything of an account.
type Hold struct {
	Account string // its AppID; "": all
	Who     string // Slack user id
	Since   time.Time
}

// HoldText says who holds what, and since when.
func (o *drawer) HoldText(h Hold) cards.Text {
	return cards.T("card.held", "what", o.whatOf(h), "calls", callsOf(h), "who", holder(h), "at", h.Since, "line", o.resumeLine(h))
}

// holder is who holds it: a person, or the backup that this database is a copy from.
func holder(h Hold) any {
	if h.Who == "" {
		return cards.T("hold.by_backup")
	}
	return cards.User(h.Who)
}

// whatOf is what a hold holds.
func (o *drawer) whatOf(h Hold) cards.Text {
	if h.Account == "" {
		return cards.T("hold.everything")
	}
	return cards.T("hold.account", "title", o.title(h.Account))
}

// callsOf is which calls no longer begin while a hold stands.
func callsOf(h Hold) cards.Text {
	if h.Account == "" {
		return cards.T("hold.no_calls")
	}
	return cards.T("hold.no_account_calls")
}

// resumeLine is the line that ends a hold.
func (o *drawer) resumeLine(h Hold) cards.Text {
	if h.Account == "" || o.Name == nil {
		return cards.Code("resume-all")
	}
	return cards.Code("resume-all account=" + o.Name(h.Account))
}

// Holds are all holds of what is served, that of everything first.
func (o *drawer) Holds(ctx context.Context) ([]Hold, error) { return o.holds(ctx, o.DB) }

func (o *drawer) holds(ctx context.Context, q store.Queryer) ([]Hold, error) {
	names, err := store.Column[string](q.Query(ctx, "select name from setting where name = 'paused' or name like 'paused %' order by name"))
	if err != nil {
		return nil, fmt.Errorf("read what is held: %w", err)
	}
	var all []Hold
	for _, name := range names {
		h, err := o.hold(ctx, q, strings.TrimPrefix(strings.TrimPrefix(name, sending.PausedAs("")), " "))
		if err != nil {
			return nil, err
		}
		if h != nil && (h.Account == "" || o.Accounts.Serve(h.Account)) {
			all = append(all, *h)
		}
	}
	return all, nil
}

// Running are the accounts that are served and not held, and held those that are.
func (o *drawer) Running(ctx context.Context) (running, held Accounts, err error) {
	holds, err := o.Holds(ctx)
	running, held = o.apart(holds)
	return running, held, err
}

// apart are the accounts that are served, apart by whether they are held.
func (o *drawer) apart(holds []Hold) (running, held Accounts) {
	for _, account := range o.Accounts {
		if slices.ContainsFunc(holds, func(h Hold) bool { return h.Account == "" || h.Account == account }) {
			held = append(held, account)
		} else {
			running = append(running, account)
		}
	}
	return running, held
}

// hold is that of one account, or ("") of everything; nil where there is none.
func (o *drawer) hold(ctx context.Context, q store.Queryer, account string) (*Hold, error) {
	h := Hold{Account: account}
	var since int64
	err := q.QueryRow(ctx, "select value from setting where name = $1", sending.PausedAs(account)).Scan(&since)
	if isNone(err) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("read who holds what: %w", err)
	}
	h.Since = store.Time(since)
	verb := "paused_all"
	if account != "" {
		verb = "paused_account"
	}
	e, err := o.journal.Last(ctx, q, journal.Query{Account: account, Subject: journal.Subject(0), Verbs: []string{verb}})
	if e != nil {
		h.Who = e.Who
	}
	return &h, err
}

// HeldFor is who holds what is for an account, and since when; nil where nobody does.
func (o *drawer) HeldFor(ctx context.Context, account string) (*Hold, error) {
	return o.heldBy(ctx, o.DB, account)
}

func (o *drawer) heldBy(ctx context.Context, q store.Queryer, account string) (*Hold, error) {
	h, err := o.hold(ctx, q, "")
	if h != nil || err != nil || account == "" {
		return h, err
	}
	return o.hold(ctx, q, account)
}

// unlessHeld is the answer of a key to an act on an account's request, or KEY_held: that what
// it allows begins once it is no longer held.
func (o *drawer) unlessHeld(ctx context.Context, q store.Queryer, account, key string, pairs ...any) (cards.Text, error) {
	h, err := o.heldBy(ctx, q, account)
	if err != nil || h == nil {
		return cards.T(key, pairs...), err
	}
	return cards.T(key+"_held", append(pairs, "what", o.whatOf(*h), "who", holder(*h), "since", h.Since, "line", o.resumeLine(*h))...), nil
}

// mostChannels bounds how many channels are told that everything is held: a post each.
const mostChannels = 100

// tellHold posts in each channel where the card of an open request of accounts stands that it
// is held, or goes on, and has these cards drawn anew.
func (o *teller) tellHold(ctx context.Context, tx *store.Tx, accounts Accounts, told cards.Text) error {
	of, args := accounts.In("r.account", 2)
	channels, err := store.Column[string](tx.Query(ctx, `select distinct p.channel from post p join request r on p.owner = 'request' and p.subject = cast(r.n as text)
		where p.role = 'card' and p.person = '' and p.channel <> '' and r.state in `+openStates+` and `+of+` order by p.channel limit $1`, append([]any{mostChannels}, args...)...))
	if err != nil {
		return fmt.Errorf("read where cards wait: %w", err)
	}
	for _, channel := range channels {
		if err := o.Posts.Notify(ctx, tx, cards.Place{Channel: channel}, cards.Card{Body: []cards.Text{told}}); err != nil {
			return err
		}
	}
	return o.Jobs.Enqueue(ctx, tx, jobDrawOpen, drawOpenJob{})
}

const (
	openStates = "('waiting', 'approved', 'sending', 'paused')"
	drawAtOnce = 100 // requests, in one transaction
)

// drawOpenJob has the cards of all open requests after one drawn anew.
type drawOpenJob struct {
	After int64 `json:"after"`
}

// drawOpen has the cards of all open requests after number n drawn anew. There may be
// thousands, so lines are accepted in between.
func (o *teller) drawOpen(ctx context.Context, job drawOpenJob) error {
	n := job.After
	for {
		open, err := store.Column[int64](o.DB.Query(ctx, "select n from request where n > $1 and state in "+openStates+" order by n limit $2", n, drawAtOnce))
		if err != nil || len(open) == 0 {
			return err
		}
		if err := o.DB.Update(ctx, func(tx *store.Tx) (err error) {
			for _, n := range open {
				err = errors.Join(err, o.Redraw(ctx, tx, n))
			}
			return err
		}); err != nil {
			return fmt.Errorf("draw the cards of requests after %d: %w", n, err)
		}
		n = open[len(open)-1]
	}
}

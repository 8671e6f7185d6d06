package outcomes

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
	"magpie/wechat"
)

// The states of a mass message, as WeChat tells them.
const (
	underWay   = "sending"
	confirming = "confirming" // an administrator has to confirm it
	arrived    = "sent"
	notSent    = "failed"
	deleted    = "deleted"
	stillOpen  = "open" // a day has passed, and WeChat has not said
)

// How WeChat is asked: at least each firstWaits in the first minute, then at growing steps of
// at most lastWait, and for askFor in all. No page names a quota of the call.
const (
	firstWaits = 8 * time.Second // the clock is looked at each second, and at most 10 s may pass
	firstFor   = time.Minute
	lastWait   = time.Hour
	askFor     = 24 * time.Hour
)

// nextWait is how long it is until WeChat is asked again: the older a message, the longer.
func nextWait(age time.Duration) time.Duration {
	if age < firstFor {
		return firstWaits
	}
	return min(age/2, lastWait)
}

// Sent is a mass message that WeChat has taken.
type Sent struct {
	Account   string
	Request   int64
	MsgID     string
	MsgDataID string // "" of what is no article
	MediaID   string
}

// Sent has WeChat asked how a mass message ends, where that is not heard, and its articles
// followed. It bears being said twice.
func (o *Outcomes) Sent(ctx context.Context, m Sent) {
	now := o.Now()
	o.insist(ctx, func(tx *store.Tx) error {
		if !o.WeChat.Of(m.Account).Hears {
			if _, err := tx.Exec(ctx, `insert into mass_message (account, msg_id, request, sent_at, state, next_at) values ($1, $2, $3, $4, $5, $6)
				on conflict (account, msg_id) do nothing`, m.Account, m.MsgID, m.Request, store.Millis(now), underWay, store.Millis(now.Add(firstWaits))); err != nil {
				return fmt.Errorf("note the mass message %s: %w", m.MsgID, err)
			}
		}
		if m.MsgDataID == "" {
			return nil
		}
		return o.follow(ctx, tx, publication{Account: m.Account, MsgDataID: m.MsgDataID, Request: m.Request, MediaID: m.MediaID, OutAt: now})
	})
}

// massMessage is one that WeChat is asked about.
type massMessage struct {
	Account string    `db:"account"`
	MsgID   string    `db:"msg_id"`
	Request int64     `db:"request"`
	SentAt  time.Time `db:"sent_at"`
	ToldAt  time.Time `db:"told_at"`
	State   string    `db:"state"`
	Next    int64     `db:"next_at"`
	Asked   int       `db:"asked"`
}

var selectMasses = "select " + store.ColumnsOf[massMessage]("") + " from mass_message where "

// askMasses asks about the mass messages of accounts whose time has come.
func (o *Outcomes) askMasses(ctx context.Context, accounts outbox.Accounts) error {
	in, args := accounts.In("account", 2)
	due, err := store.All[massMessage](o.DB.Query(ctx, selectMasses+"next_at > 0 and next_at <= $1 and "+in+" order by next_at limit 20",
		append([]any{store.Millis(o.Now())}, args...)...))
	if err != nil {
		return err
	}
	var errs []error
	for _, m := range due {
		errs = append(errs, o.askMass(ctx, m))
	}
	return errors.Join(errs...)
}

// leastAsked is how often WeChat is asked before its silence is called final.
const leastAsked = 5

// askMass asks about one. Whoever moves next_at asks, so several processes may watch.
func (o *Outcomes) askMass(ctx context.Context, m massMessage) error {
	now := o.Now()
	age, claimed := now.Sub(m.SentAt), int64(0)
	next := store.Millis(now.Add(nextWait(age)))
	if err := o.DB.Update(ctx, func(tx *store.Tx) (err error) {
		claimed, err = tx.Exec(ctx, "update mass_message set next_at = $3, asked = asked + 1 where account = $1 and msg_id = $2 and next_at = $4", m.Account, m.MsgID, next, m.Next)
		return err
	}); err != nil || claimed == 0 {
		return err
	}
	state, err := o.stateOf(ctx, m)
	if err != nil {
		o.Log.Warn("how a mass message ended is not known yet", "msg_id", m.MsgID, "error", err)
	}
	// One question that failed is no answer: whoever was stopped for a day asks some more.
	if age >= askFor && (state == "" && m.Asked >= leastAsked || state == underWay || state == confirming) {
		state = stillOpen
	}
	if state == "" || state == m.State {
		return nil
	}
	return o.told(ctx, m, state)
}

// stateOf is what WeChat says of a mass message; "" where it says nothing.
func (o *Outcomes) stateOf(ctx context.Context, m massMessage) (string, error) {
	status, err := o.WeChat.Of(m.Account).MassState(ctx, m.MsgID)
	if failed, ok := errors.AsType[*wechat.Error](err); ok && (failed.Code == 89504 || failed.Code == 89505) {
		return confirming, nil
	}
	if err != nil {
		return "", err
	}
	switch status {
	case wechat.MassArrived:
		return arrived, nil
	case wechat.MassFailed:
		return notSent, nil
	case wechat.MassDeleted:
		return deleted, nil
	}
	return underWay, nil
}

// told writes what WeChat has said, and what follows from it: a request that was called done
// becomes failed, as by WeChat's own event.
func (o *Outcomes) told(ctx context.Context, m massMessage, state string) error {
	is := map[string]cards.Text{notSent: cards.T("outcome.mass_failed", "own", cards.Code(string(wechat.MassFailed))), deleted: cards.T("outcome.mass_deleted", "own", cards.Code(string(wechat.MassDeleted)))}
	switch state {
	case arrived, notSent, deleted:
		if err := o.Outbox.Engine.Report(ctx, m.Account, massKind, m.MsgID, state != notSent, is[state]); err != nil {
			return err
		}
	}
	return o.insist(ctx, func(tx *store.Tx) error {
		over := ""
		if state != underWay && state != confirming {
			over = ", next_at = 0"
		}
		if _, err := tx.Exec(ctx, "update mass_message set state = $3, told_at = $4"+over+" where account = $1 and msg_id = $2", m.Account, m.MsgID, state, store.Millis(o.Now())); err != nil {
			return err
		}
		switch state {
		case stillOpen, confirming:
			return o.Outbox.Reply(ctx, tx, m.Request, cards.T("outcome.mass_"+state))
		case notSent:
			if err := o.unfollow(ctx, tx, m.Request); err != nil {
				return err
			}
		}
		return o.Outbox.Redraw(ctx, tx, m.Request)
	})
}

// massKind is the kind of request that sends mass messages.
const massKind = "mass.send"

// endField says on a card how a mass message ended, as far as WeChat has said.
func (o *Outcomes) endField(ctx context.Context, q store.Queryer, n int64) ([]cards.Field, error) {
	m, err := store.One[massMessage](ctx, q, selectMasses+"request = $1 order by sent_at desc limit 1", n)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("read how the mass message of request %d ended: %w", n, err)
	}
	said := cards.T("outcome.asked")
	if !m.ToldAt.IsZero() {
		said = cards.T("outcome.said", "what", cards.T("outcome.is_"+m.State), "at", m.ToldAt)
	}
	return []cards.Field{{Label: cards.T("outcome.field"), Value: said}}, nil
}

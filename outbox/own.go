package outbox

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"magpie/cards"
	"magpie/journal"
	"magpie/store"
)

// Own is the openid that somebody has linked as their own for an account; "" where none is.
func (o *people) Own(ctx context.Context, account, who string) (string, error) {
	return ownOf(ctx, o.DB, account, who)
}

func ownOf(ctx context.Context, q store.Queryer, account, who string) (openid string, err error) {
	err = q.QueryRow(ctx, "select openid from own_openid where account = $1 and who = $2", account, who).Scan(&openid)
	return openid, ignoreNone(err)
}

// goesToOneself reports whether a request reaches nobody but whoever asks, by the openid that
// they have linked: that needs nobody's approval.
func (o *people) goesToOneself(ctx context.Context, q store.Queryer, r Request, recipients []string) (bool, error) {
	if r.Broadcast != nil || len(recipients) == 0 {
		return false, nil
	}
	own, err := ownOf(ctx, q, r.Account, r.By)
	return own != "" && !slices.ContainsFunc(recipients, func(id string) bool { return id != own }), err
}

// Link notes an openid as the own one of whoever presses, for p.Account. It is on record.
//
// A sender's. Refuses without a code who has linked another, which an admin takes back, and an
// openid that somebody else has linked.
func (o *people) Link(ctx context.Context, p Press, openid string) (Said, error) {
	return o.accept(ctx, p.Once, act{verb: "linked", who: p.Who.ID, account: p.Account}, func(ctx context.Context, tx *store.Tx, entry *act) (Said, error) {
		if err := o.Roles.May(p.Who, Sender); err != nil {
			return Said{}, err
		}
		entry.subject, entry.note = ownSubject(p.Who.ID), cards.T("act.linked", "openid", cards.Code(openid))
		was, err := ownOf(ctx, tx, p.Account, p.Who.ID)
		switch {
		case err != nil:
			return Said{}, err
		case was == openid:
			return Said{Text: cards.T("own.linked", "openid", cards.Code(openid), "account", o.title(p.Account))}, nil
		case was != "":
			return Said{}, cards.Refuse("fault.own_linked", "openid", cards.Code(was), "line", cards.Code("me off who=@USER"))
		}
		return Said{Text: cards.T("own.linked", "openid", cards.Code(openid), "account", o.title(p.Account))}, link(ctx, tx, p.Account, p.Who.ID, openid, o.Now())
	})
}

func ownSubject(who string) string { return "own " + who }

// link writes whose an openid is; it refuses one that somebody else has linked.
func link(ctx context.Context, tx *store.Tx, account, who, openid string, now time.Time) error {
	var other string
	err := tx.QueryRow(ctx, "select who from own_openid where account = $1 and openid = $2 and who <> $3", account, openid, who).Scan(&other)
	if err == nil {
		return cards.Refuse("fault.own_taken", "who", cards.User(other))
	} else if !isNone(err) {
		return err
	}
	_, err = tx.Exec(ctx, `insert into own_openid (account, who, openid, at) values ($1, $2, $3, $4)
		on conflict (account, who) do update set openid = excluded.openid, at = excluded.at`, account, who, openid, store.Millis(now))
	return err
}

// Unlink forgets whose own openid it was, for p.Account: an admin's, so that nobody goes from
// one person's openid to the next. Refuses without a code who has linked none.
func (o *people) Unlink(ctx context.Context, p Press, who string) (Said, error) {
	return o.accept(ctx, p.Once, act{verb: "unlinked", who: p.Who.ID, account: p.Account}, func(ctx context.Context, tx *store.Tx, entry *act) (Said, error) {
		if err := o.Roles.May(p.Who, Admin); err != nil {
			return Said{}, err
		}
		gone, err := tx.Exec(ctx, "delete from own_openid where account = $1 and who = $2", p.Account, who)
		if err == nil && gone == 0 {
			return Said{}, cards.Refuse("fault.own_none", "who", cards.User(who))
		}
		entry.subject, entry.note = ownSubject(who), cards.T("act.unlinked", "who", cards.User(who))
		return Said{Text: cards.T("own.unlinked", "who", cards.User(who))}, err
	})
}

const (
	ownScene = "magpie-me-"
	// OwnCodeLife is how long a code may be scanned.
	OwnCodeLife = 10 * time.Minute
)

// OwnScene is the scene of a QR code by which whoever presses links the WeChat that scans it,
// for p.Account, within OwnCodeLife: who scans it has that WeChat in their hands.
//
// A sender's.
func (o *people) OwnScene(ctx context.Context, p Press) (scene string, err error) {
	if err := o.Roles.May(p.Who, Sender); err != nil {
		return "", err
	}
	raw := make([]byte, 16)
	_, _ = rand.Read(raw) // it never fails
	scene = ownScene + hex.EncodeToString(raw)
	return scene, o.DB.Update(ctx, func(tx *store.Tx) error {
		now := o.Now()
		if _, err := tx.Exec(ctx, "delete from own_code where until < $1 or account = $2 and who = $3", store.Millis(now), p.Account, p.Who.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "insert into own_code (account, scene, who, until) values ($1, $2, $3, $4)", p.Account, scene, p.Who.ID, store.Millis(now.Add(OwnCodeLife)))
		return err
	})
}

// Scanned links the openid that scanned a code of OwnScene, and tells its owner. Other scenes,
// and codes that are too old or were scanned, are none of it.
func (o *people) Scanned(ctx context.Context, account, scene, openid string) error {
	if !strings.HasPrefix(scene, ownScene) || openid == "" {
		return nil
	}
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		var who string
		err := tx.QueryRow(ctx, "delete from own_code where account = $1 and scene = $2 and until >= $3 returning who", account, scene, store.Millis(o.Now())).Scan(&who)
		if err != nil {
			return ignoreNone(err)
		}
		err = link(ctx, tx, account, who, openid, o.Now())
		if refusal, ok := err.(*cards.Refusal); ok {
			return o.tellPerson(ctx, tx, who, refusal.Text)
		} else if err != nil {
			return err
		}
		note := cards.T("act.linked_scan", "openid", cards.Code(openid))
		if err := o.journal.Write(ctx, tx, journal.Entry{Account: account, Subject: ownSubject(who), Verb: "linked", Who: who, Note: noteOf(note)}); err != nil {
			return err
		}
		return o.tellPerson(ctx, tx, who, cards.T("own.linked", "openid", cards.Code(openid), "account", o.title(account)))
	})
}

// Forget drops an openid that follows an account no more, as WeChat asks.
func (o *people) Forget(ctx context.Context, account, openid string) error {
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "delete from own_openid where account = $1 and openid = $2", account, openid)
		return err
	})
}

package audiences

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"magpie/cards"
	"magpie/store"
)

const jobUnsubscribe = "audience.unsubscribe"

// unsubscribeJob puts the people of a file on the unsubscribe list, or takes them off it.
// Done again, it does no harm.
type unsubscribeJob struct {
	Account string      `json:"account"`
	Off     bool        `json:"off,omitempty"` // they are taken off
	Own     bool        `json:"own,omitempty"` // only those whom the same person had put there
	File    string      `json:"file"`
	Who     string      `json:"who"`
	Where   cards.Place `json:"where"`
	Reason  string      `json:"reason,omitempty"`
	At      time.Time   `json:"at"` // what was put there since is this job's own
}

// UnsubscribeFile puts everybody of a CSV file on the list.
func (a *Audiences) UnsubscribeFile(ctx context.Context, act Act, file, why string) (Said, error) {
	act.Verb, act.Note = "unsubscribed", "file "+file+": "+why
	return a.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		where := cards.Place{Channel: act.Where.Channel, Thread: act.Where.Thread, User: act.Who.ID}
		return Said{Text: cards.T("audience.answer_unsubscribing")},
			a.Jobs.Enqueue(ctx, tx, jobUnsubscribe, unsubscribeJob{Account: act.Account, File: file, Who: act.Who.ID, Where: where, Reason: why, At: a.Now()})
	})
}

// ResubscribeFile takes everybody of a CSV file off the list; with own, only those whom
// whoever asks had put there.
func (a *Audiences) ResubscribeFile(ctx context.Context, act Act, file string, own bool) (Said, error) {
	act.Verb, act.Note = "resubscribed", "file "+file
	return a.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		where := cards.Place{Channel: act.Where.Channel, Thread: act.Where.Thread, User: act.Who.ID}
		return Said{Text: cards.T("audience.answer_resubscribing")},
			a.Jobs.Enqueue(ctx, tx, jobUnsubscribe, unsubscribeJob{Account: act.Account, Off: true, Own: own, File: file, Who: act.Who.ID, Where: where, At: a.Now()})
	})
}

func (a *Audiences) workUnsubscribe(ctx context.Context, job unsubscribeJob) error {
	ctx, cancel := a.untilStop(ctx)
	defer cancel()
	u := a.unsubscribing(job)
	err := u.read(ctx)
	var source *sourceError
	switch {
	case a.isStopping():
		return errStopping
	case err != nil && !isRefusal(err) && (!errors.As(err, &source) || source.passes() && a.Now().Sub(job.At) < readWithin):
		return err // the job is tried again
	}
	return u.tell(ctx, u.card(err))
}

// unsubscribeTooLong tells that reading a file took too long three times. What was read of it
// stands.
func (a *Audiences) unsubscribeTooLong(ctx context.Context, job unsubscribeJob) error {
	u := a.unsubscribing(job)
	card := u.card(cards.Refuse("audience.list_too_long"))
	card.Body = card.Body[:1] // how many there were is not known
	return u.tell(ctx, card)
}

func (a *Audiences) unsubscribing(job unsubscribeJob) *unsubscribing {
	if job.Account == "" { // of a magpie of before jobs bore one
		job.Account = a.Outbox.Earlier
	}
	return &unsubscribing{Audiences: a, job: job}
}

// tell puts on record and tells what came of it.
func (u *unsubscribing) tell(ctx context.Context, card cards.Card) error {
	a, job := u.Audiences, u.job
	return a.DB.Update(ctx, func(tx *store.Tx) error {
		verb := "unsubscribed"
		if job.Off {
			verb = "resubscribed"
		}
		if err := a.noteSelf(ctx, tx, job.Account, "", verb, fmt.Sprintf("%s: %d", job.File, u.changed)); err != nil {
			return err
		}
		if err := a.Posts.Notify(ctx, tx, job.Where, card); err != nil || u.tellsAll() {
			return err
		}
		rows := fmt.Sprintf("unsubscribe %s %d", job.File, store.Millis(job.At))
		if err := a.Outbox.Engine.KeepLeftOut(ctx, tx, rows, 0, u.all()); err != nil {
			return err
		}
		return a.Outbox.Engine.EnqueueLeftOut(ctx, tx, "left-out.csv", job.Where, rows)
	})
}

// readWithin is how long a file that is not to be had is asked for.
const readWithin = 15 * time.Minute

// unsubscribing is one attempt at reading a file for the list.
type unsubscribing struct {
	*Audiences
	tally
	job     unsubscribeJob
	name    string
	changed int64 // people
	others  int64 // who stay on the list: somebody else has put them there
	seen    int   // good rows
}

func (u *unsubscribing) read(ctx context.Context) error {
	name, _, body, err := u.Files.Open(ctx, u.job.File)
	u.name = name
	if err != nil {
		return ofSource(err)
	}
	defer body.Close()
	t, err := openTable(body)
	if err != nil {
		return ofSource(err)
	}
	var ids []string
	for {
		e, err := t.next()
		if err == io.EOF {
			return u.put(ctx, ids)
		}
		if err != nil {
			return ofSource(err)
		}
		if e.bad != "" {
			u.leaveOut(e.bad, e.row)
			continue
		}
		if u.seen++; u.seen > maxMembers {
			return cards.Refuse("audience.too_many", "limit", maxMembers)
		}
		if ids = append(ids, e.openid); len(ids) == chunk {
			if err := u.put(ctx, ids); err != nil {
				return err
			}
			ids = ids[:0]
		}
	}
}

func (u *unsubscribing) put(ctx context.Context, ids []string) error {
	return u.DB.Update(ctx, func(tx *store.Tx) error {
		if u.job.Off {
			return u.takeOff(ctx, tx, ids)
		}
		added, err := u.unsubscribe(ctx, tx, u.job.Account, u.job.Who, ids, u.job.Reason)
		u.changed += added
		return err
	})
}

// takeOff takes people off the list, or counts those who are not this person's to take.
func (u *unsubscribing) takeOff(ctx context.Context, tx *store.Tx, ids []string) error {
	for _, id := range ids {
		gone, err := tx.Exec(ctx, "delete from unsubscribed where account = $4 and openid = $1 and ($2 = 0 or who = $3)", id, number01(u.job.Own), u.job.Who, u.job.Account)
		if err != nil {
			return err
		}
		if !u.job.Own {
			kept, err := tx.Exec(ctx, "delete from unsubscribed_digest where account = $1 and digest = $2", u.job.Account, digestOf(id))
			if err != nil {
				return err
			}
			gone = max(gone, kept)
		}
		if u.changed += gone; gone > 0 || !u.job.Own {
			continue
		}
		var others int64
		if err := tx.QueryRow(ctx, "select (select count(*) from unsubscribed where account = $1 and openid = $2) + (select count(*) from unsubscribed_digest where account = $1 and digest = $3)", u.job.Account, id, digestOf(id)).Scan(&others); err != nil {
			return err
		}
		u.others += others
	}
	return nil
}

func number01(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// card tells how many are new on the list, or why the file could not be read.
func (u *unsubscribing) card(err error) cards.Card {
	file := cards.Code(u.name)
	if u.name == "" {
		file = cards.Code(u.job.File)
	}
	by := cards.T("audience.by", "who", cards.User(u.job.Who), "at", u.job.At)
	if u.job.Reason != "" {
		by = cards.T("audience.by_reason", "who", cards.User(u.job.Who), "at", u.job.At, "why", u.job.Reason)
	}
	c := cards.Card{
		Account: u.job.Account,
		Title:   cards.T("audience.unsubscribed_ready", "count", u.changed, "file", file),
		Body:    u.leftOut(),
		Fields:  []cards.Field{{Label: cards.T("audience.field_by"), Value: by}},
	}
	soFar := cards.T("audience.unsubscribed_so_far", "count", u.changed)
	if u.job.Off {
		c.Title = cards.T("audience.resubscribed_ready", "count", u.changed, "file", file)
		soFar = cards.T("audience.resubscribed_so_far", "count", u.changed)
	}
	if u.others > 0 {
		c.Body = append([]cards.Text{cards.T("audience.resubscribed_others", "count", u.others)}, c.Body...)
	}
	if err != nil {
		c.Title = cards.T("audience.unsubscribed_failed", "file", file)
		c.Body = append([]cards.Text{reason(err), soFar}, c.Body...)
	}
	return c
}

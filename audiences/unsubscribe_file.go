package audiences

import (
	"context"
	"errors"
	"io"
	"time"

	"magpie/cards"
	"magpie/store"
)

const jobUnsubscribe = "audience.unsubscribe"

// unsubscribeJob puts the people of a file on the unsubscribe list. Done again, it does
// no harm.
type unsubscribeJob struct {
	File   string      `json:"file"`
	Who    string      `json:"who"`
	Where  cards.Place `json:"where"`
	Reason string      `json:"reason,omitempty"`
	At     time.Time   `json:"at"` // what was put there since is this job's own
}

// UnsubscribeFile puts everybody of a CSV file on the list.
func (a *Audiences) UnsubscribeFile(ctx context.Context, act Act, file, why string) (Said, error) {
	act.Verb, act.Note = "unsubscribed", "file "+file+": "+why
	return a.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		where := cards.Place{Channel: act.Where.Channel, Thread: act.Where.Thread, User: act.Who.ID}
		return Said{Text: cards.T("audience.answer_unsubscribing")},
			a.Outbox.Enqueue(ctx, tx, jobUnsubscribe, unsubscribeJob{File: file, Who: act.Who.ID, Where: where, Reason: why, At: a.Now()})
	})
}

func (a *Audiences) workUnsubscribe(ctx context.Context, job unsubscribeJob) error {
	ctx, cancel := a.untilStop(ctx)
	defer cancel()
	u := &unsubscribing{Audiences: a, job: job}
	err := u.read(ctx)
	var source *sourceError
	switch {
	case a.isStopping():
		return errStopping
	case err != nil && !isRefusal(err) && (!errors.As(err, &source) || source.passes() && a.Now().Sub(job.At) < readWithin):
		return err // the job is tried again
	}
	card := u.card(err)
	return a.DB.Update(ctx, func(tx *store.Tx) error {
		if err := a.noteSelf(ctx, tx, "", "unsubscribed", job.File); err != nil {
			return err
		}
		return a.Outbox.Notify(ctx, tx, job.Where, card)
	})
}

// readWithin is how long a file that is not to be had is asked for.
const readWithin = 15 * time.Minute

// unsubscribing is one attempt at reading a file for the list.
type unsubscribing struct {
	*Audiences
	tally
	job   unsubscribeJob
	name  string
	added int64
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
		added, err := u.unsubscribe(ctx, tx, u.job.Who, ids, u.job.Reason)
		u.added += added
		return err
	})
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
		Title:  cards.T("audience.unsubscribed_ready", "count", u.added, "file", file),
		Body:   u.leftOut(),
		Fields: []cards.Field{{Label: cards.T("audience.field_by"), Value: by}},
	}
	if err != nil {
		c.Title = cards.T("audience.unsubscribed_failed", "file", file)
		c.Body = append([]cards.Text{reason(err), cards.T("audience.unsubscribed_so_far", "count", u.added)}, c.Body...)
	}
	return c
}

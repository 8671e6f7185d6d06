package posts

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/store"
)

const (
	jobDraw = "draw"
	// drawWithin is how long one draw holds its post; Slack's time-out is shorter.
	drawWithin = 15 * time.Second
)

// drawJob draws one post.
type drawJob struct {
	Post  string `json:"post"`
	Place string `json:"place,omitempty"` // as a magpie of before says it, in jobs called "tell"
}

// workDraw draws a post as it is at present. Slack's refusals are waited out, so an outage
// delays a card and loses none.
func (p *Posts) workDraw(ctx context.Context, job drawJob) error {
	post, held, err := p.claim(ctx, cmp.Or(job.Post, job.Place))
	if post != nil && p.Changed != nil {
		p.Changed(post.Owner, post.Subject)
	}
	if err == nil && !held {
		return jobs.After(200 * time.Millisecond)
	} else if err != nil || post == nil {
		return err
	}
	ctx, span := p.Traces.Start(ctx, "card drawn")
	defer span.End()
	span.Text("magpie.role", post.Role)
	if n := post.Number(); n > 0 {
		span.Number("magpie."+post.Owner, n)
	}
	owner, card := p.owners[post.Owner], post.Card
	if card == nil {
		card, err = owner.Show(ctx, *post)
	}
	if err == nil && card != nil {
		err = p.draw(cards.WithTurn(ctx, post.ID), post, *card)
	}
	switch {
	case err == nil && card == nil, isGone(err) && post.Once:
		return p.drop(ctx, *post)
	case err == nil:
		return p.drawn(ctx, owner, *post)
	case CannotPost(err):
		p.Log.Warn("the bot may not post there", "owner", post.Owner, "subject", post.Subject, "role", post.Role, "channel", post.At.Channel, "error", err)
		return p.move(ctx, owner, *post)
	}
	span.Failed("not drawn yet")
	level := slog.LevelWarn
	if isPaced(err) {
		level = slog.LevelDebug // nothing is wrong
	}
	p.Log.Log(ctx, level, "not drawn yet", "owner", post.Owner, "subject", post.Subject, "role", post.Role, "channel", post.At.Channel, "fails", post.fails+1, "error", err)
	if ours, err := p.release(ctx, post.ID, !isPaced(err)); err != nil || !ours {
		return err
	}
	return jobs.After(Wait(err, post.fails))
}

// claim takes a post for one draw; what changes from here on is drawn by a further job. It
// returns none where there is nothing to draw: the post was given up, or is a reply to one
// that does not stand yet, and is drawn when that does.
func (p *Posts) claim(ctx context.Context, id string) (post *Post, claimed bool, err error) {
	err = p.DB.Update(ctx, func(tx *store.Tx) error {
		now := p.Now()
		free, err := tx.Exec(ctx, "update post set queued = 0, drawing_until = $2 where id = $1 and (drawing_until <= $3 or drawing_until > $2)",
			id, store.Millis(now.Add(drawWithin)), store.Millis(now)) // one that lasts longer is of a clock that was set back since
		if err != nil {
			return err
		}
		found, err := p.read(ctx, tx, "id = $1", id)
		if claimed = free == 1 || len(found) == 0; err == nil && claimed && len(found) == 1 {
			post = &found[0]
		}
		return err
	})
	if err != nil || post == nil || post.Parent == "" || post.At.TS != "" {
		return post, claimed, err
	}
	stands, err := p.underParent(ctx, post)
	if err != nil || !stands {
		post = nil
	}
	return post, claimed, err
}

// underParent puts a reply into the thread of its parent. Where that does not stand yet the
// reply is let go, and where it was given up the reply is given up too. No transaction holds
// two posts: those that have several drawn anew would wait for it, and it for them.
func (p *Posts) underParent(ctx context.Context, reply *Post) (stands bool, err error) {
	var parents, present []Post
	if err := p.DB.Update(ctx, func(tx *store.Tx) error {
		// Whoever is writing that the parent stands finds this reply, or is waited for.
		if _, err := tx.Exec(ctx, "update post set queued = queued where id = $1", reply.Parent); err != nil {
			return err
		}
		if parents, err = p.read(ctx, tx, "id = $1", reply.Parent); err != nil {
			return err
		}
		present, err = p.read(ctx, tx, "id = $1", reply.ID)
		return err
	}); err != nil || len(present) == 0 {
		return false, err
	}
	if present[0].Parent != reply.Parent { // it was moved meanwhile
		*reply = present[0]
		return p.underParent(ctx, reply)
	}
	if len(parents) == 1 && parents[0].At.TS != "" {
		at := parents[0].Thread()
		reply.At.Channel, reply.At.Thread = at.Channel, at.Thread
		return true, nil
	}
	statement := "update post set drawing_until = 0 where id = $1"
	if len(parents) == 0 {
		statement = "delete from post where id = $1"
	}
	return false, p.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, statement, reply.ID)
		return err
	})
}

// draw posts a card or updates its message. One that is gone is posted anew, unless it is
// of those that are drawn once.
func (p *Posts) draw(ctx context.Context, post *Post, card cards.Card) error {
	if post.At.TS != "" {
		if err := p.Teller.Update(ctx, post.At, card); !isGone(err) || post.Once {
			return err
		}
		post.At.TS = ""
	}
	at, err := p.Teller.Post(ctx, post.At, card)
	if err == nil {
		post.At = at
	}
	return err
}

// drawn keeps where the message is, lets the post go and has the replies drawn that wait
// for it.
func (p *Posts) drawn(ctx context.Context, owner Owner, post Post) error {
	return p.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		first, err := tx.Exec(ctx, "update post set ts = $2 where id = $1 and ts = ''", post.ID, post.At.TS)
		if err != nil {
			return err
		}
		rest, err := owner.Drawn(ctx, tx, post, first == 1)
		if err != nil {
			return err
		}
		if post.Once {
			_, err := tx.Exec(ctx, "delete from post where id = $1", post.ID)
			return err
		}
		until := int64(0)
		if rest > 0 {
			until = store.Millis(p.Now().Add(rest))
		}
		if _, err := tx.Exec(ctx, "update post set channel = $2, thread = $3, ts = $4, drawing_until = $5, fails = 0 where id = $1",
			post.ID, post.At.Channel, post.At.Thread, post.At.TS, until); err != nil || first == 0 {
			return err
		}
		replies, err := store.Column[string](tx.Query(ctx, "select id from post where parent = $1 and ts = '' order by id", post.ID))
		for _, reply := range replies {
			err = errors.Join(err, p.Jobs.Enqueue(ctx, tx, jobDraw, drawJob{Post: reply}))
		}
		return err
	})
}

// drop gives a post up that has nothing to show, or nowhere to.
func (p *Posts) drop(ctx context.Context, post Post) error {
	return p.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "delete from post where id = $1", post.ID)
		return err
	})
}

// move gives up a post where the bot may not write: its owner says who is told instead.
// People who have one of their own already are told why it is theirs.
func (p *Posts) move(ctx context.Context, owner Owner, post Post) error {
	return p.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		heir, err := owner.Move(ctx, tx, post)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "delete from post where id = $1", post.ID); err != nil {
			return err
		}
		follow, args := "update post set parent = $2 where parent = $1 and ts = ''", []any{post.ID, heir}
		if heir == "" {
			follow, args = "delete from post where parent = $1 and ts = ''", args[:1]
		}
		if _, err := tx.Exec(ctx, follow, args...); err != nil || post.At.User != "" || post.Once {
			return err
		}
		own, err := tx.Exec(ctx, "update post set lost_channel = $4 where owner = $1 and subject = $2 and role = $3 and person <> '' and lost_channel = ''",
			post.Owner, post.Subject, post.Role, post.At.Channel)
		if err != nil || own == 0 {
			return err
		}
		return p.Redraw(ctx, tx, post.Owner, post.Subject)
	})
}

// release lets a post go that is to be drawn later; false where another job has come for
// it meanwhile, which draws it then.
func (p *Posts) release(ctx context.Context, id string, failed bool) (ours bool, err error) {
	fails := 0
	if failed {
		fails = 1
	}
	err = p.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		free, err := tx.Exec(ctx, "update post set queued = 1 where id = $1 and queued = 0", id)
		if err != nil {
			return err
		}
		ours = free == 1
		_, err = tx.Exec(ctx, "update post set drawing_until = 0, fails = fails + $2 where id = $1", id, fails)
		return err
	})
	return ours, err
}

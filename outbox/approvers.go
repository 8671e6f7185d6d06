package outbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"magpie/cards"
	"magpie/posts"
	"magpie/store"
)

// Members tells who is in a channel, from a cache; bot fulfils it with Slack. What is not
// known is waited for until ctx ends.
type Members interface {
	In(ctx context.Context, channel, user string) (in, known bool)
}

const (
	// maxPersonal bounds how many people get a card of one request in their own
	// conversations: each is drawn anew with every change.
	maxPersonal = 25
	// membersWithin is how long a card's copies wait for Slack to say who is in its
	// channel; whoever is not known to be there by then gets one.
	membersWithin = 10 * time.Second
)

// approversOf names the job that tells the approvers of a request.
type approversOf struct {
	Request int64 `json:"request"`
}

// asked are the people who are asked to approve a request, in order: the approvers whom
// the settings name, the admins where they name none, or too few for this request.
// Whoever had a share in it is none of them; who stands in is, for who is away.
func (o *teller) asked(ctx context.Context, q store.Queryer, r Request) ([]string, error) {
	if len(r.Sets) > 0 {
		ids, err := o.askedOfSets(r)
		if err != nil {
			return nil, err
		}
		return o.instead(ctx, q, r, ids)
	}
	others := func(ids []string, err error) ([]string, error) {
		return slices.DeleteFunc(slices.Clone(ids), r.isBehind), err
	}
	ids, err := others(o.Roles.Asked())
	if err == nil && len(ids) < r.Need {
		ids, err = others(o.Roles.Approvers())
	}
	if err != nil {
		return nil, fmt.Errorf("who is asked to approve request %d: %w", r.N, err)
	}
	return o.instead(ctx, q, r, ids)
}

// tellApproversSoon has the approvers told who are not where a request's card stands,
// once tx has committed. Until that is done, not all of its cards are known.
func (o *teller) tellApproversSoon(ctx context.Context, tx *store.Tx, r Request) error {
	if o.Members == nil || r.State != Waiting {
		return nil
	}
	if _, err := tx.Exec(ctx, "insert into told (what, state, at) values ($1, 'soon', $2)", toldOf(r.N), store.Millis(o.Now())); err != nil {
		return err
	}
	return o.Jobs.Enqueue(ctx, tx, jobApprovers, approversOf{r.N})
}

func toldOf(n int64) string { return fmt.Sprintf("approvers %d", n) }

// tellApprovers gives the card to each approver who is not known to be in the channel in
// which it stands. Slack is asked before anything is locked.
func (o *teller) tellApprovers(ctx context.Context, job approversOf) error {
	r, err := o.request(ctx, o.DB, job.Request)
	if err != nil {
		return err
	}
	var away []string
	if shown, err := o.inChannels(ctx, o.DB, r.N); err != nil {
		return err
	} else if r.State == Waiting && len(shown) > 0 {
		if away, err = o.awayFrom(ctx, r, shown[0].At.Channel); err != nil {
			return err
		}
	}
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "delete from told where what = $1", toldOf(r.N)); err != nil {
			return err
		}
		waits, err := tx.Exec(ctx, "update request set n = n where n = $1 and state = 'waiting'", r.N)
		if err != nil || waits == 0 {
			return err
		}
		// Where Slack has refused the card meanwhile, all of them have one by now.
		if shown, err := o.inChannels(ctx, tx, r.N); err != nil || len(shown) == 0 {
			return err
		}
		return o.giveCards(ctx, tx, r, away, "")
	})
}

// inChannels are the cards of a request that stand in channels.
func (o *teller) inChannels(ctx context.Context, q store.Queryer, n int64) ([]posts.Post, error) {
	all, err := o.postsOf(ctx, q, n, roleCard)
	return slices.DeleteFunc(all, func(p posts.Post) bool { return !isInChannel(p) }), err
}

// awayFrom are those asked to approve who are not known to be in a channel.
func (o *teller) awayFrom(ctx context.Context, r Request, channel string) ([]string, error) {
	ids, err := o.asked(ctx, o.DB, r)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, membersWithin)
	defer cancel()
	return slices.DeleteFunc(ids, func(id string) bool {
		in, known := o.Members.In(ctx, channel, id)
		if !known {
			cancel() // nor will it be for the next one: none of them is to be waited for
		}
		return in && known
	}), nil
}

// giveCards gives the card to each of those who have none of their own yet, and says where
// it was asked how many went without. lost is the channel in which the bot may not post.
func (o *teller) giveCards(ctx context.Context, tx *store.Tx, r Request, to []string, lost string) error {
	own, err := o.postsOf(ctx, tx, r.N, roleCard)
	if err != nil {
		return err
	}
	own = slices.DeleteFunc(own, isInChannel)
	to = slices.DeleteFunc(slices.Clone(to), func(id string) bool {
		return slices.ContainsFunc(own, func(p posts.Post) bool { return p.At.User == id })
	})
	room := min(max(maxPersonal-len(own), 0), len(to))
	for _, id := range to[:room] {
		if _, err := o.addPost(ctx, tx, r.N, posts.Post{Role: roleCard, At: cards.Place{User: id}, LostChannel: lost}); err != nil {
			return err
		}
	}
	if room == 0 || room == len(to) {
		return nil
	}
	o.Log.Warn("more approvers than get a card of their own", "request", r.N, "without", len(to)-room, "told", maxPersonal)
	return o.reply(ctx, tx, r.N, inWords(cards.T("reply.not_told", "count", len(to)-room, "most", maxPersonal, "n", r.N)), false)
}

package outbox

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/store"
)

// place is where a request is shown.
type place struct {
	id, role, parent string
	request          int64
	at               cards.Place
	lostChannel      string     // the channel in which the bot may not post
	says             cards.Text // of a reply: its words
	fails            int
}

// placeCards writes where a new request is shown: its card with the buttons, and,
// where that stands elsewhere, a status where it was asked. In a conversation that
// the bot is not part of, both go to the people's own. Approvers who are not in the
// card's channel get one each, a moment later.
func (o *Outbox) placeCards(ctx context.Context, tx *store.Tx, r Request) error {
	asked := cards.Place{Channel: r.Where.Channel, Thread: r.Where.Thread}
	if isDirect(asked.Channel) || asked.Channel == "" {
		if o.ApprovalsChannel == "" || r.Need == 0 {
			return o.placePersonal(ctx, tx, r, r.Where.Channel)
		}
		asked = cards.Place{User: r.By}
	}
	if o.ApprovalsChannel == "" || o.ApprovalsChannel == asked.Channel || r.Need == 0 {
		if err := o.addPlace(ctx, tx, place{role: roleCard, request: r.N, at: asked}); err != nil || r.Need == 0 {
			return err
		}
		return o.tellApproversSoon(ctx, tx, r)
	}
	if err := o.addPlace(ctx, tx, place{role: roleCard, request: r.N, at: cards.Place{Channel: o.ApprovalsChannel}}); err != nil {
		return err
	}
	if err := o.tellApproversSoon(ctx, tx, r); err != nil {
		return err
	}
	return o.addPlace(ctx, tx, place{role: roleStatus, request: r.N, at: asked})
}

// isDirect reports whether a channel is a conversation of two.
func isDirect(channel string) bool { return strings.HasPrefix(channel, "D") }

// placePersonal shows a request in the people's own conversations with the bot: the
// card to those who are asked to approve, the status to whoever asked.
func (o *Outbox) placePersonal(ctx context.Context, tx *store.Tx, r Request, lost string) error {
	own := place{role: roleStatus, request: r.N, at: cards.Place{User: r.By}, lostChannel: lost}
	if r.Need == 0 {
		own.role = roleCard
		return o.addPlace(ctx, tx, own)
	}
	if err := o.addPlace(ctx, tx, own); err != nil {
		return err
	}
	return o.placeApprovers(ctx, tx, r, lost)
}

// placeApprovers gives everybody who is asked to approve a card of their own.
func (o *Outbox) placeApprovers(ctx context.Context, tx *store.Tx, r Request, lost string) error {
	approvers, err := o.asked(r)
	if err != nil {
		return err
	}
	return o.giveCards(ctx, tx, r, approvers, lost)
}

// Reply says something in the threads of request n, where its results are told, and has
// its cards drawn anew, once tx has committed.
func (o *Outbox) Reply(ctx context.Context, tx *store.Tx, n int64, text cards.Text) error {
	if err := o.placeReplies(ctx, tx, n, place{role: roleReply, says: text}, false); err != nil {
		return err
	}
	return o.enqueueTells(ctx, tx, n)
}

// Redraw has the cards of request n drawn anew once tx has committed.
func (o *Outbox) Redraw(ctx context.Context, tx *store.Tx, n int64) error {
	return o.enqueueTells(ctx, tx, n)
}

// placeReply adds a reply to the threads of a request: what asks people to act where its
// buttons are, all others where it was asked.
func (o *Outbox) placeReply(ctx context.Context, tx *store.Tx, n int64, role string) error {
	return o.placeReplies(ctx, tx, n, place{role: role}, false)
}

// placeReplies adds a reply to the threads of a request, or to those in channels alone.
func (o *Outbox) placeReplies(ctx context.Context, tx *store.Tx, n int64, reply place, inChannels bool) error {
	places, err := o.places(ctx, tx, "request = $1", n)
	if err != nil {
		return err
	}
	owner, inChannel := roleCard, false
	tells := reply.role == roleResult || reply.role == roleReply
	for _, p := range places {
		if p.role == roleStatus && tells {
			owner = roleStatus
		}
		inChannel = inChannel || p.role == roleCard && p.at.User == ""
	}
	for _, p := range places {
		// An approver's own card closes by itself; what came of it is told in the channel.
		if p.role != owner || p.at.User != "" && (inChannels || owner == roleCard && tells && inChannel) {
			continue
		}
		reply.request, reply.parent = n, p.id
		if err := o.addPlace(ctx, tx, reply); err != nil {
			return err
		}
	}
	return nil
}

func (o *Outbox) addPlace(ctx context.Context, tx *store.Tx, p place) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into place (id, request, role, parent, channel, thread, person, lost_channel, says, queued) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)`,
		id.String(), p.request, p.role, p.parent, p.at.Channel, p.at.Thread, p.at.User, p.lostChannel, mustText(p.says)); err != nil {
		return fmt.Errorf("add place of request %d: %w", p.request, err)
	}
	return o.Jobs.Enqueue(ctx, tx, jobTell, tellJob{Place: id.String()})
}

func (o *Outbox) places(ctx context.Context, q store.Queryer, where string, args ...any) ([]place, error) {
	rows, err := q.Query(ctx, "select id, request, role, parent, channel, thread, ts, person, lost_channel, says, fails from place where "+where+" order by id", args...)
	if err != nil {
		return nil, fmt.Errorf("read places: %w", err)
	}
	defer rows.Close()
	var ps []place
	for rows.Next() {
		var p place
		var says string
		if err := rows.Scan(&p.id, &p.request, &p.role, &p.parent, &p.at.Channel, &p.at.Thread, &p.at.TS, &p.at.User, &p.lostChannel, &says, &p.fails); err != nil {
			return nil, err
		}
		if err := readText(says, &p.says); err != nil {
			return nil, err
		}
		ps = append(ps, p)
	}
	return ps, rows.Err()
}

// Posted are the messages that bear request n's buttons, once Slack has them all; a
// neighbour may reply to them.
func (o *Outbox) Posted(ctx context.Context, n int64) ([]cards.Place, error) {
	var soon int
	if err := o.DB.QueryRow(ctx, "select count(*) from told where what = $1", toldOf(n)).Scan(&soon); err != nil || soon > 0 {
		return nil, err
	}
	ps, err := o.places(ctx, o.DB, "request = $1 and role = $2", n, roleCard)
	if err != nil {
		return nil, err
	}
	var all []cards.Place
	for _, p := range ps {
		if p.at.TS == "" {
			return nil, nil
		}
		all = append(all, p.at)
	}
	return all, nil
}

// moveToPeople gives up a place in which the bot may not post: the conversations that
// people have with the bot take its stead. One of those that fails too is dropped.
func (o *Outbox) moveToPeople(ctx context.Context, p place) error {
	return o.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		// Locked, so that nobody is given a card twice.
		if _, err := tx.Exec(ctx, "update request set n = n where n = $1", p.request); err != nil {
			return err
		}
		r, err := o.request(ctx, tx, p.request)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "delete from place where id = $1", p.id); err != nil {
			return err
		}
		if p.at.User != "" || p.parent != "" {
			return o.noteSelf(ctx, tx, p.request, "untold", cards.T("act.untold", "who", cards.User(p.at.User)))
		}
		own, err := o.places(ctx, tx, "request = $1 and role = 'status'", p.request)
		if err != nil {
			return err
		}
		switch {
		case p.role == roleStatus:
			err = o.addPlace(ctx, tx, place{role: roleStatus, request: r.N, at: cards.Place{User: r.By}, lostChannel: p.at.Channel})
		case len(own) > 0: // the approvals channel; where it was asked, all is well
			err = o.placeApprovers(ctx, tx, r, p.at.Channel)
		default:
			err = o.placePersonal(ctx, tx, r, p.at.Channel)
		}
		if err != nil || p.role == roleCard && len(own) > 0 {
			return err
		}
		// Replies that wait for this message follow to the requester's.
		_, err = tx.Exec(ctx, `update place set parent = (select max(id) from place where request = $1 and person = $2 and parent = '')
			where parent = $3`, r.N, r.By, p.id)
		return err
	})
}

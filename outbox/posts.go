package outbox

import (
	"context"
	"slices"
	"strings"
	"time"

	"magpie/cards"
	"magpie/journal"
	"magpie/posts"
	"magpie/store"
)

// ofRequests owns the posts that show requests.
const ofRequests = "request"

// What a post shows of its request.
const (
	roleCard   = "card"   // everything, with the buttons
	roleStatus = "status" // where it was asked, when the card stands elsewhere
	roleResult = "result" // a reply in the thread: what came of it
	roleRemind = "remind" // a reply in the thread, or a message to one approver: it still waits
	roleNobody = "nobody" // a message to whoever asked: nobody has approved, and it expires soon
	roleHeld   = "held"   // a reply in the thread: magpie will not go on by itself
	roleReply  = "reply"  // a reply in the thread, in words of its own: somebody did something
)

// addPost writes a post of a request, in its role. Cards and statuses are drawn anew with
// every change; all others are said once.
func (o *teller) addPost(ctx context.Context, tx *store.Tx, n int64, p posts.Post) (string, error) {
	p.Owner, p.Subject, p.Once = ofRequests, journal.Subject(n), p.Role != roleCard && p.Role != roleStatus
	return o.Posts.Add(ctx, tx, p)
}

// postsOf are the posts of a request in a role.
func (o *teller) postsOf(ctx context.Context, q store.Queryer, n int64, role string) ([]posts.Post, error) {
	all, err := o.Posts.Of(ctx, q, ofRequests, journal.Subject(n))
	return slices.DeleteFunc(all, func(p posts.Post) bool { return p.Role != role }), err
}

// postCards writes where a new request is shown: its card with the buttons, and,
// where that stands elsewhere, a status where it was asked. In a conversation that
// the bot is not part of, both go to the people's own. Approvers who are not in the
// card's channel get one each, a moment later.
func (o *teller) postCards(ctx context.Context, tx *store.Tx, r Request) error {
	asked := cards.Place{Channel: r.Where.Channel, Thread: r.Where.Thread}
	if isDirect(asked.Channel) || asked.Channel == "" {
		if o.ApprovalsChannel == "" || r.Need == 0 {
			_, err := o.postPersonal(ctx, tx, r, r.Where.Channel)
			return err
		}
		asked = cards.Place{User: r.By}
	}
	card := asked
	if o.ApprovalsChannel != "" && r.Need > 0 {
		card = cards.Place{Channel: o.ApprovalsChannel}
	}
	if _, err := o.addPost(ctx, tx, r.N, posts.Post{Role: roleCard, At: card}); err != nil || r.Need == 0 {
		return err
	}
	if err := o.tellApproversSoon(ctx, tx, r); err != nil || card.Channel == asked.Channel {
		return err
	}
	_, err := o.addPost(ctx, tx, r.N, posts.Post{Role: roleStatus, At: asked})
	return err
}

// isDirect reports whether a channel is a conversation of two.
func isDirect(channel string) bool { return strings.HasPrefix(channel, "D") }

// postPersonal shows a request in the people's own conversations with the bot: the card
// to those who are asked to approve, the status to whoever asked, whose post it returns.
func (o *teller) postPersonal(ctx context.Context, tx *store.Tx, r Request, lost string) (string, error) {
	own := posts.Post{Role: roleStatus, At: cards.Place{User: r.By}, LostChannel: lost}
	if r.Need == 0 {
		own.Role = roleCard
	}
	id, err := o.addPost(ctx, tx, r.N, own)
	if err != nil || r.Need == 0 {
		return id, err
	}
	return id, o.postToApprovers(ctx, tx, r, lost)
}

// postToApprovers gives everybody who is asked to approve a card of their own.
func (o *teller) postToApprovers(ctx context.Context, tx *store.Tx, r Request, lost string) error {
	approvers, err := o.asked(ctx, tx, r)
	if err != nil {
		return err
	}
	return o.giveCards(ctx, tx, r, approvers, lost)
}

// Reply says something in the threads of request n, where its results are told, and has
// its cards drawn anew, once tx has committed.
func (o *teller) Reply(ctx context.Context, tx *store.Tx, n int64, text cards.Text) error {
	return o.ReplyCard(ctx, tx, n, cards.Card{Body: []cards.Text{text}})
}

// ReplyCard is Reply with a card.
func (o *teller) ReplyCard(ctx context.Context, tx *store.Tx, n int64, card cards.Card) error {
	if err := o.reply(ctx, tx, n, posts.Post{Role: roleReply, Card: &card}, false); err != nil {
		return err
	}
	return o.Redraw(ctx, tx, n)
}

// inWords is a reply in words of its own.
func inWords(text cards.Text) posts.Post {
	return posts.Post{Role: roleReply, Card: &cards.Card{Body: []cards.Text{text}}}
}

// Redraw has the cards of request n drawn anew once tx has committed.
func (o *teller) Redraw(ctx context.Context, tx *store.Tx, n int64) error {
	return o.Posts.Redraw(ctx, tx, ofRequests, journal.Subject(n))
}

// reply adds a reply to the threads of a request, or to those in channels alone: what asks
// people to act where its buttons are, all others where it was asked.
func (o *teller) reply(ctx context.Context, tx *store.Tx, n int64, reply posts.Post, inChannels bool) error {
	tells := reply.Role == roleResult || reply.Role == roleReply
	threads, err := o.threads(ctx, tx, n)
	if !tells {
		threads, err = o.postsOf(ctx, tx, n, roleCard)
	}
	if err != nil {
		return err
	}
	inChannel := slices.ContainsFunc(threads, isInChannel)
	for _, p := range threads {
		// An approver's own card closes by itself; what came of it is told in the channel.
		if p.At.User != "" && (inChannels || p.Role == roleCard && tells && inChannel) {
			continue
		}
		reply.Parent = p.ID
		if _, err := o.addPost(ctx, tx, n, reply); err != nil {
			return err
		}
	}
	return nil
}

// threads are the posts in whose threads it is told what came of a request: where it was
// asked.
func (o *teller) threads(ctx context.Context, q store.Queryer, n int64) ([]posts.Post, error) {
	all, err := o.postsOf(ctx, q, n, roleStatus)
	if err != nil || len(all) > 0 {
		return all, err
	}
	return o.postsOf(ctx, q, n, roleCard)
}

// isInChannel reports whether a post stands where several people see it.
func isInChannel(p posts.Post) bool { return p.At.User == "" }

// Posted are the messages that bear request n's buttons, once Slack has them all; a
// neighbour may reply to them.
func (o *teller) Posted(ctx context.Context, n int64) ([]posts.Post, error) {
	var soon int
	if err := o.DB.QueryRow(ctx, "select count(*) from told where what = $1", toldOf(n)).Scan(&soon); err != nil || soon > 0 {
		return nil, err
	}
	all, err := o.postsOf(ctx, o.DB, n, roleCard)
	if slices.ContainsFunc(all, func(p posts.Post) bool { return p.At.TS == "" }) {
		return nil, err
	}
	return all, err
}

// owner is the outbox as the owner of posts.
type owner struct{ *Outbox }

// Show draws the present state of a request for one of its posts. A reminder need not be
// posted any more once the request waits no more, or that person has approved it.
func (o owner) Show(ctx context.Context, p posts.Post) (*cards.Card, error) {
	r, err := o.request(ctx, o.DB, p.Number())
	if err != nil {
		return nil, err
	}
	var card cards.Card
	switch p.Role {
	case roleResult:
		card, err = o.resultCard(ctx, r)
	case roleHeld:
		card = o.heldCard(r)
	case roleRemind, roleNobody:
		acted := p.Role == roleRemind && slices.Contains(r.ApprovedBy, p.At.User)
		if r.State != Waiting || !o.Now().Before(r.ExpiresAt) || acted {
			return nil, nil
		}
		if card = o.reminder(r, p); p.Role == roleNobody {
			card = o.nobodyActed(r)
		}
	default:
		card, err = o.cardAt(ctx, r, p)
	}
	return &card, err
}

// Move shows a request in the conversations that people have with the bot. A post that
// fails there too is given up. Replies follow to the requester's.
func (o owner) Move(ctx context.Context, tx *store.Tx, p posts.Post) (string, error) {
	n := p.Number()
	// Locked, so that nobody is given a card twice.
	if err := o.lock(ctx, tx, n); err != nil {
		return "", err
	}
	r, err := o.request(ctx, tx, n)
	if err != nil {
		return "", err
	}
	if p.At.User != "" || p.Parent != "" {
		return "", o.noteSelf(ctx, tx, n, "untold", cards.T("act.untold", "who", cards.User(p.At.User)))
	}
	if p.Role == roleStatus {
		return o.addPost(ctx, tx, n, posts.Post{Role: roleStatus, At: cards.Place{User: r.By}, LostChannel: p.At.Channel})
	}
	asked, err := o.postsOf(ctx, tx, n, roleStatus)
	if err != nil || len(asked) == 0 {
		return o.postPersonal(ctx, tx, r, p.At.Channel)
	}
	return "", o.postToApprovers(ctx, tx, r, p.At.Channel) // the approvals channel; where it was asked, all is well
}

// tellEvery is how often the cards of a broadcast are drawn anew.
const tellEvery = time.Second

// Drawn notes where people were told first. A broadcast changes all the time, so its cards
// rest a second.
func (o owner) Drawn(ctx context.Context, tx *store.Tx, p posts.Post, first bool) (time.Duration, error) {
	n := p.Number()
	if first {
		return 0, o.noteSelf(ctx, tx, n, "told", cards.T("act.told", "role", cards.T("place."+p.Role), "channel", cards.Channel(p.At.Channel)))
	}
	var broadcasts int
	err := tx.QueryRow(ctx, "select count(*) from broadcast where request = $1", n).Scan(&broadcasts)
	if err != nil || broadcasts == 0 {
		return 0, err
	}
	return tellEvery, nil
}

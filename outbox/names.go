package outbox

import (
	"context"
	"fmt"
	"slices"

	"magpie/cards"
	"magpie/store"
)

// Name is what a line calls something by that somebody may change while the line's
// request is open, or its schedule fires.
type Name struct {
	What string // one of the Named constants
	Name string
}

// What lines call by a name.
const (
	NamedAudience = "audience" // without its @
	NamedNickname = "nickname" // a template's, folded
	NamedArticle  = "article"  // its number: what its cover is
)

// shown is what a name stands for.
func (n Name) shown() cards.Text {
	switch n.What {
	case NamedAudience:
		return cards.Code("@" + n.Name)
	case NamedArticle:
		return cards.T("referred.cover", "article", cards.Plain("A"+n.Name))
	}
	return cards.Code(n.Name)
}

// names are those that a request's line says, with its audience's.
func (r *Request) names(said []Name) []Name {
	if r.Broadcast == nil {
		return said
	}
	return append(slices.Clone(said), Name{NamedAudience, r.Broadcast.Audience})
}

// writeNames notes what a new request's line calls by a name.
func (o *ground) writeNames(ctx context.Context, tx *store.Tx, r Request, names []Name) error {
	for _, n := range r.names(names) {
		if _, err := tx.Exec(ctx, "insert into request_name (what, name, request) values ($1, $2, $3) on conflict do nothing", n.What, n.Name, r.N); err != nil {
			return err
		}
	}
	return nil
}

// MayChange returns nil where who may change what a name stands for at an account ("": at
// any). That is anybody while no open request refers to it, nor anything that stands, as a
// schedule does. Else it is owner, who made it, approvers and admins: all others are refused
// with cards.NotTheirs, which tells them what refers to it, the owner, and who may.
func (o *reader) MayChange(ctx context.Context, q store.Queryer, account string, who cards.Person, name Name, owner string) error {
	if who.ID == owner || o.Roles.May(who, Approver) == nil {
		return nil
	}
	work, err := o.Referring(ctx, q, account, name)
	if err != nil || len(work) == 0 {
		return err
	}
	return cards.Refuse("fault.referred", "name", name.shown(), "work", work, "owner", cards.User(owner), "who", o.mentions()).WithCode(cards.NotTheirs)
}

// namedMost is how many of those that refer to a name are told.
const namedMost = 5

// Referring is an account's work that refers to a name ("": that of all), the newest
// first: open requests, and done ones that stand.
func (o *ground) Referring(ctx context.Context, q store.Queryer, account string, name Name) ([]cards.Text, error) {
	type found struct {
		N     int64  `db:"n"`
		Kind  string `db:"kind"`
		State State  `db:"state"`
	}
	all, err := store.All[found](q.Query(ctx, `select r.n, r.kind, r.state from request_name m join request r on r.n = m.request
		where m.what = $1 and m.name = $2 and ($3 = '' or r.account = $3) and r.state in ('preparing', 'waiting', 'approved', 'sending', 'paused', 'done') order by r.n desc`, name.What, name.Name, account))
	if err != nil {
		return nil, fmt.Errorf("read what refers to %s %q: %w", name.What, name.Name, err)
	}
	var open, done []found
	for _, f := range all {
		if !f.State.Ended() {
			open = append(open, f)
		} else if o.kinds.ofAll(f.Kind).stands != nil {
			done = append(done, f)
		}
	}
	var work []cards.Text
	for _, f := range open {
		if len(work) < namedMost {
			work = append(work, cards.T("referred.request", "n", f.N))
		}
	}
	for _, f := range done {
		if len(work) == namedMost {
			break
		}
		called, err := o.kinds.ofAll(f.Kind).stands(ctx, q, f.N)
		if err != nil {
			return nil, err
		}
		if !called.IsZero() {
			work = append(work, called)
		}
	}
	return work, nil
}

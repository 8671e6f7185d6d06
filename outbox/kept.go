package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"magpie/cards"
	"magpie/store"
)

// Kept is a piece of a request's content that its line only names. Whoever approved the
// line approved what stood there then.
type Kept struct {
	What string `json:"what"`         // its words are kept.WHAT
	Of   string `json:"of,omitempty"` // which of several: an article, a column
	Is   string `json:"is"`
	// Maybe says that it is not always known ("" then), and is held against what was
	// approved only where it was known both times.
	Maybe bool `json:"maybe,omitempty"`
	// By is who made it what it is, as far as magpie knows.
	By string `json:"by,omitempty"`
}

// Keeping says where the content of a kind's requests is kept; see InTheLine and
// Elsewhere. No kind is registered without one.
type Keeping[T any] struct {
	said   bool
	pieces func(payload T) []Kept
}

// InTheLine says that the line itself has all of the content: the same line asks for the
// same.
func InTheLine[T any]() Keeping[T] { return Keeping[T]{said: true} }

// Elsewhere says that the line names content which others may change: drafts, articles,
// media, the wording of templates. pieces are what a payload holds of it, without ids
// that WeChat or magpie made up. A schedule's approval stands for a fire only while they
// are what was approved.
func Elsewhere[T any](pieces func(payload T) []Kept) Keeping[T] {
	return Keeping[T]{said: pieces != nil, pieces: pieces}
}

// label is what a piece is called.
func (k Kept) label() cards.Text {
	what := cards.T("kept." + k.What)
	if k.Of == "" {
		return what
	}
	return cards.T("kept.of", "what", what, "of", k.Of)
}

// Change is a piece of content that is not what was approved.
type Change struct {
	Kept
	Was string `json:"was"`
}

// changes are where content differs from what was approved of it, in the order of now
// and then of what is there no more.
func changes(approved, now []Kept) []Change {
	was := make(map[[2]string]Kept, len(approved))
	for _, k := range approved {
		was[[2]string{k.What, k.Of}] = k
	}
	var all []Change
	for _, k := range now {
		id := [2]string{k.What, k.Of}
		before := was[id]
		delete(was, id)
		unknown := k.Maybe && (k.Is == "" || before.Is == "")
		if before.Is != k.Is && !unknown {
			all = append(all, Change{k, before.Is})
		}
	}
	for _, k := range approved {
		if _, gone := was[[2]string{k.What, k.Of}]; gone && !k.Maybe && k.Is != "" {
			all = append(all, Change{Kept{What: k.What, Of: k.Of}, k.Is})
		}
	}
	return all
}

// text tells a change: what was approved, and what stands there now.
func (c Change) text() cards.Text {
	return cards.T("kept.change", "what", c.label(), "was", c.shown(c.Was), "now", c.shown(c.Is))
}

// shownOfKept is how much of a piece is shown; the content itself shows all of it.
const shownOfKept = 120

// shown is a piece as people see it: a sum is as short as a hash on a card.
func (k Kept) shown(is string) cards.Text {
	runes := []rune(is)
	switch {
	case is == "":
		return cards.T("kept.none")
	case k.What == "owner":
		return cards.T("kept.person", "who", cards.User(is))
	case k.What == "source" && is == SourceFollowers:
		return cards.T("kept.followers")
	case k.What == "source" && strings.HasPrefix(is, SourceTag):
		return cards.T("kept.tagged", "tag", strings.TrimPrefix(is, SourceTag))
	case k.What == "source" && strings.HasPrefix(is, SourceSubscribed):
		return cards.T("kept.subscribed", "template", strings.TrimPrefix(is, SourceSubscribed))
	case k.What == "source":
		return cards.T("kept.list")
	case slices.Contains([]string{"whole", "members", "values"}, k.What):
		return cards.Code(is[:min(len(is), 12)])
	case len(runes) > shownOfKept:
		is = string(runes[:shownOfKept]) + "…"
	}
	return cards.T("kept.text", "text", is)
}

// keptOf is all of a request's content that its line only names, its audience too.
func (o *ground) keptOf(k kind, payload json.RawMessage, audience *Audience) ([]Kept, error) {
	kept, err := k.kept(payload)
	if audience != nil {
		kept = append(kept, keptOfAudience(*audience, payload)...)
	}
	return append([]Kept{}, kept...), err // none is not the same as not known
}

// heldAgainst is a fire's content by now, and where it is not what its grant was given for.
// A fire that is approved each time is held against what its schedule was approved for:
// whoever made it different has a share in it.
func (o *ground) heldAgainst(ctx context.Context, q store.Queryer, k kind, a Ask, payload json.RawMessage, audience *Audience) (now []Kept, differ []Change, err error) {
	if a.Grant == 0 && a.Granted == nil {
		return nil, nil, nil
	}
	if now, err = o.keptOf(k, payload, audience); err != nil {
		return nil, nil, err
	}
	if a.Grant == 0 {
		return now, changes(a.Granted, now), nil
	}
	differ, err = o.changed(ctx, q, a, now)
	return now, differ, err
}

// lastApproved is the last fire under grant $1, before request $2, that was asked about,
// approved, and is or was carried out. What was stopped, or fell with its approver, stands
// for no later one.
const lastApproved = `select k.request from request_kept k join request r on r.n = k.request
	where k.grant_n = $1 and r.n < $2 and r.grant_n = 0 and r.approved_at > 0 and r.state in ('approved', 'sending', 'paused', 'done', 'partly', 'unclear')
	order by r.approved_at desc, r.n desc limit 1`

// changed are where a fire's content is not what was approved: for the schedule, or for
// a later fire that was asked about.
func (o *ground) changed(ctx context.Context, q store.Queryer, a Ask, now []Kept) ([]Change, error) {
	approved, err := store.One[struct {
		Kept []Kept `db:"kept,json"`
	}](ctx, q, "select kept from request_kept where request = ("+lastApproved+")", a.Grant, math.MaxInt64)
	switch {
	case isNone(err) && a.Granted != nil:
		return changes(a.Granted, now), nil
	case isNone(err):
		return changes(namedIn(a.Line, now), now), nil
	case err != nil:
		return nil, fmt.Errorf("read what was approved under request %d: %w", a.Grant, err)
	}
	return changes(approved.Kept, now), nil
}

// namedIn are the pieces that a line names to the letter: of a schedule from before its
// content was kept, these are known to have been approved.
func namedIn(line string, now []Kept) []Kept {
	var named []Kept
	for _, k := range now {
		switch {
		case k.Maybe:
			named = append(named, Kept{What: k.What, Of: k.Of, Maybe: true})
		case k.Is != "" && strings.Contains(line, k.Is):
			named = append(named, k)
		}
	}
	return named
}

// writeKept keeps what the content of a fire was that was not what was approved, and
// where.
func (o *ground) writeKept(ctx context.Context, tx *store.Tx, n, grant int64, kept []Kept, differ []Change) error {
	_, err := tx.Exec(ctx, "insert into request_kept (request, grant_n, kept, changes) values ($1, $2, $3, $4)", n, grant, store.JSON(kept), store.JSON(differ))
	return err
}

// Changed tells, a line each, where the content of a fire's request was not what its
// schedule was approved for; none where it was.
func (o *ground) Changed(ctx context.Context, q store.Queryer, n int64) ([]cards.Text, error) {
	row, err := store.One[struct {
		Changes []Change `db:"changes,json"`
	}](ctx, q, "select changes from request_kept where request = $1", n)
	if isNone(err) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("read what has changed for request %d: %w", n, err)
	}
	texts := make([]cards.Text, len(row.Changes))
	for i, c := range row.Changes {
		texts[i] = c.text()
	}
	return texts, nil
}

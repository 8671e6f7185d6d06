// Package posts keeps messages at places in Slack. A post is written down in the
// transaction of what it tells of, and drawn from the present state of what it shows: one
// draw of it is under way at a time, over all processes. Where the bot may not write, it
// is moved to people.
package posts

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/jobs"
	"magpie/store"
	"magpie/traces"
)

// Post is a message at a place, whether or not it stands there yet.
type Post struct {
	ID          string `db:"id"`
	Owner       string `db:"owner"`   // the room that shows something here
	Subject     string `db:"subject"` // and what, as that room names it
	Role        string `db:"role"`    // what it shows of it, as its owner says
	Parent      string `db:"parent"`  // the post in whose thread it stands, as soon as that does; "": none
	At          cards.Place
	LostChannel string      `db:"lost_channel"` // where it would stand if the bot might write there
	Card        *cards.Card `db:"card,json"`    // what it shows; nil: its owner says
	Once        bool        `db:"once"`         // never drawn anew, and forgotten once it stands

	fails int
}

// Thread is where replies to a post that stands are written.
func (p Post) Thread() cards.Place {
	return cards.Place{Channel: p.At.Channel, Thread: cmp.Or(p.At.Thread, p.At.TS), User: p.At.User}
}

// Number is the subject's, where it has one.
func (p Post) Number() int64 {
	n, _ := strconv.ParseInt(p.Subject, 10, 64)
	return n
}

// Owner is a room that shows something in posts.
type Owner interface {
	// Show is what a post shows at present; nil where it need not be posted any more.
	Show(ctx context.Context, p Post) (*cards.Card, error)
	// Move writes others in the stead of a post where the bot may not write, in the
	// transaction in which that is given up. It returns the id of the one to which the
	// replies that wait for it follow; "" where they are given up too.
	Move(ctx context.Context, tx *store.Tx, p Post) (id string, err error)
	// Drawn notes that a post stands, for the first time or drawn anew, and says how long
	// it rests before it is drawn again.
	Drawn(ctx context.Context, tx *store.Tx, p Post, first bool) (rest time.Duration, err error)
}

// Options are what Posts need.
type Options struct {
	DB     *store.DB
	Jobs   *jobs.Jobs
	Teller Teller
	// Changed hears, of whatever a post shows, that it has changed, or may have: after the
	// change stands, in the process that draws the post. It must not wait. nil: nobody hears.
	Changed func(owner, subject string)
	Traces  *traces.Traces // nil: none are made
	Now     func() time.Time
	Log     *slog.Logger
}

// Posts are all posts of one database.
type Posts struct {
	Options
	owners map[string]Owner
}

// New makes Posts; owners are registered next.
func New(o Options) *Posts {
	p := &Posts{Options: o, owners: map[string]Owner{}}
	p.Register(noticeOwner, notices{p})
	jobs.Register(o.Jobs, jobs.Tells, jobDraw, p.workDraw)
	jobs.Register(o.Jobs, jobs.Tells, "tell", p.workDraw)
	jobs.Register(o.Jobs, jobs.Tells, "notice", p.workNotice)
	return p
}

// Register makes an owner known, before Open.
func (p *Posts) Register(name string, owner Owner) { p.owners[name] = owner }

// Open frees what the process before this one was in the midst of drawing.
func (p *Posts) Open(ctx context.Context) error {
	if p.DB.Postgres() { // another process may be
		return nil
	}
	return p.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "update post set drawing_until = 0 where drawing_until > 0")
		return err
	})
}

// Add writes a post, which is drawn once tx has committed, and returns its id.
func (p *Posts) Add(ctx context.Context, tx *store.Tx, post Post) (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	card, once := any(""), 0
	if post.Card != nil {
		card = store.JSON(post.Card)
	}
	if post.Once {
		once = 1
	}
	if _, err := tx.Exec(ctx, `insert into post (id, owner, subject, role, parent, channel, thread, ts, person, lost_channel, card, once, queued)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)`, id.String(), post.Owner, post.Subject, post.Role, post.Parent,
		post.At.Channel, post.At.Thread, post.At.TS, post.At.User, post.LostChannel, card, once); err != nil {
		return "", fmt.Errorf("add a post of %s %s: %w", post.Owner, post.Subject, err)
	}
	return id.String(), p.Jobs.Enqueue(ctx, tx, jobDraw, drawJob{Post: id.String()})
}

// Redraw has what shows a subject drawn anew once tx has committed. A post for which a draw
// waits already will show the present state anyway.
func (p *Posts) Redraw(ctx context.Context, tx *store.Tx, owner, subject string) error {
	ids, err := store.Column[string](tx.Query(ctx, "select id from post where owner = $1 and subject = $2 and once = 0 order by id", owner, subject))
	if err != nil {
		return fmt.Errorf("draw %s %s anew: %w", owner, subject, err)
	}
	for _, id := range ids {
		// The row is locked whatever it says: a draw that waits begins after tx, and shows what
		// tx writes, or has begun before, and another is wanted.
		var waiting int64
		if err := tx.QueryRow(ctx, "update post set queued = queued + 1 where id = $1 returning queued", id).Scan(&waiting); errors.Is(err, sql.ErrNoRows) {
			continue // given up meanwhile
		} else if err != nil {
			return fmt.Errorf("draw %s %s anew: %w", owner, subject, err)
		}
		if waiting > 1 {
			continue
		}
		if err := p.Jobs.Enqueue(ctx, tx, jobDraw, drawJob{Post: id}); err != nil {
			return err
		}
	}
	return nil
}

// Of are the posts that show a subject, the oldest first.
func (p *Posts) Of(ctx context.Context, q store.Queryer, owner, subject string) ([]Post, error) {
	return p.read(ctx, q, "owner = $1 and subject = $2", owner, subject)
}

func (p *Posts) read(ctx context.Context, q store.Queryer, where string, args ...any) ([]Post, error) {
	type postRow struct {
		Post
		cards.Place
		TS     string `db:"ts"`
		Person string `db:"person"`
		Fails  int    `db:"fails"`
	}
	rows, err := store.All[postRow](q.Query(ctx, "select "+store.ColumnsOf[postRow]("")+" from post where "+where+" order by id", args...))
	if err != nil {
		return nil, fmt.Errorf("read posts: %w", err)
	}
	all := make([]Post, len(rows))
	for i, row := range rows {
		all[i], all[i].fails = row.Post, row.Fails
		all[i].At = cards.Place{Channel: row.Channel, Thread: row.Place.Thread, TS: row.TS, User: row.Person}
	}
	return all, nil
}

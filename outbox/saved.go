package outbox

import (
	"context"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/store"
)

// Saved is a line that a team keeps under a name of its own, for anybody to say.
type Saved struct {
	Name string    `db:"name"`
	Line string    `db:"line"`
	By   string    `db:"saved_by"` // Slack user id of who saved it last
	At   time.Time `db:"saved_at"`
}

// maxSaved is how many lines are kept at most.
const maxSaved = 500

// SaveLine keeps a line under a name. It is a sender's, and on record. Another's is replaced by
// admins alone: it is refused without a code, as one too many is.
func (o *people) SaveLine(ctx context.Context, p Press, name, line string) (Said, error) {
	entry := act{verb: "saved", who: p.Who.ID, note: cards.T("act.saved", "name", cards.Code(name), "line", cards.Code(line))}
	return o.accept(ctx, p.Once, entry, func(ctx context.Context, tx *store.Tx, _ *act) (Said, error) {
		if err := o.Roles.May(p.Who, Sender); err != nil {
			return Said{}, err
		}
		was, err := o.savedIn(ctx, tx, name)
		switch {
		case err == nil && was.By != p.Who.ID && o.Roles.May(p.Who, Admin) != nil:
			return Said{}, cards.Refuse("fault.saved_others", "name", cards.Code(name), "who", cards.User(was.By), "at", was.At)
		case err != nil && !isNone(err):
			return Said{}, err
		}
		if isNone(err) {
			var all int
			if err := tx.QueryRow(ctx, "select count(*) from saved_line").Scan(&all); err != nil {
				return Said{}, err
			}
			if all >= maxSaved {
				return Said{}, cards.Refuse("fault.saved_full", "count", all)
			}
		}
		if _, err := tx.Exec(ctx, `insert into saved_line (name, line, saved_by, saved_at) values ($1, $2, $3, $4)
			on conflict (name) do update set line = excluded.line, saved_by = excluded.saved_by, saved_at = excluded.saved_at`,
			name, line, p.Who.ID, store.Millis(o.Now())); err != nil {
			return Said{}, err
		}
		if was.Line != "" {
			return Said{Text: cards.T("answer.saved_anew", "name", cards.Code(name), "was", cards.Code(was.Line))}, nil
		}
		return Said{Text: cards.T("answer.saved", "name", cards.Code(name))}, nil
	})
}

// ForgetLine forgets a saved line: its saver's or an admin's, and on record. Refuses with
// cards.NotFound where there is none of the name, and with cards.NotTheirs where it is another's.
func (o *people) ForgetLine(ctx context.Context, p Press, name string) (Said, error) {
	entry := act{verb: "unsaved", who: p.Who.ID, note: cards.Code(name)}
	return o.accept(ctx, p.Once, entry, func(ctx context.Context, tx *store.Tx, entry *act) (Said, error) {
		was, err := o.savedIn(ctx, tx, name)
		switch {
		case isNone(err):
			return Said{}, noSaved(name)
		case err != nil:
			return Said{}, err
		case was.By != p.Who.ID && o.Roles.May(p.Who, Admin) != nil:
			return Said{}, cards.Refuse("fault.saved_others", "name", cards.Code(name), "who", cards.User(was.By), "at", was.At).WithCode(cards.NotTheirs)
		}
		entry.note = cards.T("act.saved", "name", cards.Code(name), "line", cards.Code(was.Line))
		_, err = tx.Exec(ctx, "delete from saved_line where name = $1", name)
		return Said{Text: cards.T("answer.unsaved", "name", cards.Code(name), "was", cards.Code(was.Line))}, err
	})
}

// SavedLine is the line of a name. Refuses with cards.NotFound where there is none.
func (o *people) SavedLine(ctx context.Context, name string) (Saved, error) {
	s, err := o.savedIn(ctx, o.DB, name)
	if isNone(err) {
		return s, noSaved(name)
	}
	return s, err
}

// SavedLines are all, in the order of their names.
func (o *people) SavedLines(ctx context.Context) ([]Saved, error) {
	all, err := store.All[Saved](o.DB.Query(ctx, "select name, line, saved_by, saved_at from saved_line order by name"))
	if err != nil {
		return nil, fmt.Errorf("list the saved lines: %w", err)
	}
	return all, nil
}

func (o *people) savedIn(ctx context.Context, q store.Queryer, name string) (Saved, error) {
	s, err := store.One[Saved](ctx, q, "select name, line, saved_by, saved_at from saved_line where name = $1", name)
	if err != nil {
		return s, fmt.Errorf("read the saved line %s: %w", name, err)
	}
	return s, nil
}

func noSaved(name string) error {
	return cards.Refuse("fault.no_saved", "name", cards.Code(name)).WithCode(cards.NotFound)
}

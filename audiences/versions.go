package audiences

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// Kind is where the members of an audience come from.
type Kind string

// The kinds of audiences.
const (
	CSV       Kind = "csv"       // a file of Slack's
	Tag       Kind = "tag"       // the followers with a tag
	Followers Kind = "followers" // all followers
	Test      Kind = "test"      // openids that somebody gave as their own

	Subscribed Kind = "subscribed" // who accepted a template, as WeChat's events told
)

// State is how a version stands.
type State string

// The states of a version.
const (
	Importing State = "importing"
	Ready     State = "ready"
	Failed    State = "failed"
	Replaced  State = "replaced" // a newer one is in force, or was asked for
	Removed   State = "removed"
)

// version is what a name stands for at a time.
type version struct {
	N       int64    `db:"version"`
	Account string   `db:"account"`
	Name    string   `db:"name"`
	Kind    Kind     `db:"kind"`
	Source  string   `db:"source"` // of CSV: the file's id; of Tag: the tag's; of Subscribed: the template's
	Label   string   `db:"label"`  // of CSV: the file's name; of Tag: the tag's; of Subscribed: the template's title
	State   State    `db:"state"`
	Columns []string `db:"columns,json"`
	Size    int      `db:"size"`
	tally
	Sums   map[string]string `db:"sums,json"` // see sums.go; nil in versions from before they were made
	Reason cards.Text        `db:"reason"`    // why it failed
	Tries  int               `db:"tries"`
	Who    string            `db:"who"`
	Where  cards.Place
	Begun  time.Time `db:"begun_at"`
}

func (v version) lent() outbox.Audience {
	return outbox.Audience{Version: v.N, Name: v.Name, Columns: v.Columns, Size: v.Size, Skipped: v.Skipped, Owner: v.Who, Source: v.source(), Sums: v.Sums}
}

func (a *Audiences) version(ctx context.Context, q store.Queryer, n int64) (version, error) {
	type versionRow struct {
		version
		cards.Place
	}
	row, err := store.One[versionRow](ctx, q, "select "+store.ColumnsOf[versionRow]("")+" from audience_version where version = $1", n)
	if err != nil {
		return version{}, fmt.Errorf("read version %d of an audience: %w", n, err)
	}
	v := row.version
	v.Where, v.Where.User = row.Place, v.Who
	return v, nil
}

// named is a name with the version in force and the newest one begun, which are the
// same where nothing is under way and nothing has failed.
type named struct {
	Name            string
	Version         int64 // 0: none is in force yet
	present, latest version
}

// named reads a name of an account's, however it is spelled. It refuses with cards.NotFound
// where there is none.
func (a *Audiences) named(ctx context.Context, q store.Queryer, account, name string) (named, error) {
	name, _, err := a.spelled(ctx, q, account, name)
	if err != nil {
		return named{}, err
	}
	n := named{Name: name}
	var latest int64
	err = q.QueryRow(ctx, "select version, latest from audience where account = $1 and name = $2", account, name).Scan(&n.Version, &latest)
	if isNone(err) {
		return n, cards.Refuse("audience.none", "name", at(shorten(name, 40))).WithCode(cards.NotFound)
	}
	if err != nil {
		return n, fmt.Errorf("read the audience %q: %w", name, err)
	}
	if n.latest, err = a.version(ctx, q, latest); err != nil {
		return n, err
	}
	if n.present = n.latest; n.Version != latest && n.Version != 0 {
		n.present, err = a.version(ctx, q, n.Version)
	}
	return n, err
}

// Origin is who made an audience of an account's and where they said so. ofAccount is one that
// WeChat's own lists make, which every sender may read there. Refuses with cards.NotFound where
// there is none.
func (a *Audiences) Origin(ctx context.Context, account, name string) (by string, where cards.Place, ofAccount bool, err error) {
	n, err := a.named(ctx, a.DB, account, name)
	by, where, ofAccount = n.present.origin()
	return by, where, ofAccount, err
}

func (v version) origin() (by string, where cards.Place, ofAccount bool) {
	return v.Who, v.Where, v.Kind == Tag || v.Kind == Followers || v.Kind == Subscribed
}

// begin writes a new version of a name, which is in force once switchTo says so.
func (a *Audiences) begin(ctx context.Context, tx *store.Tx, act *Act, w Wanted) (int64, error) {
	if err := a.supersede(ctx, tx, Replaced, "state = 'importing' and account = $3 and name = $4", act.Account, w.Name); err != nil {
		return 0, err
	}
	var n int64
	if err := tx.QueryRow(ctx, "update counter set n = n + 1 where name = 'audience' returning n").Scan(&n); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `insert into audience_version (version, account, name, kind, source, label, state, who, channel, thread, begun_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		n, act.Account, w.Name, string(w.Kind), w.Source, w.Label, string(Importing), act.Who.ID, act.Where.Channel, act.Where.Thread, store.Millis(a.Now())); err != nil {
		return 0, err
	}
	_, err := tx.Exec(ctx, "insert into audience (account, name, version, latest) values ($1, $2, 0, $3) on conflict (account, name) do update set latest = excluded.latest", act.Account, w.Name, n)
	return n, err
}

// lockName keeps others from changing a name until the transaction ends.
func lockName(ctx context.Context, tx *store.Tx, account, name string) error {
	_, err := tx.Exec(ctx, "update audience set name = name where account = $1 and name = $2", account, name)
	return err
}

// switchTo puts a filled version in force and lets go of the one before; false where
// it has been replaced or removed meanwhile.
func (a *Audiences) switchTo(ctx context.Context, tx *store.Tx, v version, attempt string) (bool, error) {
	if err := lockName(ctx, tx, v.Account, v.Name); err != nil {
		return false, err
	}
	if ok, err := changed(tx.Exec(ctx, `update audience_version set state = 'ready', label = $3, columns = $4, size = $5, skipped = $6, sums = $7
		where version = $1 and attempt = $2 and state = 'importing'`, v.N, attempt, v.Label, store.JSON(v.Columns), v.Size, store.JSON(v.Skipped), store.JSON(v.Sums))); !ok {
		return false, err
	}
	if err := a.supersede(ctx, tx, Replaced, "state = 'ready' and version in (select version from audience where account = $3 and name = $4)", v.Account, v.Name); err != nil {
		return false, err
	}
	_, err := tx.Exec(ctx, "update audience set version = $3 where account = $1 and name = $2", v.Account, v.Name, v.N)
	return err == nil, err
}

// supersede notes that versions are needed no more, as replaced or removed. The sweep deletes
// their members after a while.
func (a *Audiences) supersede(ctx context.Context, tx *store.Tx, as State, which, account, name string) error {
	_, err := tx.Exec(ctx, "update audience_version set state = $1, left_at = $2 where "+which, string(as), store.Millis(a.Now()), account, name)
	return err
}

func isNone(err error) bool { return errors.Is(err, sql.ErrNoRows) }

func changed(n int64, err error) (bool, error) { return n > 0 && err == nil, err }

// at is a name as lines call it.
func at(name string) cards.Text { return cards.Code("@" + strings.TrimPrefix(name, "@")) }

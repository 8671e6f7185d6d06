package sending

import (
	"context"

	"magpie/cards"
	"magpie/store"
)

// Audiences lends the outbox named audiences. What is lent never changes: an audience
// that is replaced has a new version, and the old one stays for as long as Lent says.
type Audiences interface {
	// Audience is the present version of the audience that is called name for an account.
	// It refuses with cards.NotFound where there is none; without a code where it is empty,
	// or not ready yet.
	Audience(ctx context.Context, q store.Queryer, account, name string) (Audience, error)
	// Members are up to limit members of a version whose row is above after, by row.
	Members(ctx context.Context, q store.Queryer, version, after int64, limit int) ([]Member, error)
	// Row is where a person stands in a version; 0 where not at all.
	Row(ctx context.Context, q store.Queryer, version int64, openid string) (int64, error)
	// Unsubscribed are those of openids who want nothing more of an account.
	Unsubscribed(ctx context.Context, q store.Queryer, account string, openids []string) ([]string, error)
	// Trial are the openids that a person gave as their own at an account, for trial sends.
	Trial(ctx context.Context, q store.Queryer, account string, who cards.Person) ([]string, error)
}

// Audience is one version of a named audience.
type Audience struct {
	Version int64
	Name    string
	Columns []string // beside the openid: the merge fields
	Size    int      // members
	Skipped []Skipped

	Owner string // who made this version
	// Source is what it is made of, where its members come and go by themselves: one of
	// the Source constants; "" for a list that somebody gave.
	Source string
	// Sums are over who the members are ("") and over the values of each column; nil
	// where that is not known.
	Sums map[string]string
}

// What audiences are made of beside lists.
const (
	SourceFollowers = "followers"
	SourceTag       = "tag:" // and the tag's name

	SourceSubscribed = "subscribed:" // and the template's id
)

// Skipped are rows that are not members, by reason.
type Skipped struct {
	Why   cards.Text `json:"why"`
	Count int        `json:"count"`
	Rows  []int64    `json:"rows"` // the first ten; the header is row 1
}

// Member is one person of an audience.
type Member struct {
	Row          int64    `db:"row"`
	OpenID       string   `db:"openid"`
	Values       []string `db:"vals,json"`    // of Audience.Columns
	Unsubscribed bool     `db:"unsubscribed"` // now
}

// Lent reports whether an order refers to a version of an audience.
func (e *ledger) Lent(ctx context.Context, q store.Queryer, version int64) (bool, error) {
	var n int
	err := q.QueryRow(ctx, "select count(*) from broadcast where version = $1", version).Scan(&n)
	return n > 0, err
}

package outbox

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"magpie/cards"
	"magpie/store"
)

// APIToken is what another program says lines with, as its owner.
type APIToken struct {
	Name   string    `db:"name"`
	Owner  string    `db:"owner"` // Slack user id
	MadeAt time.Time `db:"made_at"`
}

// apiTokenBegins lets secret scanners, and people, know one.
const apiTokenBegins = "magpie_"

func hashOfToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func tokenSubject(name string) string { return "token " + name }

// NewToken makes a token of whoever presses. token is shown once and kept nowhere; it is ""
// where the line was heard before. It is on record.
//
// A sender's. Refuses without a code a name that another token of theirs has.
func (o *people) NewToken(ctx context.Context, p Press, name string) (said Said, token string, err error) {
	said, err = o.accept(ctx, p.Once, act{verb: "token_made", who: p.Who.ID, subject: tokenSubject(name), note: cards.T("act.token", "name", cards.Code(name))}, func(ctx context.Context, tx *store.Tx, _ *act) (Said, error) {
		token = ""
		if err := o.Roles.May(p.Who, Sender); err != nil {
			return Said{}, err
		}
		raw := make([]byte, 24)
		_, _ = rand.Read(raw) // it never fails
		made := apiTokenBegins + hex.EncodeToString(raw)
		set, err := tx.Exec(ctx, "insert into api_token (name, owner, hash, made_at) values ($1, $2, $3, $4) on conflict (owner, name) do nothing", name, p.Who.ID, hashOfToken(made), store.Millis(o.Now()))
		if err == nil && set == 0 {
			err = cards.Refuse("fault.token_taken", "name", cards.Code(name))
		}
		if err != nil {
			return Said{}, err
		}
		token = made
		return Said{Text: cards.T("answer.token_shown", "name", cards.Code(name))}, nil
	})
	if err != nil {
		token = ""
	}
	return said, token, err
}

// RevokeToken ends a token of a person's: their own, or for an admin anybody's. Where of is "",
// it is the presser's own, or else the only one of that name that they may end. It is on record.
//
// Refuses with cards.NotFound where there is none of that name that is theirs to end; without a
// code where several people have one and it is not said whose.
func (o *people) RevokeToken(ctx context.Context, p Press, of, name string) (Said, error) {
	note := cards.T("act.token", "name", cards.Code(name))
	return o.accept(ctx, p.Once, act{verb: "token_revoked", who: p.Who.ID, subject: tokenSubject(name), note: note}, func(ctx context.Context, tx *store.Tx, entry *act) (Said, error) {
		of := of // what an attempt before chose does not stand
		none := cards.Refuse("fault.token_none", "name", cards.Code(name)).WithCode(cards.NotFound)
		owners, err := ownersOf(ctx, tx, name)
		if err != nil {
			return Said{}, err
		}
		if o.Roles.May(p.Who, Admin) != nil {
			owners = slices.DeleteFunc(owners, func(owner string) bool { return owner != p.Who.ID })
		}
		switch {
		case of != "":
		case slices.Contains(owners, p.Who.ID):
			of = p.Who.ID
		case len(owners) == 1:
			of = owners[0]
		case len(owners) > 1:
			return Said{}, cards.Refuse("fault.token_whose", "name", cards.Code(name), "who", cards.Mentions(owners), "line", cards.Code("token revoke "+name+" who=@USER"))
		}
		if !slices.Contains(owners, of) {
			return Said{}, none
		}
		entry.note = note
		if of != p.Who.ID {
			entry.note = cards.T("act.token_of", "name", cards.Code(name), "who", cards.User(of))
		}
		_, err = tx.Exec(ctx, "delete from api_token where owner = $1 and name = $2", of, name)
		return Said{Text: cards.T("answer.token_revoked", "name", cards.Code(name))}, err
	})
}

// ownersOf are the people who have a token of a name.
func ownersOf(ctx context.Context, q store.Queryer, name string) (owners []string, err error) {
	rows, err := q.Query(ctx, "select owner from api_token where name = $1 order by owner", name)
	if err != nil {
		return nil, fmt.Errorf("read whose token %s is: %w", name, err)
	}
	defer rows.Close()
	for rows.Next() {
		var owner string
		if err := rows.Scan(&owner); err != nil {
			return nil, err
		}
		owners = append(owners, owner)
	}
	return owners, rows.Err()
}

// Tokens are those of one person, or ("") of all, by name.
func (o *people) Tokens(ctx context.Context, owner string) ([]APIToken, error) {
	all, err := store.All[APIToken](o.DB.Query(ctx, "select name, owner, made_at from api_token where owner = $1 or $1 = '' order by name, owner", owner))
	if err != nil {
		return nil, fmt.Errorf("read the tokens: %w", err)
	}
	return all, nil
}

// TokenOf finds a token by its text; known is false where there is none, or none any more.
func (o *people) TokenOf(ctx context.Context, text string) (t APIToken, known bool, err error) {
	t, err = store.One[APIToken](ctx, o.DB, "select name, owner, made_at from api_token where hash = $1", hashOfToken(text))
	return t, err == nil, ignoreNone(err)
}

// Standing is how a request stands, and what came of its deliveries. Refuses with
// cards.NotFound where there is no such request.
func (o *reader) Standing(ctx context.Context, n int64) (Request, error) {
	r, err := o.request(ctx, o.DB, n)
	if isNone(err) {
		return Request{}, noRequest(ctx, o.DB, n)
	}
	return r, err
}

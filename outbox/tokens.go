package outbox

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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
// A sender's. Refuses without a code a name that is taken.
func (o *people) NewToken(ctx context.Context, p Press, name string) (said Said, token string, err error) {
	said, err = o.accept(ctx, p.Once, act{verb: "token_made", who: p.Who.ID, subject: tokenSubject(name), note: cards.T("act.token", "name", cards.Code(name))}, func(ctx context.Context, tx *store.Tx, _ *act) (Said, error) {
		token = ""
		if err := o.Roles.May(p.Who, Sender); err != nil {
			return Said{}, err
		}
		raw := make([]byte, 24)
		_, _ = rand.Read(raw) // it never fails
		made := apiTokenBegins + hex.EncodeToString(raw)
		set, err := tx.Exec(ctx, "insert into api_token (name, owner, hash, made_at) values ($1, $2, $3, $4) on conflict (name) do nothing", name, p.Who.ID, hashOfToken(made), store.Millis(o.Now()))
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

// RevokeToken ends a token: its owner's, or an admin's. It is on record.
//
// Refuses with cards.NotFound where there is none of that name that is theirs to end.
func (o *people) RevokeToken(ctx context.Context, p Press, name string) (Said, error) {
	return o.accept(ctx, p.Once, act{verb: "token_revoked", who: p.Who.ID, subject: tokenSubject(name), note: cards.T("act.token", "name", cards.Code(name))}, func(ctx context.Context, tx *store.Tx, _ *act) (Said, error) {
		of := p.Who.ID
		if o.Roles.May(p.Who, Admin) == nil {
			of = ""
		}
		gone, err := tx.Exec(ctx, "delete from api_token where name = $1 and (owner = $2 or $2 = '')", name, of)
		if err == nil && gone == 0 {
			err = cards.Refuse("fault.token_none", "name", cards.Code(name)).WithCode(cards.NotFound)
		}
		return Said{Text: cards.T("answer.token_revoked", "name", cards.Code(name))}, err
	})
}

// Tokens are those of one person, or ("") of all, by name.
func (o *people) Tokens(ctx context.Context, owner string) ([]APIToken, error) {
	all, err := store.All[APIToken](o.DB.Query(ctx, "select name, owner, made_at from api_token where owner = $1 or $1 = '' order by name", owner))
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

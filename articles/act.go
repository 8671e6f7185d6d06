package articles

import (
	"context"
	"strings"

	"magpie/cards"
	"magpie/journal"
	"magpie/store"
)

// Act is something a person does to an article, or magpie.
type Act struct {
	Article int64
	Verb    string // asked, imported, revised, edited, mended, covered, waived, stopped, removed, uploaded, published …
	Who     cards.Person
	Where   cards.Place
	Once    string // a repeated delivery of the same line has the same Once
	Note    string
	Account string // AppID, where it is about one account; see noteIn
}

// Said is what came of a line.
type Said struct {
	Article int64          `json:"article"`
	Text    cards.Text     `json:"text"`
	Buttons []cards.Button `json:"buttons,omitempty"`
}

// accept does fn once for a line's key; a refusal goes on record as one.
func (d *shelf) accept(ctx context.Context, act Act, fn func(ctx context.Context, tx *store.Tx, act *Act) (Said, error)) (Said, error) {
	return journal.Once(ctx, d.journal, act.entry(), func(ctx context.Context, tx *store.Tx, e *journal.Entry) (Said, error) {
		noted := act
		noted.Once = e.Once
		said, err := fn(ctx, tx, &noted)
		if said.Article != 0 {
			noted.Article = said.Article
		}
		*e = noted.entry()
		return said, err
	})
}

func (a Act) entry() journal.Entry {
	return journal.Entry{Subject: journal.Subject(a.Article), Once: a.Once, Verb: a.Verb, Who: a.Who.ID, Note: a.Note}
}

// noteIn is a note of what was done in an account: where there are several, it names it.
func (d *shelf) noteIn(account, note string) string {
	if account == "" || len(d.WeChat) < 2 {
		return note
	}
	return strings.TrimPrefix(note+", "+d.WeChat.Of(account).Title, ", ")
}

// noteSelf records what magpie did by itself.
func (d *shelf) noteSelf(ctx context.Context, tx *store.Tx, article int64, verb, note string) error {
	return d.journal.Write(ctx, tx, Act{Article: article, Verb: verb, Note: note}.entry())
}

// record reads what was done to an article, oldest first.
func (d *shelf) record(ctx context.Context, article int64) ([]journal.Entry, error) {
	return d.journal.Read(ctx, d.DB, journal.Query{Subject: journal.Subject(article)})
}

// lock holds an article's row until the transaction ends.
func lock(ctx context.Context, tx *store.Tx, article int64) error {
	_, err := tx.Exec(ctx, "update article set n = n where n = $1", article)
	return err
}

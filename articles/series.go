package articles

import (
	"context"
	"fmt"

	"magpie/articles/render"
	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// One line may ask for an article's upload in several accounts: a request each, with its own
// approvals and its own end, whose cards name the others.

// InSeries notes with a request that is written that it is one of a series, and has the cards of
// all of it drawn anew. The series is any text that is its alone.
func (d *filer) InSeries(series string) outbox.With {
	return func(ctx context.Context, tx *store.Tx, n int64) error {
		if _, err := tx.Exec(ctx, "update article_filing set series = $2 where request = $1", n, series); err != nil {
			return fmt.Errorf("note the series of request %d: %w", n, err)
		}
		all, err := store.Column[int64](tx.Query(ctx, "select request from article_filing where series = $1", series))
		if err != nil {
			return fmt.Errorf("read the series of request %d: %w", n, err)
		}
		for _, one := range all {
			if err := d.Outbox.Redraw(ctx, tx, one); err != nil {
				return err
			}
		}
		return nil
	}
}

// Series names the other requests of the series of request n, each with its account; nothing
// where it is one of none.
func (d *filer) Series(ctx context.Context, q store.Queryer, n int64) ([]cards.Field, error) {
	rows, err := q.Query(ctx, `select f.request, f.account from article_filing f join article_filing mine on mine.series = f.series and mine.series <> ''
		where mine.request = $1 and f.request <> $1 order by f.request`, n)
	if err != nil {
		return nil, fmt.Errorf("read the series of request %d: %w", n, err)
	}
	defer rows.Close()
	var others []cards.Text
	for rows.Next() {
		var request int64
		var account string
		if err := rows.Scan(&request, &account); err != nil {
			return nil, err
		}
		others = append(others, cards.T("article.series_one", "n", request, "title", d.WeChat.Of(account).Title))
	}
	if err := rows.Err(); err != nil || len(others) == 0 {
		return nil, err
	}
	return []cards.Field{{Label: cards.T("article.series"), Value: cards.T("article.series_others", "others", others)}}, nil
}

// Different is a value that an account has of its own, and what the others have.
type Different struct {
	Key string `json:"key"`
	Is  string `json:"is"`
	Was string `json:"was,omitempty"`
}

func differentIn(page *render.Article) []Different {
	var all []Different
	for _, own := range page.Own {
		all = append(all, Different(own))
	}
	return all
}

// text says what is another in this account.
func (d Different) text() cards.Text {
	if d.Was == "" {
		return cards.T("article.own_only", "what", cards.T("article.own_"+d.Key), "is", d.Is)
	}
	return cards.T("article.own", "what", cards.T("article.own_"+d.Key), "is", d.Is, "was", d.Was)
}

// ownLines say what each of the accounts has of its own of an article, by its present text.
func (d *shower) ownLines(p *Proof) []cards.Text {
	var lines []cards.Text
	for _, own := range p.Page.Accounts {
		account, known := d.WeChat.Named(own.Account)
		if !known {
			continue // told among the findings
		}
		var what []cards.Text
		for _, one := range own.Values() {
			what = append(what, cards.T("article.own_value", "what", cards.T("article.own_"+one.Key), "is", one.Is))
		}
		if len(what) > 0 {
			lines = append(lines, cards.T("article.own_in", "title", account.Title, "what", what))
		}
	}
	return lines
}

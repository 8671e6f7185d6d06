package articles

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// Where articles are filed.
const (
	DraftBox   = "draftbox"
	UploadNews = "uploadnews"
)

// filingState is how a filing stands.
type filingState string

// The states of a filing.
const (
	filingAsked        filingState = "asked"      // the request waits, or images are on their way
	filingAdding       filingState = "adding"     // the call that files them has been begun
	filingFiled        filingState = "filed"      // WeChat has them
	filingPublishing   filingState = "publishing" // queued by WeChat
	filingPublished    filingState = "published"
	filingNotPublished filingState = "refused" // WeChat did not publish
	filingGone         filingState = "gone"    // WeChat has the draft no more
)

// filing is a set of articles at WeChat, or on its way there.
type filing struct {
	ID           string              `db:"id"`
	Account      string              `db:"account"`
	Request      int64               `db:"request"`
	Target       string              `db:"target"`
	Members      []int64             `db:"members,json"`
	Revisions    []int64             `db:"revisions,json"`
	State        filingState         `db:"state"`
	MediaID      string              `db:"media_id"`
	FiledAt      time.Time           `db:"filed_at"`
	PublishID    string              `db:"publish_id"`
	MsgDataID    string              `db:"msg_data_id"` // of the publishing
	PublishState string              `db:"publish_state"`
	ArticleID    string              `db:"article_id"`
	URLs         []string            `db:"urls,words"`
	Polls        int                 `db:"polls"`
	TakenBack    map[int64]takenBack `db:"taken_back,json"` // by article
}

// takenBack is that WeChat has deleted an article, because request By asked for it.
type takenBack struct {
	By int64 `json:"by"`
	At int64 `json:"at"`
}

var selectFilings = "select " + store.ColumnsOf[filing]("") + " from article_filing where "

// oneFiling reads the filing that where finds; sql.ErrNoRows where there is none.
func oneFiling(ctx context.Context, q store.Queryer, where string, args ...any) (*filing, error) {
	f, err := store.One[filing](ctx, q, selectFilings+where, args...)
	if err != nil {
		return nil, err
	}
	return &f, nil
}

func numbers(ns []int64) string {
	raw, _ := json.Marshal(ns) // numbers can always be written
	return string(raw)
}

// filingByID reads one filing.
func (d *shelf) filingByID(ctx context.Context, q store.Queryer, id string) (*filing, error) {
	f, err := oneFiling(ctx, q, "id = $1", id)
	if err != nil {
		return nil, fmt.Errorf("read filing %s: %w", id, err)
	}
	return f, nil
}

// filingOf is the filing of an account that WeChat calls by a media_id, or nil.
func (d *shelf) filingOf(ctx context.Context, q store.Queryer, account, mediaID string) (*filing, error) {
	f, err := oneFiling(ctx, q, "account = $1 and media_id = $2 order by filed_at desc, id desc limit 1", account, mediaID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return f, err
}

// lastFiling is the newest filing of exactly these articles that the accounts have, or nil.
func (d *shelf) lastFiling(ctx context.Context, q store.Queryer, accounts outbox.Accounts, members []int64) (*filing, error) {
	in, args := accounts.In("account", 2)
	f, err := oneFiling(ctx, q, "members = $1 and "+in+`
		and state in ('filed', 'publishing', 'published', 'refused') order by filed_at desc, id desc limit 1`, append([]any{numbers(members)}, args...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return f, err
}

// lastFilingWith is the newest filing that the accounts have and an article is part of, or nil.
func (d *shelf) lastFilingWith(ctx context.Context, q store.Queryer, accounts outbox.Accounts, n int64) (*filing, error) {
	fs, err := d.filingsWith(ctx, q, accounts, n, "state in ('filed', 'publishing', 'published', 'refused')", 1)
	if err != nil || len(fs) == 0 {
		return nil, err
	}
	return fs[0], nil
}

// filingsWith are the filings for the accounts that an article is part of, newest first.
func (d *shelf) filingsWith(ctx context.Context, q store.Queryer, accounts outbox.Accounts, n int64, where string, most int) ([]*filing, error) {
	in, args := accounts.In("account", 6)
	args = append([]any{numbers([]int64{n}), fmt.Sprintf("[%d,%%", n), fmt.Sprintf("%%,%d,%%", n), fmt.Sprintf("%%,%d]", n), most}, args...)
	rows, err := store.All[filing](q.Query(ctx, selectFilings+where+" and "+in+` and (members = $1 or members like $2 or members like $3 or members like $4)
		order by at desc, id desc limit $5`, args...))
	if err != nil {
		return nil, fmt.Errorf("read the filings of article %d: %w", n, err)
	}
	fs := make([]*filing, len(rows))
	for i := range rows {
		fs[i] = &rows[i]
	}
	return fs, nil
}

// revisionOf is the text of an article that a filing holds.
func (f *filing) revisionOf(n int64) int64 {
	if i := slices.Index(f.Members, n); i >= 0 && i < len(f.Revisions) {
		return f.Revisions[i]
	}
	return 0
}

// wordsOf tell what WeChat has of an article: nothing any more where it was taken back.
func (f *filing) wordsOf(n int64) cards.Text {
	if back, ok := f.TakenBack[n]; ok {
		return cards.T("article.filed_taken_back", "n", back.By, "at", store.Time(back.At))
	}
	return f.words()
}

// words tell what WeChat has: uploaded is not published.
func (f *filing) words() cards.Text {
	switch f.State {
	case filingPublishing:
		if f.Polls > mostPolls {
			return cards.T("article.filed_untold", "media_id", cards.Code(f.MediaID), "publish_id", cards.Code(f.PublishID))
		}
		return cards.T("article.filed_publishing", "media_id", cards.Code(f.MediaID), "publish_id", cards.Code(f.PublishID))
	case filingPublished:
		urls := make([]cards.Text, len(f.URLs))
		for i, url := range f.URLs {
			urls[i] = cards.Link(url)
		}
		return cards.T("article.filed_published", "article_id", cards.Code(f.ArticleID), "urls", urls)
	case filingNotPublished:
		return cards.T("article.filed_refused", "media_id", cards.Code(f.MediaID), "why", publishWords(f.PublishState))
	}
	return cards.T("article.filed_"+f.Target, "media_id", cards.Code(f.MediaID), "at", f.FiledAt)
}

// approval is a text of an article that was approved.
type approval struct {
	Request, Revision int64
	Who               []cards.User
}

// lastApproval is the newest approved request for the accounts that an article was part of, or nil.
func (d *shelf) lastApproval(ctx context.Context, accounts outbox.Accounts, n int64) (*approval, error) {
	fs, err := d.filingsWith(ctx, d.DB, accounts, n, "request > 0", 20)
	if err != nil {
		return nil, err
	}
	for _, f := range fs {
		by, err := d.Outbox.ApprovedBy(ctx, f.Request)
		if err != nil {
			return nil, err
		}
		if len(by) == 0 {
			continue
		}
		a := &approval{Request: f.Request, Revision: f.revisionOf(n)}
		for _, id := range by {
			a.Who = append(a.Who, cards.User(id))
		}
		return a, nil
	}
	return nil, nil
}

// setFiling notes how far a filing has come.
func (d *shelf) setFiling(ctx context.Context, id string, state filingState) error {
	return d.insist(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "update article_filing set state = $2 where id = $1", id, state)
		return err
	})
}

// filedAs notes what WeChat calls the articles, and tells it on their cards.
func (d *shelf) filedAs(ctx context.Context, f *filing, mediaID string) error {
	return d.insist(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "update article_filing set state = 'filed', media_id = $2, filed_at = $3 where id = $1", f.ID, mediaID, store.Millis(d.Now())); err != nil {
			return err
		}
		for _, n := range f.Members {
			if err := d.noteSelf(ctx, tx, n, "uploaded", d.noteIn(f.Account, fmt.Sprintf("#%d %s %s", f.Request, f.Target, mediaID))); err != nil {
				return err
			}
			if err := d.redraw(ctx, tx, n); err != nil {
				return err
			}
		}
		return nil
	})
}

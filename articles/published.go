package articles

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"magpie/cards"
	"magpie/store"
	"magpie/wechat"
)

// pollAfter are the waits between questions about a publishing: WeChat answers 100 a
// day. Past the last, it is asked about once an hour, for a day.
var pollAfter = []time.Duration{3 * time.Second, 7 * time.Second, 20 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute}

const mostPolls = 32

// watchPublishings asks what became of an account's publishings when it is time to. One that
// does not answer keeps no other waiting.
func (d *filer) watchPublishings(account string) {
	store.Every(d.ending, time.Second, func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := d.askPublishings(ctx, account); err != nil && !d.isStopping() {
			d.Log.Error("ask what became of publishings", "error", err)
		}
	})
}

func (d *filer) askPublishings(ctx context.Context, account string) error {
	type due struct {
		filing
		Next int64 `db:"next_at"`
	}
	all, err := store.All[due](d.DB.Query(ctx, "select "+store.ColumnsOf[due]("")+" from article_filing where next_at > 0 and next_at <= $1 and state = 'publishing' and account = $2 limit 20",
		store.Millis(d.Now()), account))
	if err != nil {
		return err
	}
	for _, f := range all {
		wait := time.Hour
		if f.Polls+1 < len(pollAfter) {
			wait = pollAfter[f.Polls+1]
		}
		next := store.Millis(d.Now().Add(wait))
		var claimed int64
		// Whoever moves next_at asks, so several processes may watch.
		if err := d.DB.Update(ctx, func(tx *store.Tx) (err error) {
			claimed, err = tx.Exec(ctx, "update article_filing set next_at = $2, polls = polls + 1 where id = $1 and next_at = $3", f.ID, next, f.Next)
			return err
		}); err != nil {
			return err
		}
		if claimed == 0 {
			continue
		}
		if err := d.askPublishing(ctx, &f.filing); err != nil {
			d.Log.Warn("what became of a publishing is not known yet", "publish_id", f.PublishID, "error", err)
		}
		if f.Polls >= mostPolls {
			if err := d.giveUpPublishing(ctx, &f.filing); err != nil {
				return err
			}
		}
	}
	return nil
}

// giveUpPublishing tells that WeChat never said how a publishing ended, which it may have by
// now, and asks no more. An event that comes later still ends it.
func (d *filer) giveUpPublishing(ctx context.Context, f *filing) error {
	f.Polls++
	return d.DB.Update(ctx, func(tx *store.Tx) error {
		open, err := tx.Exec(ctx, "update article_filing set next_at = 0 where id = $1 and state = 'publishing' and next_at > 0", f.ID)
		if err != nil || open == 0 {
			return err
		}
		if err := d.eachTold(ctx, tx, f, "publish_untold", f.PublishID); err != nil {
			return err
		}
		at, err := d.Thread(ctx, tx, f.out())
		if err != nil {
			return err
		}
		return d.Posts.Notify(ctx, tx, at, cards.Card{Account: f.Account, Title: cards.T("article.publish_result", "article", name(f.Members[0])), Body: []cards.Text{f.words()}})
	})
}

func (d *filer) askPublishing(ctx context.Context, f *filing) error {
	state, err := d.WeChat.Of(f.Account).GetPublish(ctx, f.PublishID)
	if err != nil || state.Status.Running() {
		return err
	}
	return d.endPublishing(ctx, f, *state)
}

// Heard takes WeChat's own word on a publishing of an account, which need not be asked about then.
func (d *filer) Heard(ctx context.Context, account string, state wechat.PublishState) error {
	if state.PublishID == "" || state.Status.Running() {
		return nil
	}
	f, err := oneFiling(ctx, d.DB, "publish_id = $1 and account = $2 and state = 'publishing'", state.PublishID, account)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // somebody else's, or told before
	}
	if err != nil {
		return fmt.Errorf("read the filing of publishing %s: %w", state.PublishID, err)
	}
	return d.endPublishing(ctx, f, state)
}

// endPublishing writes how a publishing has ended and tells it, once: the answer to a question
// and the event may come together.
func (d *filer) endPublishing(ctx context.Context, f *filing, state wechat.PublishState) error {
	to, verb := filingPublished, "published"
	if state.Status != wechat.Published {
		to, verb = filingNotPublished, "not_published"
	}
	var urls []string
	for _, a := range state.Articles {
		urls = append(urls, a.URL)
	}
	f.State, f.ArticleID, f.URLs, f.PublishState = to, state.ArticleID, urls, strconv.Itoa(int(state.Status))
	return d.insist(ctx, func(tx *store.Tx) error {
		ended, err := tx.Exec(ctx, "update article_filing set state = $2, article_id = $3, urls = $4, publish_state = $5, next_at = 0 where id = $1 and state = 'publishing'",
			f.ID, to, f.ArticleID, strings.Join(urls, " "), f.PublishState)
		if err != nil || ended == 0 {
			return err
		}
		if err := d.eachTold(ctx, tx, f, verb, f.ArticleID); err != nil {
			return err
		}
		at, err := d.Thread(ctx, tx, f.out())
		if err != nil {
			return err
		}
		return d.Posts.Notify(ctx, tx, at, cards.Card{Account: f.Account, Title: cards.T("article.publish_result", "article", name(f.Members[0])), Body: []cards.Text{f.words()}})
	})
}

// publishWords say how a publishing ended.
func publishWords(state string) cards.Text {
	n, err := strconv.Atoi(state)
	if err != nil {
		return cards.Plain(state)
	}
	s := wechat.PublishStatus(n)
	return cards.Both(s.In("en"), s.In("zh"))
}

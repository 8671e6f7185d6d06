package articles

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"magpie/cards"
	"magpie/store"
	"magpie/wechat"
)

// Publishing is what a request to publish, or to preview on a phone, holds.
type Publishing struct {
	Filing   string   `json:"filing"`
	MediaID  string   `json:"media_id"`
	Articles []string `json:"articles"` // "A3 r2 Title"
}

// Filed finds the draft that an article can be published from; a *cards.Refusal where
// there is none, or where the article has changed since.
func (d *Desk) Filed(ctx context.Context, n int64) (Publishing, error) {
	a, err := d.present(ctx, d.DB, n)
	if err != nil {
		return Publishing{}, err
	}
	f, err := d.lastFilingWith(ctx, d.DB, n)
	if err != nil {
		return Publishing{}, err
	}
	upload := []cards.Button{button("upload", "article upload "+name(n), "primary")}
	switch {
	case f == nil, f.State == unpublish, f.Target != DraftBox:
		refusal := cards.Refuse("article.not_in_draftbox", "article", name(n))
		refusal.Buttons = upload
		return Publishing{}, refusal
	case f.State != filed:
		return Publishing{}, cards.Refuse("article.published_already", "article", name(n), "what", f.words())
	case f.revisionOf(n) != a.Revision:
		refusal := cards.Refuse("article.changed_since_filed", "article", name(n), "filed", f.revisionOf(n), "now", a.Revision)
		refusal.Buttons = upload
		return Publishing{}, refusal
	}
	p := Publishing{Filing: f.ID, MediaID: f.MediaID}
	for i, member := range f.Members {
		r, err := d.Revision(ctx, d.DB, member, f.Revisions[i])
		if err != nil {
			return p, err
		}
		title, _, _, _, _ := EditForm(r.Text, 0, 1<<20)
		p.Articles = append(p.Articles, fmt.Sprintf("%s r%d %s", name(member), f.Revisions[i], title))
	}
	return p, nil
}

// Contents shows a publishing to the letter.
func (p Publishing) Contents() []cards.Content {
	return []cards.Content{{Label: "articles", Text: strings.Join(p.Articles, "\n")}, {Label: "media_id", Text: p.MediaID}}
}

// Publish hands a draft to WeChat to be published. That it is queued is all that is
// known when it returns; what became of it is told later.
func (d *Desk) Publish(ctx context.Context, p Publishing) (publishID string, err error) {
	job, err := d.WeChat.SubmitPublish(ctx, p.MediaID)
	if err != nil {
		return "", err
	}
	f, err := d.filingByID(ctx, d.DB, p.Filing)
	if err != nil {
		return job.PublishID, err
	}
	return job.PublishID, d.insist(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "update article_filing set state = 'publishing', publish_id = $2, polls = 0, next_at = $3 where id = $1",
			p.Filing, job.PublishID, store.Millis(d.Now().Add(pollAfter[0]))); err != nil {
			return err
		}
		return d.eachTold(ctx, tx, f, "publish_queued", job.PublishID)
	})
}

func (d *Desk) eachTold(ctx context.Context, tx *store.Tx, f *filing, verb, note string) error {
	for _, n := range f.Members {
		if err := d.noteSelf(ctx, tx, n, verb, note); err != nil {
			return err
		}
		if err := d.enqueueTell(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// SendPreview shows a draft to the configured person on their phone.
func (d *Desk) SendPreview(ctx context.Context, p Publishing, openid string) error {
	return d.WeChat.PreviewMass(ctx, wechat.Previewer{OpenID: openid}, wechat.MassContent{News: p.MediaID})
}

// pollAfter are the waits between questions about a publishing: WeChat answers 100 a
// day. Past the last, it is asked about once an hour, for a day.
var pollAfter = []time.Duration{3 * time.Second, 7 * time.Second, 20 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute}

const mostPolls = 32

// watchPublishings asks what became of publishings when it is time to.
func (d *Desk) watchPublishings() {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-d.ending:
			return
		case <-ticker.C:
		}
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		if err := d.askPublishings(ctx); err != nil && !d.isStopping() {
			d.Log.Error("ask what became of publishings", "error", err)
		}
		cancel()
	}
}

func (d *Desk) askPublishings(ctx context.Context) error {
	now := store.Millis(d.Now())
	rows, err := d.DB.Query(ctx, "select "+filingColumns+", next_at from article_filing where next_at > 0 and next_at <= $1 and state = 'publishing' and account = $2 limit 20", now, d.WeChat.AppID())
	if err != nil {
		return err
	}
	defer rows.Close()
	type due struct {
		*filing
		next int64
	}
	var all []due
	for rows.Next() {
		var next int64
		f, err := scanFiling(more{rows, &next})
		if err != nil {
			return err
		}
		all = append(all, due{f, next})
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	for _, f := range all {
		wait := time.Hour
		if f.Polls+1 < len(pollAfter) {
			wait = pollAfter[f.Polls+1]
		}
		next := store.Millis(d.Now().Add(wait))
		if f.Polls >= mostPolls {
			next = 0
		}
		var claimed int64
		// Whoever moves next_at asks, so several processes may watch.
		if err := d.DB.Update(ctx, func(tx *store.Tx) (err error) {
			claimed, err = tx.Exec(ctx, "update article_filing set next_at = $2, polls = polls + 1 where id = $1 and next_at = $3", f.ID, next, f.next)
			return err
		}); err != nil {
			return err
		}
		if claimed == 0 {
			continue
		}
		if err := d.askPublishing(ctx, f.filing); err != nil {
			d.Log.Warn("what became of a publishing is not known yet", "publish_id", f.PublishID, "error", err)
		}
	}
	return nil
}

// more scans one column more than a filing has.
type more struct {
	scanner
	last *int64
}

func (m more) Scan(to ...any) error { return m.scanner.Scan(append(to, m.last)...) }

func (d *Desk) askPublishing(ctx context.Context, f *filing) error {
	state, err := d.WeChat.GetPublish(ctx, f.PublishID)
	if err != nil || state.Status.Running() {
		return err
	}
	to, verb := published, "published"
	if state.Status != wechat.Published {
		to, verb = unpublish, "not_published"
	}
	var urls []string
	for _, a := range state.Articles {
		urls = append(urls, a.URL)
	}
	f.State, f.ArticleID, f.URLs, f.PublishState = to, state.ArticleID, urls, strconv.Itoa(int(state.Status))
	return d.insist(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "update article_filing set state = $2, article_id = $3, urls = $4, publish_state = $5, next_at = 0 where id = $1",
			f.ID, to, f.ArticleID, strings.Join(urls, " "), f.PublishState); err != nil {
			return err
		}
		if err := d.eachTold(ctx, tx, f, verb, f.ArticleID); err != nil {
			return err
		}
		a, err := d.Article(ctx, tx, f.Members[0])
		if err != nil {
			return err
		}
		at, ok := a.thread()
		if !ok {
			at = cards.Place{Channel: a.Where.Channel, User: a.By}
		}
		return d.Outbox.Notify(ctx, tx, at, cards.Card{Title: cards.T("article.publish_result", "article", name(a.N)), Body: []cards.Text{f.words()}})
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

package articles

import (
	"context"
	"fmt"
	"strings"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
	"magpie/wechat"
)

// Publishing is what a request to publish, or to preview on a phone, holds.
type Publishing struct {
	Filing   string         `json:"filing"`
	MediaID  string         `json:"media_id"`
	Articles []string       `json:"articles"` // "A3 r2 Title"
	Draft    []DraftArticle `json:"draft,omitempty"`
	Edited   *time.Time     `json:"edited,omitempty"` // by somebody in WeChat's console, since it was filed
	Models   bool           `json:"models,omitempty"` // a model wrote or translated one of them
}

// editedAfter is how long after it was filed a draft must have been changed to have been
// edited: clocks differ.
const editedAfter = 2 * time.Minute

// Filed finds the draft of an account that an article can be published from, and reads what it
// says. Refuses with cards.NotFound where there is no such article, or it was removed; without
// a code where it is in no draft, is published already, or has changed since.
func (d *filer) Filed(ctx context.Context, account string, n int64) (Publishing, error) {
	a, err := d.present(ctx, d.DB, n)
	if err != nil {
		return Publishing{}, err
	}
	f, err := d.lastFilingWith(ctx, d.DB, outbox.Accounts{account}, n)
	if err != nil {
		return Publishing{}, err
	}
	upload := []cards.Button{button("upload", "article upload "+name(n), "primary")}
	switch {
	case f == nil, f.State == filingNotPublished, f.Target != DraftBox:
		refusal := cards.Refuse("article.not_in_draftbox", "article", name(n))
		refusal.Buttons = upload
		return Publishing{}, refusal
	case f.State != filingFiled, f.TakenBack[n].By > 0:
		refusal := cards.Refuse("article.published_already", "article", name(n), "what", f.wordsOf(n))
		if f.TakenBack[n].By > 0 {
			refusal.Buttons = upload
		}
		return Publishing{}, refusal
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
		models, err := isModels(ctx, d.DB, member, r.N)
		if err != nil {
			return p, err
		}
		p.Models = p.Models || models
		title, _, _, _, _ := EditForm(r.Text, 0, 1<<20)
		p.Articles = append(p.Articles, fmt.Sprintf("%s r%d %s", name(member), f.Revisions[i], title))
	}
	draft, changed, err := ReadDraft(ctx, d.WeChat.Of(account).Client, f.MediaID)
	if err != nil {
		return p, err
	}
	if draft == nil {
		refusal := cards.Refuse("article.draft_gone", "article", name(n))
		refusal.Buttons = upload
		return p, refusal
	}
	if p.Draft = draft; changed.Sub(f.FiledAt) > editedAfter {
		p.Edited = &changed
	}
	return p, nil
}

// Kept is what the draft says.
func (p Publishing) Kept() []outbox.Kept {
	return append([]outbox.Kept{{What: "articles", Is: strings.Join(p.Articles, "\n")}}, KeptOf(p.Draft)...)
}

// Contents shows a publishing to the letter.
func (p Publishing) Contents() []cards.Content {
	all := append(DraftContents(p.Draft), called("", "content.articles", strings.Join(p.Articles, "\n")), cards.Content{Label: "media_id", Text: p.MediaID})
	if p.Edited != nil {
		all = append(all, called("", "content.edited", p.Edited.UTC().Format(time.DateTime)+" UTC"))
	}
	return append(all, DraftSums(p.Draft)...)
}

// PublishHead says for whom it is published, and what.
func (p Publishing) PublishHead([]string) []cards.Text {
	head := []cards.Text{cards.T("article.draft_publish_to")}
	if p.Edited != nil {
		head = append(head, cards.T("article.draft_edited", "at", *p.Edited))
	}
	return append(append(head, DraftLines(p.Draft)...), declared(p.Models)...)
}

// PreviewHead says what a title does not of what is shown.
func (p Publishing) PreviewHead([]string) []cards.Text { return DraftLines(p.Draft) }

// Stands refuses, without a code, a publishing whose draft was filed anew, published or given
// up since it was asked for: what was approved is there no more.
func (d *shelf) Stands(ctx context.Context, p Publishing) error {
	f, err := d.filingByID(ctx, d.DB, p.Filing)
	if err != nil {
		return err
	}
	switch {
	case f.State == filingGone:
		return cards.Refuse("article.filed_anew", "media_id", cards.Code(p.MediaID))
	case f.State != filingFiled:
		return cards.Refuse("article.published_already", "article", strings.Join(p.Articles, ", "), "what", f.words())
	}
	return nil
}

// Publish hands a draft to WeChat to be published. That it is queued is all that is
// known when it returns; what became of it is told later.
func (d *filer) Publish(ctx context.Context, p Publishing) (*wechat.PublishJob, error) {
	f, err := d.filingByID(ctx, d.DB, p.Filing)
	if err != nil {
		return nil, err
	}
	job, err := d.WeChat.Of(f.Account).SubmitPublish(ctx, p.MediaID)
	if err != nil {
		return nil, err
	}
	return job, d.insist(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "update article_filing set state = 'publishing', publish_id = $2, polls = 0, next_at = $3, msg_data_id = $4 where id = $1",
			p.Filing, job.PublishID, store.Millis(d.Now().Add(pollAfter[0])), job.MsgDataID); err != nil {
			return err
		}
		return d.eachTold(ctx, tx, f, "publish_queued", job.PublishID)
	})
}

func (d *filer) eachTold(ctx context.Context, tx *store.Tx, f *filing, verb, note string) error {
	for _, n := range f.Members {
		if err := d.noteSelf(ctx, tx, n, verb, d.noteIn(f.Account, note)); err != nil {
			return err
		}
		if err := d.redraw(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// SendPreview shows a draft of an account to somebody on their phone.
func (d *filer) SendPreview(ctx context.Context, account string, p Publishing, openid string) error {
	return d.WeChat.Of(account).PreviewMass(ctx, wechat.Previewer{OpenID: openid}, wechat.MassContent{News: p.MediaID})
}

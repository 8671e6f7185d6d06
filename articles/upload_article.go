package articles

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// Upload is what a request to file articles holds: everything that is approved, with
// images by the hash of their bytes. Addresses and ids are WeChat's to assign.
type Upload struct {
	Filing   string          `json:"filing"` // names it among our own
	To       string          `json:"to"`
	Articles []UploadArticle `json:"articles"`
	Before   string          `json:"before,omitempty"` // who approved what before
	Until    int64           `json:"until,omitempty"`  // of the preview links, Unix seconds
	Models   bool            `json:"models,omitempty"` // a model wrote or translated one of them
	For      string          `json:"for,omitempty"`    // the name of the account, where it has something of its own
}

// UploadArticle is one article of an Upload.
type UploadArticle struct {
	Article            int64    `json:"article"`
	Revision           int64    `json:"revision"`
	Title              string   `json:"title"`
	Author             string   `json:"author,omitempty"`
	Digest             string   `json:"digest,omitempty"`
	ContentSourceURL   string   `json:"content_source_url,omitempty"`
	ShowCoverPic       *int     `json:"show_cover_pic,omitempty"`
	NeedOpenComment    *int     `json:"need_open_comment,omitempty"`
	OnlyFansCanComment *int     `json:"only_fans_can_comment,omitempty"`
	Text               string   `json:"text"`    // what readers read
	Content            string   `json:"content"` // the HTML, images by their hash
	Images             []Named  `json:"images,omitempty"`
	Cover              string   `json:"cover"` // the hash of the thumb
	Crop235            string   `json:"pic_crop_235_1"`
	Crop11             string   `json:"pic_crop_1_1"`
	Waived             []string `json:"waived,omitempty"`

	Own []Different `json:"own,omitempty"` // what the account has otherwise than others
}

// Named is an image of an article of an upload.
type Named struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// Prepare puts together what would be filed with an account, and what to write when it is asked
// for. Refuses as Proof does of each article; without a code while one is being written, where
// a finding forbids it, and where its cover cannot be used.
func (d *filer) Prepare(ctx context.Context, account string, members []int64, to string) (u Upload, with func(context.Context, *store.Tx, int64) error, err error) {
	id, err := uuid.NewV7()
	if err != nil {
		return u, nil, err
	}
	u = Upload{Filing: id.String(), To: to, Until: d.Now().Add(d.PreviewTTL).Unix()}
	var covers []blob
	var revisions []int64
	var before []string
	for _, n := range members {
		p, err := d.proofFor(ctx, d.DB, account, n, 0)
		if err != nil {
			return u, nil, err
		}
		if p.Article.State == Writing {
			return u, nil, cards.Refuse("article.writes_already", "article", name(n))
		}
		if p.Blocked() {
			return u, nil, d.refuseBlocked(p)
		}
		u.Models = u.Models || p.Models
		one, cover, err := d.uploadArticle(ctx, p)
		if err != nil {
			return u, nil, err
		}
		if len(one.Own) > 0 {
			u.For = d.WeChat.Of(account).Name
		}
		u.Articles, covers, revisions = append(u.Articles, one), append(covers, cover), append(revisions, p.Revision.N)
		if last, err := d.lastApproval(ctx, outbox.Accounts{account}, n); err != nil {
			return u, nil, err
		} else if last != nil {
			who := make([]string, len(last.Who))
			for i, id := range last.Who {
				who[i] = "<@" + string(id) + ">"
			}
			before = append(before, fmt.Sprintf("%s r%d: #%d, %s", name(n), last.Revision, last.Request, strings.Join(who, " ")))
		}
	}
	u.Before = strings.Join(before, "\n")
	return u, func(ctx context.Context, tx *store.Tx, request int64) error {
		for _, cover := range covers {
			if err := d.keepBlob(ctx, tx, cover); err != nil {
				return err
			}
		}
		for _, one := range u.Articles {
			for _, image := range one.Images {
				if err := d.wantBlob(ctx, tx, image.SHA256); err != nil {
					return err
				}
			}
		}
		for _, n := range members {
			if err := d.noteSelf(ctx, tx, n, "upload_asked", d.noteIn(account, fmt.Sprintf("#%d", request))); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, "insert into article_filing (id, account, request, target, members, revisions, state, at) values ($1, $2, $3, $4, $5, $6, 'asked', $7)",
			u.Filing, account, request, to, numbers(members), numbers(revisions), store.Millis(d.Now()))
		return err
	}, nil
}

// under puts one text under the other.
func under(texts []cards.Text) cards.Text {
	if len(texts) == 1 {
		return texts[0]
	}
	return cards.T("fault.lines", "line", texts[0], "rest", under(texts[1:]))
}

// refuseBlocked says what forbids the upload, with buttons for what can be waived.
func (d *filer) refuseBlocked(p *Proof) error {
	id := name(p.Article.N)
	var what []cards.Text
	for _, f := range p.Findings {
		if f.Blocks && len(what) < shownFindings {
			what = append(what, f.Text)
		}
	}
	refusal := cards.Refuse("article.blocked", "article", id, "what", under(what))
	refusal.Buttons = []cards.Button{button("check", "article check "+id, "")}
	for i, m := range p.Open() {
		if i < shownMarks {
			refusal.Buttons = append(refusal.Buttons, cards.Button{Label: cards.T("article.button_waive", "k", m.N), Line: fmt.Sprintf("article waive %s %d", id, m.N)})
		}
	}
	return refusal
}

func (d *filer) uploadArticle(ctx context.Context, p *Proof) (UploadArticle, blob, error) {
	page := p.Page
	s := UploadArticle{
		Article: p.Article.N, Revision: p.Revision.N, Title: page.Title, Author: page.Author, Digest: page.Digest, ContentSourceURL: page.ContentSourceURL,
		ShowCoverPic: page.ShowCoverPic, NeedOpenComment: page.NeedOpenComment, OnlyFansCanComment: page.OnlyFansCanComment,
		Text: page.Text, Content: page.HTML, Own: differentIn(page),
	}
	seen := map[string]bool{}
	for _, src := range srcs(page.Images) {
		if found := p.find(src); found != nil && found.SHA256 != "" && !seen[found.SHA256] {
			seen[found.SHA256] = true
			s.Images = append(s.Images, Named{src, found.SHA256})
		}
	}
	for _, m := range page.Marks {
		if w := p.waiver(m); w != nil {
			s.Waived = append(s.Waived, fmt.Sprintf("%s: %s <@%s>", m.Said(), w.Reason, w.Who))
		}
	}
	cover, err := d.thumbOf(ctx, p)
	if errors.Is(err, errNoImage) {
		return s, cover, cards.Refuse("article.cover_unusable", "article", name(p.Article.N))
	}
	if err != nil {
		return s, cover, err
	}
	s.Cover = cover.SHA256
	s.Crop235, s.Crop11 = crop(cover.Width, cover.Height, 2.35), crop(cover.Width, cover.Height, 1)
	return s, cover, nil
}

// Kept is what the articles say. Their pictures stand in it by their hashes.
func (u Upload) Kept() []outbox.Kept {
	var all []outbox.Kept
	for _, s := range u.Articles {
		of := name(s.Article)
		s.Revision, s.Own = 0, nil
		whole, err := json.Marshal(s)
		if err != nil {
			panic("articles: an article of ours cannot be written: " + err.Error())
		}
		sum := sha256.Sum256(whole)
		all = append(all, outbox.Kept{What: "title", Of: of, Is: s.Title}, outbox.Kept{What: "whole", Of: of, Is: hex.EncodeToString(sum[:])})
	}
	return all
}

var (
	approvedBefore = regexp.MustCompile(`^(\S+) r(\d+): #(\d+), (.*)$`)
	mentioned      = regexp.MustCompile(`<@(\w+)>`)
)

// Fields names who approved which text of the articles before.
func (u Upload) Fields() (fields []cards.Field) {
	for line := range strings.Lines(u.Before) {
		label, line := cards.T("article.before_label"), strings.TrimSpace(line)
		of := approvedBefore.FindStringSubmatch(line)
		if of == nil {
			fields = append(fields, cards.Field{Label: label, Value: cards.Plain(line)})
			continue
		}
		var who []cards.User
		for _, m := range mentioned.FindAllStringSubmatch(of[4], -1) {
			who = append(who, cards.User(m[1]))
		}
		fields = append(fields, cards.Field{Label: label, Value: cards.T("article.before", "article", of[1], "revision", of[2], "request", of[3], "who", who)})
	}
	return fields
}

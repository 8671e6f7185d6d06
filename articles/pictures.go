package articles

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/jobs"
	"magpie/journal"
	"magpie/outbox"
	"magpie/store"
	"magpie/wechat"
)

const (
	jobPictures = "pictures.ask"

	// PicturesKind is the kind of request that files Pictures.
	PicturesKind = "pictures.upload"

	// warnedTitle is how long a title may be without a warning: WeChat's page says 32
	// characters, and people report that more than 20 are refused for pictures.
	warnedTitle = 20

	usedPicture = "picture"
)

// Pictures is a picture article for the draft box, as it is approved and sent: the hashes
// stand for the pictures, which are kept beside it. The first is the cover.
type Pictures struct {
	Title    string     `json:"title"`
	Text     string     `json:"text"`
	Images   []Material `json:"images"`
	Comments bool       `json:"comments,omitempty"` // people may comment
	FansOnly bool       `json:"fans_only,omitempty"`
}

// Kept is the pictures themselves.
func (p Pictures) Kept() []outbox.Kept {
	var all []outbox.Kept
	for _, image := range p.Images {
		all = append(all, image.Kept()...)
	}
	return all
}

// article is what WeChat is sent, with its ids of the pictures.
func (p Pictures) article(ids []string) wechat.DraftArticle {
	a := wechat.DraftArticle{ArticleType: "newspic", Title: p.Title, Content: p.Text, ImageInfo: new(wechat.ImageInfo)}
	for _, id := range ids {
		a.ImageInfo.ImageList = append(a.ImageInfo.ImageList, wechat.ImageID{ImageMediaID: id})
	}
	yes := 1
	if p.Comments {
		a.NeedOpenComment = &yes
	}
	if p.FansOnly {
		a.OnlyFansCanComment = &yes
	}
	return a
}

// Check holds the words against WeChat's limits.
func (p Pictures) Check() error { return p.article([]string{"ID"}).Check() }

// picturesJob reads files of Slack's, and asks to file them as one draft.
type picturesJob struct {
	Account string       `json:"account"`
	Once    string       `json:"once"`
	Line    string       `json:"line"`
	Files   []string     `json:"files"`
	As      Pictures     `json:"as"`
	Who     cards.Person `json:"who"`
	At      cards.Place  `json:"at"`
}

// AskPictures reads files of Slack's and asks to file them, with a text, as one draft of an
// account's. They are read beside the line: what is wrong with one is told where it was said.
func (d *filer) AskPictures(ctx context.Context, act Act, account, line string, files []string, as Pictures) (Said, error) {
	act.Verb, act.Note = "pictures", fmt.Sprintf("%d", len(files))
	return d.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		return Said{Text: cards.T("article.answer_pictures", "count", len(files))},
			d.Jobs.Enqueue(ctx, tx, jobPictures, picturesJob{Account: account, Once: uuid.NewString(), Line: line, Files: files, As: as, Who: act.Who, At: act.Where})
	})
}

func (d *filer) workPictures(ctx context.Context, job picturesJob) error {
	done, ok := d.Jobs.Share(jobs.Imports, "")
	if !ok {
		return jobs.Later()
	}
	defer done()
	ctx, cancel := d.untilStop(ctx)
	defer cancel()
	if err := d.Outbox.Accounts.Must(job.Account); err != nil {
		return err
	}
	p := job.As
	for _, id := range job.Files {
		image, err := d.readPicture(ctx, id)
		if d.isStopping() {
			return errStopping
		}
		if isLater(err) {
			return err
		}
		if err != nil {
			return d.materialRefused(ctx, job.material(id), image.Name, err)
		}
		p.Images = append(p.Images, image)
	}
	ask := outbox.Ask{
		Account: job.Account, Kind: PicturesKind, Payload: p, Line: job.Line, Who: job.Who, Where: job.At, Once: job.Once,
		With: func(ctx context.Context, tx *store.Tx, n int64) error {
			for _, image := range p.Images {
				if err := d.Jobs.Enqueue(ctx, tx, jobMaterialShown, materialShown{Request: n, Material: image}); err != nil {
					return err
				}
			}
			return nil
		},
	}
	if n := len([]rune(p.Title)); n > warnedTitle {
		ask.Note = cards.T("article.pictures_title", "count", n)
	}
	_, err := d.Outbox.Ask(ctx, ask)
	if refusal := (*cards.Refusal)(nil); errors.As(err, &refusal) && !journal.NotAccepted(err) {
		return d.materialRefused(ctx, job.material(job.Files[0]), "", err)
	}
	return err
}

// readPicture reads one of Slack's files and keeps its bytes, without what cameras note.
func (d *filer) readPicture(ctx context.Context, id string) (Material, error) {
	name, data, err := d.Files.Fetch(ctx, id)
	m := Material{Type: wechat.MediaImage, Name: name}
	if err == nil {
		data, err = d.bareFile(ctx, data)
	}
	if err == nil {
		_, err = wechat.NewMaterial{Kind: wechat.MediaImage, Data: data}.Check()
	}
	if err != nil {
		return m, err
	}
	m.Size, m.SHA256 = len(data), sumOf(data)
	return m, d.DB.Update(ctx, func(tx *store.Tx) error { return d.keepMaterial(ctx, tx, m, data) })
}

// material is the job as of one file, to tell what is wrong with that.
func (j picturesJob) material(file string) materialJob {
	return materialJob{Account: j.Account, File: file, Who: j.Who, At: j.At}
}

// picturesTooLong tells whoever asked that reading the files took too long three times.
func (d *filer) picturesTooLong(ctx context.Context, job picturesJob) error {
	return d.materialTooLong(ctx, job.material(job.Files[0]))
}

// FilePictures uploads the pictures that an account has not got, one by one, and files the
// draft. Each is noted before the next, so that another try goes on where this one ended.
func (d *filer) FilePictures(ctx context.Context, account string, p Pictures) (mediaID string, err error) {
	wx := d.WeChat.Of(account)
	var ids []string
	for i, image := range p.Images {
		id, err := d.sendPicture(ctx, account, image, func(data []byte) (string, error) {
			m, err := wx.AddMaterial(ctx, wechat.MediaImage, wechat.File{Name: image.Name, Body: bytes.NewReader(data)})
			if err != nil {
				return "", err
			}
			return m.MediaID, nil
		})
		if err != nil {
			return "", &PictureError{Name: image.Name, N: i + 1, Of: len(p.Images), Err: err}
		}
		ids = append(ids, id)
	}
	mediaID, err = wx.AddDraft(ctx, []wechat.DraftArticle{p.article(ids)})
	if e, ok := errors.AsType[*wechat.Error](err); ok && e.Code == codeNoMedia {
		// Somebody has deleted one in WeChat's console: another try uploads them anew.
		return "", errors.Join(err, d.insist(ctx, func(tx *store.Tx) error {
			for _, image := range p.Images {
				if _, err := tx.Exec(ctx, "delete from article_sent where account = $1 and usage = $2 and sha256 = $3", account, usedPicture, image.SHA256); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	return mediaID, err
}

// sendPicture uploads a picture unless the account has it, and notes what WeChat calls it.
func (d *filer) sendPicture(ctx context.Context, account string, image Material, upload func(data []byte) (string, error)) (string, error) {
	var id string
	err := d.DB.QueryRow(ctx, "select coalesce(max(reply), '') from article_sent where account = $1 and usage = $2 and sha256 = $3", account, usedPicture, image.SHA256).Scan(&id)
	if err != nil || id != "" {
		return id, err
	}
	if d.isStopping() {
		return "", pausedError{}
	}
	data, err := d.material(ctx, image)
	if err != nil {
		return "", err
	}
	if id, err = upload(data); err != nil {
		return "", err
	}
	return id, d.insist(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "insert into article_sent (account, usage, sha256, reply, at) values ($1, $2, $3, $4, $5) on conflict (account, usage, sha256) do nothing",
			account, usedPicture, image.SHA256, id, store.Millis(d.Now()))
		return err
	})
}

// PictureError is a picture that could not be uploaded: which one, and why.
type PictureError struct {
	Name  string
	N, Of int
	Err   error
}

func (e *PictureError) Error() string {
	return fmt.Sprintf("picture %d of %d (%s): %v", e.N, e.Of, e.Name, e.Err)
}

func (e *PictureError) Unwrap() error { return e.Err }

// Where says which picture it was.
func (e *PictureError) Where() cards.Text {
	return cards.T("article.which_picture", "image", cards.Code(shorten(e.Name, 100)), "n", e.N, "of", e.Of)
}

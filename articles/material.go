package articles

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/jobs"
	"magpie/journal"
	"magpie/outbox"
	"magpie/store"
	"magpie/wechat"
)

const (
	jobMaterial      = "material.ask"
	jobMaterialShown = "material.show"

	// MaterialKind is the kind of request that files a Material.
	MaterialKind = "material.upload"

	// materialKept is how long a file's bytes are kept: longer than anybody may take to
	// approve it, and to decide about a call without an answer.
	materialKept = 30 * 24 * time.Hour
)

// Material is a file for the account's library, as it is approved and sent: the hash
// stands for its bytes, which are kept beside it.
type Material struct {
	Type         string `json:"type"`
	Name         string `json:"name"`
	Size         int    `json:"size"`
	SHA256       string `json:"sha256"`
	Title        string `json:"title,omitempty"`        // of a video
	Introduction string `json:"introduction,omitempty"` // of a video
}

// Kept is the file itself.
func (m Material) Kept() []outbox.Kept { return []outbox.Kept{{What: "whole", Is: m.SHA256}} }

// materialJob reads a file of Slack's, and asks to file it.
type materialJob struct {
	Account string       `json:"account"`
	Once    string       `json:"once"`
	Line    string       `json:"line"`
	File    string       `json:"file"`
	As      Material     `json:"as"`
	Who     cards.Person `json:"who"`
	At      cards.Place  `json:"at"`
}

// AskMaterial reads a file of Slack's and asks to file it in an account's library as one
// of a type ("": its own). It is read after the line: what is wrong with it, and why the
// outbox refused the request, is told where the line was said. It refuses as journal.Once does
// alone.
func (d *filer) AskMaterial(ctx context.Context, act Act, account, line, fileID string, as Material) (Said, error) {
	act.Verb, act.Note = "material", fileID
	return d.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		return Said{Text: cards.T("article.answer_material")},
			d.Jobs.Enqueue(ctx, tx, jobMaterial, materialJob{Account: account, Once: uuid.NewString(), Line: line, File: fileID, As: as, Who: act.Who, At: act.Where})
	})
}

func (d *filer) workMaterial(ctx context.Context, job materialJob) error {
	done, ok := d.Jobs.Share(jobs.Imports, "")
	if !ok {
		return jobs.Later()
	}
	defer done()
	ctx, cancel := d.untilStop(ctx)
	defer cancel()
	if job.Account == "" { // of a magpie of before jobs bore one
		job.Account = d.Outbox.Earlier
	}
	if err := d.Outbox.Accounts.Must(job.Account); err != nil {
		return err
	}
	name, data, err := d.Files.Fetch(ctx, job.File)
	if d.isStopping() {
		return errStopping
	}
	if isLater(err) {
		return err
	}
	m := job.As
	if err == nil {
		data, err = d.bareFile(ctx, data)
	}
	if err == nil {
		m.Name, m.Size = name, len(data)
		m.Type, err = wechat.NewMaterial{Kind: m.Type, Title: m.Title, Introduction: m.Introduction, Data: data}.Check()
	}
	if err != nil {
		return d.materialRefused(ctx, job, name, err)
	}
	m.SHA256 = sumOf(data)
	said, err := d.Outbox.Ask(ctx, outbox.Ask{
		Account: job.Account, Kind: MaterialKind, Payload: m, Line: job.Line, Who: job.Who, Where: job.At, Once: job.Once,
		With: func(ctx context.Context, tx *store.Tx, n int64) error {
			if err := d.keepMaterial(ctx, tx, m, data); err != nil {
				return err
			}
			return d.Jobs.Enqueue(ctx, tx, jobMaterialShown, materialShown{Request: n, Material: m})
		},
	})
	if refusal := (*cards.Refusal)(nil); errors.As(err, &refusal) && !journal.NotAccepted(err) {
		return d.materialRefused(ctx, job, name, err)
	}
	if err == nil {
		d.Log.Info("a file is asked to be filed", "request", said.N, "type", m.Type, "bytes", m.Size)
	}
	return err
}

// materialRefused tells whoever asked why nothing is asked of WeChat.
func (d *filer) materialRefused(ctx context.Context, job materialJob, name string, why error) error {
	d.Log.Warn("a file is not filed", "error", why)
	card := cards.Card{Account: job.Account, Body: []cards.Text{cards.T("article.material_refused", "who", cards.User(job.Who.ID), "file", cards.Code(cmp.Or(name, job.File)), "why", refusalOf(why))}}
	at := job.At
	at.TS, at.User = "", job.Who.ID
	return d.DB.Update(ctx, func(tx *store.Tx) error { return d.Posts.Notify(ctx, tx, at, card) })
}

// materialTooLong tells whoever asked that reading the file took too long three times.
func (d *filer) materialTooLong(ctx context.Context, job materialJob) error {
	return d.materialRefused(ctx, job, "", cards.Refuse("article.material_too_long"))
}

// refusalOf is an error in words for people.
func refusalOf(err error) cards.Text {
	if refusal, ok := errors.AsType[*cards.Refusal](err); ok {
		return refusal.Text
	}
	var en, zh []string
	for _, f := range wechat.FieldErrors(err) {
		en, zh = append(en, f.In("en")), append(zh, f.In("zh"))
	}
	if len(en) > 0 {
		return cards.Both(strings.Join(en, "; "), strings.Join(zh, "；"))
	}
	return cards.Plain(shorten(err.Error(), 200))
}

// keepMaterial keeps a file's bytes, and lets go of those that nobody needs any more.
func (d *filer) keepMaterial(ctx context.Context, tx *store.Tx, m Material, data []byte) error {
	now := d.Now()
	if _, err := tx.Exec(ctx, "delete from material_file where at < $1", store.Millis(now.Add(-materialKept))); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "insert into material_file (sha256, data, at) values ($1, $2, $3) on conflict (sha256) do update set at = excluded.at", m.SHA256, data, store.Millis(now))
	return err
}

// material reads a file's bytes and holds them against the hash that was approved.
func (d *filer) material(ctx context.Context, m Material) ([]byte, error) {
	var data []byte
	err := d.DB.QueryRow(ctx, "select data from material_file where sha256 = $1", m.SHA256).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) || err == nil && sumOf(data) != m.SHA256 {
		return nil, cards.Refuse("article.material_gone", "file", cards.Code(m.Name))
	}
	return data, err
}

// FileMaterial files with an account exactly the bytes that were approved. It refuses, without
// a code, where they are kept no more.
func (d *filer) FileMaterial(ctx context.Context, account string, m Material) (*wechat.Material, error) {
	data, err := d.material(ctx, m)
	if err != nil {
		return nil, err
	}
	wx, file := d.WeChat.Of(account), wechat.File{Name: m.Name, Body: bytes.NewReader(data)}
	if m.Type == wechat.MediaVideo {
		return wx.AddVideo(ctx, m.Title, m.Introduction, file)
	}
	return wx.AddMaterial(ctx, m.Type, file)
}

// materialShown puts the file itself in the thread of the request's card.
type materialShown struct {
	Request  int64    `json:"request"`
	Material Material `json:"material"`
}

// workMaterialShown shows approvers what they approve. What goes wrong is logged, the
// hash stands on the card; Slack's absence is waited out.
func (d *filer) workMaterialShown(ctx context.Context, job materialShown) error {
	at, err := d.Outbox.Posted(ctx, job.Request)
	if err != nil {
		return err
	}
	if len(at) == 0 {
		return fmt.Errorf("the card of #%d is not posted yet", job.Request)
	}
	data, err := d.material(ctx, job.Material)
	if err != nil {
		d.Log.Warn("a file cannot be shown", "request", job.Request, "error", err)
		return nil
	}
	for _, card := range at {
		err := d.Files.Share(ctx, card.Thread(), job.Material.Name, fmt.Sprintf("#%d", job.Request), data)
		if isLater(err) {
			return err
		}
		if err != nil {
			d.Log.Warn("a file cannot be shown", "request", job.Request, "error", err)
		}
	}
	return nil
}

// isLater reports that Slack wants to be asked again after a while.
func isLater(err error) bool {
	var later interface{ RetryAfter() time.Duration }
	return errors.As(err, &later) && later.RetryAfter() > 0
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

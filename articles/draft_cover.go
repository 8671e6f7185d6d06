package articles

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// mostCover is how large a picture of the library may be: WeChat takes none above.
const mostCover = 10 << 20

// CoverMedia is the media_id of a draft's picture: the cover of its first article.
func CoverMedia(all []DraftArticle) string {
	switch {
	case len(all) == 0:
		return ""
	case all[0].Cover == "" && len(all[0].Pictures) > 0:
		return all[0].Pictures[0]
	}
	return all[0].Cover
}

// CoverPicture shows the picture that of names on the cards of a kind of request; without
// a Desk none is shown.
func CoverPicture[T any](d *Desk, account string, of func(T) string) *outbox.Picture[T] {
	if d == nil {
		return nil
	}
	return &outbox.Picture[T]{Of: of, Known: func(ctx context.Context, name string) (cards.Image, error) {
		return d.libraryPicture(ctx, account, name)
	}, Fetch: func(ctx context.Context, name string) error { return d.fetchPicture(ctx, account, name) }}
}

// libraryPicture is a picture of an account's library as a card shows it; nothing where Slack
// has not got it (yet).
func (d *shower) libraryPicture(ctx context.Context, account, mediaID string) (cards.Image, error) {
	file, err := d.slackFile(ctx, ofLibrary(account, mediaID))
	if err == nil && file == "" && len(d.WeChat) == 1 {
		file, err = d.slackFile(ctx, mediaID) // of before several accounts
	}
	if err != nil || file == "" {
		return cards.Image{}, err
	}
	return cards.Image{File: file, Alt: cards.T("article.draft_cover")}, nil
}

// ofLibrary is by what a picture of an account's library is known at Slack: media ids are
// an account's own.
func ofLibrary(account, mediaID string) string { return account + " " + mediaID }

// fetchPicture keeps a picture of an account's library at Slack. What is behind a media_id
// never changes. A card does without where either does not give or take it.
func (d *shower) fetchPicture(ctx context.Context, account, mediaID string) error {
	ctx, cancel := d.untilStop(ctx)
	defer cancel()
	name := ofLibrary(account, mediaID)
	known, err := d.slackFile(ctx, name)
	if err != nil {
		return err
	}
	var picture atMost
	if known == "" {
		_, err := d.WeChat.Of(account).GetMaterial(ctx, mediaID, &picture)
		kind := http.DetectContentType(picture.Bytes())
		if err != nil || !strings.HasPrefix(kind, "image/") {
			d.Log.Info("the picture of a draft cannot be shown on its card", "type", kind, "error", err)
			return nil
		}
	}
	id, err := d.keepAtSlack(ctx, known, "cover", "cover", picture.Bytes())
	if err != nil || id == "" {
		return err
	}
	return d.DB.Update(ctx, func(tx *store.Tx) error {
		return d.noteAtSlack(ctx, tx, name, id)
	})
}

// atMost keeps a picture in memory, unless it is larger than any may be.
type atMost struct{ bytes.Buffer }

func (b *atMost) Write(p []byte) (int, error) {
	if b.Len()+len(p) > mostCover {
		return 0, errors.New("the picture is too large")
	}
	return b.Buffer.Write(p)
}

// keepAtSlack puts a picture where a card can show it, and returns its id. It is "" where
// Slack does not take it: the card then goes without. An error asks for another try.
func (d *shower) keepAtSlack(ctx context.Context, known, file, title string, data []byte) (id string, err error) {
	id, err = d.Files.Keep(ctx, known, file, title, data)
	if d.isStopping() {
		return "", errStopping
	}
	var later interface{ RetryAfter() time.Duration }
	if errors.As(err, &later) && later.RetryAfter() > 0 {
		return "", err
	}
	if err != nil {
		d.Log.Warn("a picture cannot be shown on its card", "title", title, "error", err)
		return "", nil
	}
	return id, nil
}

// KeepPicture puts a picture where a card can show it, and returns its id; "" where Slack
// does not take it now.
func (d *shower) KeepPicture(ctx context.Context, file, title string, data []byte) string {
	id, err := d.keepAtSlack(ctx, "", file, title, data)
	if err != nil {
		d.Log.Info("a picture cannot be shown on its card yet", "title", title, "error", err)
	}
	return id
}

// noteAtSlack notes by which id a picture can be shown: that of a hash, or of a draft's
// media id.
func (d *shower) noteAtSlack(ctx context.Context, tx *store.Tx, of, id string) error {
	_, err := tx.Exec(ctx, `insert into article_sent (account, usage, sha256, reply, at) values ($1, $2, $3, $4, $5)
		on conflict (account, usage, sha256) do update set reply = excluded.reply`, atSlack, usedCover, of, id, store.Millis(d.Now()))
	return err
}

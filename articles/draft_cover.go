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
func CoverPicture[T any](d *Desk, of func(T) string) *outbox.Picture[T] {
	if d == nil {
		return nil
	}
	return &outbox.Picture[T]{Of: of, Known: d.libraryPicture, Fetch: d.fetchPicture}
}

// libraryPicture is a picture of WeChat's library as a card shows it; nothing where Slack
// has not got it (yet).
func (d *Desk) libraryPicture(ctx context.Context, mediaID string) (cards.Image, error) {
	file, err := d.slackFile(ctx, mediaID)
	if err != nil || file == "" {
		return cards.Image{}, err
	}
	return cards.Image{File: file, Alt: cards.T("article.draft_cover")}, nil
}

// fetchPicture keeps a picture of WeChat's library at Slack. What is behind a media_id
// never changes. A card does without where either does not give or take it.
func (d *Desk) fetchPicture(ctx context.Context, mediaID string) error {
	ctx, cancel := d.untilStop(ctx)
	defer cancel()
	known, err := d.slackFile(ctx, mediaID)
	if err != nil {
		return err
	}
	var picture atMost
	if known == "" {
		_, err := d.WeChat.GetMaterial(ctx, mediaID, &picture)
		kind := http.DetectContentType(picture.Bytes())
		if err != nil || !strings.HasPrefix(kind, "image/") {
			d.Log.Info("the picture of a draft cannot be shown on its card", "type", kind, "error", err)
			return nil
		}
	}
	id, err := d.Files.Keep(ctx, known, "cover", "cover", picture.Bytes())
	if d.isStopping() {
		return errStopping
	}
	var later interface{ RetryAfter() time.Duration }
	if errors.As(err, &later) && later.RetryAfter() > 0 {
		return err
	}
	if err != nil {
		d.Log.Warn("the picture of a draft cannot be shown on its card", "error", err)
		return nil
	}
	return d.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `insert into article_sent (account, usage, sha256, reply, at) values ($1, $2, $3, $4, $5)
			on conflict (account, usage, sha256) do update set reply = excluded.reply`, atSlack, usedCover, mediaID, id, store.Millis(d.Now()))
		return err
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

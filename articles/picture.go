package articles

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"time"

	"magpie/articles/draw"
	"magpie/cards"
	"magpie/jobs"
)

const (
	jobPicture    = "article.picture"
	pictureWithin = 45 * time.Second
)

type pictureJob struct {
	Article  int64 `json:"article"`
	Revision int64 `json:"revision"`
	Again    bool  `json:"again,omitempty"` // somebody asked for it
	Sheet    bool  `json:"sheet,omitempty"` // of all themes
}

// workPicture puts a picture of a text's preview into the article's thread. It is a
// courtesy: what goes wrong is logged, and only Slack's absence is waited out.
func (d *shower) workPicture(ctx context.Context, job pictureJob) error {
	a, err := d.Article(ctx, d.DB, job.Article)
	if err != nil || d.Browser == "" || a.State == Removed || a.Revision != job.Revision {
		return err
	}
	card, err := d.cardOf(ctx, d.DB, a.N)
	if err != nil || card == nil {
		return err
	}
	if card.At.TS == "" {
		return jobs.After(time.Second)
	}
	at := card.Thread()
	ctx, cancel := d.untilStop(ctx)
	defer cancel()
	put, width, height, called := d.picturePage, 820, 2600, ""
	if job.Sheet {
		put, called = d.sheetPage, "-themes"
		width, height = sheetSize(len(d.sheetThemes()))
	}
	page, err := put(ctx, job.Article, job.Revision)
	if err != nil {
		return err
	}
	shot, err := d.picture(ctx, page, width, height)
	if err != nil {
		d.Log.Warn("no picture of the preview", "article", a.N, "error", err)
		return nil
	}
	title := fmt.Sprintf("%s r%d", name(a.N), job.Revision)
	err = d.Files.Share(ctx, cards.Place{Channel: at.Channel, Thread: at.Thread}, fmt.Sprintf("%s-r%d%s.png", name(a.N), job.Revision, called), title, shot)
	var later interface{ RetryAfter() time.Duration }
	if errors.As(err, &later) && later.RetryAfter() > 0 {
		return err
	}
	if err != nil {
		d.Log.Warn("the picture of the preview cannot be shown", "article", a.N, "error", err)
	}
	return nil
}

// picture has a browser draw a page that needs nothing from outside, at a size in
// pixels; it can reach nothing either.
func (d *shower) picture(ctx context.Context, page []byte, width, height int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, pictureWithin)
	defer cancel()
	raw, _, err := draw.Chromium(d.Browser).Shoot(ctx, page, draw.Shot{Width: width, Height: height})
	if err != nil {
		return nil, err
	}
	return trim(raw), nil
}

// trim cuts the empty ground below off a picture; one that it cannot read stays as it is.
func trim(raw []byte) []byte {
	img, err := png.Decode(bytes.NewReader(raw))
	part, ok := img.(interface {
		SubImage(image.Rectangle) image.Image
	})
	if err != nil || !ok {
		return raw
	}
	b := img.Bounds()
	ground, last := img.At(b.Min.X, b.Max.Y-1), b.Max.Y
	for ; last > b.Min.Y+200; last-- {
		empty := true
		for x := b.Min.X; x < b.Max.X && empty; x++ {
			empty = img.At(x, last-1) == ground
		}
		if !empty {
			break
		}
	}
	var out bytes.Buffer
	if png.Encode(&out, part.SubImage(image.Rect(b.Min.X, b.Min.Y, b.Max.X, min(last+24, b.Max.Y)))) != nil {
		return raw
	}
	return out.Bytes()
}

package draw

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"net/url"
	"regexp"
	"time"
)

// The kinds of Item.
const (
	Inline  = "inline"  // TeX, within a line
	Display = "display" // TeX, on lines of its own
	Mermaid = "mermaid" // a diagram of mermaid's
)

// The bounds of drawing.
const (
	// MaxBatch is how many items Draw takes.
	MaxBatch = 16
	// Em is how large the letters beside a formula are, in the page's pixels.
	Em = 17
	// Within is how long one run of Chromium may take.
	Within = 20 * time.Second

	scale  = 2
	widest = 1080 // twice it is the widest that is kept of an image
	window = 2200 // how high; an item may be as high
)

// Item is something to draw. Ink and Ground are colours as #rrggbb.
type Item struct {
	Kind, Source, Ink, Ground string
}

// Picture is an item drawn. Refused says why it cannot be, in the words of the library that
// draws it; the other fields are zero then.
type Picture struct {
	PNG           []byte  // of twice as many pixels as Width and Height say
	Width, Height int     // in the page's pixels, Em of which are the letters beside it
	Depth         float64 // how much of it stands below the line, likewise
	Refused       string
}

// The errors of single items, beside a refusal.
var (
	ErrTime  = errors.New("it takes too long to draw")
	ErrLarge = errors.New("it is too large to draw")
)

// Result is what became of an item. Err is ErrTime or ErrLarge.
type Result struct {
	Picture
	Err error
}

// Draw draws at most MaxBatch items, each drawn alone where all together take too long. It calls
// note with the results of those that are drawn as soon as they are, in their order, of which
// first is the first one's place: what is drawn when ctx ends is not drawn in vain. An error is
// note's, or says that Chromium cannot be run.
func (c Chromium) Draw(ctx context.Context, items []Item, note func(first int, results []Result) error) error {
	return c.drawWithin(ctx, items, Within, note)
}

func (c Chromium) drawWithin(ctx context.Context, items []Item, within time.Duration, note func(first int, results []Result) error) error {
	after := func(skipped int) func(int, []Result) error {
		return func(first int, results []Result) error { return note(skipped+first, results) }
	}
	if len(items) == 0 {
		return ctx.Err()
	}
	results, err := c.batch(ctx, items, within)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && !errors.Is(err, ErrTime):
		return err
	case err == nil && len(results) > 0:
		if err := note(0, results); err != nil || len(results) == len(items) {
			return err
		}
		return c.drawWithin(ctx, items[len(results):], within, after(len(results)))
	case len(items) == 1:
		return note(0, []Result{{Err: ErrTime}})
	}
	half := len(items) / 2
	if err := c.drawWithin(ctx, items[:half], within, note); err != nil {
		return err
	}
	return c.drawWithin(ctx, items[half:], within, after(half))
}

var drawn = regexp.MustCompile(`^(?i:<!doctype html>)?\s*<html[^>]* data-drawn="([^"]*)"`)

// batch draws items in one page: as many as fit into it, at least one. It gives ErrTime
// where the page came to no end.
func (c Chromium) batch(ctx context.Context, items []Item, within time.Duration) ([]Result, error) {
	doc, err := page(items)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	shot, dom, err := c.Shoot(limited, doc, Shot{Width: widest, Height: window, Scale: scale, Scripts: true})
	if limited.Err() != nil {
		return nil, ErrTime
	}
	if err != nil {
		return nil, err
	}
	m := drawn.FindSubmatch(dom)
	if m == nil {
		return nil, ErrTime
	}
	said, err := url.PathUnescape(string(m[1]))
	if err != nil {
		return nil, err
	}
	var told []struct {
		Refused            string
		Top, Width, Height int
		Depth              float64
	}
	if err := json.Unmarshal([]byte(said), &told); err != nil {
		return nil, err
	}
	img, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		return nil, err
	}
	whole, ok := img.(interface {
		SubImage(image.Rectangle) image.Image
	})
	if !ok || len(told) != len(items) {
		return nil, errors.New("Chromium drew something else")
	}
	var results []Result
	for i, t := range told {
		r := Result{Picture: Picture{Refused: t.Refused, Width: t.Width, Height: t.Height, Depth: t.Depth}}
		at := image.Rect(0, t.Top, t.Width, t.Top+t.Height)
		at.Min, at.Max = at.Min.Mul(scale), at.Max.Mul(scale)
		switch {
		case t.Refused != "":
		case t.Width > widest || t.Height > window || at.Empty():
			r = Result{Err: ErrLarge}
		case !at.In(img.Bounds()):
			if i > 0 {
				return results, nil // the next page begins with it
			}
			r = Result{Err: ErrLarge}
		default:
			var out bytes.Buffer
			if err := png.Encode(&out, whole.SubImage(at)); err != nil {
				return nil, err
			}
			r.PNG = out.Bytes()
		}
		results = append(results, r)
	}
	return results, nil
}

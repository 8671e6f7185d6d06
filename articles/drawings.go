package articles

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"magpie/articles/draw"
	"magpie/articles/render"
	"magpie/cards"
	"magpie/store"
)

const (
	// maxDrawings is how many formulas and diagrams of one article are drawn.
	maxDrawings = 300
	// drawAgain is how long what took too long, or could not be run, is let be.
	drawAgain = 5 * time.Minute
)

// drawings know what there is of the formulas and the diagrams of an article.
type drawings struct {
	d        *shelf
	ctx      context.Context
	q        store.Queryer
	known    map[string]render.Drawn
	pictures []picture        // that are there
	wanted   []render.Drawing // that are not
	err      error
}

// drawings are for renderings within ctx and q; nil where there is no Chromium, which draws.
func (d *proofer) drawings(ctx context.Context, q store.Queryer) *drawings {
	if d.Browser == "" {
		return nil
	}
	return &drawings{d: &d.shelf, ctx: ctx, q: q, known: map[string]render.Drawn{}}
}

// into has an article rendered with what there is.
func (s *drawings) into(o *render.Options) {
	if s != nil {
		o.Draw = s.look
	}
}

// look is what there is of one.
func (s *drawings) look(w render.Drawing) render.Drawn {
	name := w.Name()
	if known, ok := s.known[name]; ok {
		return known
	}
	row, err := store.One[struct {
		SHA256  string    `db:"sha256"`
		Width   int       `db:"width"`
		Height  int       `db:"height"`
		Depth   int64     `db:"depth"` // hundredths
		Problem string    `db:"problem"`
		At      time.Time `db:"at"`
	}](s.ctx, s.q, "select sha256, width, height, depth, problem, at from article_drawing where name = $1", name)
	drawn := render.Drawn{Width: row.Width, Height: row.Height, Depth: float64(row.Depth) / 100}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		drawn = render.Drawn{}
		if len(s.known) >= maxDrawings {
			why := cards.T("article.drawing_many", "max", maxDrawings)
			drawn.Why = &why
		} else {
			s.wanted = append(s.wanted, w)
		}
	case err != nil:
		s.err = errors.Join(s.err, err)
	case row.Problem != "":
		code, detail, _ := strings.Cut(row.Problem, "|")
		why := cards.T("article.drawing_"+code, "detail", cards.Code(detail))
		drawn = render.Drawn{Why: &why}
		if (code == "time" || code == "browser") && s.d.Now().Sub(row.At) >= drawAgain {
			s.wanted = append(s.wanted, w)
		}
	default:
		s.pictures = append(s.pictures, picture{Name: name, SHA256: row.SHA256})
	}
	s.known[name] = drawn
	return drawn
}

// drawText draws what a text wants drawn and has not been yet, in an article's look, and
// notes each as soon as it is drawn: whoever goes on after a stop has the rest to do.
func (d *proofer) drawText(ctx context.Context, a Article, text string) error {
	s := d.drawings(ctx, d.DB)
	if s == nil {
		return nil
	}
	o := d.options("", a, nil)
	s.into(&o)
	if _, err := render.Render(text, o); err != nil {
		return nil // there is nothing to draw in it; the card says why
	}
	wanted := s.wanted
	for s.err == nil && len(wanted) > 0 {
		part := wanted[:min(len(wanted), draw.MaxBatch)]
		wanted = wanted[len(part):]
		items := make([]draw.Item, len(part))
		for i, w := range part {
			items[i] = draw.Item(w)
		}
		noted := 0
		note := func(first int, results []draw.Result) error {
			for i, r := range results {
				if err := d.keepDrawing(ctx, part[first+i], r, false); err != nil {
					return &noteError{err}
				}
				noted = first + i + 1
			}
			return nil
		}
		err := draw.Chromium(d.Browser).Draw(ctx, items, note)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if failed, ok := errors.AsType[*noteError](err); ok {
			return failed.error
		}
		if err != nil {
			d.Log.Warn("formulas and diagrams cannot be drawn", "article", a.N, "error", err)
			for _, w := range part[noted:] {
				if err := d.keepDrawing(ctx, w, draw.Result{}, true); err != nil {
					return err
				}
			}
		}
	}
	return s.err
}

// noteError is that of keeping a drawing, beside those of drawing it.
type noteError struct{ error }

// keepDrawing keeps a picture, or why there is none.
func (d *proofer) keepDrawing(ctx context.Context, w render.Drawing, r draw.Result, down bool) error {
	var b blob
	problem := ""
	switch {
	case down:
		problem = "browser"
	case errors.Is(r.Err, draw.ErrLarge):
		problem = "large"
	case r.Err != nil:
		problem = "time"
	case r.Refused != "":
		problem = "refused|" + shorten(strings.TrimRight(r.Refused, ":. "), 200)
	default:
		var err error
		if b, err = d.fit(ctx, r.PNG); ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			problem = "large"
		}
	}
	return d.DB.Update(ctx, func(tx *store.Tx) error {
		if problem != "" {
			b, r = blob{}, draw.Result{}
		} else if err := d.keepBlob(ctx, tx, b); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into article_drawing (name, sha256, width, height, depth, problem, at) values ($1, $2, $3, $4, $5, $6, $7)
			on conflict (name) do update set sha256 = excluded.sha256, width = excluded.width, height = excluded.height, depth = excluded.depth, problem = excluded.problem, at = excluded.at`,
			w.Name(), b.SHA256, r.Width, r.Height, int64(math.Round(100*r.Depth)), problem, store.Millis(d.Now()))
		if err != nil {
			return fmt.Errorf("keep a drawing: %w", err)
		}
		return nil
	})
}

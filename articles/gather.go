package articles

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	"magpie/articles/render"
	"magpie/cards"
	"magpie/jobs"
	"magpie/store"
)

const jobGather = "article.gather"

type gatherJob struct {
	Article int64 `json:"article"`
}

// picture is an image by the name that a text calls it.
type picture struct {
	Name    string
	SHA256  string // "": not to be had, see Problem
	Problem string // or stilled, of one that is there
}

// workGather reads the images that the present text names by an address, makes them
// fit for WeChat and keeps them, and has its formulas and diagrams drawn. What cannot be had is said on the card.
func (d *Desk) workGather(ctx context.Context, job gatherJob) error {
	done, ok := d.Jobs.Share(jobs.Imports, "")
	if !ok {
		return jobs.Later()
	}
	defer done()
	a, err := d.Article(ctx, d.DB, job.Article)
	if err != nil || a.Revision == 0 || a.State == Removed {
		return err
	}
	r, err := d.Revision(ctx, d.DB, a.N, a.Revision)
	if err != nil {
		return err
	}
	have, err := d.pictures(ctx, d.DB, a.N)
	if err != nil {
		return err
	}
	ctx, cancel := d.untilStop(ctx)
	defer cancel()
	for _, src := range d.sources(a, r.Text) {
		if p := find(have, src); p != nil && p.SHA256 != "" || isWeChats(src) || !isAddress(src) {
			continue
		}
		data, err := d.fetcher.fetch(ctx, src)
		if d.isStopping() {
			return errStopping
		}
		if err := d.keepPicture(ctx, a.N, src, data, err); err != nil {
			return err
		}
	}
	if err := d.drawText(ctx, a, r.Text); err != nil {
		if d.isStopping() {
			return errStopping
		}
		return err
	}
	return d.DB.Update(ctx, func(tx *store.Tx) error {
		if err := d.redraw(ctx, tx, a.N); err != nil {
			return err
		}
		if err := d.enqueueShowCover(ctx, tx, a.N); err != nil || d.Browser == "" {
			return err
		}
		return d.Jobs.Enqueue(ctx, tx, jobPicture, pictureJob{Article: a.N, Revision: a.Revision})
	})
}

// keepPicture keeps an image under its name, or why it cannot be had.
func (d *proofer) keepPicture(ctx context.Context, article int64, as string, data []byte, problem error) error {
	p := picture{Name: as}
	var b blob
	if problem == nil {
		b, problem = d.fit(ctx, data)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if problem != nil {
		p.Problem = problemCode(problem)
	} else {
		p.SHA256 = b.SHA256
		if isMovingWebP(data) {
			p.Problem = stilled
		}
	}
	return d.DB.Update(ctx, func(tx *store.Tx) error {
		if p.SHA256 != "" {
			if err := d.keepBlob(ctx, tx, b); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `insert into article_image (article, name, sha256, problem) values ($1, $2, $3, $4)
			on conflict (article, name) do update set sha256 = excluded.sha256, problem = excluded.problem`, article, p.Name, p.SHA256, p.Problem)
		return err
	})
}

// pictures are the images that an article has been given.
func (d *proofer) pictures(ctx context.Context, q store.Queryer, article int64) ([]picture, error) {
	rows, err := q.Query(ctx, "select name, sha256, problem from article_image where article = $1 order by name", article)
	if err != nil {
		return nil, fmt.Errorf("read the images of article %d: %w", article, err)
	}
	defer rows.Close()
	var ps []picture
	for rows.Next() {
		var p picture
		if err := rows.Scan(&p.Name, &p.SHA256, &p.Problem); err != nil {
			return nil, err
		}
		ps = append(ps, p)
	}
	return ps, rows.Err()
}

// sources are the names of all images of a text, the cover too, each once.
func (d *proofer) sources(a Article, text string) []string {
	page, err := render.Render(text, d.options("", a, nil))
	if err != nil {
		return nil
	}
	seen := map[string]bool{"": true}
	var names []string
	all := append(srcs(page.Images), page.Cover)
	for _, own := range page.Accounts {
		all = append(all, own.Cover)
	}
	for _, src := range all {
		if !seen[src] {
			seen[src] = true
			names = append(names, src)
		}
	}
	return names
}

func srcs(images []render.Image) []string {
	all := make([]string, len(images))
	for i, image := range images {
		all[i] = image.Src
	}
	return all
}

// find is the image of that name: pot.png is also ./pot.png and img/Pot.png, where no
// other comes nearer.
func find(have []picture, src string) *picture {
	for i := range have {
		if have[i].Name == src {
			return &have[i]
		}
	}
	if isAddress(src) {
		return nil
	}
	if plain, err := url.PathUnescape(src); err == nil {
		src = plain
	}
	base := strings.ToLower(path.Base(strings.ReplaceAll(src, `\`, "/")))
	for i := range have {
		if strings.ToLower(have[i].Name) == base {
			return &have[i]
		}
	}
	return nil
}

func isAddress(src string) bool {
	u, err := url.Parse(src)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// isWeChats reports that an image is at WeChat already and can stay where it is.
func isWeChats(src string) bool {
	u, err := url.Parse(src)
	return err == nil && u.Scheme == "https" && u.User == nil && u.Port() == "" && strings.HasSuffix(u.Host, ".qpic.cn")
}

// problem says why an image is not there.
func (d *proofer) problem(src string, p *picture) cards.Text {
	if p != nil && p.Problem != "" {
		code, detail, _ := strings.Cut(p.Problem, "|")
		why := cards.T("article.image_why_"+code, "detail", detail)
		return cards.T("article.image_bad", "image", cards.Code(shorten(src, 100)), "why", why)
	}
	if isAddress(src) {
		return cards.T("article.image_pending", "image", cards.Code(shorten(src, 100)))
	}
	return cards.T("article.image_missing", "image", cards.Code(shorten(src, 100)))
}

// problemCode is how the reason is kept, for people of either language.
func problemCode(err error) string {
	for code, known := range map[string]error{
		"big": errTooBig, "format": errNoImage, "pixels": errTooMany, "memory": errTooHeavy, "small": errNotSmall, "forbidden": errForbidden,
	} {
		if errors.Is(err, known) {
			return code + "|"
		}
	}
	return "unreachable|" + shorten(err.Error(), 200)
}

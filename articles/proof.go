package articles

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"magpie/articles/render"
	"magpie/cards"
	"magpie/store"
	"magpie/wechat"
)

// Proof is an article as its readers would see it now, with all that is wrong with it.
type Proof struct {
	Article  Article
	Revision Revision
	Page     *render.Article
	Findings []render.Finding
	Waivers  []Waiver
	Notice   string // that readers see below the article, or ""
	Models   bool   // a model wrote or translated the text, whoever changed it since
	pictures []picture
	drawn    *drawings
	file     string // that the text was imported from; "" where it was not
}

// fileName is the name of the file that an article's text was imported from last.
func (d *shelf) fileName(ctx context.Context, q store.Queryer, n int64) (name string, err error) {
	err = q.QueryRow(ctx, "select note from article_revision where article = $1 and how = 'imported' order by n desc limit 1", n).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, err
}

// Waiver lets one fact mark stand, for a reason that somebody answers for, as long as
// what is said around it stays. Those of old know no place, only what the mark says.
type Waiver struct {
	Mark   string    `db:"mark"`
	Place  string    `db:"place"`
	Reason string    `db:"reason"`
	Who    string    `db:"who"`
	At     time.Time `db:"at"`
}

// Blocked reports whether anything forbids the upload.
func (p *Proof) Blocked() bool {
	return slices.ContainsFunc(p.Findings, func(f render.Finding) bool { return f.Blocks })
}

// Open are the fact marks that nobody has waived.
func (p *Proof) Open() []render.Mark {
	var open []render.Mark
	for _, m := range p.Page.Marks {
		if p.waiver(m) == nil {
			open = append(open, m)
		}
	}
	return open
}

func (p *Proof) waiver(m render.Mark) *Waiver {
	for i, w := range p.Waivers {
		if w.Place == m.Place || w.Place == "" && w.Mark == m.Text && p.isOnlyMark(m) {
			return &p.Waivers[i]
		}
	}
	return nil
}

// isOnlyMark reports whether a mark's words say which one is meant.
func (p *Proof) isOnlyMark(m render.Mark) bool {
	alike := 0
	for _, other := range p.Page.Marks {
		if other.Text == m.Text {
			alike++
		}
	}
	return m.Text != "" && alike == 1
}

// Proof renders a text of an article, its present one where revision is 0. Refuses with
// cards.NotFound where there is no such article or text, or it was removed; without a code
// where it cannot be rendered.
func (d *proofer) Proof(ctx context.Context, n, revision int64) (*Proof, error) {
	return d.proof(ctx, d.DB, n, revision)
}

func (d *proofer) proof(ctx context.Context, q store.Queryer, n, revision int64) (*Proof, error) {
	return d.proofFor(ctx, q, "", n, revision)
}

// proofFor renders a text as it is filed with an account; "": as all would have it.
func (d *proofer) proofFor(ctx context.Context, q store.Queryer, account string, n, revision int64) (*Proof, error) {
	a, err := d.present(ctx, q, n)
	if err != nil {
		return nil, err
	}
	if revision == 0 {
		revision = a.Revision
	}
	r, err := d.Revision(ctx, q, n, revision)
	if err != nil {
		return nil, err
	}
	p := &Proof{Article: a, Revision: r}
	if p.pictures, err = d.pictures(ctx, q, n); err != nil {
		return nil, err
	}
	if p.Waivers, err = d.waivers(ctx, q, n); err != nil {
		return nil, err
	}
	if p.Notice, err = d.noticeOf(ctx, q, a, r.N); err != nil {
		return nil, err
	}
	if p.Models, err = isModels(ctx, q, n, r.N); err != nil {
		return nil, err
	}
	o := d.options(account, a, p.standIn)
	if p.file, err = d.fileName(ctx, q, n); err != nil {
		return nil, err
	}
	o.Notice, o.Name = p.Notice, p.file
	p.drawn = d.drawings(ctx, q)
	p.drawn.into(&o)
	p.Page, err = render.Render(r.Text, o)
	if err != nil {
		return nil, cards.Refuse("article.not_rendered", "article", name(n), "why", err.Error())
	}
	if p.drawn != nil && p.drawn.err != nil {
		return nil, p.drawn.err
	}
	d.judge(p)
	return p, nil
}

// options render articles for an account ("": for all alike) but for the pictures' addresses
// alike.
func (d *proofer) options(account string, a Article, image func(string) string) render.Options {
	of := ""
	switch {
	case account != "":
		of = d.WeChat.Of(account).Name
	case len(d.WeChat) == 1:
		of = d.WeChat[0].Name // all there is
	}
	names := make([]string, len(d.WeChat))
	for i, one := range d.WeChat {
		names[i] = one.Name
	}
	return render.Options{Account: of, Accounts: names, Theme: a.Style, Set: d.House, Code: d.CodeStyle, Lines: d.CodeLines, Links: d.keepsLinks(account), Image: image, BannedWords: d.Words, NoSpacing: d.NoSpacing, Lang: labelsIn(a.Lang)}
}

// keepsLinks reports whether an account's articles keep their links; "": whether all accounts'
// that have articles do, so that nobody is shown links which are gone once it is filed.
func (d *proofer) keepsLinks(account string) bool {
	if account != "" {
		return d.WeChat.Of(account).Pay
	}
	return !slices.ContainsFunc(d.WeChat, func(a wechat.Account) bool { return !a.Pay && a.Is() != wechat.MiniProgram })
}

// find is the image that the page calls so: one that the article was given, or a drawing.
func (p *Proof) find(src string) *picture {
	if p.drawn != nil && render.IsDrawing(src) {
		return find(p.drawn.pictures, src)
	}
	return find(p.pictures, src)
}

// standIn is an address as long as those that WeChat gives out, with the hash of the
// image in its place. It never leaves the house.
func (p *Proof) standIn(src string) string {
	if found := p.find(src); found != nil && found.SHA256 != "" {
		return standInHead + found.SHA256 + standInTail
	}
	if isWeChats(src) {
		return src
	}
	return standInHead + strings.Repeat("0", 64) + standInTail
}

const (
	standInHead = "https://mmbiz.qpic.cn/magpie/"
	standInTail = "/0?wx_fmt=png"
)

// judge puts together what is wrong: what the page shows, and what only we know.
func (d *proofer) judge(p *Proof) {
	for _, f := range p.Page.Findings {
		if strings.HasPrefix(f.Code, markCode) {
			continue // told below, one by one
		}
		p.Findings = append(p.Findings, f)
	}
	add := func(code, where string, text cards.Text) {
		p.Findings = append(p.Findings, render.Finding{Code: code, Blocks: true, Where: where, Text: text})
	}
	for _, m := range p.Page.Marks {
		f := render.Finding{Code: markCode, Blocks: true, Where: m.Where, Text: cards.T("article.mark", "k", m.N, "mark", m.Said())}
		if w := p.waiver(m); w != nil {
			f.Blocks, f.Text = false, cards.T("article.mark_waived", "k", m.N, "mark", m.Said(), "who", cards.User(w.Who), "reason", w.Reason)
		}
		p.Findings = append(p.Findings, f)
	}
	for _, told := range p.Revision.Told {
		p.Findings = append(p.Findings, render.Finding{Code: "import.told", Text: told})
	}
	if p.Revision.Unfinished {
		add("text.unfinished", "", cards.T("article.unfinished"))
	}
	seen := map[string]bool{}
	for _, src := range append(srcs(p.Page.Images), p.Page.Cover) {
		if src == "" || seen[src] {
			continue
		}
		seen[src] = true
		if src == p.Page.Cover && p.Article.Cover != "" && !p.ownCover() {
			continue // another was given since
		}
		found := p.find(src)
		if found != nil && found.Problem == stilled {
			p.Findings = append(p.Findings, render.Finding{Code: "image.still", Where: src, Text: cards.T("article.image_still", "image", cards.Code(shorten(src, 100)))})
		}
		if found != nil && found.SHA256 != "" || isWeChats(src) && src != p.Page.Cover {
			continue
		}
		f := render.Finding{Code: "image.missing", Blocks: true, Where: src, Text: d.problem(src, found)}
		if at := slices.IndexFunc(p.Page.Images, func(i render.Image) bool { return i.Src == src }); at >= 0 && (found != nil || !isAddress(src)) {
			f.Mend = p.Page.Images[at].Without
		}
		p.Findings = append(p.Findings, f)
	}
	slices.SortStableFunc(p.Findings, func(a, b render.Finding) int {
		return map[bool]int{true: 0, false: 1}[a.Blocks] - map[bool]int{true: 0, false: 1}[b.Blocks]
	})
}

// markCode is the code of render's findings about fact marks.
const markCode = "mark"

func (d *proofer) waivers(ctx context.Context, q store.Queryer, article int64) ([]Waiver, error) {
	ws, err := store.All[Waiver](q.Query(ctx, "select mark, place, reason, who, at from article_waiver where article = $1 order by at", article))
	if err != nil {
		return nil, fmt.Errorf("read the waivers of article %d: %w", article, err)
	}
	return ws, nil
}

// ownCover reports whether the account that the article is looked at for has a cover of its own.
func (p *Proof) ownCover() bool {
	return slices.ContainsFunc(p.Page.Own, func(own render.Difference) bool { return own.Key == "cover" })
}

// coverOf is the cover: the account's own, the one that was given, the one that the text
// names, or one made of the title.
func (d *proofer) coverOf(ctx context.Context, q store.Queryer, p *Proof) (b blob, generated bool, err error) {
	sum := p.Article.Cover
	if p.ownCover() {
		sum = ""
	}
	if sum == "" && p.Page.Cover != "" {
		if found := p.find(p.Page.Cover); found != nil {
			sum = found.SHA256
		}
	}
	if sum != "" && sum != coverOfTitle {
		b, err = d.blob(ctx, q, sum)
		return b, false, err
	}
	b, err = d.draw(p.Page.Title, p.Page.Look.Theme)
	return b, true, err
}

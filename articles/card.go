package articles

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"magpie/cards"
	"magpie/journal"
	"magpie/outbox"
	"magpie/wechat"
)

const (
	shownFindings = 8
	shownMarks    = 5 // with a button each
)

// Card is what an article looks like to everybody: what it is, how long, what is wrong
// with it, where it has been filed, and what can be done. Refuses with cards.NotFound where
// there is no such article; without a code where its text cannot be rendered.
func (d *shower) Card(ctx context.Context, n int64) (cards.Card, error) {
	a, err := d.Article(ctx, d.DB, n)
	if err != nil {
		return cards.Card{}, err
	}
	c := cards.Card{Title: cards.T("article.title_untitled", "article", name(n))}
	field := func(key string, value cards.Text) {
		c.Fields = append(c.Fields, cards.Field{Label: cards.T("article.field_" + key), Value: value})
	}
	filed, err := d.stateFields(ctx, a, field)
	if err != nil {
		return c, err
	}
	field("asked_by", cards.T("article.by", "who", cards.User(a.By), "at", a.At))
	if a.Of > 0 {
		of, err := d.translationWords(ctx, a)
		if err != nil {
			return c, err
		}
		field("translation", of)
	}
	if a.State == Removed {
		by, err := d.lastBy(ctx, n, "removed")
		if err == nil && by != nil {
			field("removed_by", cards.T("article.by", "who", cards.User(by.Who), "at", by.At))
		}
		return c, err
	}
	last, err := d.lastRun(ctx, d.DB, n)
	if err != nil {
		return c, err
	}
	if last != nil && (last.State == "failed" || last.State == "stopped") && a.State != Writing {
		c.Body = append(c.Body, last.Reason)
		if last.Kind != kindImport || last.Wish != "" {
			c.Buttons = append(c.Buttons, button("again", "article again "+name(n), "primary"))
		}
	}
	if a.State == Writing {
		c.Buttons = append(c.Buttons, button("stop", "article stop "+name(n), "danger"))
	}
	if a.Revision == 0 {
		if a.Brief != "" {
			c.Body = append([]cards.Text{cards.Plain(shorten(a.Brief, 500))}, c.Body...)
		}
		return c, nil
	}
	p, err := d.Proof(ctx, n, 0)
	if err != nil {
		return c, err
	}
	if p.Page.Title != "" {
		c.Title = cards.T("article.title", "article", name(n), "title", p.Page.Title)
	}
	if p.Page.Digest != "" {
		c.Body = append([]cards.Text{cards.Plain(p.Page.Digest)}, c.Body...)
	}
	if a.State == Ready && !filed && p.Blocked() {
		c.Fields[0].Value = cards.T("article.state_blocked")
	}
	field("length", meter(p.Page.Length))
	field("revision", cards.T("article.revision", "n", p.Revision.N, "how", cards.T("article.how_"+p.Revision.How), "at", p.Revision.At))
	field("cover", d.coverWords(p))
	if p.Notice != "" {
		field("notice", cards.Plain(p.Notice))
	}
	for _, line := range d.ownLines(p) {
		field("own", line)
	}
	c.Image = d.coverImage(ctx, p)
	if err := d.filedFields(ctx, p, field); err != nil {
		return c, err
	}
	c.Body = append(c.Body, findingLines(p.Findings, shownFindings)...)
	c.Notes = append(c.Notes, declared(p.Models)...)
	if p.Revision.In+p.Revision.Out > 0 {
		c.Notes = append(c.Notes, d.tokens(p.Revision.Model, p.Revision.In, p.Revision.Out))
	}
	if a.State == Writing {
		return c, nil
	}
	c.Buttons = append(c.Buttons, d.buttons(ctx, p)...)
	return c, nil
}

func (d *shower) buttons(ctx context.Context, p *Proof) []cards.Button {
	id := name(p.Article.N)
	bs := []cards.Button{
		button("preview", "article preview "+id, ""), button("check", "article check "+id, ""), button("revise", "article revise "+id, ""),
		button("edit", "article edit "+id, ""), button("cover", "article cover "+id, ""), button("looks", "article theme "+id, ""),
	}
	if p.Revision.N > 1 {
		bs = append(bs, button("changes", "article diff "+id, ""))
	}
	for i, m := range p.Open() {
		if i < shownMarks {
			bs = append(bs, cards.Button{Label: cards.T("article.button_waive", "k", m.N), Line: "article waive " + id + " " + strconv.Itoa(m.N)})
		}
	}
	upload := button("upload", "article upload "+id, "primary")
	if p.Blocked() { // what is to be done first leads, not what would be refused
		upload.Style = ""
		if mend, ok := p.mendButton(); ok {
			bs = append([]cards.Button{mend}, bs...)
		} else {
			bs[1].Style = "primary" // Check says how each is mended
		}
	}
	at := len(bs)
	bs = append(bs, upload)
	for _, account := range d.Outbox.Accounts {
		f, err := d.lastFiling(ctx, d.DB, outbox.Accounts{account}, []int64{p.Article.N})
		if err != nil || f == nil || f.TakenBack[p.Article.N].By > 0 {
			continue
		}
		if f.State == filingPublished {
			if f.revisionOf(p.Article.N) == p.Revision.N { // readers have this very text
				bs[at].Style = ""
			}
			bs = append(bs, d.buttonFor(account, "take_back", "article take-back "+id, "danger"))
		}
		if f.State == filingFiled && f.Target == DraftBox {
			bs = append(bs, d.buttonFor(account, "publish", "article publish "+id, ""))
			bs = append(bs, d.buttonFor(account, "to_phone", "article preview "+id+" to=phone", ""))
		}
	}
	return bs
}

// buttonFor is a button for one account, which it names where there are several.
func (d *shower) buttonFor(account, label, line, style string) cards.Button {
	b := button(label, line, style)
	if b.Account = account; len(d.WeChat) > 1 {
		b.Label = cards.T("article.button_for", "label", b.Label, "title", d.WeChat.Of(account).Title)
	}
	return b
}

func button(label, line, style string) cards.Button {
	return cards.Button{Label: cards.T("article.button_" + label), Line: line, Style: style}
}

// filedFields say what WeChat has of an article, in the accounts that this magpie serves,
// and what has changed since somebody approved it for them.
func (d *shower) filedFields(ctx context.Context, p *Proof, field func(string, cards.Text)) error {
	for _, account := range d.Outbox.Accounts {
		f, err := d.lastFilingWith(ctx, d.DB, outbox.Accounts{account}, p.Article.N)
		if err != nil {
			return err
		}
		if f != nil {
			field("filed", d.in(account, f.wordsOf(p.Article.N)))
		}
	}
	if err := d.turnedDownField(ctx, p.Article.N, field); err != nil {
		return err
	}
	for _, account := range d.Outbox.Accounts {
		before, err := d.lastApproval(ctx, outbox.Accounts{account}, p.Article.N)
		if err != nil {
			return err
		}
		if before == nil {
			continue
		}
		said, err := d.approvalWords(ctx, p, before)
		if err != nil {
			return err
		}
		field("approved", d.in(account, said))
	}
	return nil
}

// in names the account that something is about, where there are several.
func (d *shower) in(account string, what cards.Text) cards.Text {
	if len(d.WeChat) < 2 {
		return what
	}
	return cards.T("article.filed_with", "title", d.WeChat.Of(account).Title, "what", what)
}

// approvalWords say who approved which text, and what has changed since.
func (d *shower) approvalWords(ctx context.Context, p *Proof, before *approval) (cards.Text, error) {
	if before.Revision == p.Revision.N {
		return cards.T("article.approved_this", "request", before.Request, "who", before.Who), nil
	}
	old, err := d.Revision(ctx, d.DB, p.Article.N, before.Revision)
	if err != nil {
		return cards.Text{}, err
	}
	added, taken := countChanges(old.Text, p.Revision.Text)
	return cards.T("article.approved_before", "request", before.Request, "who", before.Who, "revision", before.Revision, "added", added, "removed", taken), nil
}

// turnedDownField says who rejected or withdrew the newest request to file an article,
// where that has been done.
func (d *shower) turnedDownField(ctx context.Context, n int64, field func(string, cards.Text)) error {
	fs, err := d.filingsWith(ctx, d.DB, d.Outbox.Accounts, n, "request > 0", 1)
	if err != nil || len(fs) == 0 {
		return err
	}
	said, err := d.Outbox.TurnedDown(ctx, fs[0].Request)
	if err == nil && !said.IsZero() {
		field("turned_down", d.in(fs[0].Account, said))
	}
	return err
}

// lastBy is the newest act of a verb that a person did to an article; nil where there is
// none.
func (d *shower) lastBy(ctx context.Context, n int64, verb string) (*journal.Entry, error) {
	acts, err := d.record(ctx, n)
	if err != nil {
		return nil, err
	}
	for _, a := range slices.Backward(acts) {
		if a.Verb == verb && a.Who != "" {
			return &a, nil
		}
	}
	return nil, nil
}

func (d *shower) coverWords(p *Proof) cards.Text {
	switch {
	case p.Article.Cover == coverOfTitle:
	case p.Article.Cover != "":
		return cards.T("article.cover_given")
	case p.Page.Cover != "":
		return cards.T("article.cover_named", "image", cards.Code(shorten(p.Page.Cover, 80)))
	}
	if missing := missingSigns(p.Page.Title, d.Font); missing != "" {
		return cards.T("article.cover_signs", "signs", missing)
	}
	return cards.T("article.cover_made")
}

// meter shows how much of WeChat's limit an article takes.
func meter(length int) cards.Text {
	const cells = 10
	full := min(cells, (length*cells+wechat.MaxContent-1)/wechat.MaxContent)
	return cards.T("article.meter", "bar", strings.Repeat("▓", full)+strings.Repeat("░", cells-full), "length", thousands(length), "limit", thousands(wechat.MaxContent))
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

package render

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"magpie/cards"
)

// The limits that WeChat sets today for a draft. Older pages allowed a title of 64.
const (
	MaxTitle     = 32
	OldMaxTitle  = 64
	MaxAuthor    = 16
	MaxDigest    = 128
	MaxContent   = 20_000  // characters of HTML, reached is too many
	MaxBytes     = 1 << 20 // of HTML, reached is too many
	MaxSourceURL = 1 << 10 // bytes

	// uploadedAddress is how long the address is that WeChat gives an uploaded image.
	uploadedAddress = 150
)

// checker says what can only be said of the whole article.
type checker struct {
	*findings
	read    *plainText
	article *Article
	o       Options
	t       *theme
	titled  ast.Node // the heading that is the title
	spaced  int      // spaces put between Chinese and Latin
	emojis  namedEmoji
	placed  map[string]int // marks by place
}

func newChecker(w *writer) *checker {
	return &checker{
		findings: w.findings, read: &w.plainText, article: w.article, o: w.o, t: w.t, titled: w.titled,
		spaced: w.spaced, emojis: w.emojis, placed: map[string]int{},
	}
}

// check adds to the findings, and puts all in order.
func (c *checker) check(m matter) {
	c.checkFront(m)
	c.checkAccounts(m)
	c.checkLook(m)
	c.checkContent()
	c.checkLinks()
	c.checkSpacing()
	c.checkSecrets()
	c.checkMarks()
	c.checkWords()
	slices.SortStableFunc(c.list, func(a, b Finding) int { return a.Line - b.Line })
}

func (c *checker) checkFront(m matter) {
	f := c.article.Front
	if m.err != nil {
		c.find("front.bad", 1, cards.T("render.front.bad", "line", strings.TrimPrefix(m.err.Error(), ErrFront.Error()+": ")))
	}
	if m.bare {
		c.find("front.bare", 1, cards.T("render.front.bare"))
	}
	if len(m.unknown) > 0 {
		c.find("front.unknown", 1, cards.T("render.front.unknown", "keys", strings.Join(m.unknown, ", ")))
	}
	for _, key := range m.faults {
		c.find("switch.bad", m.lines[key], cards.T("render.switch.bad", "key", key))
	}
	if f.Title == "" {
		c.add(Finding{Code: "title.missing", Blocks: true, Where: "title", Text: cards.T("render.title.missing")})
	}
	titleKey := "render.title.long"
	if utf8.RuneCountInString(f.Title) > OldMaxTitle {
		titleKey = "render.title.too_long"
	}
	c.checkLength(m, "title", f.Title, MaxTitle, titleKey)
	c.checkLength(m, "author", f.Author, MaxAuthor, "render.author.long")
	c.checkLength(m, "digest", f.Digest, MaxDigest, "render.digest.long")
	c.checkSource(m, f.ContentSourceURL)
}

// checkLength checks one text against WeChat's limit.
func (c *checker) checkLength(m matter, key, value string, limit int, words string) {
	n := utf8.RuneCountInString(value)
	if n <= limit {
		return
	}
	finding := Finding{Code: key + ".long", Blocks: true, Line: m.lines[key], Where: key, Text: cards.T(words, "n", n, "max", limit, "old", OldMaxTitle)}
	if shorter := cut(value, limit); key != "author" {
		if finding.Mend = c.editFront(m, key, shorter); finding.Mend == nil && key == "title" && c.titled != nil && m.lines["title"] == 0 {
			finding.Mend = c.editTitle(shorter)
		}
		if finding.Mend != nil {
			finding.Mend.says("render.mend.cut", "text", shorter)
		}
	}
	if finding.Line == 0 && key == "title" && c.titled != nil {
		finding.Line = c.lineOf(c.titled)
	}
	c.add(finding)
}

// editTitle is a mend that gives the heading that is the title another text.
func (c *checker) editTitle(value string) *Mend {
	lines := c.titled.Lines()
	if lines.Len() != 1 {
		return nil
	}
	at := lines.At(0)
	return c.edit(c.offset+at.Start, c.offset+at.Stop, value)
}

// checkSource checks the address behind “read the original”.
func (c *checker) checkSource(m matter, address string) {
	const key = "content_source_url"
	if address == "" {
		return
	}
	line := m.lines[key]
	if len(address) > MaxSourceURL {
		c.refuse("source.long", line, cards.T("render.source.long", "n", len(address), "max", MaxSourceURL))
	}
	full := address
	if !strings.Contains(address, "://") && !scheme.MatchString(address) {
		full = "https://" + address // www.qq.com, as in WeChat's example
	}
	u, err := url.Parse(full)
	if err != nil || !isWebAddress(full) {
		c.refuse("source.bad", line, cards.T("render.source.bad", "address", shorten(address)))
		return
	}
	switch host := strings.TrimSuffix(strings.ToLower(u.Hostname()), "."); {
	case isUnder(host, "apps.apple.com"), isUnder(host, "itunes.apple.com"):
		c.find("source.appstore", line, cards.T("render.source.appstore"))
	case isUnder(host, "itun.es"), isUnder(host, "appsto.re"):
		if u.Fragment != "wechat_redirect" {
			base, _, _ := strings.Cut(address, "#")
			mend := c.editFront(m, key, base+"#wechat_redirect")
			if mend != nil {
				mend.says("render.mend.redirect")
			}
			c.add(Finding{Code: "source.appstore", Line: line, Text: cards.T("render.source.redirect"), Mend: mend})
		}
	}
}

// isUnder reports whether a host is the domain or one of its subdomains.
func isUnder(host, domain string) bool { return host == domain || strings.HasSuffix(host, "."+domain) }

// checkContent checks the HTML against WeChat's limits.
func (c *checker) checkContent() {
	a := c.article
	if strings.TrimSpace(a.Text) == "" && len(a.Images) == 0 && !strings.Contains(a.HTML, "<mp-") && !strings.Contains(a.HTML, "<a ") && !strings.Contains(a.HTML, "<iframe ") {
		c.add(Finding{Code: "content.empty", Blocks: true, Where: "content", Text: cards.T("render.content.empty")})
	}
	// Once uploaded, images have WeChat's addresses, which are longer than file names.
	uploaded := a.Length
	for _, image := range a.Images {
		uploaded += max(0, uploadedAddress-utf8.RuneCountInString(c.o.address(image.Src)))
	}
	// WeChat's page of draft/add says "fewer than 20,000 characters", and not whether tags
	// count. People who use it say that they do (docs/wechat.md); so that alone warns, and
	// WeChat decides.
	switch text := readLength(a.Text); {
	case text >= MaxContent:
		c.add(Finding{Code: "content.long", Blocks: true, Where: "content", Text: cards.T("render.content.long", "n", text, "max", MaxContent)})
	case a.Length >= MaxContent:
		c.add(Finding{Code: "content.html", Where: "content", Text: cards.T("render.content.html", "n", a.Length, "text", text, "max", MaxContent)})
	case uploaded >= MaxContent:
		c.add(Finding{Code: "content.images", Where: "content", Text: cards.T("render.content.images", "n", uploaded, "max", MaxContent)})
	}
	if len(a.HTML) >= MaxBytes {
		c.add(Finding{Code: "content.bytes", Blocks: true, Where: "content", Text: cards.T("render.content.bytes", "n", len(a.HTML), "max", MaxBytes)})
	}
}

// readLength is how many characters a text has as readers see it, a run of space being one.
func readLength(text string) int {
	n, space := 0, false
	for _, r := range text {
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		if space {
			n, space = n+1, false
		}
		n++
	}
	return n
}

// checkSpacing says once that spaces were put between Chinese and Latin letters, and emoji
// in the place of their names.
func (c *checker) checkSpacing() {
	if c.spaced > 0 {
		c.add(Finding{Code: "spacing", Where: "content", Text: cards.T("render.spacing", "count", c.spaced)})
	}
	if c.emojis.count > 0 {
		c.find("emoji", c.emojis.line, cards.T("render.emoji", "count", c.emojis.count, "names", strings.Join(c.emojis.names, " ")))
	}
}

// checkLinks says once what becomes of external links.
func (c *checker) checkLinks() {
	if links := c.article.Links; len(links) > 0 && !c.o.Links {
		c.find("link.external", links[0].Line, cards.T("render.link.external", "count", len(links)))
	}
}

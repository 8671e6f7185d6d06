package render

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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

// find notes what warns; refuse what blocks.
func (w *writer) find(code string, line int, text cards.Text) {
	w.add(Finding{Code: code, Line: line, Text: text})
}

func (w *writer) refuse(code string, line int, text cards.Text) {
	w.add(Finding{Code: code, Line: line, Text: text, Blocks: true})
}

// maxFindings is how many findings of one sort are listed; whoever has mended those will
// see the next.
const maxFindings = 50

// add notes a finding, with the words of its line.
func (w *writer) add(f Finding) {
	if w.found[f.Code]++; w.found[f.Code] > maxFindings {
		return
	}
	if f.Where == "" && f.Line > 0 {
		f.Where = fmt.Sprintf("L%d · %s", f.Line, shorten(withoutLogins(w.line(f.Line))))
	}
	w.article.Findings = append(w.article.Findings, f)
}

// check adds what can only be said of the whole article, and puts all in order.
func (w *writer) check(m matter) {
	w.checkFront(m)
	w.checkLook(m)
	w.checkContent()
	w.checkLinks()
	w.checkSpacing()
	w.checkSecrets()
	w.checkMarks()
	w.checkWords()
	slices.SortStableFunc(w.article.Findings, func(a, b Finding) int { return a.Line - b.Line })
}

func (w *writer) checkFront(m matter) {
	f := w.article.Front
	if m.err != nil {
		w.find("front.bad", 1, cards.T("render.front.bad", "line", strings.TrimPrefix(m.err.Error(), ErrFront.Error()+": ")))
	}
	if m.bare {
		w.find("front.bare", 1, cards.T("render.front.bare"))
	}
	if len(m.unknown) > 0 {
		w.find("front.unknown", 1, cards.T("render.front.unknown", "keys", strings.Join(m.unknown, ", ")))
	}
	for _, key := range m.faults {
		w.find("switch.bad", m.lines[key], cards.T("render.switch.bad", "key", key))
	}
	if f.Title == "" {
		w.add(Finding{Code: "title.missing", Blocks: true, Where: "title", Text: cards.T("render.title.missing")})
	}
	titleKey := "render.title.long"
	if utf8.RuneCountInString(f.Title) > OldMaxTitle {
		titleKey = "render.title.too_long"
	}
	w.checkLength(m, "title", f.Title, MaxTitle, titleKey)
	w.checkLength(m, "author", f.Author, MaxAuthor, "render.author.long")
	w.checkLength(m, "digest", f.Digest, MaxDigest, "render.digest.long")
	w.checkSource(m, f.ContentSourceURL)
}

// checkLength checks one text against WeChat's limit.
func (w *writer) checkLength(m matter, key, value string, limit int, words string) {
	n := utf8.RuneCountInString(value)
	if n <= limit {
		return
	}
	finding := Finding{Code: key + ".long", Blocks: true, Line: m.lines[key], Where: key, Text: cards.T(words, "n", n, "max", limit, "old", OldMaxTitle)}
	if shorter := cut(value, limit); key != "author" {
		if finding.Mend = w.editFront(m, key, shorter); finding.Mend == nil && key == "title" && w.titled != nil && m.lines["title"] == 0 {
			finding.Mend = w.editTitle(shorter)
		}
		if finding.Mend != nil {
			finding.Mend.says("render.mend.cut", "text", shorter)
		}
	}
	if finding.Line == 0 && key == "title" && w.titled != nil {
		finding.Line = w.lineOf(w.titled)
	}
	w.add(finding)
}

// editTitle is a mend that gives the heading that is the title another text.
func (w *writer) editTitle(value string) *Mend {
	lines := w.titled.Lines()
	if lines.Len() != 1 {
		return nil
	}
	at := lines.At(0)
	return w.edit(w.offset+at.Start, w.offset+at.Stop, value)
}

// checkSource checks the address behind “read the original”.
func (w *writer) checkSource(m matter, address string) {
	const key = "content_source_url"
	if address == "" {
		return
	}
	line := m.lines[key]
	if len(address) > MaxSourceURL {
		w.refuse("source.long", line, cards.T("render.source.long", "n", len(address), "max", MaxSourceURL))
	}
	full := address
	if !strings.Contains(address, "://") && !scheme.MatchString(address) {
		full = "https://" + address // www.qq.com, as in WeChat's example
	}
	u, err := url.Parse(full)
	if err != nil || !isWebAddress(full) {
		w.refuse("source.bad", line, cards.T("render.source.bad", "address", shorten(address)))
		return
	}
	switch host := strings.TrimSuffix(strings.ToLower(u.Hostname()), "."); {
	case isUnder(host, "apps.apple.com"), isUnder(host, "itunes.apple.com"):
		w.find("source.appstore", line, cards.T("render.source.appstore"))
	case isUnder(host, "itun.es"), isUnder(host, "appsto.re"):
		if u.Fragment != "wechat_redirect" {
			base, _, _ := strings.Cut(address, "#")
			mend := w.editFront(m, key, base+"#wechat_redirect")
			if mend != nil {
				mend.says("render.mend.redirect")
			}
			w.add(Finding{Code: "source.appstore", Line: line, Text: cards.T("render.source.redirect"), Mend: mend})
		}
	}
}

// isUnder reports whether a host is the domain or one of its subdomains.
func isUnder(host, domain string) bool { return host == domain || strings.HasSuffix(host, "."+domain) }

// checkContent checks the HTML against WeChat's limits.
func (w *writer) checkContent() {
	a := w.article
	if strings.TrimSpace(a.Text) == "" && len(a.Images) == 0 && !strings.Contains(a.HTML, "<mp-") && !strings.Contains(a.HTML, "<a ") {
		w.add(Finding{Code: "content.empty", Blocks: true, Where: "content", Text: cards.T("render.content.empty")})
	}
	// Once uploaded, images have WeChat's addresses, which are longer than file names.
	uploaded := a.Length
	for _, image := range a.Images {
		uploaded += max(0, uploadedAddress-utf8.RuneCountInString(w.address(image.Src)))
	}
	// WeChat's page of draft/add says "fewer than 20,000 characters", and not whether tags
	// count. People who use it say that they do (docs/wechat.md); so that alone warns, and
	// WeChat decides.
	switch text := readLength(a.Text); {
	case text >= MaxContent:
		w.add(Finding{Code: "content.long", Blocks: true, Where: "content", Text: cards.T("render.content.long", "n", text, "max", MaxContent)})
	case a.Length >= MaxContent:
		w.add(Finding{Code: "content.html", Where: "content", Text: cards.T("render.content.html", "n", a.Length, "text", text, "max", MaxContent)})
	case uploaded >= MaxContent:
		w.add(Finding{Code: "content.images", Where: "content", Text: cards.T("render.content.images", "n", uploaded, "max", MaxContent)})
	}
	if len(a.HTML) >= MaxBytes {
		w.add(Finding{Code: "content.bytes", Blocks: true, Where: "content", Text: cards.T("render.content.bytes", "n", len(a.HTML), "max", MaxBytes)})
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
func (w *writer) checkSpacing() {
	if w.spaced > 0 {
		w.add(Finding{Code: "spacing", Where: "content", Text: cards.T("render.spacing", "count", w.spaced)})
	}
	if w.drawn > 0 {
		w.find("emoji", w.firstName, cards.T("render.emoji", "count", w.drawn, "names", strings.Join(w.emojis, " ")))
	}
}

// checkLinks says once what becomes of external links.
func (w *writer) checkLinks() {
	if links := w.article.Links; len(links) > 0 && !w.o.Links {
		w.find("link.external", links[0].Line, cards.T("render.link.external", "count", len(links)))
	}
}

package render

import (
	"regexp"
	"strconv"
	"strings"

	"magpie/cards"
)

// secretAddress is one with a name and a password before its host, wherever it stands:
// right behind Chinese, or within code. Its parts are what to take out, the password, and
// the host.
var secretAddress = regexp.MustCompile(`(?:[A-Za-z][A-Za-z0-9+.-]*:)?//([^\s/?#@:<>"'` + "`" + `，。；、（）「」【】《》“”]*:([^\s/?#<>"'` + "`" + `，。；、（）「」【】《》“”]+)@)([^\s/?#<>"'` + "`" + `，。；、（）「」【】《》“”]*)`)

// standsIn is what people write where a password would be.
var standsIn = regexp.MustCompile(`^(?:\$\{?[\w.:-]+\}?|\{\{?[^{}]*\}?\}|\*+|[xX]{2,}|…|\.{3}|%[sv]|\[[^\]]*\])$`)

// withoutLogins is a line as a finding may quote it.
func withoutLogins(line string) string {
	if !strings.Contains(line, "@") {
		return line
	}
	for _, m := range secretAddress.FindAllStringSubmatch(line, -1) {
		line = strings.Replace(line, m[1], "…@", 1)
	}
	return line
}

// checkSecret refuses an address that would tell readers a password, and reports whether it
// is one. The finding does not repeat it. A name alone is none.
func (fs *findings) checkSecret(address string, line int) bool {
	if !strings.Contains(address, "@") {
		return false
	}
	m := secretAddress.FindStringSubmatch(address)
	if m == nil || standsIn.MatchString(m[2]) {
		return false
	}
	fs.secret(m[1], m[3], line)
	return true
}

// secret notes one that was found on a line, once.
func (fs *findings) secret(login, host string, line int) {
	where := "L" + strconv.Itoa(line)
	text := cards.T("render.link.secret", "host", shorten(host))
	for _, f := range fs.list {
		if f.Code == "link.secret" && f.Where == where {
			return
		}
	}
	f := Finding{Code: "link.secret", Blocks: true, Line: line, Where: where, Text: text}
	if line > 0 && line <= len(fs.starts) && fs.counts[f.Code] < maxFindings {
		rest := string(fs.markdown[fs.starts[line-1]:])
		rest, _, _ = strings.Cut(rest, "\n")
		if at := strings.Index(rest, login); at >= 0 {
			from := fs.starts[line-1] + at
			f.Mend = fs.edit(from, from+len(login), "").says("render.mend.secret")
		}
	}
	fs.add(f)
}

// checkSecrets looks for addresses with a password in all that readers see.
func (c *checker) checkSecrets() {
	f := c.article.Front
	for _, field := range []string{f.Title, f.Author, f.Digest, f.ContentSourceURL} {
		c.checkSecret(field, 1)
	}
	text := c.read.text.String()
	if !strings.Contains(text, "@") || !strings.Contains(text, "//") {
		return
	}
	for _, m := range secretAddress.FindAllStringSubmatchIndex(text, -1) {
		if !standsIn.MatchString(text[m[4]:m[5]]) {
			c.secret(text[m[2]:m[3]], text[m[6]:m[7]], c.read.lineOfText(m[0], text[m[2]:m[3]]))
		}
	}
}

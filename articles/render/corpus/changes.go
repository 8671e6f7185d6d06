package main

import (
	"regexp"
	"slices"
	"strings"

	"magpie/articles/render"
)

// change is one place where the text of the HTML is not that of the Markdown. why is what
// tells it: a finding's code, or the kind of change that is always made; "" where nothing
// does.
type change struct {
	line       int
	gone, came string
	why        string
}

// changes compares an article with its Markdown.
func changes(markdown string, a *render.Article) []change {
	taken := slices.ContainsFunc(a.Findings, func(f render.Finding) bool { return f.Code == "title.taken" && f.Line > 0 })
	was := read(markdown, a.Title, taken)
	var is []string
	is = append(is, words(filed(a.HTML))...)
	titles := map[string]bool{}
	for _, m := range imageTitle.FindAllStringSubmatch(markdown, -1) {
		titles[strings.Join(words(m[1]), "")] = true
	}
	var all []change
	for i, j := 0, 0; i < len(was) || j < len(is); {
		if i < len(was) && j < len(is) && was[i].text == is[j] {
			i, j = i+1, j+1
			continue
		}
		di, dj := resume(was[i:], is[j:])
		c := judge(a, was, i, i+di, is[j:j+dj])
		if di == 0 && titles[strings.Join(is[j:j+dj], "")] {
			c.why = "an image's title below it"
		}
		all = append(all, c)
		i, j = i+di, j+dj
	}
	return all
}

// together is how many pieces have to agree before two texts go on together.
const together = 4

// resume gives how much of each text is passed over until they agree again.
func resume(was []token, is []string) (di, dj int) {
	for sum := 1; sum <= min(len(was)+len(is), 6000); sum++ {
		for di := max(0, sum-len(is)); di <= min(sum, len(was)); di++ {
			if agree(was[di:], is[sum-di:]) {
				return di, sum - di
			}
		}
	}
	return len(was), len(is)
}

func agree(was []token, is []string) bool {
	n := min(together, max(len(was), len(is)))
	if len(was) < n || len(is) < n {
		return len(was) == 0 && len(is) == 0
	}
	for k := range n {
		if was[k].text != is[k] {
			return false
		}
	}
	return true
}

// judge says what a change is, and what tells it.
func judge(a *render.Article, was []token, from, to int, came []string) change {
	var gone []string
	for _, t := range was[from:to] {
		gone = append(gone, t.text)
	}
	c := change{gone: short(gone), came: short(came)}
	first, last := 0, 0
	for _, i := range []int{from - 1, from, to - 1, to} { // what was put in has the lines of its neighbours
		if from < to && (i < from || i >= to) || i < 0 || i >= len(was) {
			continue
		}
		if first == 0 || was[i].from < first {
			first = was[i].from
		}
		last = max(last, was[i].to)
	}
	c.line = first
	bare := func(all []string) string {
		return strings.NewReplacer("*", "", "_", "", "~", "").Replace(strings.Join(all, ""))
	}
	switch {
	case bare(gone) == ":::" && slices.ContainsFunc(a.Findings, func(f render.Finding) bool { return f.Code == "container" }):
		c.why = "container"
	case bare(gone) == bare(came) && strings.ContainsAny(strings.Join(append(gone, came...), ""), "*_~"):
		c.why = "emphasis beside Chinese"
	default:
		found := map[string]int{}
		for _, f := range a.Findings {
			found[f.Code]++
			if f.Code == "emoji" && emojiName.MatchString(strings.Join(gone, "")) {
				c.why = f.Code
			}
			if f.Line >= first && f.Line <= last && tells(f.Code) {
				c.why = f.Code
				break
			}
		}
		if found["math"] >= listed && c.why == "" && strings.ContainsAny(strings.Join(append(gone, came...), ""), `$\`) {
			c.why = "math, beyond those that are listed"
		}
	}
	return c
}

// listed is how many findings of one code an article lists.
const listed = 50

var emojiName = regexp.MustCompile(`:[a-z0-9_+-]+:`)

// tells reports whether a finding says that text is another than in the Markdown.
func tells(code string) bool {
	switch code {
	case "word", "mark", "image.alt", "link.external", "link.dead", "link.secret", "code.plain", "spacing":
		return false
	}
	return !strings.HasPrefix(code, "content.")
}

func short(all []string) string {
	if len(all) > 24 {
		all = append(slices.Clone(all[:24]), "…")
	}
	return strings.Join(all, " ")
}

var (
	imageTitle = regexp.MustCompile(`!\[[^\n]*\]\([^\n]*?["'(]([^\n]*)["')]\s*\)`)
	linkNotes  = regexp.MustCompile(`(?s)<p[^>]*>(?:参考链接|Links)</p><p[^>]*>\[1\] .*$`)
	footnotes  = regexp.MustCompile(`<p[^>]*>(?:注释|Notes)</p>`)
	footnote   = regexp.MustCompile(`(<p[^>]*>|<br>)\[(?:注|n)\d+\] `)
)

// filed is the visible text of filed HTML, without the notes that are ours.
func filed(html string) string {
	html = linkNotes.ReplaceAllString(html, "")
	if at := footnotes.FindStringIndex(html); at != nil {
		html = html[:at[0]] + footnote.ReplaceAllString(html[at[1]:], "$1")
	}
	return visible(html)
}

package render

import (
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"magpie/cards"
)

var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// isImageAddress reports whether an image may come from there: the web, or a file's
// name. Nothing else gets into a src, data: least of all.
func isImageAddress(s string) bool {
	if scheme.MatchString(s) {
		return isWebAddress(s)
	}
	// Browsers pass over some signs before a scheme, so no name has a colon.
	return s != "" && !strings.HasPrefix(s, "//") && !strings.ContainsAny(s, ":\\\"<>`\r\n\t")
}

// figure writes an image that has a paragraph to itself, its title below it.
func (w *writer) figure(n *ast.Image) {
	w.spot(n)
	before := len(w.html)
	w.open("p", "figure")
	shown := w.image(n, "figure img")
	w.close()
	if !shown {
		w.html = w.html[:before]
		return
	}
	if len(n.Title) > 0 {
		w.spot(n)
		w.open("p", "caption")
		w.say(unescape(n.Title))
		w.close()
	}
}

// image writes an image, or says why there is none; then its alt text stands in for it.
func (w *lineWriter) image(n *ast.Image, part string) bool {
	w.settle(0)
	src, width := released(unescape(n.Destination))
	var size []declaration
	if width != "" {
		size = []declaration{{"width", width + "px"}}
	}
	alt := w.plain(n)
	if !w.putImage(src, alt, w.lineOf(n), part, size) {
		w.say(alt)
		return false
	}
	return true
}

// putImage writes an image, or says why there is none.
func (w *lineWriter) putImage(src, alt string, line int, part string, size []declaration) bool {
	address, ok := w.takeImage(src, strings.TrimSpace(alt), line)
	if !ok {
		return false
	}
	w.open("img", part, size...)
	w.html = append(w.html[:len(w.html)-1], ` src="`+attr(address)+`" alt="`+attr(alt)+`">`...)
	w.tags, w.looks = w.tags[:len(w.tags)-1], w.looks[:len(w.looks)-1]
	w.inline.last = 0xFFFC
	return true
}

// onDisk is a file's path on the computer of whoever wrote it; what counts is its name.
var onDisk = regexp.MustCompile(`^(?i:file:/*)?[A-Za-z]:[\\/]|^(?i:file:/)|^\\\\`)

// takeImage checks an image, notes it, and gives its address in the HTML.
func (w *lineWriter) takeImage(src, alt string, line int) (address string, ok bool) {
	said := src
	if onDisk.MatchString(src) {
		src = src[strings.LastIndexAny(src, `/\`)+1:]
	}
	if strings.HasPrefix(src, "//") {
		src = "https:" + src
	}
	switch {
	case strings.TrimSpace(src) == "":
		w.find("image.bad", line, cards.T("render.image.none"))
		return "", false
	case w.checkSecret(src, line):
		return "", false
	case !isImageAddress(src):
		w.badImage(line, "render.image.bad", src, alt)
		return "", false
	case strings.EqualFold(path.Ext(strings.SplitN(src, "?", 2)[0]), ".svg"):
		w.badImage(line, "render.image.svg", src, alt)
		return "", false
	}
	if alt == "" {
		w.find("image.alt", line, cards.T("render.image.alt", "src", shorten(src)))
	}
	image := Image{Src: src, Alt: alt, Line: line}
	if len(w.article.Images) < maxFindings {
		image.Without = w.withoutImage(line, said, alt)
	}
	w.article.Images = append(w.article.Images, image)
	return w.o.address(src), true
}

// badImage refuses an image that WeChat would not take.
func (fs *findings) badImage(line int, key, src, alt string) {
	f := Finding{Code: "image.bad", Blocks: true, Line: line, Text: cards.T(key, "src", shorten(src))}
	if fs.counts[f.Code] < maxFindings {
		f.Mend = fs.withoutImage(line, src, alt)
	}
	fs.add(f)
}

// withoutImage leaves an image out that stands on its line as Markdown, and keeps its words;
// nil: it does not stand so.
func (fs *findings) withoutImage(line int, src, alt string) *Mend {
	if line < 1 || line > len(fs.starts) {
		return nil
	}
	from, end := fs.starts[line-1], len(fs.markdown)
	if line < len(fs.starts) {
		end = fs.starts[line]
	}
	for _, m := range imageOnLine.FindAllSubmatchIndex(fs.markdown[from:end], -1) {
		if whole := string(fs.markdown[from+m[0] : from+m[1]]); strings.Contains(whole, src) {
			return fs.edit(from+m[0], from+m[1], alt).says("render.mend.no_image")
		}
	}
	return nil
}

var imageOnLine = regexp.MustCompile(`!\[[^\[\]\n]*\]\([^\n]*?\)|<(?i:img) [^>\n]*>`)

// address is what an image's src becomes in the HTML.
func (o *Options) address(src string) string {
	if o.Image == nil {
		return src
	}
	return o.Image(src)
}

// jump writes the text or the image that opens a Mini Program, as WeChat writes them.
func (w *lineWriter) jump(j jump, n *ast.Link) {
	if n.ChildCount() == 1 {
		if img, ok := n.FirstChild().(*ast.Image); ok {
			w.settle(0)
			src, _ := released(unescape(img.Destination))
			if address, ok := w.takeImage(src, strings.TrimSpace(w.plain(img)), w.lineOf(img)); ok {
				w.html = append(w.html, j.open()+`<img src="`+attr(address)+`" alt="`+attr(w.plain(img))+`" data-width="null" data-ratio="NaN"></a>`...)
			}
			w.inline = inline{}
			return
		}
	}
	said := strings.TrimSpace(w.plain(n))
	if said == "" {
		return
	}
	w.settle([]rune(said)[0])
	w.text.WriteString(said)
	w.html = append(w.html, j.open()...)
	w.appendSpaced(said)
	w.html = append(w.html, "</a>"...)
	w.inline.last = lastRune(said)
}

// card writes a link that is alone in its paragraph and titled "card IMAGE" as a Mini
// Program's card. An image of the web stays where it is, as in WeChat's example; a file
// is one of the article's images.
func (w *lineWriter) card(n *ast.Link) bool {
	address := strings.TrimSpace(unescape(n.Destination))
	j, meant, ok := jumpOf(address)
	kind, image, _ := strings.Cut(strings.TrimSpace(unescape(n.Title)), " ")
	if !meant || !ok || kind != "card" {
		return false
	}
	image, line := strings.TrimSpace(image), w.lineOf(n)
	if !isImageAddress(image) {
		w.find("miniprogram.card", line, cards.T("render.miniprogram.card"))
		return false
	}
	title := strings.TrimSpace(w.plain(n))
	if !isWebAddress(image) {
		w.article.Images = append(w.article.Images, Image{Src: image, Line: line})
		image = w.o.address(image)
	}
	w.spot(n)
	w.text.WriteString(title)
	w.html = append(w.html, j.card(title, image)...)
	return true
}

func lastRune(s string) (last rune) {
	for _, r := range s {
		last = r
	}
	return last
}

// shorten cuts what is quoted in a finding to 60 letters.
func shorten(s string) string {
	n := 0
	for i := range s {
		if n++; n == 60 {
			if i+utf8.UTFMax < len(s) {
				return s[:i] + "…"
			}
		}
	}
	return s
}

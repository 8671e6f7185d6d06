package render

import (
	"bytes"
	"regexp"
	"strings"

	"magpie/cards"
)

// People slip when they write Markdown in Chinese, and other programs have forms of their
// own. What can be meant in one way only is understood, and told. The source keeps its
// length, so that each place in it stays where it is in the file: a space within an address
// becomes spaceHeld, what parts an image from its width widthHeld.
const (
	spaceHeld = '\x1f'
	widthHeld = '\x1e'
)

var (
	embedded    = regexp.MustCompile(`!\[\[([^\[\]|\n]+)(?:\|([^\[\]|\n]*))?\]\]`)
	fullWidth   = regexp.MustCompile(`(！?)\[([^\[\]\n]*)\](（|\()([^\s（）()]+)(）|\))`)
	withSpace   = regexp.MustCompile(`!\[([^\[\]\n]*)\]\(((?:[^()<>"'\n]|\([^()<>"'\n]*\))*?\.(?i:png|jpe?g|gif|webp|bmp|svg|avif|heic|tiff?)(?:\?[^\s()]*)?)([ \t]+=(?:\d+x\d*|x\d+))?([ \t]+"[^"\n]*")?[ \t]*\)`)
	imageEnding = regexp.MustCompile(`\.(?i:png|jpe?g|gif|webp|bmp|svg|avif|heic|tiff?)(?:\?.*)?$`)
	meansFile   = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z0-9+.-]*:|www\.|\.{0,2}/|#)|\.[A-Za-z0-9]{2,5}(?:[/?#].*)?$`)
)

// understand gives the source with what people slipped in written as Markdown has it.
func (fs *findings) understand(source []byte) []byte {
	if !bytes.Contains(source, []byte("![")) && !bytes.Contains(source, []byte("！[")) && !bytes.Contains(source, []byte("]（")) && !bytes.Contains(source, []byte("）")) {
		return source
	}
	own := source
	fence := ""
	for at := 0; at < len(source); {
		end := bytes.IndexByte(source[at:], '\n') + at + 1
		if end == at {
			end = len(source)
		}
		line := source[at:end]
		said := bytes.TrimLeft(line, " \t>")
		if mark := fenceOf(said); mark != "" && (fence == "" || strings.HasPrefix(mark, fence)) {
			if fence == "" {
				fence = mark
			} else {
				fence = ""
			}
		} else if fence == "" && (bytes.Contains(line, []byte("](")) || bytes.Contains(line, []byte("[[")) || bytes.Contains(line, []byte("]（"))) {
			own = fs.understandLine(source, own, at, end)
		}
		at = end
	}
	return own
}

// fenceOf is the fence that a line begins with: its first three signs.
func fenceOf(line []byte) string {
	if bytes.HasPrefix(line, []byte("```")) || bytes.HasPrefix(line, []byte("~~~")) {
		return string(line[:3])
	}
	return ""
}

// maxLine is how many bytes of a line are looked at for slips.
const maxLine = 20_000

// understandLine writes into own, a copy of source from the first change on.
func (fs *findings) understandLine(source, own []byte, at, end int) []byte {
	line := source[at:min(end, at+maxLine)]
	write := func(m []int, as, proper string) {
		if bytes.Count(line[:m[0]], []byte("`"))%2 == 1 || m[0] > 0 && line[m[0]-1] == '\\' {
			return // in code, or not meant
		}
		if &own[0] == &source[0] {
			own = bytes.Clone(source)
		}
		copy(own[at+m[0]:at+m[1]], as)
		from := fs.offset + at
		fs.add(Finding{Code: "slip", Line: fs.fileLine(from), Text: cards.T("render.slip", "as", proper),
			Mend: fs.edit(from+m[0], from+m[1], proper).says("render.mend.slip")})
	}
	hold := func(s string) string { return strings.ReplaceAll(s, " ", string(spaceHeld)) }
	of := func(m []int, i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return string(line[m[2*i]:m[2*i+1]])
	}
	for _, m := range embedded.FindAllSubmatchIndex(line, -1) {
		name, width := of(m, 1), of(m, 2)
		as := "![](" + hold(name)
		if m[4] >= 0 {
			as += string(widthHeld) + hold(width)
		}
		proper := "![](<" + strings.TrimSpace(name) + ">)"
		if size := imageSize.FindStringSubmatch(width); size != nil {
			proper = `<img src="` + attr(strings.TrimSpace(name)) + `" width="` + size[1] + `">`
		}
		write(m, as+")", proper)
	}
	for _, m := range fullWidth.FindAllSubmatchIndex(line, -1) {
		bang, text, address := of(m, 1), of(m, 2), of(m, 4)
		if of(m, 3) == "(" && of(m, 5) == ")" && bang == "" || !meansFile.MatchString(address) {
			continue
		}
		if bang != "" && !imageEnding.MatchString(address) {
			continue // an exclamation mark
		}
		pad := func(sign, full string) string { return sign + strings.Repeat(" ", len(full)-len(sign)) }
		as, proper := "["+text+"]"+pad("(", of(m, 3))+address, "["+text+"]("+address+")"
		if bang != "" {
			as, proper = "  !"+as, "!"+proper
		}
		if m[0] > 0 && line[m[0]-1] == '!' {
			m[0]--
			as, proper = "!"+as, "!"+proper
		}
		as += strings.Repeat(" ", m[1]-m[0]-len(as)-1)
		write(m, as+")", proper)
	}
	for _, m := range withSpace.FindAllSubmatchIndex(line, -1) {
		name, size, title := of(m, 2), of(m, 3), of(m, 4)
		if size == "" && (!strings.Contains(strings.TrimSpace(name), " ") || strings.Contains(name, "](")) {
			continue
		}
		as := "![" + of(m, 1) + "](" + hold(name)
		if size != "" {
			as += hold(size[:len(size)-len(strings.TrimLeft(size, " \t"))-1]) + string(widthHeld) + strings.TrimLeft(size, " \t")
		}
		proper := "![" + of(m, 1) + "](<" + strings.TrimSpace(name) + ">" + title + ")"
		if width := imageSize.FindStringSubmatch(strings.TrimSpace(size)); width != nil {
			proper = `<img src="` + attr(strings.TrimSpace(name)) + `" alt="` + attr(of(m, 1)) + `" width="` + width[1] + `">`
		}
		as += title
		as += strings.Repeat(" ", m[1]-m[0]-len(as)-1) + ")"
		write(m, as, proper)
	}
	return own
}

// released is an address as it was written, and the width that stands behind it, in pixels
// or per cent; "" where there is none.
func released(src string) (plain, width string) {
	if !strings.ContainsAny(src, string(spaceHeld)+string(widthHeld)) {
		return src, ""
	}
	src, size, _ := strings.Cut(src, string(widthHeld))
	release := strings.NewReplacer(string(spaceHeld), " ").Replace
	if m := imageSize.FindStringSubmatch(release(size)); m != nil {
		width = m[1]
	}
	return strings.TrimSpace(release(src)), width
}

var imageSize = regexp.MustCompile(`^=?(\d+)(?:x\d*)?$`)

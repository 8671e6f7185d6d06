package render

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"

	"magpie/cards"
)

// The kinds of Drawing.
const (
	DrawInline  = "inline"  // TeX, within a line
	DrawDisplay = "display" // TeX, on lines of its own
	DrawMermaid = "mermaid" // a diagram of mermaid's
)

// Drawing is a formula or a diagram that can stand as an image. Ink and Ground are the
// colours of what is around it, as #rrggbb.
type Drawing struct {
	Kind, Source, Ink, Ground string
}

const (
	drawingHead = "draw:"
	// drawingEdition is another once the same source is drawn otherwise.
	drawingEdition = "1"
)

// Name is the Src of the image, by the hash of all that its picture depends on. No image
// that a text names is called so: their names have no colon.
func (d Drawing) Name() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{drawingEdition, d.Kind, d.Ink, d.Ground, d.Source}, "\x00")))
	return fmt.Sprintf("%s%x", drawingHead, sum)
}

// Drawn is what there is of a Drawing. Sizes are in pixels beside letters of 17; half of
// the picture's own.
type Drawn struct {
	Width, Height int // 0: there is no picture
	Depth         float64
	Why           *cards.Text // there will be none; nil: there will
}

const drawnEm = 17

// IsDrawing reports whether an image's Src is a Drawing's name.
func IsDrawing(src string) bool { return strings.HasPrefix(src, drawingHead) }

// drawable is the kind in which a language's blocks of code are drawn, or "".
func drawable(lang string) string {
	switch lang {
	case "mermaid":
		return DrawMermaid
	case "math", "katex", "mathjax":
		return DrawDisplay
	}
	return ""
}

// putDrawing writes a formula or a diagram as an image, and reports whether it did; f is the
// finding where it cannot be, which is told of what goes on, or went wrong, here.
func (w *lineWriter) putDrawing(kind, source string, line int, f *Finding) bool {
	source = strings.TrimSpace(strings.ReplaceAll(source, "\r", ""))
	if w.o.Draw == nil || kind == "" || source == "" {
		return false
	}
	around := w.looks[len(w.looks)-1]
	d := Drawing{Kind: kind, Source: source, Ink: around.colour("color", "#1a1a1a"), Ground: around.colour(ground, "#ffffff")}
	drawn := w.o.Draw(d)
	what := shorten(strings.Join(strings.Fields(source), " "))
	switch {
	case drawn.Why != nil:
		f.Text = cards.T("render.drawing.failed", "what", what, "why", *drawn.Why)
		return false
	case drawn.Width == 0:
		f.Text = cards.T("render.drawing.pending", "what", what)
		return false
	}
	w.article.Images = append(w.article.Images, Image{Src: d.Name(), Alt: source, Line: line})
	size := []declaration{{"max-width", "100%"}, {"width", strconv.Itoa(drawn.Width) + "px"}}
	if kind != DrawMermaid {
		size[1].value = ems(float64(drawn.Width))
	}
	if kind != DrawMermaid {
		size = append(size, declaration{"vertical-align", ems(-drawn.Depth)})
	}
	w.open("img", "drawing", size...)
	w.html = append(w.html[:len(w.html)-1], ` src="`+attr(w.o.address(d.Name()))+`" alt="`+attr(source)+`">`...)
	w.tags, w.looks = w.tags[:len(w.tags)-1], w.looks[:len(w.looks)-1]
	w.inline.last = 0xFFFC
	return true
}

// figureDrawing writes a formula or a diagram that has lines of its own.
func (w *lineWriter) figureDrawing(kind, source string, line int, f *Finding, extra ...declaration) bool {
	before := len(w.html)
	w.open("p", "figure", extra...)
	done := w.putDrawing(kind, source, line, f)
	w.close()
	if !done {
		w.html = w.html[:before]
	}
	return done
}

// math draws a formula, or shows it as it was written and refuses it.
func (w *lineWriter) math(n *math) {
	w.settle(0)
	inner := string(n.inner.Value(w.source))
	w.text.WriteString(inner)
	line, kind := w.lineAt(n.segment.Start), DrawInline
	if open := n.inner.Start - n.segment.Start; open == 2 && w.source[n.segment.Start+1] != '(' {
		kind = DrawDisplay // $$ … $$ and \[ … \] within a line
	}
	f := Finding{Code: "math", Blocks: true, Line: line, Text: cards.T("render.math", "what", shorten(string(n.segment.Value(w.source))))}
	if w.putDrawing(kind, inner, line, &f) {
		return
	}
	w.open("code", "code")
	w.appendCode(inner, false, false)
	w.close()
	w.inline.last = 0xFFFC
	quote := "`"
	for strings.Contains(inner, quote) {
		quote += "`"
	}
	pad := ""
	if len(quote) > 1 {
		pad = " "
	}
	mend := w.edit(w.offset+n.segment.Start, w.offset+n.segment.Stop, quote+pad+inner+pad+quote)
	f.Mend = mend.says("render.mend.code")
	w.add(f)
}

// mathBlock draws a formula, or shows it as code and refuses it.
func (w *writer) mathBlock(n *mathBlock) {
	lines := string(w.lines(n))
	inner := strings.TrimSpace(lines)
	inner = strings.TrimPrefix(strings.TrimPrefix(inner, "$$"), `\[`)
	inner = strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(inner, "$$"), `\]`))
	w.spot(n)
	w.text.WriteString(inner)
	first, last := n.Lines().At(0), n.Lines().At(n.Lines().Len()-1)
	f := Finding{Code: "math", Blocks: true, Line: w.lineAt(first.Start), Text: cards.T("render.math", "what", shorten(inner))}
	if w.figureDrawing(DrawDisplay, inner, f.Line, &f, tail(n)...) {
		return
	}
	w.open("pre", "pre", tail(n)...)
	w.appendCode(inner, true, true)
	w.close()
	// Within a quote or a list, each line has something before it.
	before := ""
	if n.Lines().Len() > 1 {
		before = string(w.source[first.Stop:n.Lines().At(1).Start])
	}
	if before != "" || n.Parent().Kind() == ast.KindDocument {
		fenced := "```text\n" + before + strings.ReplaceAll(strings.Trim(inner, "`"), "\n", "\n"+before) + "\n" + before + "```\n"
		f.Mend = w.edit(w.offset+first.Start, w.offset+last.Stop, fenced).says("render.mend.code")
	}
	w.add(f)
}

// ems is a length that grows with the letters around it.
func ems(pixels float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", pixels/drawnEm), "0"), ".") + "em"
}

// ground is under what a look hands down the colour that is behind it.
const ground = "ground"

// colour is one of the colours around a part, as #rrggbb.
func (l *look) colour(of, otherwise string) string {
	below := "#ffffff"
	if of == "color" {
		below = l.colour(ground, "#ffffff")
	}
	if c := blend(l.down[of], below); c != "" {
		return c
	}
	return otherwise
}

// blend is a colour of a theme laid on another, as #rrggbb; "" where it is no plain colour.
func blend(colour, below string) string {
	var v [4]float64
	v[3] = 1
	colour = strings.ToLower(strings.TrimSpace(colour))
	switch hexes := strings.TrimPrefix(colour, "#"); {
	case colour == "white":
		return "#ffffff"
	case colour == "black":
		return "#000000"
	case strings.HasPrefix(colour, "#") && (len(hexes) == 3 || len(hexes) == 6):
		n, err := strconv.ParseUint(hexes, 16, 32)
		if err != nil {
			return ""
		}
		if len(hexes) == 6 {
			return colour
		}
		return fmt.Sprintf("#%02x%02x%02x", 17*(n>>8), 17*(n>>4&15), 17*(n&15))
	case strings.HasPrefix(colour, "rgb"):
		_, list, _ := strings.Cut(strings.TrimSuffix(colour, ")"), "(")
		values := strings.Split(list, ",")
		if len(values) != 3 && len(values) != 4 {
			return ""
		}
		for i, s := range values {
			n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
			if err != nil || n < 0 || n > 255 || i == 3 && n > 1 {
				return ""
			}
			v[i] = n
		}
	default:
		return ""
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(below, "#"), 16, 32)
	if err != nil {
		return ""
	}
	for i := range 3 {
		v[i] = v[i]*v[3] + float64(n>>(16-8*i)&255)*(1-v[3])
	}
	return fmt.Sprintf("#%02x%02x%02x", int(v[0]+.5), int(v[1]+.5), int(v[2]+.5))
}

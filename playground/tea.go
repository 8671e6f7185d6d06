package playground

import (
	"bytes"
	_ "embed"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"

	"magpie/articles/openaitest"
)

//go:embed tea/autumn.en.md
var autumnEN string

//go:embed tea/autumn.zh.md
var autumnZH string

//go:embed tea/house.en.md
var houseEN string

//go:embed tea/house.zh.md
var houseZH string

//go:embed tea/spring.html
var springTea string

// maxTitle is as long as a title of WeChat's may be, in characters; the writer is told 30.
const maxTitle = 30

// teaArticle is what the pretend writer writes: as a tea house would, on its autumn teas
// where the brief is about those, else on what the brief says and an afternoon in the house.
func teaArticle(brief string, zh bool) openaitest.Text {
	topic, _, _ := strings.Cut(brief, "\n")
	title, about, _ := strings.Cut(strings.Replace(topic, "：", ":", 1), ":")
	title, about = strings.TrimSpace(title), strings.Trim(strings.TrimSpace(about), "。.")
	if about == "" {
		about = title
	}
	if r := []rune(title); len(r) > maxTitle {
		title = string(r[:maxTitle-1]) + "…"
	}
	autumn := strings.Contains(strings.ToLower(topic), "autumn") || strings.Contains(topic, "秋")
	text, digest := houseEN, "A pot of tea, an open window, and what we would like to tell you: "+about+"."
	switch {
	case autumn && zh:
		text, digest = autumnZH, "桂花乌龙、白露茶与老白茶：三款秋茶从哪里来，怎样泡才好喝。"
	case autumn:
		text, digest = autumnEN, "An osmanthus oolong, a white-dew green and an aged white: where they grow, and how we brew them."
	case zh:
		text, digest = houseZH, "一壶茶，一扇窗，说说"+about+"。"
	}
	if strings.Contains(brief, "待核实") || strings.Contains(strings.ToLower(brief), "unverified") {
		text += map[bool]string{true: "\n据说【待核实：去年有三百人来喝茶】。\n", false: "\nIt is said that 【待核实：300 guests came last year】.\n"}[zh]
	}
	return openaitest.Text{Title: title, Digest: digest, Body: strings.ReplaceAll(text, "ABOUT", about)}
}

// hills is a cover: tea hills in the morning.
func hills() []byte {
	const wide, high = 900, 383 // 2.35 to 1, as WeChat shows covers
	picture := image.NewRGBA(image.Rect(0, 0, wide, high))
	mix := func(from, to color.RGBA, t float64) color.RGBA {
		at := func(a, b uint8) uint8 { return uint8(float64(a) + (float64(b)-float64(a))*t) }
		return color.RGBA{at(from.R, to.R), at(from.G, to.G), at(from.B, to.B), 255}
	}
	rows := []struct {
		base, swing, stretch, shift float64
		ink                         color.RGBA
	}{
		{210, 34, 190, 0.6, color.RGBA{168, 199, 178, 255}},
		{255, 40, 260, 2.1, color.RGBA{112, 163, 122, 255}},
		{310, 30, 210, 4.0, color.RGBA{61, 122, 79, 255}},
		{352, 18, 330, 5.2, color.RGBA{33, 89, 56, 255}},
	}
	for x := range wide {
		for y := range high {
			ink := mix(color.RGBA{253, 236, 205, 255}, color.RGBA{214, 232, 226, 255}, float64(y)/high)
			if math.Hypot(float64(x)-690, float64(y)-96) < 42 {
				ink = color.RGBA{246, 178, 107, 255}
			}
			for _, r := range rows {
				if float64(y) > r.base+r.swing*math.Sin(float64(x)/r.stretch*math.Pi+r.shift) {
					ink = r.ink
				}
			}
			picture.SetRGBA(x, y, ink)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		panic(err) // a buffer takes everything
	}
	return out.Bytes()
}

package articles

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"sync"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
)

// A cover is 900×383, which is 2.35:1. What matters stands in the middle square, which
// is all that the small card shows.
const (
	coverWidth  = 900
	coverHeight = 383
	coverSafe   = 355 // the middle square, less a little air
)

//go:embed font/cjk.ttf
var fonts embed.FS

// ground is the colours of a theme's cover: from, to, text.
var grounds = map[string][3]color.RGBA{
	"plain":    {{0x2b, 0x3a, 0x55, 255}, {0x4a, 0x6f, 0x8a, 255}, {255, 255, 255, 255}},
	"business": {{0x0f, 0x2a, 0x43, 255}, {0x1f, 0x5f, 0x8b, 255}, {255, 255, 255, 255}},
	"festive":  {{0xa8, 0x1c, 0x1c, 255}, {0xd9, 0x4f, 0x2b, 255}, {0xff, 0xe9, 0xb8, 255}},
	"forest":   {{0x1f, 0x4f, 0x37, 255}, {0x4f, 0x8f, 0x68, 255}, {255, 255, 255, 255}},
	"ink":      {{0x2a, 0x28, 0x26, 255}, {0x57, 0x50, 0x4a, 255}, {0xf6, 0xee, 0xe0, 255}},
	"tech":     {{0x25, 0x24, 0x5c, 255}, {0x5a, 0x57, 0xc4, 255}, {255, 255, 255, 255}},
}

// builtIn are the fonts that covers are drawn with where none is configured: a small
// CJK one, and a Latin one for what it lacks.
var builtIn = sync.OnceValues(func() ([]*opentype.Font, error) {
	var found []*opentype.Font
	if data, err := fonts.ReadFile("font/cjk.ttf"); err == nil {
		f, err := opentype.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("read the built-in font: %w", err)
		}
		found = append(found, f)
	}
	latin, err := opentype.Parse(gobold.TTF)
	return append(found, latin), err
})

// ParseFont checks a font file, TTF, OTF or a collection.
func ParseFont(data []byte) error {
	_, err := parseFont(data)
	return err
}

func parseFont(data []byte) (*opentype.Font, error) {
	if len(data) == 0 {
		return nil, errors.New("the font file is empty") // ParseCollection would panic
	}
	if f, err := opentype.Parse(data); err == nil {
		return f, nil
	}
	c, err := opentype.ParseCollection(data)
	if err != nil {
		return nil, err
	}
	return c.Font(0)
}

// drawCover sets a title on a ground of the theme's colours. The same title, theme and
// font are the same bytes.
func drawCover(title, theme string, own []byte) (blob, error) {
	ground, ok := grounds[theme]
	if !ok {
		ground = grounds["plain"]
	}
	img := image.NewRGBA(image.Rect(0, 0, coverWidth, coverHeight))
	paint(img, ground[0], ground[1])
	families, err := builtIn()
	if err != nil {
		return blob{}, err
	}
	if len(own) > 0 {
		f, err := parseFont(own)
		if err != nil {
			return blob{}, fmt.Errorf("read the cover's font: %w", err)
		}
		families = append([]*opentype.Font{f}, families...)
	}
	frame := image.NewUniform(color.RGBA{ground[2].R, ground[2].G, ground[2].B, 255})
	for _, y := range []int{(coverHeight - coverSafe) / 2, (coverHeight+coverSafe)/2 - 2} {
		draw.Draw(img, image.Rect((coverWidth-coverSafe)/2, y, (coverWidth+coverSafe)/2, y+2), frame, image.Point{}, draw.Src)
	}
	if err := setTitle(img, title, ground[2], families); err != nil {
		return blob{}, err
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, img); err != nil {
		return blob{}, err
	}
	return newBlob(out.Bytes(), "png", coverWidth, coverHeight), nil
}

// paint fills img from one colour in the upper left to another in the lower right. It
// writes the bytes itself: people wait for it.
func paint(img *image.RGBA, from, to color.RGBA) {
	ramp := make([][4]uint8, coverWidth+coverHeight)
	for i := range ramp {
		at := func(x, y uint8) uint8 { return uint8(int(x) + (int(y)-int(x))*i/len(ramp)) }
		ramp[i] = [4]uint8{at(from.R, to.R), at(from.G, to.G), at(from.B, to.B), 255}
	}
	for y := range coverHeight {
		row := img.Pix[y*img.Stride:]
		for x := range coverWidth {
			copy(row[4*x:4*x+4], ramp[x+y][:])
		}
	}
}

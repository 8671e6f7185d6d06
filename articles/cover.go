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
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
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

// setTitle writes the title in the middle square, as large as it fits.
func setTitle(img draw.Image, title string, ink color.Color, families []*opentype.Font) error {
	title = strings.Join(strings.Fields(title), " ")
	for size := 60.0; ; size -= 4 {
		faces, err := facesOf(families, size)
		if err != nil {
			return err
		}
		lines := wrap(title, faces, fixed.I(coverSafe-10))
		height := int(size * 1.35)
		if len(lines)*height > coverSafe-60 && size > 20 {
			continue
		}
		if most := max(1, (coverSafe-20)/height); len(lines) > most {
			lines = lines[:most]
		}
		y := (coverHeight-len(lines)*height)/2 + int(size)
		for _, line := range lines {
			x := (fixed.I(coverWidth) - widthOf(line, faces)) / 2
			for _, r := range line {
				pen := font.Drawer{Dst: img, Src: image.NewUniform(ink), Face: faceFor(r, faces), Dot: fixed.Point26_6{X: x, Y: fixed.I(y)}}
				pen.DrawString(string(r))
				x = pen.Dot.X
			}
			y += height
		}
		return nil
	}
}

func facesOf(families []*opentype.Font, size float64) ([]font.Face, error) {
	var faces []font.Face
	for _, f := range families {
		face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72})
		if err != nil {
			return nil, err
		}
		faces = append(faces, face)
	}
	return faces, nil
}

// faceFor is the first face that has a sign.
func faceFor(r rune, faces []font.Face) font.Face {
	for _, face := range faces {
		if a, ok := face.GlyphAdvance(r); ok && a > 0 {
			return face
		}
	}
	return faces[0]
}

func widthOf(s string, faces []font.Face) (w fixed.Int26_6) {
	for _, r := range s {
		a, _ := faceFor(r, faces).GlyphAdvance(r)
		w += a
	}
	return w
}

// wrap breaks a title into lines: between Chinese characters, else between words. No
// line begins with a closing mark.
func wrap(title string, faces []font.Face, width fixed.Int26_6) []string {
	var lines []string
	line := ""
	for _, word := range breakable(title) {
		if widthOf(strings.TrimSpace(line+word), faces) > width && line != "" {
			lines, line = append(lines, strings.TrimSpace(line)), ""
		}
		line += word
		for widthOf(line, faces) > width && len([]rune(line)) > 1 { // one word wider than the cover
			runes := []rune(line)
			cut := len(runes) - 1
			for cut > 1 && widthOf(string(runes[:cut]), faces) > width {
				cut--
			}
			lines, line = append(lines, string(runes[:cut])), string(runes[cut:])
		}
	}
	if line = strings.TrimSpace(line); line != "" {
		lines = append(lines, line)
	}
	return lines
}

// breakable cuts a title into what must stay together.
func breakable(title string) []string {
	var parts []string
	word := ""
	flush := func() {
		if word != "" {
			parts = append(parts, word)
			word = ""
		}
	}
	for _, r := range title {
		switch {
		case r == ' ':
			flush()
			parts = append(parts, " ")
		case strings.ContainsRune("，。！？、：；）》」』”’,.!?:;)", r):
			if word == "" && len(parts) > 0 {
				parts[len(parts)-1] += string(r)
				continue
			}
			word += string(r)
		case unicode.Is(unicode.Han, r) || r >= 0x3000 && r < 0xA000:
			flush()
			parts = append(parts, string(r))
		default:
			word += string(r)
		}
	}
	flush()
	return parts
}

// missingSigns are the signs of a title that no font of the cover's has.
func missingSigns(title string, own []byte) string {
	families, err := builtIn()
	if err != nil {
		return ""
	}
	if len(own) > 0 {
		if f, err := parseFont(own); err == nil {
			families = append([]*opentype.Font{f}, families...)
		}
	}
	faces, err := facesOf(families, 20)
	if err != nil {
		return ""
	}
	var missing strings.Builder
	for _, r := range title {
		has := false
		for _, face := range faces {
			if a, ok := face.GlyphAdvance(r); ok && a > 0 {
				has = true
			}
		}
		if !has && !unicode.IsSpace(r) && !strings.ContainsRune(missing.String(), r) {
			missing.WriteRune(r)
		}
	}
	return missing.String()
}

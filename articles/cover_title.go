package articles

import (
	"image"
	"image/color"
	"image/draw"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

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

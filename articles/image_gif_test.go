package articles

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"math/rand/v2"
	"testing"
)

// moving is a GIF of three pictures with a comment and a note of a program's.
func moving(t *testing.T, side int) []byte {
	t.Helper()
	g, random := &gif.GIF{LoopCount: 0}, rand.New(rand.NewPCG(1, 2))
	for i := range 3 {
		m := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.RGBA{uint8(80 * i), 0, 200, 255}})
		for j := range m.Pix {
			m.Pix[j] = uint8(random.IntN(2))
		}
		g.Image, g.Delay = append(g.Image, m), append(g.Delay, 10)
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, g); err != nil {
		t.Fatal(err)
	}
	raw := out.Bytes()
	note := "\x21\xFE\x06secret\x00" + "\x21\xFF\x0bXMP DataXMP\x05where\x00"
	return append(append(append([]byte{}, raw[:len(raw)-1]...), note...), raw[len(raw)-1])
}

func TestGIFStaysGIF(t *testing.T) {
	t.Parallel()
	data := moving(t, 40)
	for _, c := range []struct {
		about  string
		data   []byte
		frames int
	}{
		{"whole", data, 3},
		{"broken off in its third picture", data[:len(data)-80], 2},
		{"without its end", bytes.TrimSuffix(data, []byte{0x3B}), 3},
	} {
		b, err := fit(c.data)
		if err != nil {
			t.Errorf("fit(%s): %v", c.about, err)
			continue
		}
		got, err := gif.DecodeAll(bytes.NewReader(b.Data))
		if err != nil || len(got.Image) != c.frames || b.Mime != "image/gif" || b.Width != 40 || b.Height != 40 {
			t.Errorf("fit(%s) = %s %d×%d, %v (%v)", c.about, b.Mime, b.Width, b.Height, got, err)
		}
		if bytes.Contains(b.Data, []byte("secret")) || bytes.Contains(b.Data, []byte("where")) {
			t.Errorf("fit(%s) kept what a program noted", c.about)
		}
		if !bytes.Contains(b.Data, []byte("NETSCAPE2.0")) {
			t.Errorf("fit(%s) plays no more than once", c.about)
		}
	}
}

func TestGIFAboveTheLimitIsToldNotStilled(t *testing.T) {
	t.Parallel()
	data := moving(t, 2400) // below 10 MB it goes as it is, though above the 1 MB of stills
	if len(data) <= maxContentImage || len(data) > maxFetched {
		t.Fatalf("the GIF has %d bytes", len(data))
	}
	if b, err := fit(data); err != nil || b.Mime != "image/gif" || len(b.Data) <= maxContentImage {
		t.Errorf("fit of %d bytes = %s of %d, %v", len(data), b.Mime, len(b.Data), err)
	}
	large := append(append(data[:len(data)-1:len(data)-1], bytes.Repeat(data[13+6:len(data)-1], maxFetched/len(data)+1)...), 0x3B)
	if b, err := fit(large); err != errTooBig { //nolint:errorlint // it is returned as it is
		t.Errorf("fit of %d bytes = %s, %v; want errTooBig", len(large), b.Mime, err)
	}
}

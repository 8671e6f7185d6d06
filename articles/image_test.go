package articles

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"
)

func noise(w, h int, opaque bool) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		img.Pix[i] = uint8(r.Uint32())
	}
	if opaque {
		for i := 3; i < len(img.Pix); i += 4 {
			img.Pix[i] = 255
		}
	}
	return img
}

// Whatever comes is made JPEG or PNG below 1 MB, but for a GIF, which stays one; what is so already keeps its bytes.
func TestFit(t *testing.T) {
	t.Parallel()
	var small, large, clear, moving bytes.Buffer
	_ = png.Encode(&small, noise(20, 20, true))
	_ = jpeg.Encode(&large, noise(1000, 800, true), &jpeg.Options{Quality: 100})
	_ = png.Encode(&clear, noise(640, 480, false))
	_ = gif.Encode(&moving, image.NewPaletted(image.Rect(0, 0, 30, 20), color.Palette{color.White, color.Black}), nil)
	for name, c := range map[string]struct {
		data []byte
		mime string
	}{"small": {small.Bytes(), "image/png"}, "large": {large.Bytes(), "image/jpeg"}, "clear": {clear.Bytes(), "image/png"}, "gif": {moving.Bytes(), "image/gif"}} {
		b, err := fit(c.data)
		if err != nil {
			t.Fatalf("fit(%s): %v", name, err)
		}
		if len(b.Data) > maxContentImage || b.Mime != c.mime {
			t.Errorf("fit(%s): got %d bytes of %s", name, len(b.Data), b.Mime)
		}
		config, _, err := image.DecodeConfig(bytes.NewReader(b.Data))
		if err != nil || config.Width != b.Width || config.Height != b.Height {
			t.Errorf("fit(%s): got %dx%d, the bytes say %dx%d, %v", name, b.Width, b.Height, config.Width, config.Height, err)
		}
	}
	if b, _ := fit(small.Bytes()); !bytes.Equal(b.Data, small.Bytes()) {
		t.Error("fit: a good image did not keep its bytes")
	}
	for _, bad := range [][]byte{nil, []byte("<svg onload=alert(1)>"), []byte("GIF89a"), small.Bytes()[:30]} {
		if _, err := fit(bad); err == nil {
			t.Errorf("fit(%.20q): got no error", bad)
		}
	}
}

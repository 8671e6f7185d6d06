package articles

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"testing"
)

// photo is a JPEG of w×h, red in its upper left as it is stored, green in its upper
// right, blue and white below, with that EXIF block.
func photo(w, h int, exif []byte) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, corners[2*(2*y/h)+2*x/w])
		}
	}
	var out bytes.Buffer
	_ = jpeg.Encode(&out, img, &jpeg.Options{Quality: 95})
	if exif == nil {
		return out.Bytes()
	}
	length := binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))
	return slices.Concat(out.Bytes()[:2], []byte{0xFF, 0xE1}, length, exif, out.Bytes()[2:])
}

var corners = []color.NRGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 255, 255}}

// exif is a block with one tag: the orientation.
func exif(order binary.AppendByteOrder, way uint16) []byte {
	b := append([]byte("Exif\x00\x00"), map[bool]string{true: "MM", false: "II"}[order == binary.BigEndian]...)
	b = order.AppendUint32(order.AppendUint16(b, 42), 8)
	b = order.AppendUint16(order.AppendUint16(order.AppendUint16(b, 1), 0x0112), 3)
	b = order.AppendUint16(order.AppendUint16(order.AppendUint32(b, 1), way), 0)
	return order.AppendUint32(b, 0)
}

// seen names the corners of an image, upper left, upper right, lower left, lower right.
func seen(t *testing.T, data []byte) string {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	b, all := img.Bounds(), ""
	for i := range 4 {
		r, g, blue, _ := img.At(b.Dx()/4+b.Dx()/2*(i%2), b.Dy()/4+b.Dy()/2*(i/2)).RGBA()
		sign := map[[3]bool]string{{true, false, false}: "r", {false, true, false}: "g", {false, false, true}: "b", {true, true, true}: "w"}
		all += sign[[3]bool{r > 0x8000, g > 0x8000, blue > 0x8000}]
	}
	return all
}

// Whatever way a photo was held, readers see it upright, in the article and as its cover,
// and its crops are those of what is seen.
func TestPhotosStandUpright(t *testing.T) {
	t.Parallel()
	for way, want := range map[uint16]string{1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "brwg", 7: "wgbr", 8: "gwrb"} {
		for _, size := range [][2]int{{400, 200}, {1200, 2400}} {
			if size[1] > maxWidth && way != 6 {
				continue // one that has to be shrunk will do
			}
			w, h := size[0], size[1]
			if way >= 5 {
				w, h = h, w
			}
			data := photo(size[0], size[1], exif(binary.BigEndian, way))
			b, err := fit(data)
			if err != nil {
				t.Fatalf("fit, orientation %d: %v", way, err)
			}
			if got := seen(t, b.Data); got != want {
				t.Errorf("fit, orientation %d: got the corners %s, want %s", way, got, want)
			}
			if orientation(b.Data, "jpeg") != 1 || b.Width*h != b.Height*w || way == 1 != bytes.Equal(b.Data, plain(t, data)) {
				t.Errorf("fit, orientation %d of %v: got %dx%d, orientation %d, the same bytes %v", way, size, b.Width, b.Height, orientation(b.Data, "jpeg"), bytes.Equal(b.Data, data))
			}
			kept := newBlob(data, "jpeg", size[0], size[1]) // as it was kept before
			for _, of := range []blob{b, kept} {
				small, err := thumb(of)
				if err != nil || seen(t, small.Data) != want || small.Width > coverWidth || crop(small.Width, small.Height, 1) != crop(w, h, 1) {
					t.Errorf("thumb, orientation %d of %v: got %s, %dx%d, %v; want %s", way, size, seen(t, small.Data), small.Width, small.Height, err, want)
				}
			}
		}
		if got := orientation(photo(8, 8, exif(binary.LittleEndian, way)), "jpeg"); got != int(way) {
			t.Errorf("orientation, little end first: got %d, want %d", got, way)
		}
	}
}

// plain is a photo without EXIF.
func plain(t *testing.T, data []byte) []byte {
	t.Helper()
	b, ok := bareJPEG(data)
	if !ok {
		t.Fatal("bareJPEG: got no photo")
	}
	return b
}

// EXIF that is broken, or made to break readers, leaves the image as it is.
func TestBrokenEXIF(t *testing.T) {
	t.Parallel()
	good := exif(binary.BigEndian, 6)
	blocks := [][]byte{exif(binary.BigEndian, 0), exif(binary.BigEndian, 9), exif(binary.BigEndian, 65535), bytes.Repeat([]byte{0xFF}, 65533)}
	for n := range len(good) - 6 { // the value stands before the last six bytes
		blocks = append(blocks, good[:n])
	}
	for at, with := range map[int]uint32{10: 0xFFFFFFF0, 12: 8, 18: 0x0003FFFF, 20: 0xFFFFFFFF} {
		bad := bytes.Clone(good)
		binary.BigEndian.PutUint32(bad[at:], with)
		blocks = append(blocks, bad)
	}
	for _, block := range blocks {
		data := photo(40, 20, block)
		b, err := fit(data)
		if err != nil || !bytes.Equal(b.Data, plain(t, data)) || b.Width != 40 {
			t.Errorf("fit, EXIF %.40q: got %dx%d, the same bytes %v, %v", block, b.Width, b.Height, bytes.Equal(b.Data, data), err)
		}
	}
	for i := range good { // whatever a byte is, nothing breaks
		for c := range 256 {
			bad := bytes.Clone(good)
			bad[i] = byte(c)
			if got := orientation(photo(2, 2, bad), "jpeg"); got < 1 || got > 8 {
				t.Fatalf("orientation, EXIF %q: got %d", bad, got)
			}
		}
	}
	var drawn bytes.Buffer
	_ = png.Encode(&drawn, noise(20, 10, true))
	chunk := append([]byte("eXIf"), good[6:]...)
	chunk = slices.Concat(binary.BigEndian.AppendUint32(nil, uint32(len(chunk)-4)), chunk, binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(chunk)))
	end := drawn.Len() - 12 // IEND
	for name, data := range map[string][]byte{"PNG": drawn.Bytes(), "PNG with EXIF": slices.Concat(drawn.Bytes()[:end], chunk, drawn.Bytes()[end:])} {
		if b, err := fit(data); err != nil || !bytes.Equal(b.Data, drawn.Bytes()) {
			t.Errorf("fit(%s): got other bytes, %v", name, err)
		}
	}
}

// WebP keeps its EXIF in a chunk of its own.
func TestWebPStandsUpright(t *testing.T) {
	t.Parallel()
	part := func(name string, data []byte) []byte {
		return append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(data))), data...)
	}
	vp8, _ := base64.StdEncoding.DecodeString("MAEAnQEqAgABAA7A/iWkAANwAAAAAA==") // 2×1
	body := slices.Concat([]byte("WEBP"), part("VP8X", []byte{8, 0, 0, 0, 1, 0, 0, 0, 0, 0}), part("VP8 ", vp8), part("EXIF", exif(binary.BigEndian, 6)[6:]))
	b, err := fit(part("RIFF", body))
	if err != nil || b.Width != 1 || b.Height != 2 {
		t.Errorf("fit(WebP on its side): got %dx%d, %v; want 1x2", b.Width, b.Height, err)
	}
}

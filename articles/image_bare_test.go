package articles

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"slices"
	"testing"
)

func segment(marker byte, body string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(body)+2)), body...)
}

func chunkOf(name, body string) []byte {
	out := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), name+body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE([]byte(name+body)))
}

// Seen: GPS stood in published JPEGs. What goes to WeChat has pixels and a colour
// profile, and nothing of who took it, where and with what.
func TestPhotosKeepNoEXIF(t *testing.T) {
	t.Parallel()
	const secret = "31.2304N 121.4737E"
	profile := segment(0xE2, "ICC_PROFILE\x00\x01\x01Display P3")
	shot := photo(400, 200, nil)
	var drawn bytes.Buffer
	_ = png.Encode(&drawn, noise(40, 20, false))
	head, end := 33, drawn.Len()-12 // after IHDR, before IEND
	photos := map[string][]byte{
		"EXIF": slices.Concat(shot[:2], segment(0xE1, "Exif\x00\x00"+secret), profile, shot[2:]),
		"XMP, IPTC, maker's, comment": slices.Concat(shot[:2], segment(0xE1, "http://ns.adobe.com/xap/1.0/\x00"+secret), segment(0xED, "Photoshop 3.0\x00"+secret),
			segment(0xE2, "MPF\x00"+secret), segment(0xFE, secret), profile, shot[2:]),
		"a second picture after the end": slices.Concat(shot[:2], profile, shot[2:], shot[:2], segment(0xE1, "Exif\x00\x00"+secret), shot[2:]),
		"PNG": slices.Concat(drawn.Bytes()[:head], chunkOf("eXIf", "MM\x00*"+secret), chunkOf("tEXt", "Location\x00"+secret), chunkOf("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+secret),
			chunkOf("gAMA", "\x00\x00\xb1\x8f"), drawn.Bytes()[head:end], chunkOf("zTXt", secret), drawn.Bytes()[end:], []byte(secret)),
	}
	d := &proofer{shelf{images: newImageMemory(256 << 20)}}
	for name, data := range photos {
		of := func(what string, got []byte, err error) {
			if err != nil {
				t.Errorf("%s, %s: %v", what, name, err)
				return
			}
			if bytes.Contains(got, []byte(secret)) {
				t.Errorf("%s, %s: got an image that says where it was taken", what, name)
			}
			if name != "PNG" && !bytes.Contains(got, profile) || name == "PNG" && !bytes.Contains(got, []byte("gAMA")) {
				t.Errorf("%s, %s: the colour profile is lost", what, name)
			}
			was, _, _ := image.Decode(bytes.NewReader(data))
			is, _, err := image.Decode(bytes.NewReader(got))
			if err != nil || !slices.Equal(scale(was, 40).Pix, scale(is, 40).Pix) {
				t.Errorf("%s, %s: the pixels changed, %v", what, name, err)
			}
		}
		b, err := fit(data)
		of("fit", b.Data, err)
		file, err := d.bareFile(t.Context(), data)
		of("bareFile", file, err)
	}
	turned := photo(400, 200, exif(binary.BigEndian, 6))
	got, err := d.bareFile(t.Context(), turned)
	if err != nil || seen(t, got) != "brwg" || orientation(got, "jpeg") != 1 {
		t.Errorf("bareFile, on its side: got %s, %v, want it upright", seen(t, got), err)
	}
	if got, err := d.bareFile(t.Context(), []byte("ID3 a song")); err != nil || string(got) != "ID3 a song" {
		t.Errorf("bareFile, a song: got %q, %v", got, err)
	}
}

func FuzzBare(f *testing.F) {
	f.Add(photo(20, 10, exif(binary.BigEndian, 6)))
	var drawn bytes.Buffer
	_ = png.Encode(&drawn, noise(4, 2, true))
	f.Add(drawn.Bytes())
	f.Add([]byte{0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 0xFF})
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range []string{"jpeg", "png"} {
			out, ok := bare(data, format)
			if ok && len(out) > len(data)+2 {
				t.Errorf("bare: %d bytes became %d", len(data), len(out))
			}
			if again, still := bare(out, format); ok && (!still || !bytes.Equal(again, out)) {
				t.Error("bare: the second time it is other bytes")
			}
		}
		if config, err := jpeg.DecodeConfig(bytes.NewReader(data)); err == nil {
			weight(config, "jpeg", data)
		}
	})
}

package articles

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"html"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// quarters is a picture of 64×32 whose four quarters differ, so that how it lies is seen.
func quarters() *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, 64, 32))
	for y := range 32 {
		for x := range 64 {
			img.SetNRGBA(x, y, [4]color.NRGBA{{230, 60, 50, 255}, {40, 170, 70, 255}, {30, 30, 40, 255}, {250, 220, 90, 255}}[x/32+y/16*2])
		}
	}
	return img
}

// exif3 is EXIF with a UTF-8 text, as EXIF 3.0 allows, before the orientation.
func exif3(way int) []byte {
	text := []byte("相机\x00\x00")
	b := []byte("II*\x00\x08\x00\x00\x00\x02\x00")
	entry := func(tag, kind uint16, n, value uint32) {
		b = binary.LittleEndian.AppendUint16(b, tag)
		b = binary.LittleEndian.AppendUint16(b, kind)
		b = binary.LittleEndian.AppendUint32(b, n)
		b = binary.LittleEndian.AppendUint32(b, value)
	}
	entry(0x010F, 129, uint32(len(text)), 8+2+2*12+4) // Make
	entry(0x0112, 3, 1, uint32(way))
	return append(append(b, 0, 0, 0, 0), text...)
}

// displayP3 is the profile of Apple's screens: their primaries under D50, sRGB's curve.
func displayP3() []byte {
	fix := func(v ...float64) (b []byte) {
		for _, v := range v {
			b = binary.BigEndian.AppendUint32(b, uint32(int32(v*65536)))
		}
		return b
	}
	xyz := func(v ...float64) []byte { return append([]byte("XYZ \x00\x00\x00\x00"), fix(v...)...) }
	curve := append([]byte("para\x00\x00\x00\x00\x00\x03\x00\x00"), fix(2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)...)
	tags := []struct {
		name string
		body []byte
	}{
		{"rXYZ", xyz(0.51512, 0.24120, -0.00105)}, {"gXYZ", xyz(0.29198, 0.69225, 0.04189)}, {"bXYZ", xyz(0.15710, 0.06657, 0.78407)},
		{"wtpt", xyz(0.9642, 1, 0.8249)}, {"rTRC", curve}, {"gTRC", curve}, {"bTRC", curve},
	}
	table, bodies := binary.BigEndian.AppendUint32(nil, uint32(len(tags))), []byte{}
	for _, tag := range tags {
		table = append(table, tag.name...)
		table = binary.BigEndian.AppendUint32(table, uint32(128+4+12*len(tags)+len(bodies)))
		table = binary.BigEndian.AppendUint32(table, uint32(len(tag.body)))
		bodies = append(bodies, tag.body...)
	}
	head := make([]byte, 128)
	copy(head[8:], "\x04\x00\x00\x00mntrRGB XYZ ")
	copy(head[36:], "acsp")
	copy(head[68:], fix(0.9642, 1, 0.8249))
	all := append(append(head, table...), bodies...)
	binary.BigEndian.PutUint32(all, uint32(len(all)))
	return all
}

// withSegment puts a segment behind a JPEG's first bytes.
func withSegment(data []byte, marker byte, head string, body []byte) []byte {
	seg := binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(2+len(head)+len(body)))
	return append(append(append(append([]byte{}, data[:2]...), seg...), head+string(body)...), data[2:]...)
}

// withChunk puts a chunk behind a PNG's head.
func withChunk(data []byte, name string, body []byte) []byte {
	named := append([]byte(name), body...)
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), named...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(named))
	return append(append(append([]byte{}, data[:33]...), chunk...), data[33:]...)
}

func deflated(b []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

// extended makes a plain WebP of Chromium's one with parts beside its picture; moving, one
// of two pictures.
func extended(plain, exif, icc []byte, moving bool) []byte {
	var out bytes.Buffer
	size := []byte{63, 0, 0, 31, 0, 0}
	flags := byte(0)
	if exif != nil {
		flags |= 8
	}
	if icc != nil {
		flags |= 32
	}
	if moving {
		flags |= 2
	}
	out.WriteString("WEBP")
	putChunk(&out, "VP8X", append([]byte{flags, 0, 0, 0}, size...))
	if icc != nil {
		putChunk(&out, "ICCP", icc)
	}
	if moving {
		putChunk(&out, "ANIM", make([]byte, 6))
		frame := append(append(make([]byte, 6), size...), 0xFF, 0xFF, 0, 2) // for a minute; no blending
		putChunk(&out, "ANMF", append(frame, plain[12:]...))
		putChunk(&out, "ANMF", append(frame, plain[12:]...))
	} else {
		out.Write(plain[12:])
	}
	if exif != nil {
		putChunk(&out, "EXIF", exif)
	}
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(out.Len())), out.Bytes()...)
}

// chromium runs a page's script, which writes JSON as the page's text.
func chromium(t *testing.T, script string, out any) {
	t.Helper()
	dir := t.TempDir()
	page := filepath.Join(dir, "page.html")
	if err := os.WriteFile(page, []byte(`<!doctype html><body><script>`+script+`</script>`), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	args := []string{"--headless=new", "--disable-gpu", "--no-first-run", "--force-color-profile=srgb", "--user-data-dir=" + filepath.Join(dir, "profile"), "--virtual-time-budget=20000", "--dump-dom", "file://" + page}
	if os.Geteuid() == 0 {
		args = append([]string{"--no-sandbox"}, args...)
	}
	said, err := exec.CommandContext(ctx, browser(t), args...).Output()
	m := regexp.MustCompile(`(?s)<body><pre>(.*)</pre>`).FindSubmatch(said)
	if err != nil || m == nil {
		t.Fatalf("chromium: %v: %.300s", err, said)
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(string(m[1]))), out); err != nil {
		t.Fatal(err)
	}
}

// What WeChat is sent looks as Chromium shows the file that it was made of: as upright, as
// large, and in the same colours.
func TestPicturesLookAsInChromium(t *testing.T) {
	t.Parallel()
	const show = `const show = html => document.body.innerHTML = '<pre>' + JSON.stringify(html).replace(/</g, '&lt;') + '</pre>';
const draw = async src => { const i = new Image(); await new Promise((done, fail) => { i.onload = done; i.onerror = fail; i.src = src }); const c = document.createElement('canvas');
 c.width = i.naturalWidth; c.height = i.naturalHeight; const x = c.getContext('2d'); x.drawImage(i, 0, 0); return c };`
	data := func(kind string, b []byte) string {
		return "data:image/" + kind + ";base64," + base64.StdEncoding.EncodeToString(b)
	}
	var pngFile, jpegFile bytes.Buffer
	_ = png.Encode(&pngFile, quarters())
	_ = jpeg.Encode(&jpegFile, quarters(), &jpeg.Options{Quality: 95})
	var made []string
	chromium(t, show+`(async () => { const c = await draw("`+data("png", pngFile.Bytes())+`"); show([c.toDataURL('image/webp', 0.9), c.toDataURL('image/webp', 1)]) })().catch(show)`, &made)
	var webps [2][]byte
	for i, address := range made {
		file, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(address, "data:image/webp;base64,"))
		if err != nil {
			t.Fatal(err)
		}
		plain := bytes.NewBufferString("RIFF\x00\x00\x00\x00WEBP")
		riffChunks(file[12:], func(name string, body []byte) bool {
			if name == "VP8 " || name == "VP8L" {
				putChunk(plain, name, body)
			}
			return true
		})
		webps[i] = plain.Bytes()
		binary.LittleEndian.PutUint32(webps[i][4:], uint32(plain.Len()-8))
	}
	lossy, lossless := webps[0], webps[1]
	if string(lossy[12:16]) != "VP8 " || string(lossless[12:16]) != "VP8L" {
		t.Fatalf("Chromium made %.20q and %.20q", lossy, lossless)
	}
	icc := displayP3()
	table := []struct {
		about, kind string
		file        []byte
	}{
		// WebKit turns a WebP by its EXIF, Chromium does not; so it is the one file that is not
		// here, and TestWebPStandsUpright has it.
		{"JPEG", "jpeg", jpegFile.Bytes()},
		{"JPEG on its side, EXIF 3.0", "jpeg", withSegment(jpegFile.Bytes(), 0xE1, "Exif\x00\x00", exif3(6))},
		{"JPEG mirrored, EXIF 3.0", "jpeg", withSegment(jpegFile.Bytes(), 0xE1, "Exif\x00\x00", exif3(5))},
		{"PNG", "png", pngFile.Bytes()},
		{"PNG on its side", "png", withChunk(pngFile.Bytes(), "eXIf", exif3(8))},
		{"PNG upside down", "png", withChunk(pngFile.Bytes(), "eXIf", exif3(3))},
		{"PNG that says so behind its pixels", "png", slices.Concat(pngFile.Bytes()[:pngFile.Len()-12], withChunk(pngFile.Bytes(), "eXIf", exif3(6))[33:33+12+len(exif3(6))], pngFile.Bytes()[pngFile.Len()-12:])},
		{"JPEG in Display P3", "jpeg", withSegment(jpegFile.Bytes(), 0xE2, "ICC_PROFILE\x00\x01\x01", icc)},
		{"JPEG in Display P3 on its side", "jpeg", withSegment(withSegment(jpegFile.Bytes(), 0xE2, "ICC_PROFILE\x00\x01\x01", icc), 0xE1, "Exif\x00\x00", exif3(6))},
		{"PNG in Display P3 on its side", "png", withChunk(withChunk(pngFile.Bytes(), "eXIf", exif3(6)), "iCCP", append([]byte("P3\x00\x00"), deflated(icc)...))},
		{"WebP, lossy", "webp", lossy},
		{"WebP, best", "webp", lossless},
		{"WebP in Display P3", "webp", extended(lossy, nil, icc, false)},
		{"WebP, moving", "webp", extended(lossy, nil, nil, true)},
	}
	type shown struct {
		W, H int
		At   [4][3]int
	}
	var sources []string
	for _, c := range table {
		b, err := fit(c.file)
		if err != nil {
			t.Fatalf("fit(%s): %v", c.about, err)
		}
		sources = append(sources, data(c.kind, c.file), data(strings.TrimPrefix(b.Mime, "image/"), b.Data))
	}
	list, err := json.Marshal(sources)
	if err != nil {
		t.Fatal(err)
	}
	var seen []shown
	chromium(t, show+`(async () => { const all = []; for (const src of `+string(list)+`) { const c = await draw(src).catch(e => document.createElement('canvas')), x = c.getContext('2d');
 all.push({W: c.width, H: c.height, At: [[1, 1], [3, 1], [1, 3], [3, 3]].map(([a, b]) => [...x.getImageData(c.width * a / 4, c.height * b / 4, 1, 1).data].slice(0, 3))}) } show(all) })()`, &seen)
	for i, c := range table {
		want, got := seen[2*i], seen[2*i+1]
		ok := want.W == got.W && want.H == got.H
		for q := range want.At {
			for k := range want.At[q] {
				d := want.At[q][k] - got.At[q][k]
				ok = ok && d >= -6 && d <= 6
			}
		}
		if !ok {
			t.Errorf("%s: Chromium shows %+v, and of what WeChat is sent %+v", c.about, want, got)
		}
	}
}

func TestMovingWebPIsKnown(t *testing.T) {
	t.Parallel()
	if isMovingWebP(extended(make([]byte, 12), nil, nil, false)) || !isMovingWebP(extended(make([]byte, 12), nil, nil, true)) {
		t.Error("isMovingWebP does not tell moving from still")
	}
}

func TestDamagedPartsBesideAreBorne(t *testing.T) {
	t.Parallel()
	whole := withSegment(withSegment([]byte("\xFF\xD8\xFF\xD9"), 0xE1, "Exif\x00\x00", exif3(6)), 0xE2, "ICC_PROFILE\x00\x01\x01", displayP3())
	for n := range len(whole) {
		orientation(whole[:n], "jpeg")
		toSRGB(profileOf(whole[:n], "jpeg"))
		tiffOrientation(exif3(6)[:min(n, len(exif3(6)))])
		toSRGB(displayP3()[:min(n, len(displayP3()))])
	}
	if orientation(whole, "jpeg") != 6 || toSRGB(profileOf(whole, "jpeg")) == nil {
		t.Error("the whole file is not read")
	}
}

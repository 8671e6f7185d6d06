package articles

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"magpie/store/storetest"
)

// Images that a text names by an address are read, made fit and uploaded as others are;
// of what cannot be had, the reason is told and the upload is blocked. The server is a
// real one; only what counts as a public address is the test's.
func TestImagesAreGatheredFromAddresses(t *testing.T) {
	t.Parallel()
	var pot, leaf bytes.Buffer
	_ = png.Encode(&pot, noise(30, 20, true))
	_ = gif.Encode(&leaf, image.NewPaletted(image.Rect(0, 0, 30, 20), color.Palette{color.White, color.Black}), nil)
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("somebody inside was asked") }))
	defer inside.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/pot.png":
			_, _ = w.Write(pot.Bytes())
		case "/moved":
			http.Redirect(w, r, "/leaf.gif", http.StatusFound)
		case "/leaf.gif":
			_, _ = w.Write(leaf.Bytes())
		case "/page":
			_, _ = io.WriteString(w, "<html><svg onload=alert(1)></svg></html>")
		case "/long":
			_, _ = io.Copy(w, io.LimitReader(zeros{}, maxFetched+10))
		case "/inside":
			http.Redirect(w, r, strings.Replace(inside.URL, "127.0.0.1", "localhost", 1), http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	d := newTestDesk(t, storetest.SQLite(t))
	own := netip.MustParseAddrPort(strings.TrimPrefix(server.URL, "http://"))
	d.fetcher.allow = func(at netip.AddrPort) bool { return at == own }
	base := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	gather := func(paths ...string) *Proof {
		text := "# Tea\n\nGreen.\n"
		for _, path := range paths {
			text += "\n![x](" + base + path + ")\n"
		}
		n := put(t, d, text, nil)
		gather(t, d, n)
		p, err := d.Proof(t.Context(), n, 0)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}

	p := gather("/pot.png", "/moved")
	if p.Blocked() {
		t.Fatalf("findings: got %+v, want none that block", p.Findings)
	}
	for path, mime := range map[string]string{"/pot.png": "image/png", "/moved": "image/gif"} {
		b, err := d.blob(t.Context(), d.DB, find(p.pictures, base+path).SHA256)
		if err != nil || b.Mime != mime || path == "/pot.png" && !bytes.Equal(b.Data, pot.Bytes()) {
			t.Errorf("%s: got %d bytes of %q, %v, want %s", path, len(b.Data), b.Mime, err, mime)
		}
	}
	u, _, err := d.Prepare(t.Context(), "wx1", []int64{p.Article.N}, DraftBox)
	if err != nil || len(u.Articles[0].Images) != 2 || strings.Contains(u.Articles[0].Content, base) {
		t.Errorf("Prepare: got %+v, %v, want two images by their hashes", u, err)
	}

	for path, want := range map[string]string{"/gone": "answered 404", "/page": "format", "/long": "big", "/inside": "forbidden"} {
		p := gather(path)
		if found := find(p.pictures, base+path); !p.Blocked() || found == nil || !strings.Contains(found.Problem, want) {
			t.Errorf("%s: got %+v, want the problem %s", path, found, want)
		}
	}
}

// A moving WebP is shown by its first picture, and that is told.
func TestMovingWebPIsTold(t *testing.T) {
	t.Parallel()
	d := newTestDesk(t, storetest.SQLite(t))
	n := put(t, d, "# Tea\n\n![Steam](steam.webp)\n", nil)
	// The picture is one lossless pixel.
	vp8l := []byte("\x2f\x00\x00\x00\x00\x07\xd0\xff\xfe\xf7\xbf\xff\x81\x88\xe8\x7f\x00")
	frame := make([]byte, 16)
	var out bytes.Buffer
	out.WriteString("WEBP")
	putChunk(&out, "VP8X", []byte{2, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	var picture bytes.Buffer
	putChunk(&picture, "VP8L", vp8l)
	putChunk(&out, "ANMF", append(frame, picture.Bytes()...))
	file := append([]byte{'R', 'I', 'F', 'F', byte(out.Len()), 0, 0, 0}, out.Bytes()...)
	if err := d.keepPicture(t.Context(), n, "steam.webp", file, nil); err != nil {
		t.Fatal(err)
	}
	p, err := d.Proof(t.Context(), n, 0)
	if err != nil {
		t.Fatal(err)
	}
	told := false
	for _, f := range p.Findings {
		told = told || f.Code == "image.still" && !f.Blocks
	}
	if !told || p.Blocked() {
		t.Errorf("findings: got %+v, want image.still, and none that blocks", p.Findings)
	}
}

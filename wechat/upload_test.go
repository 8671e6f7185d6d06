package wechat

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"magpie/wechat/apis"
	"magpie/wechat/wechattest"
)

const (
	pngHead = "\x89PNG\r\n\x1a\n"
	jpgHead = "\xff\xd8\xff\xe0\x00\x10JFIF"
)

func write(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, body) }
}

// picture is a PNG of n bytes, as far as its first bytes go.
func picture(n int) []byte { return append([]byte(pngHead), make([]byte, n-len(pngHead))...) }

// once can be read and nothing else.
type once struct{ io.Reader }

func TestUploadIsStreamed(t *testing.T) {
	t.Parallel()
	data := picture(900_000)
	path := filepath.Join(t.TempDir(), "a.png")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	for name, f := range map[string]File{
		"sought":       {Name: "茶 \"图\".png", Body: bytes.NewReader(data)},
		"a file":       {Name: "a.png", Body: file},
		"of known Len": {Name: "a.png", Body: bytes.NewBuffer(data)},
		"size given":   {Name: "a.png", Body: once{bytes.NewReader(data)}, Size: int64(len(data))},
		"size unknown": {Name: "a.png", Body: once{bytes.NewReader(data)}},
		"in halves":    {Name: "a", Body: once{iotest.HalfReader(bytes.NewReader(data))}, Size: int64(len(data))},
	} {
		s, c := pretend(t)
		var last, size int64
		f.Progress = func(taken, of int64) {
			if taken <= last {
				t.Errorf("%s: progress from %d to %d", name, last, taken)
			}
			last, size = taken, of
		}
		url, err := c.UploadImage(t.Context(), f)
		if err != nil || !strings.HasPrefix(url, "https://mmbiz.qpic.cn/mmbiz_png/") {
			t.Errorf("%s: UploadImage = %q, %v", name, url, err)
			continue
		}
		if want := int64(len(data)); last != want || size != want && !(name == "size unknown" && size == -1) {
			t.Errorf("%s: progress ended at %d of %d, want %d", name, last, size, want)
		}
		got := string(s.ReceivedOn(apis.UploadImg.Path)[0].Body)
		if !strings.Contains(got, `"size":900000`) || !strings.Contains(got, `"content_type":"image/png"`) || !strings.Contains(got, `.png"`) {
			t.Errorf("%s: arrived as %s", name, got)
		}
	}
}

func TestUploadLength(t *testing.T) {
	t.Parallel()
	var length int64
	c := plain(t, func(w http.ResponseWriter, r *http.Request) {
		length = r.ContentLength
		io.WriteString(w, `{"url":"u"}`)
	})
	for _, tc := range []struct {
		f     File
		known bool
	}{
		{File{Name: "a.png", Body: bytes.NewReader(picture(100))}, true},
		{File{Name: "a.png", Body: once{bytes.NewReader(picture(100))}}, false},
	} {
		if _, err := c.UploadImage(t.Context(), tc.f); err != nil || (length > 100) != tc.known {
			t.Errorf("UploadImage sent Content-Length %d (%v), want it known: %v", length, err, tc.known)
		}
	}
}

func TestBadFilesAreNotSent(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	image := func(b []byte) error {
		_, err := c.UploadImage(t.Context(), File{Name: "a.png", Body: bytes.NewReader(b)})
		return err
	}
	material := func(kind string, b []byte) error {
		_, err := c.AddMaterial(t.Context(), kind, File{Name: "a", Body: bytes.NewReader(b)})
		return err
	}
	jpg := func(n int) []byte { return append([]byte(jpgHead), make([]byte, n-len(jpgHead))...) }
	checked(t, "no file", func() error { _, err := c.UploadImage(t.Context(), File{}); return err }(), "media: required")
	checked(t, "an empty file", image(nil), "media: the file is empty")
	checked(t, "a page", image([]byte("<html>")), "media: must be jpg, png, not ?")
	checked(t, "a GIF in an article", image([]byte("GIF89a......")), "media: must be jpg, png, not gif")
	checked(t, "1 MB", image(picture(mb)), "media: at most 1048575 bytes, not 1048576")
	checked(t, "a thumb of 65 KB", material(MediaThumb, jpg(65<<10)), "media: at most 65536 bytes, not 66560")
	checked(t, "a PNG thumb", material(MediaThumb, picture(100)), "media: must be jpg, not png")
	checked(t, "a video among images", material(MediaVideo, nil), `type: must be image | voice | thumb, not "video"`)
	checked(t, "no kind", material("", nil), "type: required")
	_, err := c.AddVideo(t.Context(), "", "", File{Body: strings.NewReader("....ftypmp42")})
	checked(t, "a video without a title", err, "title: required")
	if n := len(s.Received()); n != 0 {
		t.Errorf("%d calls were made, want none", n)
	}
}

// TestFileBreaksOff: a file that ends, grows or fails on the way is no message:
// WeChat has no whole of it, so nothing was done.
func TestFileBreaksOff(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	for name, f := range map[string]File{
		"fails":    {Body: once{io.MultiReader(bytes.NewReader(picture(5000)), iotest.ErrReader(broken))}, Size: 900_000},
		"ends":     {Body: once{bytes.NewReader(picture(5000))}, Size: 9000},
		"goes on":  {Body: once{bytes.NewReader(picture(9000))}, Size: 5000},
		"fails at": {Body: once{io.MultiReader(bytes.NewReader(picture(5000)), iotest.ErrReader(broken))}},
	} {
		s, c := pretend(t)
		f.Name = "a.png"
		_, err := c.UploadImage(t.Context(), f)
		if e := failed(t, name, err); !e.NotSent() || e.Unclear() {
			t.Errorf("%s: UploadImage = %v, want it not sent", name, err)
		}
		if strings.HasPrefix(name, "fails") && !errors.Is(err, broken) {
			t.Errorf("%s: UploadImage = %v, want the file's own error in it", name, err)
		}
		for _, r := range s.ReceivedOn(apis.UploadImg.Path) {
			if r.Acted {
				t.Errorf("%s: WeChat acted", name)
			}
		}
	}
	_, c := pretend(t)
	_, err := c.UploadImage(t.Context(), File{Name: "a.png", Body: once{bytes.NewReader(picture(2 * mb))}})
	checked(t, "too big, found on the way", err, FieldErrors(err)[0].Error())
	if rule := FieldErrors(err)[0].Rule; rule != ruleTooBig {
		t.Errorf("a file found too big on the way = %v, want %s", err, ruleTooBig)
	}
}

// TestUploadAfterRefusedToken: what can be sought goes again; the rest says so.
func TestUploadAfterRefusedToken(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	if _, err := c.UploadImage(t.Context(), File{Name: "a.png", Body: bytes.NewReader(picture(100))}); err != nil {
		t.Fatal(err)
	}
	s.ExpireTokens()
	behind := bytes.NewReader(append([]byte("read already"), picture(100)...))
	behind.Seek(12, io.SeekStart)
	if _, err := c.UploadImage(t.Context(), File{Name: "a.png", Body: behind}); err != nil {
		t.Errorf("UploadImage with an expired token = %v", err)
	}
	s.ExpireTokens()
	_, err := c.UploadImage(t.Context(), File{Name: "a.png", Body: once{bytes.NewReader(picture(100))}})
	if e := failed(t, "UploadImage", err); e.Code != 42001 {
		t.Errorf("UploadImage of what cannot be read twice = %v, want 42001", e)
	}
	if n := len(s.ReceivedOn(apis.UploadImg.Path)); n != 4 {
		t.Errorf("%d uploads arrived, want 4", n)
	}
}

// TestEarlyAnswer: a server that refuses before the file is there. The file is
// left alone once the call has returned.
func TestEarlyAnswer(t *testing.T) {
	t.Parallel()
	c := client(t, "http://"+early(t))
	c.tokens.cur = token{value: "TOKEN-in-hand", until: c.now().Add(time.Hour), renewAt: c.now().Add(time.Hour)}
	body := &watched{Reader: bytes.NewReader(append([]byte("\xff\xd8\xff"), make([]byte, 9*mb)...))}
	_, err := c.AddMaterial(t.Context(), MediaImage, File{Name: "a.jpg", Body: body, Size: 9*mb + 3})
	body.returned.Store(true)
	if got := fateOf(err); got != "refused 0" && got != "unclear" {
		t.Errorf("AddMaterial answered early with 413 = %s (%v)", got, err)
	}
	c.closeIdle()
	if body.late.Load() {
		t.Error("the file was read after the call had returned")
	}
}

func TestUploadFaults(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{
		wechattest.FaultDropBefore: "unclear", wechattest.FaultDropAfter: "unclear", wechattest.FaultGarbage: "unclear", wechattest.FaultCutBody: "unclear", wechattest.FaultHTTPError: "unclear",
	} {
		s, c := pretend(t)
		s.Fail(wechattest.Fault{Kind: kind, Path: apis.UploadImg.Path, Status: 502, Left: 1})
		_, err := c.UploadImage(t.Context(), File{Name: "a.png", Body: bytes.NewReader(picture(100))})
		if got := fateOf(err); got != want || len(s.ReceivedOn(apis.UploadImg.Path)) != 1 {
			t.Errorf("%s: UploadImage = %s (%v), arrived %d times; want %s, once", kind, got, err, len(s.ReceivedOn(apis.UploadImg.Path)), want)
		}
	}
}

// TestUploadIsNotHeldInMemory runs alone: it looks at what the process allocates.
func TestUploadIsNotHeldInMemory(t *testing.T) {
	const size = 9 * mb
	c := plain(t, write(`{"media_id":"M"}`))
	if _, err := c.CountMaterial(t.Context()); err == nil { // connects and fetches the token
		t.Fatal("CountMaterial = nil")
	}
	body := io.MultiReader(strings.NewReader(jpgHead), io.LimitReader(zeros{}, size))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := c.AddMaterial(t.Context(), MediaImage, File{Name: "a.jpg", Body: body, Size: size + int64(len(jpgHead))})
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; err != nil || got > mb {
		t.Errorf("AddMaterial of 9 MB = %v and allocated %d bytes, want less than 1 MB", err, got)
	}
}

// zeros goes on for ever.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

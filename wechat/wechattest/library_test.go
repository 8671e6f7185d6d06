package wechattest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"magpie/wechat/apis"
)

// upload posts one file as a form, as a browser would.
func (w *world) upload(path, name string, file []byte) map[string]any {
	w.t.Helper()
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	part, err := m.CreateFormFile("media", name)
	if err != nil {
		w.t.Fatal(err)
	}
	part.Write(file)
	m.Close()
	at := w.base + path
	at += map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "access_token=" + w.token
	req, err := http.NewRequestWithContext(w.t.Context(), "POST", at, &form)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", m.FormDataContentType())
	resp, err := w.net.RoundTrip(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// TestUploadedImageCanBeSeen at the path of its address.
func TestUploadedImageCanBeSeen(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	png := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 50)...)
	at, err := url.Parse(fmt.Sprint(w.upload(apis.UploadImg.Path, "a.png", png)["url"]))
	if err != nil || at.Host != "mmbiz.qpic.cn" {
		t.Fatalf("the image is at %v, %v", at, err)
	}
	resp, err := w.net.RoundTrip(&http.Request{Method: "GET", URL: &url.URL{Scheme: "http", Host: strings.TrimPrefix(w.base, "http://"), Path: at.Path}, Header: http.Header{}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, _ := io.ReadAll(resp.Body); !bytes.Equal(got, png) || resp.Header.Get("Content-Type") != "image/png" {
		t.Errorf("GET %s = %d bytes of %s", at.Path, len(got), resp.Header.Get("Content-Type"))
	}
}

// TestUploadRules: what is no form, no file, of a wrong type or too big.
func TestUploadRules(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	jpg := func(n int) []byte { return append([]byte("\xff\xd8\xff\xe0"), make([]byte, n)...) }
	w.wantCode("no form", `{}`, apis.UploadImg.Path, 41005)
	for _, tc := range []struct {
		path, name string
		file       []byte
		code       float64
	}{
		{apis.UploadImg.Path, "a.png", nil, 44001},
		{apis.UploadImg.Path, "a.png", []byte("<html>"), 40005},
		{apis.UploadImg.Path, "a", jpg(10), 40005},
		{apis.UploadImg.Path, "a.jpg", jpg(1 << 20), 40006},
		{apis.UploadMedia.Path + "?type=page", "a.jpg", jpg(10), 40004},
		{apis.UploadMedia.Path + "?type=thumb", "a.jpg", jpg(64 << 10), 40006},
		{apis.AddMaterial.Path + "?type=news", "a.jpg", jpg(10), 40004},
		{apis.AddMaterial.Path + "?type=video", "a.mp4", []byte("\x00\x00\x00\x18ftypmp42"), 47001},
	} {
		if out := w.upload(tc.path, tc.name, tc.file); out["errcode"] != tc.code {
			t.Errorf("%s of %d bytes named %s = %v, want %v", tc.path, len(tc.file), tc.name, out, tc.code)
		}
	}
}

// TestLookingChangesNothing: a snapshot leaves the answers to come as they were.
func TestLookingChangesNothing(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var seen []string
	for _, look := range []bool{true, false} {
		w := start(t, Options{Now: func() time.Time { return at }})
		draft := w.must(w.post(apis.DraftAdd.Path, `{"articles":[{"title":"T","content":"c","thumb_media_id":"M"}]}`))
		w.must(w.post(apis.PublishSubmit.Path, fmt.Sprintf(`{"media_id":%q}`, draft["media_id"])))
		w.s.Advance(time.Minute)
		if look {
			w.s.Phone()
			w.s.Console()
		}
		seen = append(seen, fmt.Sprint(w.must(w.post(apis.PublishList.Path, `{"offset":0,"count":1}`)), w.must(w.post(apis.SubscribeSend.Path, "{}"))))
	}
	if seen[0] != seen[1] {
		t.Errorf("looked at:\n%s\nnot looked at:\n%s", seen[0], seen[1])
	}
}

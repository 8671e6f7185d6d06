package wechat

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
	"time"

	"magpie/wechat/apis"
)

// samples are files of each type, as far as their first bytes go.
var samples = map[string]string{
	"jpg": jpgHead, "png": pngHead, "gif": "GIF89a", "bmp": "BM......", "amr": "#!AMR\n", "mp3": "ID3\x04", "wav": "RIFF....WAVEfmt ", "wma": "\x30\x26\xb2\x75\x8e\x66\xcf\x11", "mp4": "\x00\x00\x00\x18ftypmp42",
}

func TestFileType(t *testing.T) {
	t.Parallel()
	for want, head := range samples {
		if got := fileType([]byte(head)); got != want {
			t.Errorf("fileType(%q) = %q, want %q", head, got, want)
		}
		if extensions[want] == nil || fileMIME(want) == "" {
			t.Errorf("%s has no extension", want)
		}
	}
	if got := fileType([]byte("\xff\xfb\x90\x64")); got != "mp3" {
		t.Errorf("fileType of MP3 without a tag = %q", got)
	}
	for _, head := range []string{"", "\xff", "RIFF", "<svg", "PK\x03\x04", "\x00\x00\x00\x18"} {
		if got := fileType([]byte(head)); got != "" {
			t.Errorf("fileType(%q) = %q, want none", head, got)
		}
	}
}

// uploadTemporary uploads a file that WeChat keeps for 3 days, which magpie itself never does.
func uploadTemporary(t *testing.T, c *Client, kind, sample string) (id string) {
	t.Helper()
	file, err := File{Name: "x", Body: strings.NewReader(samples[sample] + strings.Repeat(".", 20))}.prepare(fileRule{mb, []string{sample}})
	if err != nil {
		t.Fatal(err)
	}
	var out uploadedReply
	if err := c.call(t.Context(), request{api: apis.UploadMedia, query: url.Values{"type": {kind}}, file: file, out: &out}); err != nil {
		t.Fatal(err)
	}
	return string(out.MediaID + out.Thumb)
}

type uploadedReply struct {
	materialReply
	Thumb looseString `json:"thumb_media_id"` // in place of media_id for a thumb
}

func (r *uploadedReply) missing(of answer) string {
	if r.Thumb != "" {
		return ""
	}
	return r.materialReply.missing(of)
}

func TestTemporaryMedia(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	for kind, sample := range map[string]string{MediaImage: "gif", MediaVoice: "amr", MediaVideo: "mp4", MediaThumb: "jpg"} {
		uploadTemporary(t, c, kind, sample)
	}
	if n := len(s.Console().Temporary); n != 4 {
		t.Errorf("the console has %d temporary files, want 4", n)
	}
	thumb := s.Console().Temporary[0].MediaID
	if _, err := c.UploadNews(t.Context(), []Article{{Title: "T", ThumbMediaID: thumb, Content: "C"}}); err != nil {
		t.Errorf("UploadNews with a temporary thumb = %v", err)
	}
	a := draftArticle("T")
	a.ThumbMediaID = thumb
	if _, err := c.AddDraft(t.Context(), []DraftArticle{a}); failed(t, "AddDraft", err).Code != 40007 {
		t.Errorf("AddDraft with a temporary thumb = %v, want 40007", err)
	}
	s.Advance(3*24*time.Hour + time.Second)
	if _, err := c.UploadNews(t.Context(), []Article{{Title: "T", ThumbMediaID: thumb, Content: "C"}}); failed(t, "UploadNews", err).Code != 40007 {
		t.Errorf("UploadNews after 3 days = %v, want 40007", err)
	}
}

func TestUploadImageWithoutAnAddress(t *testing.T) {
	t.Parallel()
	f := func() File { return File{Name: "a.jpg", Body: bytes.NewReader([]byte(jpgHead))} }
	if _, err := answering(t, `{"errcode":0}`).UploadImage(t.Context(), f()); !failed(t, "UploadImage", err).Unclear() {
		t.Errorf("UploadImage without a url = %v, want unclear", err)
	}
}

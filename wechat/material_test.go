package wechat

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"magpie/wechat/apis"
)

func TestMaterial(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	image := picture(200)
	m, err := c.AddMaterial(t.Context(), MediaImage, File{Name: "封面.png", Body: bytes.NewReader(image)})
	if err != nil || m.MediaID == "" || !strings.HasPrefix(m.URL, "https://mmbiz.qpic.cn/") {
		t.Fatalf("AddMaterial = %+v, %v", m, err)
	}
	if got := s.ReceivedOn(apis.AddMaterial.Path)[0]; got.Query.Get("type") != "image" || !strings.Contains(string(got.Body), `"filename":"封面.png"`) {
		t.Errorf("AddMaterial sent %v %s", got.Query, got.Body)
	}
	video, err := c.AddVideo(t.Context(), "春茶", "<采摘>", File{Name: "v.mp4", Body: strings.NewReader(samples["mp4"])})
	if err != nil {
		t.Fatal(err)
	}
	if got := string(s.ReceivedOn(apis.AddMaterial.Path)[1].Body); !strings.Contains(got, `{\"title\":\"春茶\",\"introduction\":\"`) {
		t.Errorf("AddVideo sent %s", got)
	}

	var file bytes.Buffer
	if content, err := c.GetMaterial(t.Context(), m.MediaID, &file); err != nil || content != nil || !bytes.Equal(file.Bytes(), image) {
		t.Errorf("GetMaterial = %+v, %v and %d bytes, want %d bytes", content, err, file.Len(), len(image))
	}
	file.Reset()
	if content, err := c.GetMaterial(t.Context(), video.MediaID, &file); err != nil || content.Title != "春茶" || content.DownURL == "" || file.Len() > 0 {
		t.Errorf("GetMaterial of a video = %+v, %v and %d bytes", content, err, file.Len())
	}
	if n, err := c.CountMaterial(t.Context()); err != nil || *n != (MaterialCount{Images: 1, Videos: 1}) {
		t.Errorf("CountMaterial = %+v, %v", n, err)
	}
	page, err := c.ListMaterial(t.Context(), MediaImage, Page{0, 20})
	if err != nil || page.Total != 1 || page.Items[0].MediaID != m.MediaID || page.Items[0].Name != "封面.png" || page.Items[0].UpdateTime.IsZero() {
		t.Errorf("ListMaterial = %+v, %v", page, err)
	}
	if _, err := c.GetMaterial(t.Context(), "GONE", &file); failed(t, "GetMaterial", err).Code != 40007 {
		t.Errorf("GetMaterial of what is not there = %v, want 40007", err)
	}
	_, err = c.ListMaterial(t.Context(), "thumb", Page{0, 21})
	checked(t, "ListMaterial of what cannot be listed", err, "type: must be image | voice | video | news, not \"thumb\"\ncount: must be 1 to 20, not 21")
}

func TestNewsMaterial(t *testing.T) {
	t.Parallel()
	c := answering(t, `{"news_item":[{"title":"T","url":"u"}]}`)
	if got, err := c.GetMaterial(t.Context(), "M", nil); err != nil || got.News[0].Title != "T" {
		t.Errorf("GetMaterial of news = %+v, %v", got, err)
	}
	c = answering(t, `{"total_count":1,"item":[{"media_id":"N","content":{"news_item":[{"title":"T"}]},"update_time":"1391857799"}]}`)
	if got, err := c.ListMaterial(t.Context(), MediaNews, Page{0, 1}); err != nil || got.Items[0].Articles[0].Title != "T" || got.Items[0].UpdateTime.IsZero() {
		t.Errorf("ListMaterial of news = %+v, %v", got, err)
	}
}

// TestFileCutShort: of a file that breaks off, what came is written, and the error says so.
func TestFileCutShort(t *testing.T) {
	t.Parallel()
	c := plain(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		w.Header().Set("Content-Length", "100")
		w.Write(picture(50))
	})
	var file bytes.Buffer
	if _, err := c.GetMaterial(t.Context(), "M", &file); !failed(t, "GetMaterial", err).Unclear() || file.Len() != 50 {
		t.Errorf("GetMaterial cut short = %v with %d bytes, want unclear with 50", err, file.Len())
	}
}

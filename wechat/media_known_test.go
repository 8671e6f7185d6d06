package wechat

import (
	"bytes"
	"testing"
)

func TestKnowsMedia(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	picture := []byte("\x89PNG\r\n\x1a\npixels")
	png := File{Name: "tea.png", Body: bytes.NewReader(picture)}
	kept, err := c.AddMaterial(t.Context(), MediaImage, png)
	if err != nil {
		t.Fatal(err)
	}
	short := uploadTemporary(t, c, MediaImage, "png")
	for id, want := range map[string]bool{kept.MediaID: true, short: true, "NEVER": false} {
		if got, err := c.KnowsMedia(t.Context(), id); got != want || err != nil {
			t.Errorf("KnowsMedia(%s) = %v, %v, want %v", id, got, err, want)
		}
	}
	if got, err := c.TemporaryMedia(t.Context(), kept.MediaID); got || err != nil {
		t.Errorf("TemporaryMedia of what is in the library = %v, %v, want false", got, err)
	}
	if _, err := c.KnowsMedia(t.Context(), ""); len(FieldErrors(err)) != 1 {
		t.Errorf("KnowsMedia of nothing = %v, want a field error", err)
	}
	s.Answer("/cgi-bin/material/get_material", 48001, 1)
	if _, err := c.KnowsMedia(t.Context(), kept.MediaID); err == nil {
		t.Error("KnowsMedia while WeChat refuses = nil, want its error")
	}
}

func TestNewsOfTheLibrary(t *testing.T) {
	t.Parallel()
	_, c := pretend(t)
	kept, err := c.AddMaterial(t.Context(), MediaImage, File{Name: "tea.png", Body: bytes.NewReader([]byte("\x89PNG\r\n\x1a\npixels"))})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{kept.MediaID, "NEVER"} {
		if items, err := c.News(t.Context(), id); items != nil || err != nil {
			t.Errorf("News(%s) = %v, %v, want none", id, items, err)
		}
	}
	items, err := answering(t, `{"news_item":[{"title":"Old","url":"u"}]}`).News(t.Context(), "M")
	if err != nil || len(items) != 1 || items[0].Title != "Old" {
		t.Errorf("News of articles = %v, %v, want one", items, err)
	}
}

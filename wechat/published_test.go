package wechat

import (
	"fmt"
	"testing"
	"time"
)

func TestPublishedIsPaged(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	for i := range 25 {
		id, err := c.AddDraft(t.Context(), []DraftArticle{draftArticle(fmt.Sprint(i)), draftArticle("second")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.SubmitPublish(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		s.Advance(time.Minute)
	}
	var titles []string
	for offset := 0; ; offset += MaxPage {
		page, err := c.ListPublished(t.Context(), Page{offset, MaxPage}, false)
		if err != nil || page.Total != 25 {
			t.Fatalf("ListPublished from %d = %+v, %v", offset, page, err)
		}
		for _, p := range page.Items {
			a := p.Content.Articles
			if p.ArticleID == "" || p.UpdateTime.IsZero() || len(a) != 2 || a[0].URL == "" || a[0].Content != "" {
				t.Errorf("ListPublished has %+v, want both articles with their addresses, without content", p)
			}
			titles = append(titles, a[0].Title)
		}
		if len(page.Items) == 0 {
			break
		}
	}
	if len(titles) != 25 || titles[0] != "24" || titles[24] != "0" {
		t.Errorf("the pages have %v, want 24 to 0", titles)
	}
	page, err := c.ListPublished(t.Context(), Page{0, 1}, true)
	if err != nil || page.Items[0].Content.Articles[1].Content == "" {
		t.Errorf("ListPublished with content = %+v, %v", page, err)
	}
	if got, err := c.GetPublished(t.Context(), page.Items[0].ArticleID); err != nil || got.Articles[0].Title != "24" {
		t.Errorf("GetPublished of what is listed = %+v, %v", got, err)
	}
	_, err = c.ListPublished(t.Context(), Page{0, 21}, false)
	checked(t, "ListPublished of 21", err, "count: must be 1 to 20, not 21")
	s.Certified(false)
	if _, err := c.ListPublished(t.Context(), Page{0, 1}, false); failed(t, "ListPublished", err).Code != 48001 {
		t.Errorf("ListPublished of an account that is not certified = %v, want 48001", err)
	}
}

package articles

import (
	"encoding/json"
	"slices"
	"testing"

	"magpie/wechat"
)

// TestDraftLines: what a title and a digest do not say of a draft stands on its card.
func TestDraftLines(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string][]string{
		`{"title":"T","digest":"D","need_open_comment":0}`: nil,
		`{"title":"T","need_open_comment":1}`:              {"article.draft_comments_all"},
		`{"title":"T","need_open_comment":"1","only_fans_can_comment":1,"image_info":{"image_list":[{"image_media_id":"A"}]}}`: {"article.draft_pictures", "article.draft_comments_followers"},
	} {
		var item wechat.NewsItem
		if err := json.Unmarshal([]byte(raw), &item); err != nil {
			t.Fatal(err)
		}
		a, err := draftArticle(item)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, line := range DraftLines([]DraftArticle{a}) {
			got = append(got, line.Key)
		}
		if !slices.Equal(got, want) {
			t.Errorf("DraftLines of %s = %v, want %v", raw, got, want)
		}
	}
}

// TestSameDraft: two drafts of pictures with one title and one text are two drafts.
func TestSameDraft(t *testing.T) {
	t.Parallel()
	read := func(raw string) []DraftArticle {
		var item wechat.NewsItem
		if err := json.Unmarshal([]byte(raw), &item); err != nil {
			t.Fatal(err)
		}
		a, err := draftArticle(item)
		if err != nil {
			t.Fatal(err)
		}
		return []DraftArticle{a}
	}
	one := read(`{"article_type":"newspic","title":"T","content":"C","image_info":{"image_list":[{"image_media_id":"A"}]},"url":"u1"}`)
	if again := read(`{"article_type":"newspic","title":"T","content":"C","image_info":{"image_list":[{"image_media_id":"A"}]},"url":"u2"}`); !SameDraft(one, again) {
		t.Error("the same draft with another preview link is another draft")
	}
	for _, raw := range []string{
		`{"article_type":"newspic","title":"T","content":"C","image_info":{"image_list":[{"image_media_id":"B"}]}}`,
		`{"article_type":"newspic","title":"T","content":"C","image_info":{"image_list":[{"image_media_id":"A"}]},"need_open_comment":1}`,
		`{"article_type":"newspic","title":"T","content":"C","image_info":{"image_list":[{"image_media_id":"A"}]},"tomorrow":1}`,
	} {
		if SameDraft(one, read(raw)) {
			t.Errorf("%s is the same draft as with the picture A alone", raw)
		}
	}
	if SameDraft(one, append(one, one...)) {
		t.Error("one article is the same as two")
	}
}

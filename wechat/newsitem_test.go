package wechat

import (
	"encoding/json"
	"testing"
)

// TestCanonicalForgetsNothing changes each value that draft/get gives back, and one that
// no page knows yet: what moves by itself aside, each makes another article of it.
func TestCanonicalForgetsNothing(t *testing.T) {
	t.Parallel()
	const picture = `{"article_type":"newspic","title":"T","author":"A","digest":"D","content":"C","content_source_url":"S","thumb_media_id":"M","show_cover_pic":0,
		"need_open_comment":0,"only_fans_can_comment":0,"image_info":{"image_list":[{"image_media_id":"ONE"},{"image_media_id":"TWO"}]},
		"product_info":{"footer_product_info":{"product_key":"K"}},"url":"https://e.example/1","thumb_url":"https://e.example/2","of_tomorrow":{"deep":[1]}}`
	canonical := func(raw string) string {
		t.Helper()
		var item NewsItem
		if err := json.Unmarshal([]byte(raw), &item); err != nil {
			t.Fatal(err)
		}
		all, err := item.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		return string(all)
	}
	moves := map[string]bool{"url": true, "thumb_url": true}
	var whole map[string]any
	if err := json.Unmarshal([]byte(picture), &whole); err != nil {
		t.Fatal(err)
	}
	was := canonical(picture)
	change := func(path string, moves bool) {
		t.Helper()
		raw, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		if same := canonical(string(raw)) == was; same != moves {
			t.Errorf("with another %s Canonical is the same: %v, want %v", path, same, moves)
		}
	}
	var walk func(path string, v any, moves bool, put func(any))
	walk = func(path string, v any, moves bool, put func(any)) {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				walk(path+"."+name, inner, moves, func(x any) { v[name] = x })
			}
		case []any:
			for i, inner := range v {
				walk(path+"[]", inner, moves, func(x any) { v[i] = x })
			}
			put(append(v[:len(v):len(v)], v[0]))
			change(path, moves)
			put(v)
		default:
			put("changed")
			change(path, moves)
			put(v)
		}
	}
	for name, v := range whole {
		walk(name, v, moves[name], func(x any) { whole[name] = x })
	}
	if again := canonical(`{"title":"T",  "content":"C"}`); again != canonical(`{"content":"C","title":"T","url":"https://e.example/9"}`) {
		t.Errorf("the order of the names counts: %s", again)
	}
}

// TestPictureDraftComesBack: what a picture article was filed with is read again.
func TestPictureDraftComesBack(t *testing.T) {
	t.Parallel()
	_, c := pretend(t)
	made := DraftArticle{
		ArticleType: "newspic", Title: "T", Content: "C", ImageInfo: &ImageInfo{[]ImageID{{"THUMB"}, {"THUMB"}}},
		CoverInfo: &CoverInfo{[]CropPercent{{"1_1", "0.1", "0", "0.8", "1"}}}, ProductInfo: new(ProductInfo),
	}
	made.ProductInfo.FooterProductInfo.ProductKey = "TEA-1"
	id, err := c.AddDraft(t.Context(), []DraftArticle{made})
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.GetDraft(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if a := got.Articles[0]; a.ImageInfo == nil || len(a.ImageInfo.ImageList) != 2 || a.ProductInfo == nil || a.ProductInfo.FooterProductInfo.ProductKey != "TEA-1" {
		t.Errorf("GetDraft = %+v, want 2 pictures and the product TEA-1", a)
	}
}

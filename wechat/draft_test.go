package wechat

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"magpie/wechat/apis"
	"magpie/wechat/wechattest"
)

func draftArticle(title string) DraftArticle {
	return DraftArticle{Title: title, Content: "<p>春茶</p>", ThumbMediaID: "THUMB"}
}

func TestDraftOnTheWire(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	yes := 1
	a := DraftArticle{
		ArticleType: "news", Title: "题", Author: "者", Digest: "摘", Content: "<p>a&b</p>", ContentSourceURL: "https://e.example", ThumbMediaID: "M",
		NeedOpenComment: &yes, OnlyFansCanComment: &yes, PicCrop2351: "0_0_1_0.5", PicCrop11: "0.1_0_1_0.945",
	}
	id, err := c.AddDraft(t.Context(), []DraftArticle{a, draftArticle("二")})
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "AddDraft", s.ReceivedOn(apis.DraftAdd.Path)[0].Body, `{"articles":[
		{"article_type":"news","title":"题","author":"者","digest":"摘","content":"<p>a&b</p>","content_source_url":"https://e.example","thumb_media_id":"M","need_open_comment":1,"only_fans_can_comment":1,"pic_crop_235_1":"0_0_1_0.5","pic_crop_1_1":"0.1_0_1_0.945"},
		{"title":"二","content":"<p>春茶</p>","thumb_media_id":"THUMB"}]}`)
	if err := c.UpdateDraft(t.Context(), DraftUpdate{id, 1, draftArticle("改")}); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "UpdateDraft", s.ReceivedOn(apis.DraftUpdate.Path)[0].Body, `{"media_id":"`+id+`","index":1,"articles":{"title":"改","content":"<p>春茶</p>","thumb_media_id":"THUMB"}}`)

	got, err := c.GetDraft(t.Context(), id)
	if err != nil || len(got.Articles) != 2 || got.Articles[1].Title != "改" || !bool(got.Articles[0].NeedOpenComment) || got.CreateTime.IsZero() || got.Articles[0].URL == "" {
		t.Errorf("GetDraft = %+v, %v", got, err)
	}
	for _, content := range []bool{true, false} {
		page, err := c.ListDrafts(t.Context(), Page{0, 20}, content)
		if err != nil || page.Total != 1 || page.Items[0].MediaID != id || (page.Items[0].Content.Articles[0].Content != "") != content {
			t.Errorf("ListDrafts(content %v) = %+v, %v", content, page, err)
		}
	}
	for name, call := range map[string]func() error{
		"GetDraft":    func() error { _, err := c.GetDraft(t.Context(), "GONE"); return err },
		"UpdateDraft": func() error { return c.UpdateDraft(t.Context(), DraftUpdate{"GONE", 0, draftArticle("x")}) },
	} {
		if e := failed(t, name, call()); e.Code != 40007 {
			t.Errorf("%s of a draft that is gone = %v, want 40007", name, e)
		}
	}
}

func TestDraftsArePaged(t *testing.T) {
	t.Parallel()
	_, c := pretend(t)
	for i := range 25 {
		if _, err := c.AddDraft(t.Context(), []DraftArticle{draftArticle(fmt.Sprint(i))}); err != nil {
			t.Fatal(err)
		}
	}
	var titles []string
	for offset := 0; ; offset += MaxPage {
		page, err := c.ListDrafts(t.Context(), Page{offset, MaxPage}, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page.Items {
			titles = append(titles, d.Content.Articles[0].Title)
		}
		if len(page.Items) == 0 {
			break
		}
	}
	if len(titles) != 25 || titles[0] != "24" || titles[24] != "0" {
		t.Errorf("the pages have %v, want 24 to 0", titles)
	}
}

func TestWeChatCleansDrafts(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	a := draftArticle("T")
	a.Content = `<p>一<script>alert(1)</script><img src="https://evil.example/x.png"><img data-a="b" src="https://mmbiz.qpic.cn/mmbiz_png/x/0?wx_fmt=png"></p>`
	if _, err := c.AddDraft(t.Context(), []DraftArticle{a}); err != nil {
		t.Fatal(err)
	}
	kept := s.Console().Drafts[0].Articles[0]
	if kept.Content != `<p>一<img data-a="b" src="https://mmbiz.qpic.cn/mmbiz_png/x/0?wx_fmt=png"></p>` || kept.Digest != "一" {
		t.Errorf("kept %q with the digest %q", kept.Content, kept.Digest)
	}
}

func TestDraftCheck(t *testing.T) {
	t.Parallel()
	two := 2
	checked(t, "Check of none", Draft{}.Check(), "articles: must be 1 to 8, not 0")
	checked(t, "Check of nothing", DraftArticle{}.Check(), "title: required\ncontent: required\nthumb_media_id: required")
	long := DraftArticle{
		ArticleType: "page", Title: strings.Repeat("题", 33), Author: strings.Repeat("a", 17), Digest: strings.Repeat("摘", 129), Content: strings.Repeat("文", 20_000),
		ContentSourceURL: strings.Repeat("u", 1025), ThumbMediaID: "M", ShowCoverPic: &two, NeedOpenComment: &two, OnlyFansCanComment: &two,
	}
	checked(t, "Check of a long one", long.Check(), strings.Join([]string{
		`article_type: must be news | newspic, not "page"`, "title: at most 32 characters, not 33", "author: at most 16 characters, not 17", "digest: at most 128 characters, not 129",
		"content: at most 19999 characters, not 20000", "content_source_url: at most 1024 bytes, not 1025",
		"show_cover_pic: must be 0 or 1, not 2", "need_open_comment: must be 0 or 1, not 2", "only_fans_can_comment: must be 0 or 1, not 2",
	}, "\n"))
	good := draftArticle(strings.Repeat("题", 32))
	good.Content = strings.Repeat("文", 19_999)
	checked(t, "Check at the limits", good.Check(), "")
	pictures := DraftArticle{ArticleType: "newspic", Title: "T", Content: "C"}
	checked(t, "Check of no pictures", pictures.Check(), "image_info.image_list: must be 1 to 20, not 0")
	pictures.ImageInfo = &ImageInfo{[]ImageID{{"M"}, {}}}
	checked(t, "Check of a nameless picture", pictures.Check(), "image_info.image_list[1].image_media_id: required")
	for crop, ok := range map[string]bool{
		"0_0_1_1": true, "0.1_0.2_0.9_1.0": true, ".5_0_1_1": true, "0_0_1": false, "1_1_0_0": false, "0_0_1.5_1": false, "a_b_c_d": false, "0_0_0_1": false, "-1_0_1_1": false,
	} {
		a := draftArticle("T")
		a.PicCrop11 = crop
		if got := a.Check() == nil; got != ok {
			t.Errorf("Check of crop %q = %v, want good %v", crop, a.Check(), ok)
		}
	}
	checked(t, "Check of an update", DraftUpdate{Index: 8}.Check(), "media_id: required\nindex: must be 0 to 7, not 8\narticles.title: required\narticles.content: required\narticles.thumb_media_id: required")
	checked(t, "Check of a page", Page{-1, 21}.Check(), "offset: must be 0 to 2147483647, not -1\ncount: must be 1 to 20, not 21")
}

// TestDraftCodes sends past Check what WeChat refuses.
func TestDraftCodes(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	raw := func(a apis.API, body string) error {
		return c.call(t.Context(), request{api: a, in: rawJSON(body), out: &materialReply{}})
	}
	article := func(more string) string { return `{"title":"T","thumb_media_id":"M","content":"C"` + more + `}` }
	for body, code := range map[string]int{
		`{}`:              44003,
		`{"articles":[]}`: 44003,
		`{"articles":[` + strings.TrimSuffix(strings.Repeat(article("")+",", 9), ",") + `]}`: 45008,
		`{"articles":[` + article(`,"title":"`+strings.Repeat("题", 33)+`"`) + `]}`:           45003,
		`{"articles":[` + article(`,"author":"`+strings.Repeat("a", 17)+`"`) + `]}`:          45110,
		`{"articles":[` + article(`,"digest":"`+strings.Repeat("a", 129)+`"`) + `]}`:         45004,
		`{"articles":[` + article(`,"content":"`+strings.Repeat("a", 20_000)+`"`) + `]}`:     45002,
		`{"articles":[` + article(`,"thumb_media_id":""`) + `]}`:                             40007,
		`{"articles":[` + article(`,"need_open_comment":3`) + `]}`:                           47001,
		`{"articles":{}}`: 47001,
	} {
		if e := failed(t, "draft/add", raw(apis.DraftAdd, body)); e.Code != code {
			t.Errorf("draft/add of %.80s = %v, want %d", body, e, code)
		}
	}
	id, err := c.AddDraft(t.Context(), []DraftArticle{draftArticle("T")})
	if err != nil {
		t.Fatal(err)
	}
	if e := failed(t, "UpdateDraft", c.UpdateDraft(t.Context(), DraftUpdate{id, 1, draftArticle("T")})); e.Code != 40114 {
		t.Errorf("UpdateDraft of an index that is not there = %v, want 40114", e)
	}
	if e := failed(t, "draft/update", raw(apis.DraftUpdate, `{"media_id":"`+id+`","index":0,"articles":[`+article("")+`]}`)); e.Code != 47001 {
		t.Errorf("draft/update with a list = %v, want 47001", e)
	}
	s.Quota(apis.DraftAdd.Path, 0)
	if _, err := c.AddDraft(t.Context(), []DraftArticle{draftArticle("T")}); failed(t, "AddDraft", err).Code != 45009 {
		t.Errorf("AddDraft over the quota = %v, want 45009", err)
	}
}

// rawJSON goes onto the wire as it is.
type rawJSON string

func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }

func TestDraftReadLeniently(t *testing.T) {
	t.Parallel()
	c := answering(t, `{"news_item":[{"title":"T","show_cover_pic":"1","need_open_comment":1,"only_fans_can_comment":false}],"create_time":"1391857799","update_time":"x"}`)
	got, err := c.GetDraft(t.Context(), "M")
	if err != nil || got.CreateTime.Unix() != 1391857799 || !got.UpdateTime.IsZero() || !bool(got.Articles[0].ShowCoverPic) || !bool(got.Articles[0].NeedOpenComment) || bool(got.Articles[0].OnlyFansCanComment) {
		t.Errorf("GetDraft = %+v, %v", got, err)
	}
	if _, err := answering(t, `{"errcode":0,"errmsg":"ok"}`).GetDraft(t.Context(), "M"); !failed(t, "GetDraft", err).Unclear() {
		t.Errorf("GetDraft without articles = %v, want unclear", err)
	}
}

// answering is a client of a server that says one thing.
func answering(t testing.TB, body string) *Client {
	t.Helper()
	return plain(t, write(body))
}

// TestDraftAddUnclear: an answer that breaks off leaves the draft there; it can be found.
func TestDraftAddUnclear(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	s.Fail(wechattest.Fault{Kind: wechattest.FaultCutBody, Path: apis.DraftAdd.Path, Left: 1})
	_, err := c.AddDraft(t.Context(), []DraftArticle{draftArticle("T")})
	var e *Error
	if !errors.As(err, &e) || !e.Unclear() {
		t.Fatalf("AddDraft with a cut answer = %v, want unclear", err)
	}
	if page, err := c.ListDrafts(t.Context(), Page{0, 1}, true); err != nil || page.Items[0].Content.Articles[0].Title != "T" {
		t.Errorf("ListDrafts = %+v, %v, want the draft there", page, err)
	}
}

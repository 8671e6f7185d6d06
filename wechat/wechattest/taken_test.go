package wechattest

import (
	"fmt"
	"testing"

	"magpie/wechat/apis"
)

// TestPostsThatAreTaken: lists that a page has by GET and that clients post for.
func TestPostsThatAreTaken(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	for path, field := range map[string]string{apis.TemplateList.Path: "template_list", apis.CountMaterial.Path: "image_count"} {
		got, read := w.must(w.post(path, "")), w.must(w.say("GET", path, ""))
		if got[field] == nil || fmt.Sprint(got) != fmt.Sprint(read) {
			t.Errorf("POST %s = %v, GET %v; want the same", path, got, read)
		}
	}
	if got := w.code(w.say("PUT", apis.TemplateList.Path, "")); got != 43001 {
		t.Errorf("PUT = errcode %d, want 43001", got)
	}
	if got := w.code(w.post(apis.TagsGet.Path, "")); got != 43001 {
		t.Errorf("POST of another list = errcode %d, want 43001", got)
	}
}

func TestCardsAreTaken(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	const card = `"msgtype":"wxcard","wxcard":{"card_id":"CARD-1"}`
	w.wantCode("to all", `{"filter":{"is_to_all":true},`+card+`}`, apis.MassAll.Path, 0)
	w.wantCode("to two", `{"touser":["oA","oB"],`+card+`}`, apis.MassSend.Path, 0)
	w.wantCode("as a preview", `{"touser":"oA",`+card+`}`, apis.MassPreview.Path, 0)
	w.wantCode("as a customer-service message", `{"touser":"oA",`+card+`}`, apis.CustomSend.Path, 0)
	w.wantCode("no card", `{"filter":{"is_to_all":true},"msgtype":"wxcard","wxcard":{}}`, apis.MassAll.Path, 47001)
	w.wantCode("no card", `{"touser":"oA","msgtype":"wxcard"}`, apis.CustomSend.Path, 47001)
	phone := w.s.Phone()
	if len(phone.Masses) != 3 || phone.Masses[0].CardID != "CARD-1" || len(phone.Notifications) != 1 || phone.Notifications[0].Lines[0].Value != "CARD-1" {
		t.Errorf("the phone shows %+v", phone)
	}
	w.s.Answer(apis.MassAll.Path, 45113, 1)
	w.wantCode("by the page's table of codes", `{"filter":{"is_to_all":true},`+card+`}`, apis.MassAll.Path, 45113)
}

// TestToAllBesideATag is to all: the tag counts for nothing, whatever it is.
func TestToAllBesideATag(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	w.s.Tag(2, "vip", "oA")
	const text = `"msgtype":"text","text":{"content":"T"}`
	for _, tag := range []int{2, 77} {
		w.wantCode("all and a tag", fmt.Sprintf(`{"filter":{"is_to_all":true,"tag_id":%d},%s}`, tag, text), apis.MassAll.Path, 0)
	}
	for _, m := range w.s.Phone().Masses {
		if !m.All || m.TagID != 0 {
			t.Errorf("sent to %+v, want all", m)
		}
	}
	w.wantCode("a tag", `{"filter":{"is_to_all":false,"tag_id":2},`+text+`}`, apis.MassAll.Path, 0)
	w.wantCode("nobody", `{"filter":{"is_to_all":false},`+text+`}`, apis.MassAll.Path, 40097)
	w.wantCode("no such tag", `{"filter":{"is_to_all":false,"tag_id":77},`+text+`}`, apis.MassAll.Path, 45159)
}

// TestArticlesComeBackAsFiled, whether a draft is read, listed, or published and read.
func TestArticlesComeBackAsFiled(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	const filed = `"need_open_comment":1,"only_fans_can_comment":1,"image_info":{"image_list":[{"image_media_id":"M1"},{"image_media_id":"M2"}]},"product_info":{"footer_product_info":{"product_key":"TEA-1"}}`
	draft := w.must(w.post(apis.DraftAdd.Path, `{"articles":[{"article_type":"newspic","title":"T","content":"c",`+filed+`}]}`))
	want := fmt.Sprint(map[string]any{
		"need_open_comment": 1.0, "only_fans_can_comment": 1.0,
		"image_info":   map[string]any{"image_list": []any{map[string]any{"image_media_id": "M1"}, map[string]any{"image_media_id": "M2"}}},
		"product_info": map[string]any{"footer_product_info": map[string]any{"product_key": "TEA-1"}},
	})
	check := func(what string, v any) {
		t.Helper()
		item, _ := v.([]any)
		if len(item) != 1 {
			t.Fatalf("%s: got %v, want one article", what, v)
		}
		got := map[string]any{}
		for _, name := range []string{"need_open_comment", "only_fans_can_comment", "image_info", "product_info"} {
			got[name] = item[0].(map[string]any)[name]
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	list := func(path string) any {
		all := w.must(w.post(path, `{"offset":0,"count":1,"no_content":1}`))["item"].([]any)
		return all[0].(map[string]any)["content"].(map[string]any)["news_item"]
	}
	check("draft/get", w.must(w.post(apis.DraftGet.Path, fmt.Sprintf(`{"media_id":%q}`, draft["media_id"])))["news_item"])
	check("draft/batchget", list(apis.DraftList.Path))
	w.must(w.post(apis.PublishSubmit.Path, fmt.Sprintf(`{"media_id":%q}`, draft["media_id"])))
	w.s.Advance(publishTime)
	check("freepublish/batchget", list(apis.PublishList.Path))
	check("freepublish/getarticle", w.must(w.post(apis.PublishRead.Path, fmt.Sprintf(`{"article_id":%q}`, w.s.Phone().Published[0].ArticleID)))["news_item"])
}

package wechat

import (
	"slices"
	"strings"
	"testing"

	"magpie/wechat/apis"
)

func article(cover int) Article {
	yes := 1
	return Article{
		ThumbMediaID: "qI6_Ze_6PtV7svjolgs-rN6stStuHIjs9_DidOHaj0Q-mwvBelOXCFZiq2OsIU-p",
		Author:       "xxx", Title: "Happy Day", ContentSourceURL: "www.qq.com", Content: "content", Digest: "digest",
		ShowCoverPic: &cover, NeedOpenComment: &yes, OnlyFansCanComment: &yes,
	}
}

func TestNewsSeedExample(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	got, err := c.UploadNews(t.Context(), []Article{article(1), article(0)})
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "UploadNews", s.ReceivedOn(apis.UploadNews.Path)[0].Body, `{
   "articles": [
        {
            "thumb_media_id":"qI6_Ze_6PtV7svjolgs-rN6stStuHIjs9_DidOHaj0Q-mwvBelOXCFZiq2OsIU-p",
            "author":"xxx",
            "title":"Happy Day",
            "content_source_url":"www.qq.com",
            "content":"content",
            "digest":"digest",
            "show_cover_pic":1,
            "need_open_comment":1,
            "only_fans_can_comment":1
        },
        {
            "thumb_media_id":"qI6_Ze_6PtV7svjolgs-rN6stStuHIjs9_DidOHaj0Q-mwvBelOXCFZiq2OsIU-p",
            "author":"xxx",
            "title":"Happy Day",
            "content_source_url":"www.qq.com",
            "content":"content",
            "digest":"digest",
            "show_cover_pic":0,
            "need_open_comment":1,
            "only_fans_can_comment":1
        }
   ]
}`)
	kept := s.Phone().Articles[0]
	if got.Type != "news" || got.MediaID != kept.MediaID || got.CreatedAt.Unix() != kept.CreatedAt.Unix() {
		t.Errorf("UploadNews = %+v, want what was kept: %+v", got, kept)
	}
}

// TestMiniProgramMarkup: the three markups of the page arrive as they are.
func TestMiniProgramMarkup(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	for i, content := range []string{
		`<mp-common-miniprogram data-miniprogram-appid="wx123123123" data-miniprogram-path="pages/index/index" data-miniprogram-title="小程序示例" data-miniprogram-imageurl="http://example.com/demo.jpg" data-miniprogram-type="card"></mp-common-miniprogram>`,
		`<p><a data-miniprogram-appid="wx123123123" data-miniprogram-path="pages/index" href="">点击文字跳转小程序</a></p>`,
		`<p><a data-miniprogram-appid="wx123123123" data-miniprogram-path="pages/index" href=""><img src="https://mmbiz.qpic.cn/mmbiz_jpg/demo/0?wx_fmt=jpg" alt="" data-width="null" data-ratio="NaN"></a></p>`,
	} {
		a := Article{Title: "T", ThumbMediaID: "M", Content: content}
		if _, err := c.UploadNews(t.Context(), []Article{a}); err != nil {
			t.Fatal(err)
		}
		got := s.Phone().Articles[i].Articles[0]
		if got.Content != content || got.ShowCoverPic != nil {
			t.Errorf("UploadNews(%s) arrived as %+v", content, got)
		}
		body := string(s.ReceivedOn(apis.UploadNews.Path)[i].Body)
		if strings.Contains(body, `\u`) || strings.Contains(body, "show_cover_pic") || strings.Contains(body, "author") {
			t.Errorf("UploadNews sent %s, want no escapes and nothing that was not given", body)
		}
	}
}

func TestNewsCheck(t *testing.T) {
	t.Parallel()
	two, good := 2, article(0)
	checked(t, "Check of none", News{}.Check(), "articles: must be 1 to 8, not 0")
	checked(t, "Check of eight", News{slices.Repeat([]Article{good}, 8)}.Check(), "")
	checked(t, "Check of nine", News{slices.Repeat([]Article{good}, 9)}.Check(), "articles: must be 1 to 8, not 9")
	bad := good
	bad.Title, bad.ShowCoverPic, bad.NeedOpenComment, bad.OnlyFansCanComment = "", &two, &two, &two
	checked(t, "Check of a bad third", News{[]Article{good, good, bad}}.Check(), strings.Join([]string{
		"articles[2].title: required", "articles[2].show_cover_pic: must be 0 or 1, not 2",
		"articles[2].need_open_comment: must be 0 or 1, not 2", "articles[2].only_fans_can_comment: must be 0 or 1, not 2",
	}, "\n"))
	checked(t, "Check of an empty article", Article{}.Check(), "title: required\nthumb_media_id: required\ncontent: required")
	long := good
	long.Title, long.Digest, long.Content = strings.Repeat("题", 500), strings.Repeat("摘", 500), strings.Repeat("文", 50_000)
	checked(t, "Check of a long article", long.Check(), "")
}

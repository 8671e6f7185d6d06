package articles

import (
	"testing"

	"magpie/articles/render"
	"magpie/wechat"
)

func TestWhichAt(t *testing.T) {
	t.Parallel()
	const long = "/s MzA3 2247 1"
	for address, want := range map[string]string{
		"https://mp.weixin.qq.com/s?__biz=MzA3&mid=2247&idx=1&sn=ab&chksm=c#rd":        long,
		"http://mp.weixin.qq.com/s?scene=21&idx=1&mid=2247&__biz=MzA3#wechat_redirect": long,
		" https://MP.weixin.qq.com/s?__biz=MzA3&mid=2247 ":                             long,
		"https://mp.weixin.qq.com/mp/appmsg/show?__biz=MzA3&appmsgid=2247&itemidx=1":   long,
		"https://mp.weixin.qq.com/s?__biz=MzA3&mid=2247&idx=2":                         "/s MzA3 2247 2",
		"https://mp.weixin.qq.com/s/Qx1_ab-CD":                                         "/s/Qx1_ab-CD",
		"https://mp.weixin.qq.com/s/Qx1_ab-CD?scene=1#rd":                              "/s/Qx1_ab-CD",
		"https://mp.weixin.qq.com/s":                                                   "",
		"https://mp.weixin.qq.com/s/":                                                  "",
		"https://mp.weixin.qq.com/":                                                    "",
		"https://mp.weixin.qq.com/cgi-bin/appmsg?mid=2247":                             "",
		"https://mp.weixin.qq.com.example.com/s/Qx1":                                   "",
		"https://example.com/s/Qx1":                                                    "",
		"https://mp.weixin.qq.com@example.com/s/Qx1":                                   "",
		"https://mp.weixin.qq.com:8443/s/Qx1":                                          "",
		"ftp://mp.weixin.qq.com/s/Qx1":                                                 "",
		"mp.weixin.qq.com/s/Qx1":                                                       "",
		"":                                                                             "",
	} {
		if got := whichAt(address); got != want {
			t.Errorf("whichAt(%q) = %q, want %q", address, got, want)
		}
	}
}

// What WeChat keeps beside the text stands in the front matter, and is read from there as it was.
func TestFrontOfWhatStandsAtWeChat(t *testing.T) {
	t.Parallel()
	item := wechat.NewsItem{
		Title: `A: "B" 【c】 # d`, Author: "- 梅", Digest: "一：二 & <三>\\", ContentSourceURL: "https://example.com/?a=1&b=2#c",
		NeedOpenComment: true, OnlyFansCanComment: true,
	}
	front, body, err := render.ParseFront(frontOf(item) + "text\n")
	if err != nil || body != "\ntext\n" {
		t.Fatalf("the body is %q, %v", body, err)
	}
	if front.Title != item.Title || front.Author != item.Author || front.Digest != item.Digest || front.ContentSourceURL != item.ContentSourceURL {
		t.Errorf("the front matter says %+v of %+v", front, item)
	}
	on := func(n *int) bool { return n != nil && *n == 1 }
	if !on(front.NeedOpenComment) || !on(front.OnlyFansCanComment) || front.ShowCoverPic != nil {
		t.Errorf("the switches are %v, %v and %v; want two on and one not said", front.NeedOpenComment, front.OnlyFansCanComment, front.ShowCoverPic)
	}
}

func TestChosen(t *testing.T) {
	t.Parallel()
	items := []wechat.NewsItem{{Title: "a"}, {Title: "b", IsDeleted: true}, {Title: "c"}}
	for _, c := range []struct {
		n            int
		title, fault string
		another      int
	}{
		{0, "a", "", 2}, {1, "a", "", 2}, {3, "c", "", 1}, {2, "", "article.earlier_deleted", 0}, {4, "", "article.earlier_number", 0},
	} {
		got, err := chosen(items, c.n, "media_id=M", nil)
		fault := ""
		if err != nil {
			fault = refusalOf(err).Key
		}
		if got.item.Title != c.title || fault != c.fault || err == nil && another(got) != c.another {
			t.Errorf("number %d is %+v, %v; want %q, %q", c.n, got, err, c.title, c.fault)
		}
	}
}

package render

import (
	"strings"
	"testing"
)

// Each short form is the markup of WeChat's editor, is told, and keeps its words.
func TestInserts(t *testing.T) {
	t.Parallel()
	const (
		account = `<mp-common-profile data-pluginname="mpprofile" data-id="MzI3NzQ3MTcxMg==" data-headimg="" data-nickname="小明" data-alias="" data-signature="" data-from="0" data-is_biz_ban="0"></mp-common-profile>`
		tencent = `<iframe class="video_iframe" data-vidtype="2" data-src="https://v.qq.com/iframe/preview.html?vid=y0743ioteah&amp;width=500&amp;height=375&amp;auto=0" allowfullscreen="" frameborder="0"></iframe>`
		own     = `<iframe class="video_iframe" data-vidtype="2" data-mpvid="wxv_247" data-src="https://mp.weixin.qq.com/mp/readtemplate?t=pages/video_player_tmpl&amp;action=mpvideo&amp;auto=0&amp;vid=wxv_247" allowfullscreen="" frameborder="0"></iframe>`
		vote    = `<iframe class="vote_iframe js_editor_vote_card" data-supervoteid="46" data-src="/mp/newappmsgvote?action=show&amp;__biz=MzU5NjAzNDc4NA==&amp;supervoteid=46#wechat_redirect" allowfullscreen="" frameborder="0"></iframe>`
	)
	for _, test := range []struct {
		markdown, want, codes, text string
		images                      int
	}{
		{"[小明](account:MzI3NzQ3MTcxMg==)", account, "insert.account", "小明", 0},
		{`[小明](account:MzI3NzQ3MTcxMg== "card a.png")`, strings.Replace(account, `headimg=""`, `headimg="a.png"`, 1), "insert.account", "小明", 1},
		{`[小明](account:MzI3NzQ3MTcxMg== "card javascript:x")`, account, "insert.bad insert.account", "小明", 0},
		{`[小明](account:MzI3NzQ3MTcxMg== "写点什么")`, account, "insert.bad insert.account", "小明", 0},
		{"[介绍](video:y0743ioteah)", tencent + "</section><p", "insert.video", "介绍", 0},
		{"[](video:wxv_247)", own, "insert.video", "", 0},
		{"[哪一款？](vote:MzU5NjAzNDc4NA==/46)", vote + "</section><p", "insert.vote", "哪一款？", 0},
		{"- [介绍](video:y0743ioteah)", "<li>介绍</li>", "insert.inline", "介绍", 0},
		{"看[介绍](video:y0743ioteah)", "看介绍", "insert.inline", "看介绍", 0},
		{"[甲](video:y0743ioteah)\n[乙](video:y0743ioteah)", "乙", "insert.inline insert.inline", "甲乙", 0},
		{"[甲](account:gh_1)", "甲", "insert.bad", "甲", 0},
		{"[甲](account:)", "甲", "insert.bad", "甲", 0},
		{"[甲](video:y0743ioteah%22onload=x)", "甲", "insert.bad", "甲", 0},
		{"[甲](vote:46)", "甲", "insert.bad", "甲", 0},
		{"x\n\n[](account:MzI3NzQ3MTcxMg==)", "x", "insert.bad", "x", 0},
	} {
		a, err := Render("# t\n\n"+test.markdown, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(a.HTML, test.want) || codes(a) != test.codes || strings.TrimSpace(a.Text) != test.text || len(a.Images) != test.images {
			t.Errorf("Render(%q)\n got %s\n %q, %q, %d images\nwant %s\n %q, %q, %d", test.markdown, a.HTML, codes(a), a.Text, len(a.Images), test.want, test.codes, test.text, test.images)
		}
		for _, f := range a.Findings {
			if strings.HasPrefix(f.Code, "insert.") && f.Line < 3 {
				t.Errorf("Render(%q): %s on line %d", test.markdown, f.Code, f.Line)
			}
		}
	}
}

// What resembles a frame of ours goes, with all that is in it.
func TestFrames(t *testing.T) {
	t.Parallel()
	good := insert{"video", "y0743ioteah"}.html("", "")
	if got := sanitise(good, false); got != good {
		t.Errorf("sanitise(%q) = %q", good, got)
	}
	for _, bad := range []string{
		strings.Replace(good, "v.qq.com", "evil.example", 1),
		strings.Replace(good, " data-src", " src", 1),
		strings.Replace(good, " allowfullscreen", ` onload="x" allowfullscreen`, 1),
		`<iframe src="https://v.qq.com/iframe/preview.html?vid=y0743ioteah">x</iframe>`,
	} {
		if got := sanitise("a"+bad+"b", false); got != "ab" {
			t.Errorf("sanitise(%q) = %q", bad, got)
		}
	}
}

// A page of ours says what WeChat would show in a frame.
func TestShown(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		e    insert
		want string
	}{
		{insert{"video", "y0743ioteah"}, `<section data-shown="▶ y0743ioteah"></section>`},
		{insert{"video", "wxv_247"}, `<section data-shown="▶ wxv_247"></section>`},
		{insert{"vote", "MzU5NjAzNDc4NA==/46"}, `<section data-shown="☑ 46"></section>`},
	} {
		if got := Shown("a" + test.e.html("", "") + "b"); got != "a"+test.want+"b" {
			t.Errorf("Shown of %v = %s", test.e, got)
		}
	}
	if got := Shown(`<iframe src="x"></iframe>`); got != "" {
		t.Errorf("a frame of another's is %s", got)
	}
}

package render

import (
	"encoding/json"
	"errors"
	"testing"
)

func TestParseFront(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, markdown, front, body string
		err                         error
	}{
		{"none", "# a\n", `{}`, "# a\n", nil},
		{"all", "---\ntitle: 标题\nauthor: xxx\ndigest: digest\ncontent_source_url: www.qq.com\ncover: a.png\nshow_cover_pic: 1\nneed_open_comment: 0\nonly_fans_can_comment: true\n---\n正文\n",
			`{"Title":"标题","Author":"xxx","Digest":"digest","ContentSourceURL":"www.qq.com","Cover":"a.png","ShowCoverPic":1,"NeedOpenComment":0,"OnlyFansCanComment":1}`, "正文\n", nil},
		{"Windows", "\uFEFF---\r\ntitle: a\r\n---\r\nb\r\n", `{"Title":"a"}`, "b\r\n", nil},
		{"a colon without quotes", "---\ntitle: 茶: 一片叶子\ndigest: \"x\"\n---\nb", `{"Title":"茶: 一片叶子","Digest":"x"}`, "b", nil},
		{"quotes", "---\ntitle: \"a \\\"b\\\"\"\nauthor: 'it''s'\n---\n", `{"Title":"a \"b\"","Author":"it's"}`, "", nil},
		{"several lines", "---\ndigest: >\n  one\n  two\ntitle: |\n  a\n  b\n---\nx", `{"Title":"a b","Digest":"one two"}`, "x", nil},
		{"as written", "---\ntitle: 007\nauthor: 1.10\ndigest: yes\n---\n", `{"Title":"007","Author":"1.10","Digest":"yes"}`, "", nil},
		{"nothing", "---\ntitle:\nauthor: ~\n---\n", `{}`, "", nil},
		{"three dots", "---\ntitle: a\n...\nb", `{"Title":"a"}`, "b", nil},
		{"empty", "---\n---\nb", `{}`, "b", nil},
		{"rules, not front matter", "---\nHello\n---\nb", `{}`, "---\nHello\n---\nb", nil},
		{"a list, not front matter", "---\n- a\n---\nb", `{}`, "---\n- a\n---\nb", nil},
		{"no end", "---\ntitle: a\nb", `{}`, "---\ntitle: a\nb", nil},
		{"other keys", "---\ntags: [a, b]\nlayout: post\n---\nb", `{}`, "b", nil},
		{"unreadable", "---\ntitle: {{\n  x\n---\nb", `{"Title":"{{"}`, "b", ErrFront},
		{"a colon, and a list below", "---\ntitle: A: B\ntags:\n  - a\n- b\nauthor: c\n---\nx", `{"Title":"A: B","Author":"c"}`, "x", nil},
		{"a block below a colon", "---\ntitle: A: B\ndigest: >-\n  one\n  two\n---\nx", `{"Title":"A: B","Digest":"one two"}`, "x", nil},
		{"wide colons", "---\ntitle：标题：副题\nauthor：“我”\n---\nx", `{"Title":"标题：副题","Author":"“我”"}`, "x", nil},
		{"no space", "---\ntitle:标题\n---\nx", `{"Title":"标题"}`, "x", nil},
		{"Chinese keys", "---\n标题: 茶\n摘要: 一片叶子\n---\nx", `{"Title":"茶","Digest":"一片叶子"}`, "x", nil},
		{"no lines around", "title：标题\nauthor:我\n\n正文\n", `{"Title":"标题","Author":"我"}`, "\n正文\n", nil},
		{"a sentence", "title is a word: x\n\n正文\n", `{}`, "title is a word: x\n\n正文\n", nil},
		{"another key first", "author: x\n正文\n", `{}`, "author: x\n正文\n", nil},
		{"an alias", "---\na: &x [1, 2]\ntitle: *x\n---\n", `{}`, "", nil},
	} {
		front, body, err := ParseFront(test.markdown)
		if !errors.Is(err, test.err) || body != test.body {
			t.Errorf("%s: ParseFront(%q): body %q, error %v; want %q, %v", test.name, test.markdown, body, err, test.body, test.err)
		}
		var want Front
		if err := json.Unmarshal([]byte(test.front), &want); err != nil {
			t.Fatal(err)
		}
		got, _ := json.Marshal(front)
		wanted, _ := json.Marshal(want)
		if string(got) != string(wanted) {
			t.Errorf("%s: ParseFront(%q)\n got %s\nwant %s", test.name, test.markdown, got, wanted)
		}
	}
}

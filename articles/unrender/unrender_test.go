package unrender

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// reads holds what becomes of HTML, and what is told: code: where.
func reads(t *testing.T, content, want string, told ...string) {
	t.Helper()
	text, err := Read(t.Context(), content)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSuffix(text.Markdown, "\n"); got != want {
		t.Errorf("%s\nbecame\n%s\nwant\n%s", content, got, want)
	}
	var notes []string
	for _, n := range text.Notes {
		notes = append(notes, n.Code+": "+n.Where)
	}
	if got, want := strings.Join(notes, "\n"), strings.Join(told, "\n"); got != want {
		t.Errorf("%s\ntells\n%s\nwant\n%s", content, got, want)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		`<p>前<strong>重点</strong>后</p>`:                                                              "前**重点**后",
		`<p>前<span style="font-weight:700">重点</span>后</p>`:                                          "前**重点**后",
		`<p><strong>a<span style="font-weight: normal !important">b</span></strong></p>`:            "**a**b",
		`<p style="font-weight:bold">a</p>`:                                                         "**a**",
		`<p>x<sup>2</sup>，H<sub>2</sub>O<span style="vertical-align:super">n</span></p>`:            "x<sup>2</sup>，H<sub>2</sub>O<sup>n</sup>",
		`<p>a<u>b</u><span style="text-decoration: underline;">c</span></p>`:                        "a<u>bc</u>",
		`<p>甲<s>乙</s>丙<em>丁</em></p>`:                                                               "甲~~乙~~丙*丁*",
		`<p>a<mark>b</mark></p>`:                                                                    "a<mark>b</mark>",
		`<p>[x] 1. *a* _b_ #c $d$ :tada:</p>`:                                                       `&#91;x&#93; 1. \*a\* \_b\_ #c \$d\$ \:tada:`,
		`<p># a</p><p>- b</p><p>1. c</p><p>&gt; d</p><p>| e</p>`:                                    "\\# a\n\n\\- b\n\n1\\. c\n\n\\> d\n\n\\| e",
		`<p>use <code>a` + "`" + `b</code> now</p>`:                                                 "use ``a`b`` now",
		`<p>a<br>b<br><br>c<br></p>`:                                                                "a\\\nb\n\nc",
		`a<section>b<p>c</p>d</section>e`:                                                           "a\n\nb\n\nc\n\nd\n\ne",
		`<p>  a   b` + "\n" + `c&nbsp;d </p><p> </p><p><br></p>`:                                    "a b c\u00a0d",
		`<h1>a</h1><h2>b <strong>c</strong></h2><h6>C#</h6>`:                                        "# a\n\n## b c\n\n###### C\\#",
		`<h2><p>a</p><p>b</p></h2>`:                                                                 "## a<br>b",
		`<p>a</p><hr><p>b</p>`:                                                                      "a\n\n---\n\nb",
		`<p><a href="https://mp.weixin.qq.com/s?a=1&amp;b=(2)">x<strong>y</strong></a></p>`:         "[x**y**](<https://mp.weixin.qq.com/s?a=1&b=(2)>)",
		`<p><a href="javascript:void(0)">x</a><a>y</a></p>`:                                         "xy",
		`<p><a data-miniprogram-appid="wx1" data-miniprogram-path="pages/a?x=1" href="">go</a></p>`: "[go](miniprogram:wx1/pages/a?x=1)",
		`<p><span style="display:inline-block;min-width:1.5em;text-indent:0">1.</span>甲</p>`:        `1\. 甲`,
		`<blockquote><p>a</p><p>b</p></blockquote><p>c</p>`:                                         "> a\n> \n> b\n\nc",
	} {
		reads(t, content, want)
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		`<ul class="list-paddingleft-1"><li><p>a</p></li><li><section>b</section><section>c</section></li></ul>`: "- a\n- b\n  \n  c",
		`<ol start="3"><li>a</li><li>b</li></ol>`:          "3. a\n4. b",
		`<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>`: "- a\n  \n  - b\n- c",
		`<ul><li>a</li><ul><li>b</li></ul></ul>`:           "- a\n  \n  - b",
		`<ul><li></li><li> </li></ul><p>a</p>`:             "a",
		`<li>a</li><li>b</li>`:                             "a\n\nb",
	} {
		reads(t, content, want)
	}
}

func TestImages(t *testing.T) {
	t.Parallel()
	reads(t, `<p>前<img alt="茶" data-src="https://mmbiz.qpic.cn/a/640?wx_fmt=png" src="data:image/svg+xml,x">后</p>`, "前![茶](https://mmbiz.qpic.cn/a/640?wx_fmt=png)后")
	reads(t, `<img src="http://mmbiz.qpic.cn/a/0"><img src="//mmbiz.qpic.cn/b/0"><img src="http://example.com/c.png">`, "![](https://mmbiz.qpic.cn/a/0)![](https://mmbiz.qpic.cn/b/0)![](http://example.com/c.png)")
	reads(t, `<img data-src="https://mmbiz.qpic.cn/a/0" data-w="1080" style="width: 677px !important">`, "![](https://mmbiz.qpic.cn/a/0)")
	reads(t, `<img data-src="https://mmbiz.qpic.cn/a/0" style="width: 260px">`, `<img src="https://mmbiz.qpic.cn/a/0" alt="" width="260">`)
	reads(t, `<p>a</p><p><img src="data:image/png;base64,xx"></p>`, "a", "image: a")
	reads(t, `<section style="background-image: url(https://mmbiz.qpic.cn/a/0)">on it</section>`, "on it", "background: on it")
}

func TestTables(t *testing.T) {
	t.Parallel()
	reads(t, `<table><tbody><tr><td><p>茶</p></td><td style="text-align:right">价|格</td></tr><tr><td><p>龙井</p><p>明前</p></td><td><ul><li>a</li><li>b</li></ul></td></tr></tbody></table>`,
		"| 茶 | 价\\|格 |\n| --- | ---: |\n| 龙井<br>明前 | • a<br>• b |")
	reads(t, `<table><tr><th>a</th><th colspan="2">b</th></tr><tr><td rowspan="2">c</td><td>d</td><td>e</td></tr><tr><td>f</td></tr></table>`,
		"| a | b |  |\n| --- | --- | --- |\n| c | d | e |\n|  | f |  |", "merged: b", "merged: c")
	reads(t, `<table><tr><td><p>a</p><p>b</p></td></tr></table>`, "a\n\nb")
	reads(t, `<table><tr><td>a</td><td><table><tr><td>b</td><td>c</td></tr></table></td></tr></table>`, "| a | b c |\n| --- | --- |", "nested: b c")
}

func TestCode(t *testing.T) {
	t.Parallel()
	reads(t, `<section class="code-snippet__fix code-snippet__js"><ul class="code-snippet__line-index code-snippet__js"><li></li><li></li></ul><pre class="code-snippet__js" data-lang="go"><code><span class="code-snippet_outer">func&nbsp;f() {</span></code><code><span><br></span></code><code><span>  x()</span></code><code><span>}</span></code></pre></section>`,
		"```go\nfunc f() {\n\n  x()\n}\n```")
	reads(t, "<pre data-lang=\"go\">\n    <code><span>a</span></code><code><span></span></code><code>b\u00a0c</code>\n  </pre>", "```go\na\n\nb c\n```")
	reads(t, `<pre><code class="language-py">a<br>  b</code></pre>`, "```py\na\n  b\n```")
	reads(t, "<pre><div>a</div><div>b</div>c</pre>", "```\na\nb\nc\n```")
	reads(t, `<pre>a<br>&nbsp;&nbsp;b</pre>`, "```\na\n  b\n```")
	reads(t, "<pre>```\nx</pre>", "````\n```\nx\n````")
	reads(t, `<pre>1&nbsp;&nbsp;a<br>2&nbsp;&nbsp;b</pre>`, "```\na\nb\n```", "numbers: a")
	reads(t, `<ul><li>a<pre>b`+"\n"+`c</pre></li></ul>`, "- a\n  \n  ```\n  b\n  c\n  ```")
}

// What an article of ours has no place for is told by its name, or by what stands beside it.
func TestWhatIsTold(t *testing.T) {
	t.Parallel()
	for content, told := range map[string]string{
		`<iframe class="video_iframe rich_pages" data-mpvid="wxv_1" data-src="https://mp.weixin.qq.com/mp/readtemplate?t=pages/video_player_tmpl"></iframe>`: "video: 前",
		`<mp-common-videosnap data-nickname="茶馆" data-desc="采茶&amp;amp;制茶"></mp-common-videosnap>`:                                                           "video: 茶馆, 采茶&制茶",
		`<mpvoice name="茶歌" voice_encode_fileid="x"></mpvoice>`:                                                                                              "audio: 茶歌",
		`<mp-common-mpaudio name="晨读" author="梅"></mp-common-mpaudio>`:                                                                                       "audio: 晨读, 梅",
		`<qqmusic musicname="歌" singer="人"></qqmusic>`:                                                                                                       "audio: 歌, 人",
		`<iframe class="vote_iframe" data-voteid="1" src="/mp/newappmsgvote"></iframe>`:                                                                      "vote: 前",
		`<mp-common-profile data-nickname="茶馆" data-signature="喝茶"></mp-common-profile>`:                                                                     "profile: 茶馆, 喝茶",
		`<mp-common-product data-title="龙井"></mp-common-product>`:                                                                                            "product: 龙井",
		`<mp-common-poi data-name="店" data-address="路"></mp-common-poi>`:                                                                                     "place: 店, 路",
		`<mp-common-novel data-title="x"></mp-common-novel>`:                                                                                                 "part: x",
		`<iframe src="https://example.com"></iframe>`:                                                                                                        "frame: 前",
		`<section style="display:none">藏</section>`:                                                                                                          "hidden: 藏",
	} {
		reads(t, "<p>前</p>"+content+"<p>后</p>", "前\n\n后", told)
	}
	reads(t, `<p>前</p><svg viewBox="0 0 1 1"><title>t</title><text>画</text></svg>`, "前\n\n画", "svg: 画")
	reads(t, `<p>a</p><mp-style-type data-value="3"></mp-style-type><script>x</script><style>y</style><!-- z -->`, "a")
}

// A Mini Program's card stays one, in the markup that goes to WeChat as it is.
func TestMiniProgramCardsStay(t *testing.T) {
	t.Parallel()
	card := `<mp-common-miniprogram data-miniprogram-appid="wx1" data-miniprogram-path="pages/a?x=1&amp;y=2" data-miniprogram-title="下单" data-miniprogram-imageurl="https://mmbiz.qpic.cn/a/0" data-miniprogram-type="card"></mp-common-miniprogram>`
	reads(t, "<p>a</p>"+card, "a\n\n"+card)
	reads(t, `<mp-miniprogram class="miniprogram_element" data-miniprogram-appid="wx1" data-miniprogram-path="pages/a?x=1&amp;y=2" data-miniprogram-nickname="店" data-miniprogram-title="下单" data-miniprogram-imageurl="http://mmbiz.qpic.cn/a/0"></mp-miniprogram>`, card)
	reads(t, `<p>a</p><mp-common-miniprogram data-miniprogram-appid="x y" data-miniprogram-title="下单"></mp-common-miniprogram>`, "a", "part: 下单")
}

func TestNotesAreBounded(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 100 {
		b.WriteString(`<mpvoice name="` + strings.Repeat("歌", i+1) + `"></mpvoice>`)
	}
	text, err := Read(t.Context(), b.String())
	if err != nil {
		t.Fatal(err)
	}
	if len(text.Notes) != maxNotes || text.More != 60 {
		t.Errorf("%d notes and %d more, want 40 and 60", len(text.Notes), text.More)
	}
	text, err = Read(t.Context(), `<mpvoice name="`+strings.Repeat("歌", 100)+`"></mpvoice>`)
	if err != nil || text.Notes[0].Cut != 40 {
		t.Errorf("a long name: %+v, %v; want 40 characters left out", text, err)
	}
}

// Whatever WeChat, or whoever answers in its place, gives is read in bounded time and depth.
func TestReadingIsBounded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		content string
		want    error
	}{
		"deep":   {strings.Repeat("<section>", 100_000), ErrTooDeep},
		"spans":  {strings.Repeat("<span>", 450), ErrTooDeep},
		"many":   {strings.Repeat("<b>a</b>", 110_000), ErrTooBig},
		"lists":  {strings.Repeat("<ul><li>a", 150), nil},
		"quotes": {strings.Repeat("<blockquote>a", 300), nil},
		"cells":  {"<table>" + strings.Repeat("<tr><td rowspan=1000000 colspan=1000000>a</td></tr>", 300) + "</table>", nil},
		"words":  {"<p>" + strings.Repeat("<i>a</i>b ", 20_000) + "</p>", nil},
		"breaks": {"<p>" + strings.Repeat("a<br>", 30_000) + "</p>", nil},
	} {
		begun := time.Now()
		if _, err := Read(t.Context(), c.content); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, "<p>a</p>"); !errors.Is(err, context.Canceled) {
		t.Errorf("Read after the end: %v, want that it was cancelled", err)
	}
}

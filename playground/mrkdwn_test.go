package playground_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"magpie/playground"
)

const draw = `(async text => {
	const [{ mrkdwn }, { Town }] = await Promise.all([import('/mrkdwn.js'), import('/town.js')])
	const town = new Town(await (await fetch('/state')).json(), 'U1ALICE')
	const box = document.createElement('div')
	box.append(...mrkdwn(text, town))
	return box.innerHTML.replaceAll('\u202f', ' ')
})(%s)`

// What is drawn of Slack's mrkdwn, as HTML. The page makes no HTML of text; this is
// what its nodes read like.
func TestMrkdwnIsDrawnAsSlackDoes(t *testing.T) {
	browser := findBrowser(t)
	world, err := playground.Start(playground.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { world.Close() })
	s := &stage{t: t, url: world.URL(), ctx: openBrowser(t, browser)}
	s.do("open", chromedp.Navigate(s.url))
	s.sees(".bot", "bot not connected")

	for _, c := range []struct{ text, want string }{
		{"*bold* _it_ ~gone~ `code`", "<strong>bold</strong> <em>it</em> <s>gone</s> <code>code</code>"},
		{"*bold _and it_ `a*b`*", "<strong>bold <em>and it</em> <code>a*b</code></strong>"},
		{"snake_case_id 2*3*4 * no * **", "snake_case_id 2*3*4 * no * **"},
		{"`*not bold* <@U1ALICE>`", "<code>*not bold* &lt;@U1ALICE&gt;</code>"},
		{"&lt;b&gt; &amp;amp; <b>x</b>", `&lt;b&gt; &amp;amp; <span>b</span>x<span>/b</span>`},
		{"```\nline *one*\n  two\n```", "<pre>line *one*\n  two</pre>"},
		{"so:\n&gt; quoted *words*\nend", "so:\n<blockquote>quoted <strong>words</strong></blockquote>end"},
		{"so:\n>quoted, as an app may write it\nend", "so:\n<blockquote>quoted, as an app may write it</blockquote>end"},
		{"<@U1ALICE> <@U9NOBODY|nobody>", `<span class="mention mine">@Alice</span> <span class="mention">@nobody</span>`},
		{"<!subteam^S1APPROVERS> <#C2MARKETING|x> <!here>", `<span class="mention">@approvers</span> <span class="mention">#marketing</span> <span class="mention mine">@here</span>`},
		{"<https://example.com/?a=1&amp;b=2|here>", `<a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noreferrer noopener">here</a>`},
		{"<javascript:alert(1)|here>", "<span>here</span>"},
		{"<!date^1783080000^{date_num} {time}|fallback>", `<time datetime="2026-07-03T12:00:00.000Z" title="fallback">2026-07-03 1:00 PM</time>`},
		{"<!date^1783080000^{date}^https://example.com/|f>", `<a href="https://example.com/" target="_blank" rel="noreferrer noopener"><time datetime="2026-07-03T12:00:00.000Z" title="f">July 3, 2026</time></a>`},
		{"<!date^never^{date}|as it is>", "as it is"},
		{"中文*不*，中文 *粗体*，「_不_」", "中文*不*，中文 <strong>粗体</strong>，「<em>不</em>」"},
	} {
		text, _ := json.Marshal(c.text)
		got, err := chromedp.Run(s.ctx, chromedp.Evaluate[string](fmt.Sprintf(draw, text), chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatalf("mrkdwn(%q): %v", c.text, err)
		}
		if got != c.want {
			t.Errorf("mrkdwn(%q) =\n %s, want\n %s", c.text, got, c.want)
		}
	}
}

package render_test

import (
	"fmt"

	"magpie/articles/render"
)

// An article's Markdown becomes the HTML that WeChat takes, with what is wrong with it.
func Example() {
	const markdown = `---
title: Tea for two
author: Ann
---

Our **best** tea is 【待核实：picked by hand】, see [the garden](https://example.com/garden).

- Oolong
- Pu'er

![A cup](cup.png)
`
	article, err := render.Render(markdown, render.Options{
		Theme: "plain", Lang: "en",
		Image: func(src string) string { return "https://mmbiz.qpic.cn/" + src }, // where WeChat keeps it
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s, by %s: %d of %d characters\n", article.Title, article.Author, article.Length, render.MaxContent)
	fmt.Println(article.HTML)
	fmt.Println(article.Text)
	for _, image := range article.Images {
		fmt.Println("image:", image.Src, image.Alt)
	}
	for _, finding := range article.Findings {
		fmt.Printf("line %d: %s, blocks: %t\n", finding.Line, finding.Code, finding.Blocks)
	}
	fmt.Println("to be uploaded:", !article.Blocked())
	// Output:
	// Tea for two, by Ann: 628 of 20000 characters
	// <section style="text-align:left"><p style="margin:0 0 20px">Our <strong>best</strong> tea is 【待核实：picked by hand】, see the garden<sup style="font-size:.7em">[1]</sup>.</p><ul style="margin:0 0 20px;padding:0 0 0 1.5em;line-height:1.8"><li>Oolong</li><li>Pu'er</li></ul><p style="margin:0 0 20px;text-align:center"><img style="max-width:100%" src="https://mmbiz.qpic.cn/cup.png" alt="A cup"></p><p style="margin:40px 0 8px;font-size:14px;font-weight:bold;color:#808080">Links</p><p style="margin:0 0 20px;font-size:13px;color:#808080;letter-spacing:0;word-break:break-all">[1] the garden: https://example.com/garden</p></section>
	// Our best tea is 【待核实：picked by hand】, see the garden.
	// Oolong
	// Pu'er
	// image: cup.png A cup
	// line 6: link.external, blocks: false
	// line 6: mark, blocks: true
	// to be uploaded: false
}

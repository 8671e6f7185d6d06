package render

import "testing"

func TestScratch(t *testing.T) {
	a, err := Render("---\ntitle: 你好\n---\n# 标题A\n\n这是English和**注意：**请看`code`。\n下一行 [链接](https://example.com/a?b=1&c=2)和[公众号](https://mp.weixin.qq.com/s/x).\n\n- a\n- b\n  - c\n\n1. x\n2. y\n\n- [ ] todo\n- [x] done\n\n```go\nfunc main() {\n\tfmt.Println(\"hi\", 1)  // x\n}\n```\n\n| a | b |\n|:-:|--|\n| 1 | 2 |\n\n> quote\n> > nested\n\n![alt](pot.png \"茶壶\")\n\nfoot[^1] $a_1+b$ 最佳 【待核实：增长 30%】\n\n[^1]: 注脚\n\n<script>alert(1)</script>\n\n<p><a data-miniprogram-appid=\"wx123123123\" data-miniprogram-path=\"pages/index\" href=\"\">点击文字跳转小程序</a></p>\n\n[卡](miniprogram:wx1/p \"card x.png\")\n", Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(a.HTML)
	t.Log(a.Text, a.Images, a.Links, a.Marks, a.Length)
	for _, f := range a.Findings {
		t.Logf("%+v", f)
	}
}

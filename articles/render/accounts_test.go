package render

import (
	"fmt"
	"strings"
	"testing"
)

const twoAccounts = `---
author: Mei
accounts:
  main:
    digest: 只给主号
  shop-mini:
    title: 小店里的茶
    作者: 小店
    content_source_url: https://shop.example.com/tea
    cover: shop.png
    theme: ink
---
# 三款秋茶

正文。
`

// What an account has of its own goes before what all have, and the text is the same.
func TestAccounts(t *testing.T) {
	t.Parallel()
	names := []string{"main", "shop-mini"}
	for _, test := range []struct{ account, want, own, codes string }{
		{"", "三款秋茶|Mei|||", "[]", "accounts.keys"},
		{"other", "三款秋茶|Mei|||", "[]", "accounts.keys"},
		{"main", "三款秋茶|Mei|只给主号||", "[{digest 只给主号 }]", "accounts.keys"},
		{"shop-mini", "小店里的茶|小店||https://shop.example.com/tea|shop.png",
			"[{title 小店里的茶 三款秋茶} {author 小店 Mei} {content_source_url https://shop.example.com/tea } {cover shop.png }]", "accounts.keys"},
	} {
		a, err := Render(twoAccounts, Options{Account: test.account, Accounts: names})
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join([]string{a.Title, a.Author, a.Digest, a.ContentSourceURL, a.Cover}, "|")
		if own := fmt.Sprint(a.Own); got != test.want || own != test.own || codes(a) != test.codes || a.Text != "正文。" || len(a.Accounts) != 2 {
			t.Errorf("for %q\n got %s, %s, %q, %q\nwant %s, %s, %q", test.account, got, own, codes(a), a.Text, test.want, test.own, test.codes)
		}
	}
}

// What is wrong is told with its line: for all where none is meant, else it blocks that one.
func TestAccountsChecked(t *testing.T) {
	t.Parallel()
	long := strings.Replace(twoAccounts, "小店里的茶", strings.Repeat("茶", 33), 1)
	for _, test := range []struct{ markdown, account, want string }{
		{long, "", "accounts.keys L6, accounts.long L7"},
		{long, "main", "accounts.keys L6"},
		{long, "shop-mini", "accounts.keys L6, title.long* L7"},
		{strings.Replace(twoAccounts, "shop-mini", "shop", 1), "", "accounts.unknown L6"},
		{"---\ntitle: t\naccounts: shop\n---\nx", "", "front.unknown L1"},
		{"---\ntitle: a: b\naccounts:\n  main:\n    digest: d\n---\nx", "main", "front.unknown L1"},
	} {
		a, err := Render(test.markdown, Options{Account: test.account, Accounts: []string{"main", "shop-mini"}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range a.Findings {
			star := ""
			if f.Blocks {
				star = "*"
			}
			got = append(got, fmt.Sprintf("%s%s L%d", f.Code, star, f.Line))
		}
		if said := strings.Join(got, ", "); said != test.want {
			t.Errorf("for %q of %.40q: got %s, want %s", test.account, test.markdown, said, test.want)
		}
	}
}

func TestWithoutAccounts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ markdown, want string }{
		{twoAccounts, "---\nauthor: Mei\n---\n# 三款秋茶\n\n正文。\n"},
		{"---\naccounts:\n  main:\n    title: t\n\ndigest: d\n---\nx\n", "---\ndigest: d\n---\nx\n"},
		{"# t\n\naccounts:\n  x\n", "# t\n\naccounts:\n  x\n"},
	} {
		if got := WithoutAccounts(test.markdown); got != test.want {
			t.Errorf("WithoutAccounts(%q) = %q, want %q", test.markdown, got, test.want)
		}
	}
}

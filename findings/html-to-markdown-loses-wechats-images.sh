#!/usr/bin/env bash
# The Go module github.com/JohannesKaufmann/html-to-markdown/v2 v2.5.2, on HTML as WeChat's
# draft/get gives it back.
# Guess: an image whose address stands in data-src, as in every article that WeChat has taken,
# is kept, by its alt text at least; bold by a style is bold; a table without th, as WeChat's
# editor writes it, has its first row for the head, or each cell of two paragraphs holds both.
# Seen: the image is gone without a trace; bold by a style is plain; the head is empty; a cell of
# two paragraphs makes text of the whole table.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
cat > main.go <<'GO'
package main

import (
	"fmt"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/table"
)

func main() {
	row := "<table><tbody><tr><td><p>茶</p></td><td><p>价</p></td></tr><tr><td><p>龙井</p></td><td><p>20</p></td></tr></tbody></table>"
	two := "<table><tbody><tr><td><p>茶</p></td><td><p>价</p></td></tr><tr><td><p>龙井</p><p>明前</p></td><td><p>20</p></td></tr></tbody></table>"
	show := func(what, html string, options ...func() converter.Plugin) {
		plugins := []converter.Plugin{base.NewBasePlugin(), commonmark.NewCommonmarkPlugin()}
		for _, o := range options {
			plugins = append(plugins, o())
		}
		text, err := converter.NewConverter(converter.WithPlugins(plugins...)).ConvertString(html)
		fmt.Printf("%s: %q %v\n", what, text, err)
	}
	show("src", `<p>前<img alt="茶" src="https://example.com/a.png">后</p>`)
	show("data-src", `<p>前<img alt="茶" data-src="https://example.com/a.png">后</p>`)
	show("bold by a style", `<p>前<span style="font-weight:700">重点</span>后</p>`)
	tables := func() converter.Plugin { return table.NewTablePlugin() }
	show("table", row, tables)
	show("two paragraphs", two, tables)
}
GO
go mod init seen >/dev/null 2>&1
go get github.com/JohannesKaufmann/html-to-markdown/v2@v2.5.2 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run . | tee seen
diff seen - <<'SEEN'
src: "前![茶](https://example.com/a.png)后" <nil>
data-src: "前后" <nil>
bold by a style: "前重点后" <nil>
table: "|    |    |\n|----|----|\n| 茶  | 价  |\n| 龙井 | 20 |" <nil>
two paragraphs: "茶\n\n价\n\n龙井\n\n明前\n\n20" <nil>
SEEN

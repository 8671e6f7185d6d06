#!/usr/bin/env bash
# The Go module github.com/JohannesKaufmann/html-to-markdown/v2 v2.5.2, with its escaping off.
# Guess: a heading that ends in # keeps what stands before.
# Seen: the letter before the last # becomes a backslash, where a placeholder of the escaping
# would stand.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
cat > main.go <<'GO'
package main

import (
	"fmt"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
)

func main() {
	show := func(html string) {
		c := converter.NewConverter(converter.WithEscapeMode(converter.EscapeModeDisabled),
			converter.WithPlugins(base.NewBasePlugin(), commonmark.NewCommonmarkPlugin()))
		text, err := c.ConvertString(html)
		fmt.Printf("%s: %q %v\n", html, text, err)
	}
	show("<h2>About C</h2>")
	show("<h2>About C#</h2>")
}
GO
go mod init seen >/dev/null 2>&1
go get github.com/JohannesKaufmann/html-to-markdown/v2@v2.5.2 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run . | tee seen
diff seen - <<'SEEN'
<h2>About C</h2>: "## About C" <nil>
<h2>About C#</h2>: "## About \\#" <nil>
SEEN

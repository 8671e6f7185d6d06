#!/usr/bin/env bash
# github.com/yuin/goldmark v1.8.7 (extension.GFM: Linkify).
# Guess: a bare address with Chinese letters in its path becomes a link as a whole, as
# browsers show it, or none. Seen: it is cut at the first Chinese letter, and what is left is
# a link to another page; right behind Chinese text it is no link at all.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
cat > main.go <<'GO'
package main

import (
	"os"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

func main() {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.CJK))
	for _, text := range []string{"see https://example.com/wiki/微信", "见https://example.com/wiki"} {
		if err := md.Convert([]byte(text), os.Stdout); err != nil {
			panic(err)
		}
	}
}
GO
go mod init finding >/dev/null 2>&1; go get github.com/yuin/goldmark@v1.8.7 >/dev/null 2>&1
go run . | tee seen
diff seen - <<'SEEN'
<p>see <a href="https://example.com/wiki/">https://example.com/wiki/</a>微信</p>
<p>见https://example.com/wiki</p>
SEEN

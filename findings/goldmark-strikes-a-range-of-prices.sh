#!/usr/bin/env bash
# github.com/yuin/goldmark v1.8.7 (extension.GFM) and the npm package markdown-it 14.1.0.
# Chinese writes ranges with one tilde. Guess: only two tildes strike. Seen: goldmark takes a
# pair of single ones, as GFM's text allows, and strikes what stands between two prices;
# markdown-it leaves them alone.
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
	text := []byte("价格10~20元，3~5天送达")
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.CJK)).Convert(text, os.Stdout); err != nil {
		panic(err)
	}
}
GO
go mod init finding >/dev/null 2>&1; go get github.com/yuin/goldmark@v1.8.7 >/dev/null 2>&1
npm install --silent --no-audit --no-fund --prefix . markdown-it@14.1.0 >/dev/null
{ go run .; node -e "process.stdout.write(require('markdown-it')().render('价格10~20元，3~5天送达'))"; } | tee seen
diff seen - <<'SEEN'
<p>价格10<del>20元，3</del>5天送达</p>
<p>价格10~20元，3~5天送达</p>
SEEN

#!/usr/bin/env bash
# The Go modules github.com/kyokomi/emoji/v2 v2.2.13 and github.com/enescakir/emoji v1.0.0, and
# the npm package node-emoji 2.2.0, on names that Slack writes into a message's text.
# Guess: each takes :tada: out and puts the sign in, and nothing else; Slack's own flag names
# (:flag-cn:), newer signs (:large_green_circle:) and skin tones are unknown to all three.
# Seen: kyokomi's puts a space behind each sign but a flag's, so that Chinese text gets holes;
# only node-emoji lacks the flag; only kyokomi's has the circle; its skin tone is a sign apart.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
cat > main.go <<'GO'
package main

import (
	"fmt"

	enescakir "github.com/enescakir/emoji"
	kyokomi "github.com/kyokomi/emoji/v2"
)

func main() {
	for _, text := range []string{"新品:tada:上市", ":flag-cn:", ":large_green_circle:", ":thumbsup::skin-tone-3:", "12:30:45"} {
		fmt.Printf("%s kyokomi %q enescakir %q\n", text, kyokomi.Sprint(text), enescakir.Parse(text))
	}
}
GO
go mod init seen >/dev/null 2>&1
go get github.com/kyokomi/emoji/v2@v2.2.13 github.com/enescakir/emoji@v1.0.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node-emoji@2.2.0
cat > seen.js <<'JS'
const emoji = require('node-emoji');
for (const text of ['新品:tada:上市', ':flag-cn:', ':large_green_circle:', ':thumbsup::skin-tone-3:', '12:30:45'])
  console.log(`${text} node-emoji "${emoji.emojify(text)}"`);
JS
{ go run .; node seen.js; } | tee seen
diff seen - <<'SEEN'
新品:tada:上市 kyokomi "新品🎉 上市" enescakir "新品🎉上市"
:flag-cn: kyokomi "🇨🇳" enescakir "🇨🇳"
:large_green_circle: kyokomi "🟢 " enescakir ":large_green_circle:"
:thumbsup::skin-tone-3: kyokomi "👍 🏼 " enescakir "👍:skin-tone-3:"
12:30:45 kyokomi "12:30:45" enescakir "12:30:45"
新品:tada:上市 node-emoji "新品🎉上市"
:flag-cn: node-emoji ":flag-cn:"
:large_green_circle: node-emoji ":large_green_circle:"
:thumbsup::skin-tone-3: node-emoji ":thumbsup::skin-tone-3:"
12:30:45 node-emoji "12:30:45"
SEEN

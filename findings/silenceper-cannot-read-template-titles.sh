#!/usr/bin/env bash
# github.com/silenceper/wechat/v2 v2.1.10. WeChat's page of the template library's titles
# (wxaapi/newtmpl/getpubtemplatetitles) has a number as tid in its example. Guess: the SDK's
# package for Mini Programs and the one for Official Accounts both read it. Seen: the latter
# does; the former declares tid as a string and fails, so that no title is read at all.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
cat > main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"github.com/silenceper/wechat/v2/miniprogram/subscribe"
	"github.com/silenceper/wechat/v2/officialaccount/message"
)

const title = `{"tid":99,"title":"付款成功通知","type":2,"categoryId":"616"}`

func main() {
	var mini subscribe.GetPubTemplateTitleListResponse
	err := json.Unmarshal([]byte(`{"errcode":0,"errmsg":"ok","count":1,"data":[`+title+`]}`), &mini)
	fmt.Println("Mini Program:", err)
	var official message.PublicTemplateTitle
	err = json.Unmarshal([]byte(title), &official)
	fmt.Println("Official Account:", err, official.TitleID, official.Title)
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/silenceper/wechat/v2@v2.1.10 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
out=$(go run .)
echo "$out"
grep -q '^Mini Program: json: cannot unmarshal number into Go struct field .*tid of type string$' <<<"$out"
grep -q '^Official Account: <nil> 99 付款成功通知$' <<<"$out"

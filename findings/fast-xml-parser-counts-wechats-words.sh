#!/usr/bin/env bash
# The npm package fast-xml-parser 5.12.1, as it is without options, on a message that WeChat
# pushes (message type text; every text in CDATA, as WeChat's page shows it).
# Guess: what stands in CDATA is text and stays as it was sent; a bare number may become one,
# and a MsgId of 17 digits would then lose its last ones.
# Seen: the other way round. CDATA of digits becomes a number: an openid loses its leading zero,
# a reader who writes " 007 " has written 7, and 1e5 becomes 100000. The long MsgId stays text.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund fast-xml-parser@5.12.1
cat > seen.js <<'JS'
const { XMLParser } = require('fast-xml-parser');
const push = (from, content) => `<xml><ToUserName><![CDATA[gh_tea]]></ToUserName><FromUserName><![CDATA[${from}]]></FromUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${content}]]></Content><MsgId>24738519603187462</MsgId></xml>`;
for (const [from, content] of [['oTea', '茶'], ['0123456789', ' 007 '], ['oTea', '1e5']]) {
  const { FromUserName, Content, MsgId } = new XMLParser().parse(push(from, content)).xml;
  console.log(JSON.stringify({ FromUserName, Content, MsgId }));
}
JS
node seen.js | tee seen
diff seen - <<'SEEN'
{"FromUserName":"oTea","Content":"茶","MsgId":"24738519603187462"}
{"FromUserName":123456789,"Content":7,"MsgId":"24738519603187462"}
{"FromUserName":"oTea","Content":100000,"MsgId":"24738519603187462"}
SEEN

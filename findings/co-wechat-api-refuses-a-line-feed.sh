#!/usr/bin/env bash
# The npm package co-wechat-api 3.11.0.
# Guess: white space behind a JSON answer is nothing. Seen: an answer that ends in a line
# feed, as many servers write it, is refused as broken JSON on every call; it
# escapes control characters before it parses. WeChat's own answers end at the brace.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-audit --no-fund --prefix . co-wechat-api@3.11.0 >/dev/null
cat > main.js <<'JS'
const http = require('http');
const API = require('co-wechat-api');
(async () => {
  for (const end of ['', '\n']) {
    const server = http.createServer((request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end('{"access_token":"T","expires_in":7200}' + end);
    });
    await new Promise((listens) => server.listen(0, '127.0.0.1', listens));
    const api = new API('an-app', 'a-secret');
    api.prefix = `http://127.0.0.1:${server.address().port}/cgi-bin/`;
    await api.getAccessToken().then(
      (token) => console.log(`ends in ${JSON.stringify(end)}: ${token.accessToken}`),
      (error) => console.log(`ends in ${JSON.stringify(end)}: ${error.message.split('.').slice(0, 2).join('.')}`));
    server.closeAllConnections();
    server.close();
  }
})();
JS
node main.js | tee seen
diff seen - <<'SEEN'
ends in "": T
ends in "\n": JSON.parse error
SEEN

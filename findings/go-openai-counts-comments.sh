#!/usr/bin/env bash
# The Go module github.com/sashabaranov/go-openai v1.43.0, on a stream that a service keeps
# open with comments while a model thinks (OpenRouter sends `: OPENROUTER PROCESSING`).
# Guess: a line that begins with a colon is a comment of server-sent events and is passed over,
# however many come.
# Seen: each counts as an empty message; beyond 300 (EmptyMessagesLimit's default) the stream
# ends in an error and the answer behind them is lost. A silence of the same length is none.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
cat > main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/sashabaranov/go-openai"
)

func main() {
	for _, comments := range []int{0, 300, 301} {
		service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			for range comments {
				fmt.Fprint(w, ": thinking\n")
			}
			fmt.Fprint(w, "data: {\"choices\":[{\"delta\":{\"content\":\"tea\"}}]}\n\ndata: [DONE]\n\n")
		}))
		config := openai.DefaultConfig("key")
		config.BaseURL = service.URL
		text, err := "", error(nil)
		stream, err := openai.NewClientWithConfig(config).CreateChatCompletionStream(context.Background(), openai.ChatCompletionRequest{Model: "m"})
		for err == nil {
			var chunk openai.ChatCompletionStreamResponse
			if chunk, err = stream.Recv(); err == nil {
				text += chunk.Choices[0].Delta.Content
			}
		}
		fmt.Printf("%d comments: %q, then %v\n", comments, text, err)
		service.Close()
	}
}
GO
go mod init seen >/dev/null 2>&1
go get github.com/sashabaranov/go-openai@v1.43.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run . | tee seen
diff seen - <<'SEEN'
0 comments: "tea", then EOF
300 comments: "tea", then EOF
301 comments: "", then stream has sent too many empty messages
SEEN

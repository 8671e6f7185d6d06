#!/usr/bin/env bash
# github.com/sashabaranov/go-openai v1.43.0, CreateChatCompletionStream.
# Some services tell a failure in the midst of a stream by an "error" inside a chunk that has
# an id, too. Guess: Recv returns that error. Seen: where "error" is not the first key, Recv
# returns an ordinary chunk without choices and then io.EOF, as after a whole answer: half an
# article looks finished. Where "error" is the first key and a text, Recv fails with a JSON
# error, and the service's words are lost.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
cat > main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	openai "github.com/sashabaranov/go-openai"
)

func main() {
	for _, failure := range []string{
		`{"id":"c1","error":{"message":"provider is busy","code":"server_error"}}`,
		`{"error":"provider is busy"}`,
		`{"error":{"message":"provider is busy"}}`,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprintf(w, "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Half\"}}]}\n\ndata: %s\n\ndata: [DONE]\n\n", failure)
		}))
		config := openai.DefaultConfig("key")
		config.BaseURL = server.URL
		stream, err := openai.NewClientWithConfig(config).CreateChatCompletionStream(context.Background(), openai.ChatCompletionRequest{
			Model: "m", Messages: []openai.ChatCompletionMessage{{Role: "user", Content: "Write"}},
		})
		text := ""
		for err == nil {
			var chunk openai.ChatCompletionStreamResponse
			if chunk, err = stream.Recv(); err == nil && len(chunk.Choices) > 0 {
				text += chunk.Choices[0].Delta.Content
			}
		}
		fmt.Printf("%s: %q, then %v\n", failure, text, err)
		server.Close()
	}
}
GO
go mod init finding >/dev/null 2>&1; go get github.com/sashabaranov/go-openai@v1.43.0 >/dev/null 2>&1
go run . | tee seen
diff seen - <<'SEEN'
{"id":"c1","error":{"message":"provider is busy","code":"server_error"}}: "Half", then EOF
{"error":"provider is busy"}: "Half", then unexpected end of JSON input
{"error":{"message":"provider is busy"}}: "Half", then error, provider is busy
SEEN

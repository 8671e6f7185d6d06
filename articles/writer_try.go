package articles

import (
	"context"

	"github.com/sashabaranov/go-openai"
)

// TryWriter has the service answer one word, to see that it is reached, knows the key and
// has the model. It costs some tokens. A failure is a *WriteError.
func TryWriter(ctx context.Context, o WriterOptions) error {
	_, err := newWriter(o).ask(ctx, []openai.ChatCompletionMessage{{Role: openai.ChatMessageRoleUser, Content: "Answer with the one word: yes"}}, nil)
	return err
}

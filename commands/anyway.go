package commands

import (
	"context"
	"fmt"
	"slices"
	"time"

	"magpie/cards"
	"magpie/outbox"
)

// anyway asks once more for what looks like an earlier request. Only the button
// **Ask anyway** says it, and however often it is pressed, one request comes of it.
func anyway() *Command {
	return &Command{
		Path:     "anyway",
		Role:     outbox.Sender,
		Hidden:   true,
		Examples: []string{"anyway 17"},
		grammar:  func() any { return new(numberArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			// A refusal under the button's key would be its answer for good.
			if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
				return Answer{}, err
			}
			press, began := call.press(args[0].(*numberArgs).N), b.now().Truncate(time.Millisecond)
			press.Once = fmt.Sprintf("anyway %d by %s", press.N, call.Who.ID)
			said, err := b.outbox.AskAnyway(ctx, press)
			if err != nil {
				return Answer{}, err
			}
			newest, err := b.outbox.Requests(ctx, "", listed)
			isNew := func(r outbox.Request) bool { return r.N == said.N && !r.AskedAt.Before(began) }
			if err == nil && !slices.ContainsFunc(newest, isNew) {
				said.Text = cards.T("answer.anyway_already", "n", said.N)
			}
			return answer(said, err)
		},
	}
}

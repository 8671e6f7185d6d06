package commands

import (
	"context"
	"strings"

	"magpie/cards"
	"magpie/outbox"
)

type sendThisArgs struct {
	Text string `name:"text" lines:""`
}

// sendThis opens the form of a customer-service message that holds a text, as the message
// shortcut send_this has it of a message in Slack.
func sendThis() *Command {
	return &Command{
		Path:    "send-this",
		Role:    outbox.Sender,
		Hidden:  true,
		grammar: func() any { return new(sendThisArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
				return Answer{}, err
			}
			text := strings.TrimFunc(args[0].(*sendThisArgs).Text, isSpace)
			switch {
			case text == "":
				return Answer{}, cards.Refuse("send_this.empty")
			case tooLong(text):
				return Answer{}, cards.Refuse("send_this.long", "most", maxInput)
			}
			form := b.index.lookup("custom send").form("custom send", nil)
			form.Intro = cards.T("send_this.intro")
			form.Input("text").Value = text
			b.withAudiences(ctx, call, form)
			return Answer{Form: form}, nil
		},
	}
}

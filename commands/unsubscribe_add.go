package commands

import (
	"context"

	"magpie/outbox"
)

// maxUnsubscribed is how many openids one line may name; a file has no such bound.
const maxUnsubscribed = 500

type unsubscribeAddArgs struct {
	OpenIDs []string `arg:"" optional:"" name:"OPENIDS"`
	File    string   `name:"file" files:"1" placeholder:"FILE"`
	Reason  string   `name:"reason" placeholder:"\"…\""`
}

// unsubscribeAdd puts people on the list of those who get nothing more: by their
// openids, or by a CSV file.
func unsubscribeAdd() *Command {
	c := &Command{
		Path:     "unsubscribe add",
		Role:     outbox.Sender,
		Examples: []string{`unsubscribe add OPENID_1,OPENID_2 reason="asked by phone"`, `unsubscribe add`},
		grammar:  func() any { return new(unsubscribeAddArgs) },
	}
	c.do = func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
		a := args[0].(*unsubscribeAddArgs)
		ids, files, form, err := c.whomToList(ctx, b, call, a.OpenIDs, a.File)
		if err != nil || form != nil {
			return Answer{Form: form}, err
		}
		if len(files) == 1 {
			return told(b.audiences.UnsubscribeFile(ctx, call.onAudience(), files[0], a.Reason))
		}
		return told(b.audiences.Unsubscribe(ctx, call.onAudience(), ids, a.Reason))
	}
	return c
}

package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
)

// maxUnsubscribed is how many openids one line may name; a file has no such bound.
const maxUnsubscribed = 500

type unsubscribeAddArgs struct {
	OpenIDs []string `arg:"" optional:"" name:"OPENIDS" sep:"none"`
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
		if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
			return Answer{}, err
		}
		ids, files := openidsIn(a.OpenIDs), separated(a.File)
		if len(files) == 0 {
			files = call.Files
		}
		switch {
		case len(ids) == 0 && len(files) == 0 && call.Form:
			return Answer{}, atField(cards.Refuse("fault.unsubscribe_none"), "OPENIDS")
		case len(ids) == 0 && len(files) == 0:
			return Answer{Form: c.form("unsubscribe add", nil)}, nil
		case len(files) > 1:
			return Answer{}, atField(cards.Refuse("fault.audience_files", "count", len(files)), "file")
		case len(ids) > 0 && len(files) > 0:
			return Answer{}, atField(cards.Refuse("fault.rivals", "name", cards.Code("OPENIDS"), "other", cards.Code("file=")), "file")
		case len(ids) > maxUnsubscribed:
			return Answer{}, atField(cards.Refuse("fault.unsubscribe_many", "count", len(ids), "most", maxUnsubscribed), "OPENIDS")
		case len(files) == 1:
			return told(b.audiences.UnsubscribeFile(ctx, call.onAudience(), files[0], a.Reason))
		}
		return told(b.audiences.Unsubscribe(ctx, call.onAudience(), ids, a.Reason))
	}
	return c
}

package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
)

type unsubscribeRemoveArgs struct {
	OpenIDs []string `arg:"" optional:"" name:"OPENIDS" sep:"none"`
	File    string   `name:"file" files:"1" placeholder:"FILE"`
}

// unsubscribeRemove takes people off the list, by their openids or by a CSV file. It is an
// approver's: they asked to get nothing more. Whoever may ask may take back by file what
// they have put there themselves.
func unsubscribeRemove() *Command {
	c := &Command{
		Path:     "unsubscribe remove",
		Role:     outbox.Sender,
		Examples: []string{`unsubscribe remove OPENID`, `unsubscribe remove`},
		grammar:  func() any { return new(unsubscribeRemoveArgs) },
	}
	c.do = func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
		a := args[0].(*unsubscribeRemoveArgs)
		if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
			return Answer{}, err
		}
		ids, files := openidsIn(a.OpenIDs), separated(a.File)
		if len(files) == 0 {
			files = call.Files
		}
		if refusal, ask := unsubscribeFaults(ids, files, call.Form); refusal != nil {
			return Answer{}, refusal
		} else if ask {
			return Answer{Form: c.form("unsubscribe remove", nil)}, nil
		}
		if len(files) == 1 {
			own := b.roles.May(call.Who, outbox.Approver) != nil
			return told(b.audiences.ResubscribeFile(ctx, call.onAudience(), files[0], own))
		}
		if err := b.mayOrRefuse(ctx, call, outbox.Approver); err != nil {
			return Answer{}, err
		}
		return told(b.audiences.Resubscribe(ctx, call.onAudience(), ids))
	}
	return c
}

// unsubscribeFaults are what is wrong with people and files that a line names; ask says
// that it names none and a form should ask for them.
func unsubscribeFaults(ids, files []string, form bool) (refusal *cards.Refusal, ask bool) {
	switch {
	case len(ids) == 0 && len(files) == 0 && form:
		return atField(cards.Refuse("fault.unsubscribe_none"), "OPENIDS"), false
	case len(ids) == 0 && len(files) == 0:
		return nil, true
	case len(files) > 1:
		return atField(cards.Refuse("fault.audience_files", "count", len(files)), "file"), false
	case len(ids) > 0 && len(files) > 0:
		return atField(cards.Refuse("fault.rivals", "name", cards.Code("OPENIDS"), "other", cards.Code("file=")), "file"), false
	case len(ids) > maxUnsubscribed:
		return atField(cards.Refuse("fault.unsubscribe_many", "count", len(ids), "most", maxUnsubscribed), "OPENIDS"), false
	}
	return nil, false
}

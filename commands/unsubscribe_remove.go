package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
)

type unsubscribeRemoveArgs struct {
	OpenIDs []string `arg:"" optional:"" name:"OPENIDS"`
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
		ids, files, form, err := c.whomToList(ctx, b, call, a.OpenIDs, a.File)
		if err != nil || form != nil {
			return Answer{Form: form}, err
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

// whomToList are the people that a line names for the unsubscribe list, or the file that
// does; where it names neither, the form that asks for them.
func (c *Command) whomToList(ctx context.Context, b *Book, call Call, named []string, file string) (ids, files []string, form *cards.Form, err error) {
	if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
		return nil, nil, nil, err
	}
	if ids, files = openidsIn(named), separated(file); len(files) == 0 {
		files = call.Files
	}
	refusal, ask := unsubscribeFaults(ids, files, call.Form)
	switch {
	case refusal != nil:
		return nil, nil, nil, refusal
	case ask:
		form = c.form(c.Path, nil)
	}
	return ids, files, form, nil
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

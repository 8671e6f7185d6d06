package commands

import (
	"context"
	"strings"

	"magpie/audiences"
	"magpie/cards"
	"magpie/outbox"
)

type audienceSubscribedArgs struct {
	Name     AudienceName `arg:"" name:"NAME" example:"tea"`
	Template string       `name:"template" required:"" placeholder:"TEMPLATE_ID"`
	Replace  *string      `name:"replace" enum:"yes" said:"" people:""`
}

// audienceSubscribed makes an audience of those who accepted a template and have neither
// rejected it nor unfollowed since, as WeChat's events told.
func audienceSubscribed() *Command {
	return &Command{
		Path:     "audience subscribed",
		Role:     outbox.Sender,
		Examples: []string{`audience subscribed tea template=TEMPLATE_ID`},
		grammar:  func() any { return new(audienceSubscribedArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a := args[0].(*audienceSubscribedArgs)
			if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
				return Answer{}, err
			}
			id, title := a.Template, ""
			if t, ok := b.templates.find(a.Template, false); ok {
				id, title = t.ID, t.Title
			} else if strings.ContainsFunc(a.Template, func(r rune) bool { return r <= ' ' || r > '~' }) {
				// What can be no id names none; an id may be of a template that is deleted by now.
				return Answer{}, atField(cards.Refuse("fault.no_template", "template", cards.Code(snippet(a.Template)), "line", cards.Code(b.index.said("templates"))), "template")
			}
			return told(b.audiences.Import(ctx, call.onAudience(), audiences.Wanted{
				Name: string(a.Name), Kind: audiences.Subscribed, Source: id, Label: title, Replace: a.Replace != nil,
				Line: "audience subscribed " + Quote(string(a.Name)) + " template=" + Quote(a.Template),
			}))
		},
	}
}

package commands

import (
	"context"
	"slices"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

type templateDeleteArgs struct {
	Template string `arg:"" name:"TEMPLATE_ID" example:"9Aw5ZV1j9xdWTFEkqCpZ7jWySL7aGN6rQom4gXINfJs"`
}

// templateDelete asks to take a template from those of the account.
func templateDelete() *Command {
	return &Command{
		Path:      "template delete",
		Role:      outbox.Sender,
		Examples:  []string{`template delete TEMPLATE_ID`},
		grammar:   func() any { return new(templateDeleteArgs) },
		ask:       first(func(*templateDeleteArgs) (outbox.Ask, error) { return outbox.Ask{Kind: "template.delete"}, nil }),
		prepare:   prepareTemplateDelete,
		recurs:    func(any) error { return cards.Refuse("fault.template_recurs") },
		templates: ofSubscriptions,
	}
}

// oldTemplate is a template that is to be deleted, as WeChat lists it.
type oldTemplate struct{ ID, Title, Content string }

func prepareTemplateDelete(ctx context.Context, b *Book, args []any, ask *outbox.Ask) error {
	id := args[0].(*templateDeleteArgs).Template
	all, err := b.wechat.SubscribeTemplates(ctx)
	if err != nil {
		return unread(ctx, err)
	}
	at := slices.IndexFunc(all, func(t wechat.Template) bool { return t.ID == id })
	if at < 0 {
		return atField(cards.Refuse("fault.no_template", "template", cards.Code(snippet(id)), "line", cards.Code(b.index.said("templates"))), "TEMPLATE_ID")
	}
	ask.Payload = oldTemplate{id, all[at].Title, all[at].Content}
	return nil
}

// templateDeleteKind is asked about before it is repeated: the second of two deletions is
// refused, which says nothing about the first.
func templateDeleteKind(b *Book, w *wechat.Client) outbox.Kind[oldTemplate] {
	return outbox.Kind[oldTemplate]{
		Name: "template.delete", Done: cards.T("done.deleted"), Approval: true, Repeat: outbox.RepeatAsk,
		Keeps: outbox.Elsewhere(func(t oldTemplate) []outbox.Kept { return b.templates.kept(t.ID) }),
		Do: func(ctx context.Context, t oldTemplate, _ string) (outbox.Receipt, error) {
			if err := w.DeleteTemplate(ctx, t.ID); err != nil {
				return nil, explain(err)
			}
			b.templates.changed(ctx)
			return nil, nil
		},
		What: func(t oldTemplate) cards.Text { return whatNamed(t.Title) },
		Head: func(oldTemplate, []string) []cards.Text { return []cards.Text{cards.T("template.deletes")} },
		Content: func(t oldTemplate) []cards.Content {
			return contents{}.add("priTmplId", t.ID).add("title", t.Title).add("content", t.Content)
		},
	}
}

package commands

import (
	"context"
	"slices"
	"strings"

	"magpie/cards"
	"magpie/wechat"
)

type templatesArgs struct {
	Word string `arg:"" optional:"" name:"WORD"`
}

// templatesShown is how many templates one answer shows at most.
const templatesShown = 10

func templates() *Command {
	return asking(Command{
		Path:     "templates",
		Examples: []string{`templates`, `templates 通知`},
		grammar:  func() any { return new(templatesArgs) },
	}, func(ctx context.Context, b *Book, args any) (cards.Card, error) {
		card := cards.Card{Title: cards.T("answer.templates")}
		if err := b.templates.Refresh(ctx); err != nil {
			if len(b.templates.known(false))+len(b.templates.known(true)) == 0 {
				return card, err
			}
			card.Notes = append(card.Notes, cards.T("answer.templates_old", "at", b.templates.readAt, "why", whyUnread(ctx, err)))
		}
		word := foldName(args.(*templatesArgs).Word)
		all := slices.Concat(b.templates.known(false), b.templates.known(true))
		all = slices.DeleteFunc(all, func(t wechat.Template) bool {
			names := strings.Join(append(b.templates.nicknamesOf(t.ID), t.ID, t.Title), "\n")
			return !strings.Contains(foldName(names), word)
		})
		if len(all) == 0 {
			card.Body = []cards.Text{cards.T("answer.templates_none")}
			return card, nil
		}
		for _, t := range all[:min(len(all), templatesShown)] {
			card.Body = append(card.Body, b.templateText(t))
			card.Buttons = append(card.Buttons, cards.Button{Label: cards.T("answer.template_use", "title", t.Title), Line: sendsBy(t) + " " + Quote(t.ID)})
		}
		if left := len(all) - templatesShown; left > 0 {
			card.Notes = append(card.Notes, cards.T("answer.templates_more", "count", left))
		}
		card.Notes = append(card.Notes, cards.T("answer.templates_labels", "line", cards.Code(b.said("template name TEMPLATE_ID NICKNAME"))))
		return card, nil
	})
}

// sendsBy is the command that sends with a template.
func sendsBy(t wechat.Template) string {
	if t.Kind == wechat.TemplateService {
		return "template send"
	}
	return "subscribe send"
}

var templateKinds = map[string]cards.Text{
	wechat.TemplateOnce: cards.T("answer.template_once"), wechat.TemplateLongTerm: cards.T("answer.template_longterm"),
	wechat.TemplateService: cards.T("answer.template_service"),
}

// templateText shows one template: what it is called, its fields, an example.
func (b *Book) templateText(t wechat.Template) cards.Text {
	rows := []cards.Text{cards.T("answer.template", "title", t.Title, "id", cards.Code(t.ID), "kind", templateKinds[t.Kind])}
	if names := b.templates.nicknamesOf(t.ID); len(names) > 0 {
		rows = append(rows, cards.T("answer.template_names", "names", codes(names)))
	}
	for _, f := range t.Fields {
		if len(f.Enum) > 0 {
			rows = append(rows, cards.T("answer.template_enum", "name", cards.Code(f.Name), "label", f.Label, "values", codes(f.Enum)))
			continue
		}
		rows = append(rows, cards.T("answer.template_field", "name", cards.Code(f.Name), "label", f.Label))
	}
	if example := strings.TrimSpace(t.Example); example != "" {
		rows = append(rows, cards.T("answer.template_example", "example", strings.Join(strings.Fields(strings.ReplaceAll(example, "\n", " · ")), " ")))
	}
	return lines(rows)
}

package commands

import (
	"context"
	"slices"
	"strings"
	"time"

	"magpie/cards"
	"magpie/wechat"
)

type templatesArgs struct {
	Word string `arg:"" optional:"" name:"WORD"`
}

// templatesShown is how many templates one answer shows at most.
const templatesShown = 10

// templates lists the account's templates; of a Mini Program, those of subscriptions are all
// that it has.
func templates(path string) *Command {
	return asking(Command{
		Path:     path,
		Examples: []string{path, path + ` 通知`},
		grammar:  func() any { return new(templatesArgs) },
	}, func(ctx context.Context, b *Book, args any) (cards.Card, error) {
		card := cards.Card{Title: cards.T("answer.templates")}
		if err := b.templates.Refresh(ctx); err != nil {
			if len(b.templatesFor(path)) == 0 {
				return card, err
			}
			card.Notes = append(card.Notes, cards.T("answer.templates_old", "at", b.templates.readAt, "why", whyUnread(ctx, err)))
		}
		word := foldName(args.(*templatesArgs).Word)
		all := slices.DeleteFunc(b.templatesFor(path), func(t wechat.Template) bool {
			names := strings.Join(append(b.templates.nicknamesOf(t.ID), t.ID, t.Title), "\n")
			return !strings.Contains(foldName(names), word)
		})
		if len(all) == 0 {
			card.Body = []cards.Text{cards.T("answer.templates_none")}
			return card, nil
		}
		for _, t := range all[:min(len(all), templatesShown)] {
			acts, err := b.namings(ctx, t.ID)
			if err != nil {
				return card, err
			}
			card.Body = append(card.Body, lines(append([]cards.Text{b.templateText(t)}, acts...)))
			card.Buttons = append(card.Buttons, cards.Button{Label: cards.T("answer.template_use", "title", t.Title), Line: b.sendsBy(t, path) + " " + Quote(t.ID)})
		}
		if left := len(all) - templatesShown; left > 0 {
			card.Notes = append(card.Notes, cards.T("answer.templates_more", "count", left))
		}
		card.Notes = append(card.Notes, cards.T("answer.templates_labels", "line", cards.Code(b.said("template name TEMPLATE_ID NICKNAME"))))
		return card, nil
	})
}

// namingsShown is how much of the record of its nicknames a template shows.
const namingsShown = 3

// namings tells who gave a template a nickname lately, or took one from it.
func (b *Book) namings(ctx context.Context, id string) (acts []cards.Text, err error) {
	err = b.templates.names.NicknameActs(ctx, id, namingsShown, func(at time.Time, who, name, was, template string) {
		by, called := cards.User(who), cards.Code(name)
		switch {
		case who == "": // magpie itself, when names began to bear an account
			acts = append(acts, cards.T("answer.nickname_adopted", "at", at, "name", called))
		case template == "":
			acts = append(acts, cards.T("answer.nickname_freed", "at", at, "who", by, "name", called))
		case template != id:
			acts = append(acts, cards.T("answer.nickname_lost", "at", at, "who", by, "name", called, "other", b.templateCalled(template)))
		case was == "":
			acts = append(acts, cards.T("answer.nickname_given", "at", at, "who", by, "name", called))
		default:
			acts = append(acts, cards.T("answer.nickname_moved", "at", at, "who", by, "name", called, "other", b.templateCalled(was)))
		}
	})
	return acts, err
}

// templateCalled is a template's title where it is known, or else its id.
func (b *Book) templateCalled(id string) cards.Text {
	if t, ok := b.templates.byID(id); ok {
		return cards.T("answer.title", "title", t.Title)
	}
	return cards.Code(id)
}

// templatesFor are the templates that a listing is about.
func (b *Book) templatesFor(path string) []wechat.Template {
	if path == "weapp templates" {
		return slices.Clone(b.templates.known(false))
	}
	return slices.Concat(b.templates.known(false), b.templates.known(true))
}

// sendsBy is the command that sends with a template of a listing.
func (b *Book) sendsBy(t wechat.Template, listing string) string {
	if listing == "weapp templates" {
		return "weapp subscribe send"
	}
	return b.familyPath(t.Kind == wechat.TemplateService)
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
		if wechat.NotShown(f.Name) {
			rows = append(rows, cards.T("answer.template_unshown", "name", cards.Code(f.Name)))
			continue
		}
		rows = append(rows, cards.T("answer.template_field", "name", cards.Code(f.Name), "label", f.Label))
	}
	if example := strings.TrimSpace(t.Example); example != "" {
		rows = append(rows, cards.T("answer.template_example", "example", strings.Join(strings.Fields(strings.ReplaceAll(example, "\n", " · ")), " ")))
	}
	return lines(rows)
}

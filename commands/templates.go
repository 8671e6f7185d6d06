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
	Word string  `arg:"" optional:"" name:"WORD"`
	Page *Number `name:"page" example:"2"`
}

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
			if len(b.templates.listedBy(path)) == 0 {
				return card, err
			}
			card.Notes = append(card.Notes, cards.T("answer.templates_old", "at", b.templates.readAt, "why", whyUnread(ctx, err)))
		}
		g := args.(*templatesArgs)
		word := foldName(g.Word)
		all := slices.DeleteFunc(b.templates.listedBy(path), func(t wechat.Template) bool {
			names := strings.Join(append(b.templates.nicknamesOf(t.ID), t.ID, t.Title), "\n")
			return !strings.Contains(foldName(names), word)
		})
		if len(all) == 0 {
			card.Body = []cards.Text{cards.T("answer.templates_none")}
			return card, nil
		}
		line := path
		if g.Word != "" {
			line += " " + Quote(g.Word)
		}
		page, note, turns := pageOf(b, Call{}, all, g.Page, line) // whose account the buttons are given afterwards
		for _, t := range page {
			row, err := templateRow(ctx, b, t, path)
			if err != nil {
				return card, err
			}
			card.Rows = append(card.Rows, row)
		}
		card.Columns = []cards.Text{cards.T("column.template"), cards.T("column.fields"), cards.T("column.example")}
		card.Buttons, card.Notes = turns, append(card.Notes, note...)
		card.Notes = append(card.Notes, cards.T("answer.templates_labels", "line", cards.Code(b.index.said("template name TEMPLATE_ID NICKNAME"))))
		return card, nil
	})
}

// namingsShown is how much of the record of its nicknames a template shows.
const namingsShown = 3

// namings tells who gave a template a nickname lately, or took one from it.
func (t *Templates) namings(ctx context.Context, id string) (acts []cards.Text, err error) {
	err = t.names.NicknameActs(ctx, id, namingsShown, func(at time.Time, who, name, was, template string) {
		by, called := cards.User(who), cards.Code(name)
		switch {
		case who == "": // magpie itself, when names began to bear an account
			acts = append(acts, cards.T("answer.nickname_adopted", "at", at, "name", called))
		case template == "":
			acts = append(acts, cards.T("answer.nickname_freed", "at", at, "who", by, "name", called))
		case template != id:
			acts = append(acts, cards.T("answer.nickname_lost", "at", at, "who", by, "name", called, "other", t.shown(template)))
		case was == "":
			acts = append(acts, cards.T("answer.nickname_given", "at", at, "who", by, "name", called))
		default:
			acts = append(acts, cards.T("answer.nickname_moved", "at", at, "who", by, "name", called, "other", t.shown(was)))
		}
	})
	return acts, err
}

// shown is a template's title where it is known, or else its id.
func (t *Templates) shown(id string) cards.Text {
	if one, ok := t.byID(id); ok {
		return cards.T("answer.title", "title", one.Title)
	}
	return cards.Code(id)
}

// listedBy are the templates that a listing is about.
func (t *Templates) listedBy(path string) []wechat.Template {
	if path == "weapp templates" {
		return slices.Clone(t.known(false))
	}
	return slices.Concat(t.known(false), t.known(true))
}

// sendsBy is the command that sends with a template of a listing.
func sendsBy(b *Book, t wechat.Template, listing string) string {
	if listing == "weapp templates" {
		return "weapp subscribe send"
	}
	return familyPath(b.wechat, t.Kind == wechat.TemplateService)
}

var templateKinds = map[string]cards.Text{
	wechat.TemplateOnce: cards.T("answer.template_once"), wechat.TemplateLongTerm: cards.T("answer.template_longterm"),
	wechat.TemplateService: cards.T("answer.template_service"),
}

// templateRow is a template in a list, with who named it lately and what sends with it.
func templateRow(ctx context.Context, b *Book, t wechat.Template, listing string) (cards.Row, error) {
	acts, err := b.templates.namings(ctx, t.ID)
	if err != nil {
		return cards.Row{}, err
	}
	called, fields, example := b.templates.parts(t)
	cell := func(texts []cards.Text) cards.Text {
		if len(texts) == 0 {
			return cards.Text{}
		}
		return lines(texts)
	}
	use := cards.Button{Label: cards.T("answer.template_use", "title", t.Title), Line: sendsBy(b, t, listing) + " " + Quote(t.ID)}
	return cards.Row{
		Text:    lines(slices.Concat(called, fields, example, acts)),
		Cells:   []cards.Text{cell(slices.Concat(called, acts)), cell(fields), cell(example)},
		Buttons: []cards.Button{use},
	}, nil
}

// parts are what a template is called, its fields and its example, a line each.
func (t *Templates) parts(one wechat.Template) (called, rows, shown []cards.Text) {
	called = []cards.Text{cards.T("answer.template", "title", one.Title, "id", cards.Code(one.ID), "kind", templateKinds[one.Kind])}
	if names := t.nicknamesOf(one.ID); len(names) > 0 {
		called = append(called, cards.T("answer.template_names", "names", codes(names)))
	}
	for _, f := range one.Fields {
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
	if example := strings.TrimSpace(one.Example); example != "" {
		shown = append(shown, cards.T("answer.template_example", "example", strings.Join(strings.Fields(strings.ReplaceAll(example, "\n", " · ")), " ")))
	}
	return called, rows, shown
}

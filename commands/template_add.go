package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

type templateAddArgs struct {
	TID string `arg:"" name:"TID" example:"99"`

	Keywords string `name:"keywords" parts:"5" placeholder:"1,2[,…]" example:"1,2"`
	Scene    string `name:"scene" example:"Orders"`
}

// templateAdd asks to put a template of WeChat's library among the account's. Where the line
// names no keywords, a form shows those that there are.
func templateAdd() *Command {
	c := &Command{
		Path:     "template add",
		Role:     outbox.Sender,
		Examples: []string{`template add 99`, `template add 99 keywords=1,2 scene="Orders"`},
		grammar:  func() any { return new(templateAddArgs) },
		names:    func(field string) (string, string) { return newTemplateFields.of(field) },
		ask:      askTemplateAdd,
		prepare:  prepareTemplateAdd,
		recurs:   func(any) error { return cards.Refuse("fault.template_recurs") },
		looks:    true,
	}
	c.do = func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
		ctx, cancel := context.WithTimeout(ctx, lookWithin)
		defer cancel()
		form, err := templateAddForm(ctx, b.wechat, c, args[0].(*templateAddArgs))
		return Answer{Form: form}, sayAgain(call, unread(ctx, err))
	}
	return c
}

var newTemplateFields = fieldNames{{"tid", "TID", false}, {"kidList", "keywords", false}, {"sceneDesc", "scene", false}}

// newTemplate is a template that is to be added, with what the library says of it.
type newTemplate struct {
	TID      string
	Title    string                  // "" where it was not found in time
	Keywords []wechat.LibraryKeyword // in the order in which they are shown
	Scene    string
}

// wechat is what WeChat is asked for.
func (t newTemplate) wechat() wechat.NewTemplate {
	n := wechat.NewTemplate{ID: t.TID, Scene: t.Scene}
	for _, k := range t.Keywords {
		n.Keywords = append(n.Keywords, k.ID)
	}
	return n
}

func askTemplateAdd(_ *Book, args []any) (outbox.Ask, error) {
	a := args[0].(*templateAddArgs)
	said := separated(a.Keywords)
	if len(said) == 0 {
		return outbox.Ask{}, errNothingToAsk
	}
	check := wechat.NewTemplate{ID: a.TID, Scene: a.Scene}
	for i := range said {
		check.Keywords = append(check.Keywords, i+1)
	}
	return outbox.Ask{Kind: "template.add"}, check.Check()
}

// prepareTemplateAdd looks up what the library calls the keywords, which may be named by
// their numbers or their names.
func prepareTemplateAdd(ctx context.Context, b *Book, args []any, ask *outbox.Ask) error {
	a := args[0].(*templateAddArgs)
	all, err := b.wechat.LibraryKeywords(ctx, a.TID)
	if err != nil {
		return unread(ctx, err)
	}
	t := newTemplate{TID: a.TID, Scene: a.Scene}
	for _, said := range separated(a.Keywords) {
		at := slices.IndexFunc(all, func(k wechat.LibraryKeyword) bool {
			return strconv.Itoa(k.ID) == said || foldName(k.Name) == foldName(said)
		})
		if at < 0 {
			return atField(cards.Refuse("fault.no_keyword", "keyword", cards.Code(snippet(said)), "line", cards.Code(b.index.said("template library tid="+Quote(a.TID)))), "keywords")
		}
		t.Keywords = append(t.Keywords, all[at])
	}
	if err := t.wechat().Check(); err != nil {
		return err // one is named twice
	}
	t.Title = libraryTitle(ctx, b, a.TID)
	ask.Payload = t
	return nil
}

// titlePages is how many pages of the library are read for a title.
const titlePages = 10

// libraryTitle finds what a template of the library is called. WeChat tells it in its lists
// alone: it is looked for on their first pages, and "" where it was not found in time.
func libraryTitle(ctx context.Context, b *Book, tid string) string {
	ids, err := categoriesMeant(ctx, b, "")
	if err != nil {
		return ""
	}
	return titleIn(tid, func(from int) (*wechat.LibraryPage, error) {
		return b.wechat.LibraryTitles(ctx, ids, from, wechat.MaxLibraryPage)
	})
}

func titleIn(tid string, read func(from int) (*wechat.LibraryPage, error)) string {
	for from := 0; from < titlePages*wechat.MaxLibraryPage; from += wechat.MaxLibraryPage {
		page, err := read(from)
		if err != nil {
			break
		}
		if at := slices.IndexFunc(page.Titles, func(t wechat.LibraryTitle) bool { return t.ID == tid }); at >= 0 {
			return page.Titles[at].Title
		}
		if len(page.Titles) == 0 || from+len(page.Titles) >= page.Count {
			break
		}
	}
	return ""
}

// templateAddForm offers the keywords of a template of the library, one list for each field.
func templateAddForm(ctx context.Context, w wechat.Account, c *Command, a *templateAddArgs) (*cards.Form, error) {
	all, err := w.LibraryKeywords(ctx, a.TID)
	if err != nil {
		return nil, err
	}
	form := c.form("template add "+Quote(a.TID), []string{"keywords", "scene"})
	var choices []cards.Choice
	for _, k := range all {
		choices = append(choices, cards.Choice{Value: strconv.Itoa(k.ID), Label: cards.T("answer.keyword_choice", "name", k.Name, "type", k.Type, "example", strings.TrimSpace(k.Example))})
	}
	var inputs []cards.Input
	for _, in := range form.Inputs {
		if in.Key == "scene" {
			in.Required, in.Value = true, a.Scene
			inputs = append(inputs, in)
			continue
		}
		for i := range min(len(all), wechat.MaxKeywords) {
			one := in
			one.Key, one.Label = fmt.Sprintf("%s.%d", in.Key, i+1), cards.T("answer.template_field_n", "n", i+1)
			one.Choices, one.Required = choices, i < wechat.MinKeywords
			inputs = append(inputs, one)
		}
	}
	form.Inputs = inputs
	return form, nil
}

// templateAddKind reaches nobody, but adds to what the account has: a person is asked before
// it is repeated.
func templateAddKind(b *Book, w *wechat.Client) outbox.Kind[newTemplate] {
	return outbox.Kind[newTemplate]{
		Name: "template.add", Done: cards.T("done.added"), Approval: true, Repeat: outbox.RepeatAsk,
		Keeps: outbox.Elsewhere(func(t newTemplate) []outbox.Kept {
			words := []string{t.Title}
			for _, k := range t.Keywords {
				words = append(words, k.Name+" "+k.Type)
			}
			return []outbox.Kept{{What: "template", Is: t.TID}, {What: "wording", Is: strings.Join(words, "\n")}}
		}),
		Do: func(ctx context.Context, t newTemplate, _ string) (outbox.Receipt, error) {
			id, err := w.AddTemplate(ctx, t.wechat())
			if err != nil {
				return nil, explain(err)
			}
			b.templates.changed(ctx)
			return outbox.Receipt{"priTmplId": id}, nil
		},
		What: func(t newTemplate) cards.Text { return whatNamed(t.Title) },
		Content: func(t newTemplate) []cards.Content {
			c := contents{}.add("tid", t.TID).add("title", t.Title)
			for i, k := range t.Keywords {
				c = c.add(fmt.Sprintf("kidList[%d]", i), fmt.Sprintf("%d %s · %s · %s", k.ID, k.Name, k.Type, k.Example))
			}
			return c.add("sceneDesc", t.Scene)
		},
		Result: func(r outbox.Receipt) []cards.Field { return results(r, "priTmplId") },
	}
}

// changed reads the templates anew after one of them was added or deleted. Where that fails,
// those known stay until they are read again by themselves.
func (t *Templates) changed(ctx context.Context) {
	if t == nil {
		return
	}
	if err := t.Refresh(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.log.Warn("the templates could not be read after a change; those known stay", "error", err)
	}
}

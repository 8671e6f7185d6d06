package commands

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
)

type articleEditArgs struct {
	N      ArticleNumber `arg:"" name:"A" example:"A3"`
	Of     int64         `name:"of" placeholder:"REVISION"`
	Title  *string       `name:"title"`
	Author *string       `name:"author"`
	Digest *string       `name:"digest" lines:""`
	Style  *string       `name:"style" enum:"plain,business,festive,forest,ink,tech"`
	Notice *string       `name:"notice" enum:"on,off"`
	Text   *string       `name:"text" lines:"" parts:"8" placeholder:"\"…\""`
	Files  string        `name:"files" files:"10" placeholder:"FILE[,FILE…]"`
}

// What one field of a form holds, with room for what is added, and how many there are.
const (
	partSize  = 2600
	partCount = 8
)

// articleEdit changes a text by hand. Without anything to change it opens a form.
func articleEdit() *Command {
	c := &Command{
		Path:     "article edit",
		Role:     outbox.Sender,
		Examples: []string{`article edit A3`, `article edit A3 title="Three autumn teas" author=Mei style=festive`},
		grammar:  func() any { return new(articleEditArgs) },
	}
	c.do = func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
		a := args[0].(*articleEditArgs)
		if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
			return Answer{}, err
		}
		if a.Title == nil && a.Author == nil && a.Digest == nil && a.Text == nil && a.Style == nil && a.Notice == nil && a.Files == "" {
			form, err := editForm(ctx, b.articles, c, a.N)
			return Answer{Form: form}, err
		}
		edit := articles.Edit{Of: a.Of, Title: a.Title, Author: a.Author, Digest: a.Digest, Style: orNone(a.Style), Notice: orNone(a.Notice), Text: a.Text}
		if call.Form { // what was emptied in the form is not said
			empty := ""
			if edit.Author == nil {
				edit.Author = &empty
			}
			if edit.Digest == nil {
				edit.Digest = &empty
			}
		}
		act := call.act(a.N)
		var said articles.Said
		var err error
		if edit.IsAny() {
			said, err = b.articles.Edit(ctx, act, edit)
		}
		if files := separated(a.Files); err == nil && len(files) > 0 {
			if act.Once != "" {
				act.Once += "/files" // another act of the same line
			}
			said, err = b.articles.ImportInto(ctx, act, files)
		}
		return answerOf(said, err)
	}
	return c
}

// editForm shows the present text in fields, a long one in several.
func editForm(ctx context.Context, d *articles.Desk, c *Command, n ArticleNumber) (*cards.Form, error) {
	p, err := d.Proof(ctx, int64(n), 0)
	if err != nil {
		return nil, err
	}
	title, author, digest, parts, ok := articles.EditForm(p.Revision.Text, partCount, partSize)
	values := map[string]string{"title": title, "author": author, "digest": digest, "style": articles.StyleIn(p.Article, p.Revision.Text)}
	form := c.form(fmt.Sprintf("article edit %s of=%d", nameOf(n), p.Revision.N), []string{"title", "author", "digest", "style", "text", "files"})
	if !ok {
		form.Intro = articles.TooLong(p.Revision, partCount, partSize)
	}
	var inputs []cards.Input
	for _, in := range form.Inputs {
		in.Value = values[in.Key]
		switch {
		case in.Key == "title":
			in.Required = true
		case in.Key == "style" && !slices.ContainsFunc(in.Choices, func(c cards.Choice) bool { return c.Value == in.Value }):
			continue // a theme of the house's own: the form would change it
		case in.Key == "text" && !ok:
			continue // a file takes its place, as the form says
		case in.Key == "text":
			for i, part := range parts {
				one := in
				one.Key, one.Value = "text."+strconv.Itoa(i+1), part
				if len(parts) > 1 {
					one.Label = cards.T("answer.article_part", "label", in.Label, "n", i+1, "of", len(parts))
				}
				inputs = append(inputs, one)
			}
			continue
		}
		inputs = append(inputs, in)
	}
	form.Inputs = inputs
	return form, nil
}

func nameOf(n ArticleNumber) string { return "A" + strconv.FormatInt(int64(n), 10) }

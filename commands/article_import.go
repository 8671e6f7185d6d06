package commands

import (
	"context"
	"strings"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
)

type articleImportArgs struct {
	Files  string `name:"files" files:"10" placeholder:"FILE[,FILE…]"`
	Thread string `name:"thread" placeholder:"CHANNEL/TS"`
}

// articleImport makes articles of Markdown files, with images beside them, or of a
// thread. The files come by its form or by the message shortcut, which says the line.
func articleImport() *Command {
	c := &Command{
		Path:     "article import",
		Role:     outbox.Sender,
		Examples: []string{`article import`},
		grammar:  func() any { return new(articleImportArgs) },
	}
	c.do = func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
		a := args[0].(*articleImportArgs)
		if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
			return Answer{}, err
		}
		files := separated(a.Files)
		channel, ts, found := strings.Cut(a.Thread, "/")
		switch {
		case len(files) == 0 && a.Thread == "" && call.Form:
			return Answer{}, atField(cards.Refuse("fault.article_no_file"), "files")
		case len(files) == 0 && a.Thread == "":
			return Answer{Form: c.form("article import", []string{"files"})}, nil
		case a.Thread != "" && (!found || channel == "" || ts == "" || channel != call.Where.Channel):
			// A thread is read where the line is said: whoever says it sees it.
			return Answer{}, atField(cards.Refuse("fault.article_thread"), "thread")
		case len(files) > 10:
			return Answer{}, atField(cards.Refuse("fault.article_files", "count", len(files)), "files")
		}
		said, err := b.articles.Import(ctx, call.act(0), files, channel, ts)
		return answerOf(said, err)
	}
	return c
}

func answerOf(said articles.Said, err error) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	return Answer{Card: cards.Card{Body: []cards.Text{said.Text}, Buttons: said.Buttons}}, nil
}

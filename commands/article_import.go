package commands

import (
	"context"
	"strings"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

type articleImportArgs struct {
	Files     string `name:"files" files:"10" placeholder:"FILE[,FILE…]" xor:"from"`
	URL       string `name:"url" placeholder:"ADDRESS" example:"https://mp.weixin.qq.com/s/…" xor:"from"`
	MediaID   string `name:"media_id" xor:"from"`
	ArticleID string `name:"article_id" xor:"from"`
	N         *Entry `name:"n" placeholder:"N" example:"2"`
	Thread    string `name:"thread" placeholder:"CHANNEL/TS" xor:"from"`
}

// articleImport makes articles of Markdown files, with images beside them, of a thread, or of an
// article that stands in an account at WeChat. The files come by its form or by the message
// shortcut, which says the line.
func articleImport() *Command {
	c := &Command{
		Path:     "article import",
		Role:     outbox.Sender,
		Examples: []string{`article import`, `article import url=https://mp.weixin.qq.com/s/…`, `article import media_id=MEDIA_ID n=2`},
		grammar:  func() any { return new(articleImportArgs) },
	}
	c.do = func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
		a := args[0].(*articleImportArgs)
		if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
			return Answer{}, err
		}
		files, from := separated(a.Files), articles.Earlier{MediaID: a.MediaID, ArticleID: a.ArticleID, URL: a.URL}
		if a.N != nil {
			from.N = int(min(*a.N, wechat.MaxArticles+1))
		}
		channel, ts, found := strings.Cut(a.Thread, "/")
		switch {
		case from != articles.Earlier{N: from.N}:
			said, err := b.articles.ImportEarlier(ctx, call.act(0), b.account, from)
			return answerOf(said, err)
		case from.N > 0:
			return Answer{}, atField(cards.Refuse("fault.article_n"), "n")
		case len(files) == 0 && a.Thread == "" && call.Form:
			return Answer{}, atField(cards.Refuse("fault.article_no_file"), "files")
		case len(files) == 0 && a.Thread == "":
			return Answer{Form: c.form("article import", []string{"files", "url", "media_id", "n"})}, nil
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

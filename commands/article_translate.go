package commands

import (
	"context"
	"strings"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
)

type articleTranslateArgs struct {
	N    ArticleNumber `arg:"" name:"A" example:"A3"`
	Into Language      `arg:"" name:"LANGUAGE" example:"en"`
}

// Language is the code of a language that articles can be translated into.
type Language string

// Decode reads a code or a name, in English, in Chinese or in the language itself.
func (l *Language) Decode(a arg, written string) error {
	code, ok := articles.ParseLanguage(written)
	if !ok {
		return refuseArg(a, "fault.article_language", "value", cards.Code(snippet(written)), "known", strings.Join(articles.LanguageCodes(), ", "))
	}
	*l = Language(code)
	return nil
}

// articleTranslate has the writer make an article of another in a second language.
func articleTranslate() *Command {
	return &Command{
		Path:     "article translate",
		Role:     outbox.Sender,
		Examples: []string{`article translate A3 en`, `article translate A3 日本語`},
		Asks:     true,
		grammar:  func() any { return new(articleTranslateArgs) },
		do: changing(outbox.Sender, func(ctx context.Context, b *Book, call Call, a *articleTranslateArgs) (articles.Said, error) {
			return b.articles.Translate(ctx, call.act(a.N), string(a.Into))
		}),
	}
}

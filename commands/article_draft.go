package commands

import (
	"context"
	"strings"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
)

type articleDraftArgs struct {
	Brief  []string `arg:"" name:"BRIEF" lines:"" example:"\"Our autumn teas: three kinds, where they grow, how to brew them\""`
	Source string   `name:"source" lines:"" placeholder:"\"…\""`
	Lang   *string  `name:"lang" enum:"zh,en"`
	Words  *int     `name:"words" example:"800"`
	Style  *string  `name:"style" enum:"plain,business,festive,forest,ink,tech"`
	Title  string   `name:"title"`
}

// articleDraft has an article written. A second quoted text is its source: material,
// never instruction.
func articleDraft() *Command {
	return &Command{
		Path:     "article draft",
		Role:     outbox.Sender,
		Examples: []string{`article draft "Our autumn teas: three kinds, where they grow, how to brew them" lang=en words=800`, `article draft "秋季新茶：三款茶的产地与冲泡" "资料原文……" lang=zh style=festive`},
		grammar:  func() any { return new(articleDraftArgs) },
		do: changing(outbox.Sender, func(ctx context.Context, b *Book, call Call, a *articleDraftArgs) (articles.Said, error) {
			brief, source, err := briefAndSource(call.Line, a)
			if err != nil {
				return articles.Said{}, err
			}
			words := orNone(a.Words)
			if a.Words != nil && (words < 50 || words > 5000) {
				return articles.Said{}, atField(cards.Refuse("fault.article_words", "value", words), "words")
			}
			if n := len([]rune(a.Title)); n > articles.MaxTitle {
				return articles.Said{}, atField(cards.Refuse("fault.article_title", "count", n, "most", articles.MaxTitle), "title")
			}
			return b.articles.Draft(ctx, call.act(0), articles.Wanted{Brief: brief, Source: source, Lang: orNone(a.Lang), Words: words, Style: orNone(a.Style), Title: a.Title})
		}),
	}
}

func atField(r *cards.Refusal, name string) *cards.Refusal {
	r.Field = name
	return r
}

// briefAndSource tells the two texts of a line apart: without quotes, all words are the
// brief; in quotes, the first is the brief and the second its source.
func briefAndSource(line string, a *articleDraftArgs) (brief, source string, err error) {
	words, err := Lex(line)
	if err != nil {
		return "", "", err
	}
	quoted := 0
	for _, w := range words {
		if w.Key == "" && w.Quoted {
			quoted++
		}
	}
	switch {
	case quoted == 0:
		return strings.Join(a.Brief, " "), a.Source, nil
	case len(a.Brief) == 1:
		return a.Brief[0], a.Source, nil
	case len(a.Brief) == 2 && quoted == 2 && a.Source == "":
		return a.Brief[0], a.Brief[1], nil
	}
	return "", "", atField(cards.Refuse("fault.article_texts", "count", len(a.Brief)), "BRIEF")
}

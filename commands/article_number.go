package commands

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
)

// ArticleNumber is the number of an article: A3, a3, Ａ3.
type ArticleNumber int64

var articleForm = regexp.MustCompile(`^#?[Aa]?([1-9][0-9]{0,17})$`)

// Decode reads the number.
func (n *ArticleNumber) Decode(a arg, written string) error {
	i, ok := articleNumber(written)
	if !ok {
		return refuseArg(a, "fault.article_number", "value", cards.Code(snippet(written)))
	}
	*n = ArticleNumber(i)
	return nil
}

func articleNumber(written string) (int64, bool) {
	m := articleForm.FindStringSubmatch(width.Fold.String(strings.TrimSpace(written)))
	if m == nil {
		return 0, false
	}
	i, err := strconv.ParseInt(m[1], 10, 64)
	return i, err == nil
}

// articleNames are articles as lines that may not change unnoticed call them.
func articleNames(ns ...int64) []outbox.Name {
	names := make([]outbox.Name, len(ns))
	for i, n := range ns {
		names[i] = outbox.Name{What: outbox.NamedArticle, Name: strconv.FormatInt(n, 10)}
	}
	return names
}

// ArticleNumbers are several articles, A3,A4, in the order in which they are to stand.
type ArticleNumbers []int64

// Decode refuses what is no article, and one that is named twice.
func (ns *ArticleNumbers) Decode(a arg, list string) error {
	seen := map[int64]bool{}
	for _, written := range separated(list) {
		n, ok := articleNumber(written)
		switch {
		case !ok:
			return refuseArg(a, "fault.article_number", "value", cards.Code(snippet(written)))
		case seen[n]:
			return refuseArg(a, "fault.article_twice", "value", cards.Code("A"+strconv.FormatInt(n, 10)))
		}
		seen[n] = true
		*ns = append(*ns, n)
	}
	if len(*ns) == 0 || len(*ns) > 8 {
		return refuseArg(a, "fault.article_count", "count", len(*ns))
	}
	return nil
}

func separated(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(",，、;；", r) || isSpace(r) })
}

type articleArgs struct {
	N ArticleNumber `arg:"" name:"A" example:"A3"`
}

// lookingAt makes a command that shows something of an article.
func lookingAt(path string, look func(*articles.Desk, context.Context, int64) (cards.Card, error)) *Command {
	return &Command{
		Path:     path,
		Role:     outbox.Everyone,
		Examples: []string{path + " A3"},
		grammar:  func() any { return new(articleArgs) },
		do: func(ctx context.Context, b *Book, _ Call, args []any) (Answer, error) {
			card, err := look(b.articles, ctx, int64(args[0].(*articleArgs).N))
			return Answer{Card: card}, err
		},
	}
}

// changing makes the doing of a command that changes an article: the role is checked,
// and a refusal for want of it is put on record.
func changing[G any](role outbox.Role, change func(ctx context.Context, b *Book, call Call, a *G) (articles.Said, error)) func(context.Context, *Book, Call, []any) (Answer, error) {
	return func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
		if err := b.mayOrRefuse(ctx, call, role); err != nil {
			return Answer{}, err
		}
		said, err := change(ctx, b, call, args[0].(*G))
		if err != nil {
			return Answer{}, err
		}
		return Answer{Card: cards.Card{Body: []cards.Text{said.Text}, Buttons: said.Buttons}}, nil
	}
}

func (b *Book) mayOrRefuse(ctx context.Context, call Call, role outbox.Role) error {
	err := b.may(call.Who, role)
	if no, ok := errors.AsType[*notAllowed](err); ok {
		return b.refused(ctx, call, no)
	}
	return err
}

// act is a line as it acts on an article.
func (call Call) act(n ArticleNumber) articles.Act {
	return articles.Act{Article: int64(n), Who: call.Who, Where: call.Where, Once: call.Once}
}

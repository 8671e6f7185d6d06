package commands

import (
	"context"
	"strconv"
	"strings"

	"magpie/cards"
	"magpie/wechat"
)

// templateCategories lists the account's categories, whose templates the library has.
func templateCategories() *Command {
	return asking(Command{
		Path:     "template categories",
		Examples: []string{`template categories`},
		grammar:  func() any { return new(struct{}) },
	}, func(ctx context.Context, b *Book, _ any) (cards.Card, error) {
		card := cards.Card{Title: cards.T("answer.categories")}
		all, err := b.wechat.TemplateCategories(ctx)
		if err != nil {
			return card, err
		}
		if len(all) == 0 {
			card.Body = []cards.Text{cards.T("answer.categories_none")}
		}
		for _, c := range all {
			card.Body = append(card.Body, cards.T("answer.category", "name", c.Name, "id", cards.Code(strconv.Itoa(c.ID))))
			if len(card.Buttons) < onePage {
				card.Buttons = append(card.Buttons, cards.Button{Label: cards.Plain(c.Name), Line: "template library " + strconv.Itoa(c.ID)})
			}
		}
		return card, nil
	})
}

// categoriesMeant are the ids of categories that a line names: by their ids, by a name, or
// all that the account has.
func categoriesMeant(ctx context.Context, b *Book, said string) ([]int, error) {
	var ids []int
	for _, word := range separated(said) {
		n, err := strconv.Atoi(word)
		if err != nil || n <= 0 {
			ids = nil
			break
		}
		ids = append(ids, n)
	}
	if len(ids) > 0 {
		return ids, nil
	}
	all, err := b.wechat.TemplateCategories(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if said == "" || foldName(c.Name) == foldName(said) {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) == 0 {
		return nil, atField(cards.Refuse("fault.no_category", "category", cards.Code(snippet(said)), "line", cards.Code(b.index.said("template categories"))), "CATEGORY")
	}
	return ids, nil
}

// keywordText shows one field that a template of the library offers.
func keywordText(k wechat.LibraryKeyword) cards.Text {
	return cards.T("answer.keyword", "id", cards.Code(strconv.Itoa(k.ID)), "name", k.Name, "type", cards.Code(k.Type), "example", strings.TrimSpace(k.Example))
}

package commands

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

// accountsKey names the accounts that a line is said for, each on its own.
const accountsKey = "accounts"

// uploadInEach says the upload once for each account that the line names: a request each. What
// one is refused for holds none of the others.
func (b *Book) uploadInEach(ctx context.Context, call Call, a *articleUploadArgs) (Answer, error) {
	if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
		return Answer{}, err
	}
	each, err := b.accountsNamed(a.Accounts)
	if err != nil {
		return Answer{}, err
	}
	numbers := make([]string, len(a.Articles))
	for i, n := range a.Articles {
		numbers[i] = "A" + strconv.FormatInt(n, 10)
	}
	line := "article upload " + strings.Join(numbers, ",")
	if a.To != nil {
		line += " to=" + *a.To
	}
	series := cmp.Or(call.Once, uuid.NewString()) // said again, it is the same series
	var answer Answer
	var refused []cards.Text
	for _, one := range each {
		inner := call
		inner.Line, inner.Account, inner.usual, inner.Form = withAccount(line, one.Name), "", "", false
		if call.Once != "" {
			inner.Once = call.Once + "/" + one.Name
		}
		inner.With = b.articles.InSeries(series)
		_, said, err := b.run(ctx, inner)
		b.served.forAccount(one.AppID(), &said, err)
		if refusal, ok := errors.AsType[*cards.Refusal](err); ok {
			refused = append(refused, cards.T("answer.upload_refused", "title", one.Title, "why", refusal.Text))
			answer.Card.Buttons = append(answer.Card.Buttons, b.namedButtons(one, refusal.Buttons)...)
			continue
		}
		if err != nil {
			return Answer{}, err
		}
		answer.Request = cmp.Or(answer.Request, said.Request)
		answer.Card.Buttons = append(answer.Card.Buttons, b.namedButtons(one, said.Card.Buttons)...)
		for _, text := range said.Card.Body {
			answer.Card.Body = append(answer.Card.Body, cards.T("answer.upload_said", "title", one.Title, "what", text))
		}
	}
	if answer.Request == 0 { // nothing was asked
		return Answer{}, &cards.Refusal{Text: lines(refused), Buttons: answer.Card.Buttons}
	}
	answer.Card.Body = append(answer.Card.Body, refused...)
	return answer, nil
}

// accountsNamed are the accounts of a list of names; all: those whose kind has articles.
func (b *Book) accountsNamed(list string) (all wechat.Accounts, err error) {
	words, err := Lex("article upload")
	if err != nil {
		return nil, err
	}
	c, _ := b.index.find(words)
	names := separated(list)
	if len(names) == 1 && names[0] == "all" {
		return b.served.fitting(c), nil
	}
	for _, name := range names {
		a, known := b.served.accounts.Named(name)
		switch {
		case !known:
			return nil, atField(b.served.unknownAccount(name), accountsKey)
		case !needs[c.Path].takes(a.Is()):
			return nil, atField(b.served.wrongKind(c, a), accountsKey)
		case slices.ContainsFunc(all, func(other wechat.Account) bool { return other.Name == name }):
		default:
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return nil, atField(cards.Refuse("fault.accounts_empty"), accountsKey)
	}
	return all, nil
}

// namedButtons are buttons that say which account they are for.
func (b *Book) namedButtons(one wechat.Account, buttons []cards.Button) []cards.Button {
	for i := range buttons {
		buttons[i].Label = cards.T("answer.upload_button", "label", buttons[i].Label, "title", one.Title)
	}
	return buttons
}

package commands

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

// A line is for one WeChat account: that which it names by account=, else its channel's,
// else the only one that the command makes sense for. Where several would do, the person is
// asked. Nobody is bothered with it where there is one account alone.

// accountKey is the argument that names a line's account. It never reaches WeChat.
const accountKey = "account"

// whose finds the account that a line is for, as the Book that does its lines, and takes
// its name out of the words. choose are the accounts that a form should offer.
func (b *Book) whose(call *Call, c *Command, words []Word) (own *Book, rest []Word, choose wechat.Accounts, err error) {
	need := needs[c.Path]
	if need.none || need.without != "" && !hasKey(words, need.without) {
		return b, words, nil, nil
	}
	rest, named, err := takeAccount(c, words)
	if err != nil {
		return b, rest, nil, err
	}
	meant := b.meant(c, words)
	given := call.Account != ""
	switch {
	case named != "":
		a, known := b.accounts.Named(named)
		switch {
		case !known && given: // what was approved is the account, whatever it is called by now
			return b.on(call.Account), rest, nil, nil
		case !known:
			return b, rest, nil, atField(b.unknownAccount(named), accountKey)
		case given && a.AppID() != call.Account:
			return b, rest, nil, atField(cards.Refuse("fault.account_other", "named", a.Title, "own", b.accounts.Of(call.Account).Title), accountKey)
		}
		call.Account, call.named = a.AppID(), a.AppID()
	case given:
	case need.any:
		if len(b.accounts) == 1 {
			call.Account = b.account
		}
		return b, rest, nil, nil
	default:
		if call.usual != "" && b.of[call.usual] == nil {
			return b, rest, nil, cards.Refuse("fault.account_channel_unserved", "account", cards.Code(outbox.ShortAccount(call.usual)), "use", cards.Code("account use NAME"), "none", cards.Code("account use none"))
		}
		fitting := b.fitting(meant)
		isUsual := func(a wechat.Account) bool { return a.AppID() == call.usual }
		if at := slices.IndexFunc(fitting, isUsual); at >= 0 && len(rest) == 0 && c.needs() {
			choose = append(wechat.Accounts{fitting[at]}, slices.DeleteFunc(slices.Clone(fitting), isUsual)...)
			call.Account = call.usual
			break
		} else if at >= 0 {
			fitting = wechat.Accounts{fitting[at]}
		}
		switch len(fitting) {
		case 0:
			if len(b.accounts) == 0 {
				return b, rest, nil, nil // it can only plan
			}
			call.Account = b.accounts[0].AppID() // of which it is told that it cannot
		case 1:
			call.Account = fitting[0].AppID()
		default:
			if len(rest) == 0 && c.needs() {
				return b, rest, fitting, nil
			}
			return b, rest, nil, b.askAccount(*call, c, fitting)
		}
	}
	if a := b.accounts.Of(call.Account); !needs[meant.Path].takes(a.Is()) {
		return b, rest, nil, b.wrongKind(meant, a)
	}
	return b.on(call.Account), rest, choose, nil
}

// accountsOf are the accounts that a list is about: the one that the line is for, or all.
func (b *Book) accountsOf(call Call) outbox.Accounts {
	if call.Account != "" {
		return outbox.Accounts{call.Account}
	}
	return b.outbox.Accounts
}

// withTitle is a row of a list with its account, where the list is about several.
func (b *Book) withTitle(call Call, account string, row cards.Text) cards.Text {
	if call.Account != "" {
		return row
	}
	return cards.T("answer.row_of_account", "row", row, "title", b.accounts.Of(account).Title)
}

// usually notes which account a channel's lines are for, where there are several.
func (b *Book) usually(ctx context.Context, call Call) (Call, error) {
	if !b.readsChannels || call.Account != "" || b.outbox == nil || call.Where.Channel == "" {
		return call, nil
	}
	account, err := b.outbox.AccountOf(ctx, call.Where.Channel)
	if err != nil {
		return call, unread(ctx, err)
	}
	call.usual = account
	return call, nil
}

// on is the Book that does an account's lines. Of an account that is not served any more
// nothing is known, and nothing can be asked.
func (b *Book) on(account string) *Book {
	if own, known := b.of[account]; known {
		return own
	}
	own := *b
	own.account, own.wechat, own.templates = account, b.accounts.Of(account), nil
	return &own
}

// meant is the command that decides which accounts make sense: the one inside, where a line
// has one.
func (b *Book) meant(c *Command, words []Word) *Command {
	at := slices.IndexFunc(words, isDash)
	if at < 0 || !slices.ContainsFunc(c.args, func(a arg) bool { return a.Inner }) {
		return c
	}
	if inner, _ := b.find(b.withoutCommand(words[at+1:])); inner != nil && !needs[inner.Path].none {
		return inner
	}
	return c
}

// fitting are the accounts whose kind has a command.
func (b *Book) fitting(c *Command) wechat.Accounts {
	var fit wechat.Accounts
	for _, a := range b.accounts {
		if needs[c.Path].takes(a.Is()) {
			fit = append(fit, a)
		}
	}
	return fit
}

// takeAccount takes account=NAME out of a line's words, but for those of a line inside.
func takeAccount(c *Command, words []Word) (rest []Word, named string, err error) {
	dash := slices.IndexFunc(words, isDash)
	inner := dash >= 0 && slices.ContainsFunc(c.args, func(a arg) bool { return a.Inner })
	for i, w := range words {
		if w.Key == "" || normalKey(w.Key) != accountKey {
			rest = append(rest, w)
			continue
		}
		if name := strings.TrimSpace(w.Text); named != "" && named != name {
			return words, "", atField(cards.Refuse("fault.account_twice", "first", cards.Code(named), "second", cards.Code(snippet(name))), accountKey)
		} else if name == "" {
			return words, "", atField(cards.Refuse("fault.account_empty"), accountKey)
		} else {
			named = name
		}
		if inner && i > dash {
			rest = append(rest, w) // the line inside keeps it
		}
	}
	return rest, named, nil
}

func (b *Book) unknownAccount(name string) *cards.Refusal {
	var names []string
	for _, a := range b.accounts {
		names = append(names, a.Name)
	}
	return cards.Refuse("fault.account_unknown", "name", cards.Code(snippet(name)), "names", cards.Code(strings.Join(names, ", ")))
}

// askAccount offers a line again for each of the accounts that it makes sense for.
func (b *Book) askAccount(call Call, c *Command, of wechat.Accounts) *cards.Refusal {
	refusal := cards.Refuse("fault.account_which")
	line := call.Line
	if at := slices.IndexFunc(c.args, func(a arg) bool { return a.Files > 0 }); at >= 0 && len(call.Files) > 0 {
		line += " " + c.args[at].Key + "=" + strings.Join(call.Files, ",") // that it came with
	}
	var words []string
	for _, a := range of {
		words = append(words, accountKey+"="+a.Name)
		refusal.Buttons = append(refusal.Buttons, cards.Button{Label: cards.Plain(a.Title), Line: withAccount(line, a.Name)})
	}
	if slices.ContainsFunc(refusal.Buttons, func(button cards.Button) bool { return len(button.Line) > maxButton }) {
		return cards.Refuse("fault.account_which_long", "words", cards.Code(strings.Join(words, ", ")))
	}
	return refusal
}

// For is a line of a button as it is said for an account: it names it, where there are
// several and it is about one.
func (b *Book) For(account, line string) string {
	a := b.accounts.Of(account)
	if len(b.accounts) < 2 || b.of[account] == nil {
		return line
	}
	words, err := Lex(line)
	if err != nil {
		return line
	}
	c, rest := b.find(b.withoutCommand(words))
	if c == nil {
		return line
	}
	if n := needs[c.Path]; n.none || n.any || !n.takes(a.Is()) || n.without != "" && !hasKey(rest, n.without) || hasKey(rest, accountKey) {
		return line
	}
	return withAccount(line, a.Name)
}

func hasKey(words []Word, key string) bool {
	return slices.ContainsFunc(words, func(w Word) bool { return w.Key != "" && normalKey(w.Key) == key })
}

// forAccount has what a line is answered with be about the account that it was for, ("") or
// about none.
func (b *Book) forAccount(account string, answer *Answer, err error) {
	for i, button := range answer.Card.Buttons {
		answer.Card.Buttons[i].Line = b.For(cmp.Or(button.Account, answer.Card.Account, account), button.Line)
	}
	if answer.Form != nil && !slices.ContainsFunc(answer.Form.Inputs, func(in cards.Input) bool { return in.Key == accountKey }) {
		answer.Form.Line = b.For(account, answer.Form.Line)
	}
	if refusal, ok := errors.AsType[*cards.Refusal](err); ok {
		for i, button := range refusal.Buttons {
			refusal.Buttons[i].Line = b.For(cmp.Or(button.Account, account), button.Line)
		}
	}
}

// withAccount is a line as it is said for an account.
func withAccount(line, name string) string {
	return strings.TrimSpace(line) + " " + accountKey + "=" + name
}

// wrongKind refuses a command that an account's kind does not have, and names those that do.
func (b *Book) wrongKind(c *Command, a wechat.Account) *cards.Refusal {
	var titles []string
	for _, other := range b.fitting(c) {
		titles = append(titles, other.Title)
	}
	refusal := cards.Refuse("fault.account_kind", "line", cards.Code(c.Path), "title", a.Title, "kind", kindText(a.Is()), "kinds", needs[c.Path].called)
	if len(titles) > 0 {
		refusal.Text = cards.T("fault.account_kind_other", "line", cards.Code(c.Path), "title", a.Title, "kind", kindText(a.Is()), "kinds", needs[c.Path].called, "others", strings.Join(titles, ", "))
	}
	return refusal
}

// kindText is a kind of account in words.
func kindText(k wechat.AccountKind) cards.Text {
	switch k {
	case wechat.ServiceAccount:
		return cards.T("account.kind_service")
	case wechat.SubscriptionAccount:
		return cards.T("account.kind_subscription")
	case wechat.MiniProgram:
		return cards.T("account.kind_miniprogram")
	}
	return cards.T("account.kind_unknown")
}

// accountInput is the choice of an account in a form, of which one may be chosen already;
// none where there is nothing to choose.
func accountInput(of wechat.Accounts, chosen string) []cards.Input {
	if len(of) == 0 {
		return nil
	}
	input := cards.Input{Key: accountKey, Label: cards.T("form.account"), Hint: cards.T("form.account_hint"), Required: true}
	for _, a := range of {
		input.Choices = append(input.Choices, cards.Choice{Value: a.Name, Label: cards.Plain(a.Title)})
		if a.AppID() == chosen {
			input.Value = a.Name
		}
	}
	return []cards.Input{input}
}

// Note names an account in small print, where there are several.
func (b *Book) Note(account string) cards.Text {
	if len(b.accounts) < 2 || account == "" {
		return cards.Text{}
	}
	return cards.T("account.note", "title", b.accounts.Of(account).Title)
}

// Title is an account as cards name it: by its title, and by its AppID where it is the only
// one and has none of its own.
func (b *Book) Title(account string) cards.Text {
	a := b.accounts.Of(account)
	if b.of[account] == nil || len(b.accounts) == 1 && a.Title == a.Name {
		return cards.Code(account)
	}
	return cards.T("account.titled", "title", a.Title, "appid", cards.Code(outbox.ShortAccount(account)))
}

package commands

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

// What people are shown and asked of accounts, where there are several.

// served is the accounts that lines may be for.
type served struct {
	index    *index
	accounts wechat.Accounts
}

// has reports whether an account is one of them.
func (s *served) has(account string) bool {
	return slices.ContainsFunc(s.accounts, func(a wechat.Account) bool { return a.AppID() == account })
}

// accountsOf are the accounts that a list is about: the one that the line is for, or all.
func accountsOf(o *outbox.Outbox, call Call) outbox.Accounts {
	if call.Account != "" {
		return outbox.Accounts{call.Account}
	}
	return o.Accounts
}

// withTitle is a row of a list with its account, where the list is about several.
func (s *served) withTitle(call Call, account string, row cards.Text) cards.Text {
	if call.Account != "" {
		return row
	}
	return cards.T("answer.row_of_account", "row", row, "title", s.accounts.Of(account).Title)
}

func (s *served) unknownAccount(name string) *cards.Refusal {
	var names []string
	for _, a := range s.accounts {
		names = append(names, a.Name)
	}
	return cards.Refuse("fault.account_unknown", "name", cards.Code(snippet(name)), "names", cards.Code(strings.Join(names, ", ")))
}

// askAccount offers a line again for each of the accounts that it makes sense for.
func askAccount(call Call, c *Command, of wechat.Accounts) *cards.Refusal {
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
func (s *served) For(account, line string) string {
	a := s.accounts.Of(account)
	if len(s.accounts) < 2 || !s.has(account) {
		return line
	}
	words, err := Lex(line)
	if err != nil {
		return line
	}
	c, rest := s.index.find(s.index.withoutCommand(words))
	if c == nil {
		return line
	}
	if n := needs[c.Path]; !n.isAbout(rest) || n.any || !n.takes(a.Is()) || n.several != "" && hasKey(rest, n.several) || hasKey(rest, accountKey) {
		return line
	}
	return withAccount(line, a.Name)
}

// forAccount has what a line is answered with be about the account that it was for, ("") or
// about none.
func (s *served) forAccount(account string, answer *Answer, err error) {
	for i, button := range answer.Card.Buttons {
		answer.Card.Buttons[i].Line = s.For(cmp.Or(button.Account, answer.Card.Account, account), button.Line)
	}
	for _, row := range answer.Card.Rows {
		for i, button := range row.Buttons {
			row.Buttons[i].Line = s.For(cmp.Or(button.Account, row.Account, answer.Card.Account, account), button.Line)
		}
	}
	if answer.Form != nil && !slices.ContainsFunc(answer.Form.Inputs, func(in cards.Input) bool { return in.Key == accountKey }) {
		answer.Form.Line = s.For(account, answer.Form.Line)
	}
	if refusal, ok := errors.AsType[*cards.Refusal](err); ok {
		for i, button := range refusal.Buttons {
			refusal.Buttons[i].Line = s.For(cmp.Or(button.Account, account), button.Line)
		}
	}
}

// withAccount is a line as it is said for an account.
func withAccount(line, name string) string {
	return strings.TrimSpace(line) + " " + accountKey + "=" + name
}

// wrongKind refuses a command that an account's kind does not have, and names those that do.
func (s *served) wrongKind(c *Command, a wechat.Account) *cards.Refusal {
	var titles []string
	for _, other := range s.fitting(c) {
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

// helpOfAccount explains account= where a command takes it and there are several to choose
// from.
func (s *served) helpOfAccount(c *Command) []cards.Field {
	n := needs[c.Path]
	if len(s.accounts) < 2 || n.none || n.any && c.prepare != nil { // what it is about has its own
		return nil
	}
	var names []string
	for _, a := range s.fitting(c) {
		names = append(names, a.Name)
	}
	if len(names) == 0 {
		return nil
	}
	meaning := cards.T("help.account", "names", cards.Code(strings.Join(names, ", ")))
	if n.any {
		meaning = cards.T("help.account_any", "names", cards.Code(strings.Join(names, ", ")))
	}
	return []cards.Field{{Label: cards.Code(accountKey + "="), Value: meaning}}
}

// Note names an account in small print, where there are several.
func (s *served) Note(account string) cards.Text {
	if len(s.accounts) < 2 || account == "" {
		return cards.Text{}
	}
	return cards.T("account.note", "title", s.accounts.Of(account).Title)
}

// Title is an account as cards name it: by its title, or by its AppID (as code) where it is the
// only one and has none of its own.
func (s *served) Title(account string) cards.Text {
	a := s.accounts.Of(account)
	if !s.has(account) || len(s.accounts) == 1 && a.Title == a.Name {
		return cards.Code(account)
	}
	return cards.Plain(a.Title)
}

// For is a line of a button as it is said for an account: it names it, where there are
// several and it is about one.
func (b *Book) For(account, line string) string { return b.served.For(account, line) }

// Note names an account in small print, where there are several.
func (b *Book) Note(account string) cards.Text { return b.served.Note(account) }

// Title is an account as cards name it: by its title, or by its AppID (as code) where it is the
// only one and has none of its own.
func (b *Book) Title(account string) cards.Text { return b.served.Title(account) }

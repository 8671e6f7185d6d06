package commands

import (
	"context"
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
	if !need.isAbout(words) {
		return b, words, nil, nil
	}
	if i := slices.IndexFunc(words, func(w Word) bool { return w.Key != "" && normalKey(w.Key) == need.several }); i >= 0 && strings.TrimSpace(words[i].Text) == "" {
		return b, words, nil, atField(cards.Refuse("fault.accounts_empty"), need.several)
	} else if i >= 0 {
		return b, words, nil, nil
	}
	rest, named, err := takeAccount(c, words)
	if err != nil {
		return b, rest, nil, err
	}
	meant := b.index.meant(c, words)
	given := call.Account != ""
	switch {
	case named != "":
		a, known := b.served.accounts.Named(named)
		switch {
		case !known && given: // what was approved is the account, whatever it is called by now
			return b.on(call.Account), rest, nil, nil
		case !known:
			return b, rest, nil, atField(b.served.unknownAccount(named), accountKey)
		case given && a.AppID() != call.Account:
			return b, rest, nil, atField(cards.Refuse("fault.account_other", "named", a.Title, "own", b.served.accounts.Of(call.Account).Title), accountKey)
		}
		call.Account, call.named = a.AppID(), a.AppID()
	case given:
	case need.any:
		if len(b.served.accounts) == 1 {
			call.Account = b.account
		}
		return b, rest, nil, nil
	default:
		if call.usual != "" && b.of[call.usual] == nil {
			return b, rest, nil, cards.Refuse("fault.account_channel_unserved", "account", cards.Code(outbox.ShortAccount(call.usual)), "use", cards.Code("account use NAME"), "none", cards.Code("account use none"))
		}
		fitting := b.served.fitting(meant)
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
			if len(b.served.accounts) == 0 {
				return b, rest, nil, nil // it can only plan
			}
			call.Account = b.served.accounts[0].AppID() // of which it is told that it cannot
		case 1:
			call.Account = fitting[0].AppID()
		default:
			if len(rest) == 0 && c.needs() {
				return b, rest, fitting, nil
			}
			return b, rest, nil, askAccount(*call, c, fitting)
		}
	}
	if a := b.served.accounts.Of(call.Account); !needs[meant.Path].takes(a.Is()) {
		return b, rest, nil, b.served.wrongKind(meant, a)
	}
	return b.on(call.Account), rest, choose, nil
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
	own.account, own.wechat, own.templates = account, b.served.accounts.Of(account), nil
	return &own
}

// meant is the command that decides which accounts make sense: the one inside, where a line
// has one.
func (x *index) meant(c *Command, words []Word) *Command {
	at := slices.IndexFunc(words, isDash)
	if at < 0 || !slices.ContainsFunc(c.args, func(a arg) bool { return a.Inner }) {
		return c
	}
	if inner, _ := x.find(x.withoutCommand(words[at+1:])); inner != nil && !needs[inner.Path].none {
		return inner
	}
	return c
}

// fitting are the accounts whose kind has a command.
func (s *served) fitting(c *Command) wechat.Accounts {
	var fit wechat.Accounts
	for _, a := range s.accounts {
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
		if !isKey(w, accountKey) {
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

func hasKey(words []Word, key string) bool {
	return slices.ContainsFunc(words, func(w Word) bool { return isKey(w, key) })
}

// isKey reports whether a word is key=…, in whatever letters.
func isKey(w Word, key string) bool { return w.Key != "" && strings.EqualFold(normalKey(w.Key), key) }

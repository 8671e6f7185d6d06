package wechat

import (
	"errors"
	"slices"
	"sync/atomic"
)

// AccountKind is what sort of account one is. It decides which APIs WeChat allows it.
type AccountKind string

// The kinds of account. Service and subscription accounts are Official Accounts.
const (
	ServiceAccount      AccountKind = "service"
	SubscriptionAccount AccountKind = "subscription"
	MiniProgram         AccountKind = "miniprogram"
)

// Account is one of the accounts that a program operates.
type Account struct {
	*Client
	Name  string      // by which settings and lines call it
	Title string      // as people call it
	Kind  AccountKind // as settings say; "" where they do not
	Told  *ToldKind   // what WeChat has said of its kind; nil: it is not asked
	// Hears says that WeChat's events of the account are received.
	Hears bool
	// Pay says that the account has WeChat Pay: its articles keep their links.
	Pay bool
	// PreviewOpenID is whom a trial of an article goes to; "" where nobody is set.
	PreviewOpenID string
}

// ToldKind is what WeChat has said of an account's kind. It is safe for use by several
// goroutines.
type ToldKind struct{ kind atomic.Pointer[AccountKind] }

// Set keeps what WeChat has said.
func (t *ToldKind) Set(kind AccountKind) { t.kind.Store(&kind) }

// Is is the account's kind, as settings or WeChat say; "" where neither does.
func (a Account) Is() AccountKind {
	if a.Kind != "" || a.Told == nil {
		return a.Kind
	}
	if told := a.Told.kind.Load(); told != nil {
		return *told
	}
	return ""
}

// Accounts are all that a program operates, in the order of its settings.
type Accounts []Account

// ErrNoAccount is in the error of a call for an account that the program does not operate.
// Nothing was sent.
var ErrNoAccount = errors.New("this account is not operated here")

// Of is the account of an AppID. Of one that the program does not operate every call fails
// with ErrNoAccount.
func (a Accounts) Of(appID string) Account {
	if at := slices.IndexFunc(a, func(one Account) bool { return one.AppID() == appID }); at >= 0 {
		return a[at]
	}
	return Account{Client: &Client{appID: appID, way: wayNone}, Name: appID, Title: appID}
}

// Named is the account that settings call by a name.
func (a Accounts) Named(name string) (_ Account, known bool) {
	at := slices.IndexFunc(a, func(one Account) bool { return one.Name == name })
	if at < 0 {
		return Account{}, false
	}
	return a[at], true
}

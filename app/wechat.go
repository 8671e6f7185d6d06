package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"magpie/commands"
	"magpie/config"
	"magpie/store"
	"magpie/wechat"
)

// eventsPath is where WeChat's events come in. A platform's messages of an account come
// with the account's AppID behind it.
const eventsPath = "/wechat/events"

// newAccounts makes the clients that call WeChat in the way that is set for each account; watch
// gives whoever counts what that one's does.
func newAccounts(cfg config.Config, db *store.DB, now func() time.Time, watch func(appID string) wechat.Watch, log *slog.Logger) (wechat.Accounts, error) {
	var all wechat.Accounts
	platforms := map[string]*wechat.Client{} // the first account of each
	for _, a := range cfg.Accounts {
		o := wechat.Options{
			AppID: a.AppID, AppSecret: a.AppSecret, Call: a.Call, BaseURL: a.APIURL, TokenMode: a.TokenMode,
			Timeout: callTimeout, Now: now, Watch: watch(a.AppID), Keys: a.Key(""), Log: log,
		}
		if a.TokenMode == "classic" {
			o.Shared = sharedToken{db}
		}
		switch a.Call {
		case "platform":
			o.Platform = wechat.Platform{
				AppID: a.Platform.AppID, AppSecret: a.Platform.AppSecret, RefreshToken: a.Platform.RefreshToken, Store: store.WeChatTickets{DB: db},
				Sibling: platforms[a.Platform.AppID],
			}
		case "function":
			o.Function = wechat.Function{Env: a.FunctionEnv, Name: a.FunctionName}
		}
		client, err := wechat.New(o)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", a.Name, err)
		}
		if a.Call == "platform" && platforms[a.Platform.AppID] == nil {
			platforms[a.Platform.AppID] = client
		}
		all = append(all, wechat.Account{Client: client, Name: a.Name, Title: a.Title, Kind: wechat.AccountKind(a.Kind), Told: new(wechat.ToldKind), Hears: a.EventToken != "", Pay: a.Pay, PreviewOpenID: a.PreviewOpenID})
	}
	return all, nil
}

// appIDs are those of all accounts.
func appIDs(cfg config.Config) []string {
	var all []string
	for _, a := range cfg.Accounts {
		all = append(all, a.AppID)
	}
	return all
}

// nobody counts nothing.
func nobody(string) wechat.Watch { return wechat.Watch{} }

// sharedToken keeps the classic token in the database, where all processes find it.
type sharedToken struct{ db *store.DB }

func (s sharedToken) Load(ctx context.Context, appID string) (wechat.StoredToken, error) {
	t, err := s.db.WeChatToken(ctx, appID)
	return wechat.StoredToken(t), err
}

func (s sharedToken) Swap(ctx context.Context, appID string, next wechat.StoredToken) (bool, error) {
	return s.db.SwapWeChatToken(ctx, appID, store.WeChatToken(next))
}

// listener hears WeChat's events of one account.
type listener struct {
	account  config.Account
	accounts wechat.Accounts
	tickets  store.WeChatTickets
	book     *commands.Book
	now      func() time.Time
	log      *slog.Logger
}

// newEvents receives the events of the accounts for which a token is set; nil where none is.
// Each has an address with its name behind it, and one with its AppID, as a platform's
// messages come in; the only account has the address without as well, and so have several
// that one platform operates, whose own events come in there.
func newEvents(cfg config.Config, h *house) (http.Handler, error) {
	mux := http.NewServeMux()
	received := false
	for i, a := range cfg.Accounts {
		if a.EventToken == "" {
			continue
		}
		received = true
		l := &listener{account: a, accounts: h.accounts, tickets: store.WeChatTickets{DB: h.db}, book: h.book, now: h.now, log: h.log}
		receiver := a.AppID
		if a.Call == "platform" {
			receiver = a.Platform.AppID
		}
		events, err := wechat.NewEvents(wechat.EventOptions{
			AppIDs: []string{receiver}, Token: a.EventToken, AESKey: a.EventAESKey, Handle: l.hear, Now: h.now, Log: h.log,
		})
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", a.Name, err)
		}
		if len(cfg.Accounts) == 1 || i == 0 && isOnePlatform(cfg.Accounts) {
			mux.Handle(eventsPath, events)
		}
		mux.Handle(eventsPath+"/"+a.AppID, events)
		if a.Name != a.AppID {
			mux.Handle(eventsPath+"/"+a.Name, events)
		}
	}
	if !received {
		return nil, nil
	}
	return mux, nil
}

// isOnePlatform reports whether one platform operates all accounts, with one token.
func isOnePlatform(all []config.Account) bool {
	return !slices.ContainsFunc(all, func(a config.Account) bool {
		return a.Call != "platform" || a.Platform.AppID != all[0].Platform.AppID || a.EventToken != all[0].EventToken || a.EventAESKey != all[0].EventAESKey
	})
}

// hear keeps what a platform lives on, and hands everything else on. It answers within
// the 5 s after which WeChat pushes again.
func (l *listener) hear(ctx context.Context, e wechat.Event) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	switch what := e.What.(type) {
	case wechat.VerifyTicket:
		if what.PlatformAppID != l.account.Platform.AppID {
			return nil
		}
		at := e.At
		if at.IsZero() {
			at = l.now()
		}
		return l.tickets.SaveTicket(ctx, what.PlatformAppID, what.Ticket, at)
	case wechat.Authorization:
		if !l.isServed(what.AppID) || what.PlatformAppID != l.account.Platform.AppID {
			return nil
		}
		if what.Code == "" {
			l.log.Warn("an account has taken the platform's authorisation back", "account", what.AppID, "kind", e.Kind)
			return nil
		}
		if _, err := l.accounts.Of(what.AppID).Authorize(ctx, what.Code); err != nil {
			return fmt.Errorf("take the account's authorisation: %w", err)
		}
		return nil
	}
	return l.book.Heard(ctx, l.account.AppID, e)
}

func (l *listener) isServed(appID string) bool {
	return slices.ContainsFunc(l.accounts, func(a wechat.Account) bool { return a.AppID() == appID })
}

// askKinds asks WeChat what kind of account each is of which settings do not say it: until it
// has answered, whatever it says.
func (h *house) askKinds(ctx context.Context) {
	var asking sync.WaitGroup
	for _, a := range h.accounts {
		if a.Kind != "" {
			continue
		}
		asking.Go(func() {
			for wait := time.Second; ; wait = min(2*wait, 10*time.Minute) {
				kind, err := a.AccountKind(ctx)
				if err == nil {
					a.Told.Set(kind)
					h.log.Info("the account's kind is known", "account", a.AppID(), "kind", string(kind))
					return
				}
				if failed, ok := errors.AsType[*wechat.Error](err); !ok || !failed.NotSent() && !failed.Unclear() && !failed.Busy() {
					h.log.Info("WeChat does not tell the account's kind; every command is allowed. WECHAT_KIND says it", "account", a.AppID(), "error", err)
					return
				}
				select {
				case <-ctx.Done():
					return
				case <-time.After(wait):
				}
			}
		})
	}
	asking.Wait()
}

package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"magpie/commands"
	"magpie/config"
	"magpie/store"
	"magpie/wechat"
)

// eventsPath is where WeChat's events come in. A platform's messages of an account come
// with the account's AppID behind it.
const eventsPath = "/wechat/events"

// newWeChat makes the client that calls WeChat in the way that is set.
func newWeChat(cfg config.Config, db *store.DB, now func() time.Time, log *slog.Logger) (*wechat.Client, error) {
	o := wechat.Options{
		AppID: cfg.WeChatAppID, AppSecret: cfg.WeChatAppSecret, Call: cfg.WeChatCall, BaseURL: cfg.WeChatAPIURL, TokenMode: cfg.WeChatTokenMode,
		Timeout: callTimeout, Now: now, Log: log,
	}
	if cfg.WeChatTokenMode == "classic" {
		o.Shared = sharedToken{db}
	}
	switch cfg.WeChatCall {
	case "platform":
		o.Platform = wechat.Platform{
			AppID: cfg.Platform.AppID, AppSecret: cfg.Platform.AppSecret, RefreshToken: cfg.Platform.RefreshToken, Store: store.WeChatTickets{DB: db},
		}
	case "function":
		o.Function = wechat.Function{Env: cfg.FunctionEnv, Name: cfg.FunctionName}
	}
	return wechat.New(o)
}

// sharedToken keeps the classic token in the database, where all processes find it.
type sharedToken struct{ db *store.DB }

func (s sharedToken) Load(ctx context.Context, appID string) (wechat.StoredToken, error) {
	t, err := s.db.WeChatToken(ctx, appID)
	return wechat.StoredToken(t), err
}

func (s sharedToken) Swap(ctx context.Context, appID string, next wechat.StoredToken) (bool, error) {
	return s.db.SwapWeChatToken(ctx, appID, store.WeChatToken(next))
}

// listener hears WeChat's events.
type listener struct {
	cfg     config.Config
	wechat  *wechat.Client
	tickets store.WeChatTickets
	book    *commands.Book
	now     func() time.Time
	log     *slog.Logger
}

// newEvents receives WeChat's events, where a token is set for them; else nil.
func newEvents(cfg config.Config, h *house, wx *wechat.Client) (http.Handler, error) {
	if cfg.EventToken == "" {
		return nil, nil
	}
	l := &listener{cfg: cfg, wechat: wx, tickets: store.WeChatTickets{DB: h.db}, book: h.book, now: h.now, log: h.log}
	receivers := []string{cfg.WeChatAppID}
	if cfg.WeChatCall == "platform" {
		receivers = []string{cfg.Platform.AppID}
	}
	events, err := wechat.NewEvents(wechat.EventOptions{
		AppIDs: receivers, Token: cfg.EventToken, AESKey: cfg.EventAESKey, Handle: l.hear, Now: h.now, Log: h.log,
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(eventsPath, events)
	mux.Handle(eventsPath+"/"+cfg.WeChatAppID, events)
	return mux, nil
}

// hear keeps what a platform lives on, and hands everything else on. It answers within
// the 5 s after which WeChat pushes again.
func (l *listener) hear(ctx context.Context, e wechat.Event) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	switch what := e.What.(type) {
	case wechat.VerifyTicket:
		if what.PlatformAppID != l.cfg.Platform.AppID {
			return nil
		}
		at := e.At
		if at.IsZero() {
			at = l.now()
		}
		return l.tickets.SaveTicket(ctx, what.PlatformAppID, what.Ticket, at)
	case wechat.Authorization:
		if what.AppID != l.cfg.WeChatAppID || what.PlatformAppID != l.cfg.Platform.AppID {
			return nil
		}
		if what.Code == "" {
			l.log.Warn("the account has taken the platform's authorisation back", "kind", e.Kind)
			return nil
		}
		if _, err := l.wechat.Authorize(ctx, what.Code); err != nil {
			return fmt.Errorf("take the account's authorisation: %w", err)
		}
		return nil
	}
	return l.book.Heard(ctx, l.cfg.WeChatAppID, e)
}

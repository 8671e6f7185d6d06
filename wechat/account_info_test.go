package wechat

import (
	"net/http/httptest"
	"testing"

	"magpie/wechat/apis"
	"magpie/wechat/wechattest"
)

func TestAccountKind(t *testing.T) {
	t.Parallel()
	for number, want := range map[int]AccountKind{1: SubscriptionAccount, 2: ServiceAccount, 3: MiniProgram} {
		s := httptest.NewServer(wechattest.New(wechattest.Options{AccountType: number}))
		defer s.Close()
		c, err := New(Options{AppID: wechattest.DefaultAppID, AppSecret: wechattest.DefaultAppSecret, BaseURL: s.URL})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.AccountKind(t.Context()); got != want || err != nil {
			t.Errorf("account_type %d: got %q, %v, want %s", number, got, err, want)
		}
	}
	_, c := pretend(t)
	if e := failed(t, "AccountKind", second(c.AccountKind(t.Context()))); e.Code != 48001 {
		t.Errorf("an account that is not told: got %v, want 48001", e)
	}
}

func second(_ AccountKind, err error) error { return err }

// What settings say of a kind counts before what WeChat says.
func TestTheKindOfAnAccount(t *testing.T) {
	t.Parallel()
	told := Account{Told: new(ToldKind)}
	if got := told.Is(); got != "" {
		t.Errorf("before WeChat has said it: got %q", got)
	}
	told.Told.Set(MiniProgram)
	if got := told.Is(); got != MiniProgram {
		t.Errorf("WeChat has said it: got %q", got)
	}
	if told.Kind = ServiceAccount; told.Is() != ServiceAccount {
		t.Errorf("settings say otherwise: got %q", told.Is())
	}
}

// Of an account that is not operated here every call fails, and nothing leaves.
func TestNoAccount(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	all := Accounts{{Client: c, Name: "main"}}
	if own := all.Of(c.AppID()); own.Client != c || own.Name != "main" {
		t.Errorf("Of: got %+v", own)
	}
	err := all.Of("wxother").SendSubscribe(t.Context(), notice)
	if e := failed(t, "SendSubscribe", err); !e.NotSent() || e.Meaning("en") == "" {
		t.Errorf("got %v, want an error of which nothing left", err)
	}
	if _, known := all.Named("shop"); known || len(s.ReceivedOn(apis.SubscribeSend.Path)) > 0 {
		t.Error("an account that there is not is known, or was called")
	}
}

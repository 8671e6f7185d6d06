package wechattest

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"magpie/wechat/apis"
)

// TestNoAccountDoesEverything: of the five APIs that magpie began with, three are a Mini
// Program's and two an Official Account's.
func TestNoAccountDoesEverything(t *testing.T) {
	t.Parallel()
	five := []string{apis.CreateActivityID.Path, apis.SetUpdatableMsg.Path, apis.UniformSend.Path, apis.SubscribeSend.Path, apis.UploadNews.Path}
	for kind, want := range map[Kind][]string{
		AnyKind: five, Service: {apis.SubscribeSend.Path, apis.UploadNews.Path}, Subscription: {apis.SubscribeSend.Path, apis.UploadNews.Path}, MiniProgram: {apis.CreateActivityID.Path, apis.SetUpdatableMsg.Path, apis.UniformSend.Path},
	} {
		w := start(t, Options{Kind: kind})
		var may []string
		for _, path := range five {
			if w.code(w.say(routes[path].Method, path, map[bool]string{true: "", false: "{}"}[path == apis.CreateActivityID.Path])) != 48001 {
				may = append(may, path)
			}
		}
		if !slices.Equal(may, want) {
			t.Errorf("an account of the kind %q may call %v, want %v", kind, may, want)
		}
	}
}

// TestAPIsOfAnotherKind are refused after the token is looked at, and before a quota is spent.
func TestAPIsOfAnotherKind(t *testing.T) {
	t.Parallel()
	w := start(t, Options{Kind: Subscription, Quotas: map[string]int{apis.QRCreate.Path: 0, apis.MassAll.Path: 1}})
	w.wantCode("a QR code", "{}", apis.QRCreate.Path, 48001)
	w.wantCode("a mass message by names", "{}", apis.MassSend.Path, 48001)
	w.wantCode("a template message", "{}", apis.TemplateSend.Path, 48001)
	w.wantCode("a Mini Program's message", "{}", apis.WeappSubscribeSend.Path, 48001)
	w.wantCode("a mass message", `{"filter":{"is_to_all":true},"msgtype":"text","text":{"content":"T"}}`, apis.MassAll.Path, 0)
	library := func(want int) {
		t.Helper()
		if got := w.code(w.say("GET", apis.LibraryCategories.Path, "")); got != want {
			t.Errorf("the template library: errcode %d, want %d", got, want)
		}
	}
	library(0)
	w.s.Certified(false)
	library(200100)
	w.wantCode("a mass message of an account that is not certified", "{}", apis.MassAll.Path, 48001)
	w.s.SetKind(MiniProgram)
	library(0)
	w.wantCode("a Mini Program needs no certificate", `{"touser":"oA","msgtype":"text","text":{"content":"T"}}`, apis.CustomSend.Path, 0)
	w.wantCode("a Mini Program has no followers", "{}", apis.MassAll.Path, 48001)
	w.token = "wrong"
	w.wantCode("another kind, without a token", "{}", apis.MassAll.Path, 40001)
}

func TestKindInTheCloud(t *testing.T) {
	t.Parallel()
	w := start(t, Options{Kind: MiniProgram})
	at := apis.InvokeFunction.Path + "?access_token=" + w.token + "&env=" + DefaultCloudEnv + "&name=" + DefaultCloudFunction
	for api, want := range map[string]float64{"updatableMessage.createActivityId": 0, "subscribeMessage.bizsend": 48001} {
		var result map[string]any
		out := w.must(w.post(at, fmt.Sprintf(`{"api":%q,"params":{}}`, api)))
		if err := json.Unmarshal([]byte(fmt.Sprint(out["resp_data"])), &result); err != nil || result["errCode"] != want {
			t.Errorf("%s = %v, %v, want errCode %v", api, out, err, want)
		}
	}
}

// TestQuotaOfEveryAPI: the quota of what this server does not serve can be asked for too, and
// of what the account's kind does not have it cannot.
func TestQuotaOfEveryAPI(t *testing.T) {
	t.Parallel()
	const menu, code = "/cgi-bin/menu/create", "/wxa/getwxacodeunlimit"
	for kind, paths := range map[Kind]map[string]int{
		AnyKind:      {menu: 0, code: 0, apis.QRCreate.Path: 0, "/datacube/getusersummary": 0, "/cgi-bin/nothing": 76021, "/sns/userinfo": 76022, "cgi-bin/menu/create": 76003, "https://api.weixin.qq.com" + menu: 76003},
		Service:      {menu: 0, code: 76022, apis.QRCreate.Path: 0, apis.CustomSend.Path: 0, apis.CreateActivityID.Path: 76022},
		Subscription: {menu: 0, code: 76022, apis.QRCreate.Path: 76022, apis.MassAll.Path: 0},
		MiniProgram:  {menu: 76022, code: 0, apis.SubscribeSend.Path: 76022, apis.WeappSubscribeSend.Path: 0, "/cgi-bin/ticket/getticket": 0},
	} {
		w := start(t, Options{Kind: kind})
		for path, want := range paths {
			w.wantCode(fmt.Sprintf("quota of %q", kind), fmt.Sprintf(`{"cgi_path":%q}`, path), apis.QuotaGet.Path, want)
		}
	}
}

func TestUnknownKind(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("New of a kind that there is not: no panic")
		}
	}()
	New(Options{Kind: "shop"})
}

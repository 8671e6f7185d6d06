package commands

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"magpie/articles"
	"magpie/cards"
	"magpie/wechat"
	"magpie/wechat/wechattest"
)

// names are nicknames in memory.
type names map[string]string

func (n names) Nicknames(context.Context) (ids, namers map[string]string, err error) {
	return n, nil, nil
}

func (n names) SetNickname(_ context.Context, _ string, _ time.Time, name, template string) error {
	if n[name] = template; template == "" {
		delete(n, name)
	}
	return nil
}

func (names) NicknameActs(context.Context, string, int, func(time.Time, string, string, string, string)) error {
	return nil
}

func knownTemplates(t *testing.T) (*wechattest.Server, *wechat.Client, *Templates) {
	t.Helper()
	server := wechattest.New(wechattest.Options{})
	served := httptest.NewServer(server)
	t.Cleanup(served.Close)
	client, err := wechat.New(wechat.Options{AppID: wechattest.DefaultAppID, AppSecret: wechattest.DefaultAppSecret, BaseURL: served.URL})
	if err != nil {
		t.Fatal(err)
	}
	return server, client, NewTemplates(wechat.Account{Client: client}, names{"class": "CLASS-REMINDER-once"}, slog.New(slog.DiscardHandler))
}

func TestTemplatesStayKnownWhileWeChatIsAway(t *testing.T) {
	t.Parallel()
	server, _, known := knownTemplates(t)
	if _, ok := known.find("CLASS-REMINDER-once", false); ok {
		t.Error("found a template before any was read")
	}
	if err := known.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.Down(true)
	if err := known.Refresh(t.Context()); err == nil {
		t.Error("Refresh while WeChat is down: got nil, want an error")
	}
	for _, said := range []string{"CLASS-REMINDER-once", "上课提醒", "Class", " ＣＬＡＳＳ "} {
		if got, ok := known.find(said, false); !ok || got.ID != "CLASS-REMINDER-once" {
			t.Errorf("find(%q): got %q, %t", said, got.ID, ok)
		}
	}
	if _, ok := known.find("PURCHASE-DONE-service", false); ok {
		t.Error("a template of template/send is found among those of subscriptions")
	}
	server.Down(false)
	server.Answer("/wxaapi/newtmpl/gettemplate", 48001, 1) // as accounts of the other type are told
	if err := known.Refresh(t.Context()); err != nil {
		t.Errorf("Refresh where WeChat refuses one list: got %v, want nil", err)
	}
	if len(known.known(false)) != 0 || len(known.known(true)) == 0 {
		t.Errorf("got %d and %d templates, want none and some", len(known.known(false)), len(known.known(true)))
	}
}

// Only service accounts have template messages: the others are not asked for their templates
// once the kind is known.
func TestTemplatesOfAnotherKindAreNotAskedFor(t *testing.T) {
	t.Parallel()
	for kind, want := range map[wechat.AccountKind]int{wechat.MiniProgram: 0, wechat.SubscriptionAccount: 0, wechat.ServiceAccount: 1, "": 1} {
		server, client, _ := knownTemplates(t)
		server.SetKind(wechattest.Kind(kind))
		known := NewTemplates(wechat.Account{Client: client, Kind: kind}, names{}, slog.New(slog.DiscardHandler))
		if err := known.Refresh(t.Context()); err != nil {
			t.Errorf("%q: Refresh = %v", kind, err)
		}
		if got := len(server.ReceivedOn("/cgi-bin/template/get_all_private_template")); got != want {
			t.Errorf("%q: asked %d times for the templates of template/send, want %d", kind, got, want)
		}
		if len(known.known(false)) == 0 || (len(known.known(true)) > 0) != (want == 1) || known.listed[1] != (want == 1) {
			t.Errorf("%q: got %d and %d templates", kind, len(known.known(false)), len(known.known(true)))
		}
	}
}

// What is not known at the start is known as soon as WeChat answers; until then a label
// is not passed on as if it were a field's name.
func TestTemplatesAreReadAtOnce(t *testing.T) {
	t.Parallel()
	server, client, known := knownTemplates(t)
	server.Down(true)
	if err := known.Refresh(t.Context()); err == nil {
		t.Fatal("Refresh while WeChat is down: got nil, want an error")
	}
	book := New(Options{Templates: map[string]*Templates{client.AppID(): known}, Accounts: wechat.Accounts{{Client: client, Name: "main", Title: "main"}}})
	faultsOf := func(line string) []fault {
		words, err := Lex(line)
		if err != nil {
			t.Fatal(err)
		}
		c, rest := book.index.find(words)
		return unknownTemplate(book, c, rest)
	}
	if of := faultsOf("template send PURCHASE-DONE-service to=A 商品名称=巧克力"); len(of) != 1 || of[0].text.Key != "fault.templates_unread" || of[0].field != "商品名称" {
		t.Errorf("a label while no template is known: got %+v", of)
	}
	if of := faultsOf("template send PURCHASE-DONE-service to=A keyword1=巧克力"); len(of) > 0 {
		t.Errorf("a field's name while no template is known: got %+v", of)
	}
	server.Down(false)
	go known.Run(t.Context())
	known.Await(t.Context())
	if len(known.known(true)) == 0 {
		t.Error("after the first reading: got no template")
	}
}

func TestTwoTemplatesOfOneTitleAreNoName(t *testing.T) {
	t.Parallel()
	server, _, known := knownTemplates(t)
	server.List(wechattest.Template{ID: "A", Title: "通知", Type: 2, Content: "a:{{thing1.DATA}}"}, wechattest.Template{ID: "B", Title: "通知", Type: 2, Content: "b:{{thing1.DATA}}"})
	if err := known.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, ok := known.find("通知", false); ok {
		t.Errorf("find(通知): got %s, want none: two are called so", got.ID)
	}
}

func TestAskingAboutADraftSendsNothing(t *testing.T) {
	t.Parallel()
	server, client, _ := knownTemplates(t)
	approved := []articles.DraftArticle{{Title: "Tea"}}
	if err := unchangedDraft(t.Context(), client, "M", approved); err != nil {
		t.Errorf("a draft that is gone: got %v, want nil: WeChat knows whether it was sent", err)
	}
	server.DropAfter(1)
	err := unchangedDraft(t.Context(), client, "M", approved)
	var before *beforeSending
	if !errors.As(err, &before) || !before.NotSent() || before.Unclear() {
		t.Fatalf("a lost answer about a draft: got %v, want that nothing was sent", err)
	}
	if _, again := before.RetryAfter(); !again {
		t.Error("a lost answer about a draft: want another try")
	}
}

func TestLinesOfTemplatesAndMassMessages(t *testing.T) {
	t.Parallel()
	ask, err := plan(t, `template send T to=A first="Hi" data.first.color=#173177 keyword1=x url=http://x`)
	if err != nil || ask.Ask == nil || ask.Ask.Kind != "template.send" {
		t.Fatalf("template send: got %+v, %v", ask, err)
	}
	first := payload(t, ask.Ask)["data"].(map[string]any)["first"].(map[string]any)
	if first["value"] != "Hi" || first["color"] != "#173177" {
		t.Errorf("template send: got first %v", first)
	}
	for line, want := range map[string]string{
		`preview M`: "fault.preview_whom", `mass send M`: "fault.mass_whom", `mass send M to=A`: "fault.mass_openids",
		`mass send M all=yes clientmsgid=123456789012345678901234567890123`: "fault.mass_id",
	} {
		_, err := plan(t, line)
		if got := refusalOf(t, line, err).Text.Key; got != want {
			t.Errorf("%s: got %s, want %s", line, got, want)
		}
	}
}

// The card of a message warns of each template that the account does not list, and of none
// that it does; of another account's it says that nobody can look.
func TestTheCardWarnsOfUnlistedTemplates(t *testing.T) {
	t.Parallel()
	_, _, known := knownTemplates(t)
	b := New(Options{})
	b.templates, b.account = known, wechattest.DefaultAppID
	b.of = map[string]*Book{b.account: b}
	const listed, service, elsewhere = "CLASS-REMINDER-once", "PURCHASE-DONE-service", "wxother"
	uniform := func(weapp, appid, mp string) []cards.Text {
		return uniformSendKind(b, nil).Head(wechat.UniformMsg{Weapp: &wechat.WeappTemplateMsg{TemplateID: weapp}, MP: &wechat.MPTemplateMsg{AppID: appid, TemplateID: mp}}, nil)
	}
	heads := func() map[string][]cards.Text {
		return map[string][]cards.Text{
			"":                        slices.Concat(templateSendKind(b, nil).Head(wechat.TemplateMsg{TemplateID: service}, nil), subscribeSendKind(b, nil).Head(wechat.SubscribeMsg{TemplateID: listed}, nil), uniform(listed, b.account, service)),
			"unlisted X":              templateSendKind(b, nil).Head(wechat.TemplateMsg{TemplateID: "X"}, nil),
			"unlisted Y":              subscribeSendKind(b, nil).Head(wechat.SubscribeMsg{TemplateID: "Y"}, nil),
			"unlisted V, unlisted W":  uniform("V", b.account, "W"),
			"elsewhere W":             uniform(listed, elsewhere, "W"),
			"unlisted V, elsewhere W": uniform("V", elsewhere, "W"),
		}
	}
	if got := warnings(heads()["unlisted X"]); got != "" {
		t.Errorf("before the templates are known: got %q", got)
	}
	if err := known.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	for want, head := range heads() {
		if got := warnings(head); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func warnings(head []cards.Text) string {
	var all []string
	for _, line := range head {
		if strings.HasPrefix(line.Key, "uniform.") {
			continue // that it is withdrawn
		}
		all = append(all, strings.TrimPrefix(line.Key, "template.")+" "+line.Args["template"].Text.Words[""])
	}
	return strings.Join(all, ", ")
}

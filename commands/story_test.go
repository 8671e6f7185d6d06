package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"magpie/articles"
	"magpie/audiences"
	"magpie/cards"
	"magpie/jobs"
	"magpie/outbox"
	"magpie/outcomes"
	"magpie/posts"
	"magpie/schedules"
	"magpie/store"
	"magpie/store/storetest"
	"magpie/wechat"
	"magpie/wechat/wechattest"
)

// desk is a Book with a real outbox behind it and a pretend WeChat behind that.
type desk struct {
	*Book
	t        *testing.T
	wechat   *wechattest.Server
	db       *store.DB
	said     int
	articled int // articles
	town     *town
	ahead    atomic.Int64 // of the real clock
}

func (d *desk) now() time.Time { return time.Now().Add(time.Duration(d.ahead.Load())) }

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, wechat: wechattest.New(wechattest.Options{AppID: "wx1"}), town: newTown()}
	listens := httptest.NewServer(d.wechat)
	t.Cleanup(listens.Close)
	client, err := wechat.New(wechat.Options{AppID: "wx1", AppSecret: wechattest.DefaultAppSecret, BaseURL: listens.URL})
	if err != nil {
		t.Fatal(err)
	}
	served := wechat.Accounts{{Client: client, Name: "main", Title: "main"}}
	log := slog.New(slog.DiscardHandler)
	if d.db, err = store.Open(t.Context(), storetest.SQLite(t), log); err != nil {
		t.Fatal(err)
	}
	policy, err := outbox.ParsePolicy("*=1", KindNames, nil)
	if err != nil {
		t.Fatal(err)
	}
	roles := NewRoles([]string{"UADMIN"}, []string{"U3"}, nil, testPeople{})
	work := jobs.New(jobs.Options{DB: d.db, Log: log})
	shown := posts.New(posts.Options{DB: d.db, Jobs: work, Now: d.now, Log: log})
	box := outbox.New(outbox.Options{
		DB: d.db, Jobs: work, Posts: shown, Roles: roles, Policy: policy, TTL: time.Hour, Accounts: outbox.Accounts{"wx1"}, Now: d.now, Log: log,
	})
	clock := schedules.New(schedules.Options{
		DB: d.db, Jobs: work, Posts: shown, Outbox: box, Zone: time.UTC, Least: time.Minute, Grace: 5 * time.Minute, Lead: time.Hour, Now: d.now, Log: log,
		Person: func(_ context.Context, id string) (cards.Person, bool) {
			return cards.Person{ID: id, Member: true}, true
		},
	})
	people := audiences.New(audiences.Options{DB: d.db, Jobs: work, Posts: shown, Outbox: box, WeChat: served, Now: d.now, Log: log})
	box.Lend(people)
	writing := articles.New(articles.Options{DB: d.db, Jobs: work, Posts: shown, Outbox: box, WeChat: served, Language: "en", Now: d.now, Log: log})
	after := outcomes.New(outcomes.Options{DB: d.db, Jobs: work, Posts: shown, Outbox: box, Articles: writing, WeChat: served, Now: d.now, Log: log})
	d.Book = New(Options{Outbox: box, Schedules: clock, Articles: writing, Audiences: people, Outcomes: after, Accounts: served, Roles: roles, Channels: d.town, Files: d.town, Now: d.now, Log: log})
	if err := box.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	clock.Start(t.Context(), func(ctx context.Context, l schedules.Line) (int64, error) {
		answer, err := d.Run(ctx, Call{Account: l.Account, Line: l.Text, Who: l.Who, Where: l.Where, Once: l.Once, Due: l.Due, Until: l.Until, Grant: l.Grant, Granted: l.Granted, Anyway: true, Note: l.Note, With: l.With})
		return answer.Request, err
	})
	t.Cleanup(func() {
		clock.Stop()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := box.Stop(ctx); err != nil {
			t.Error(err)
		}
		d.db.Close()
	})
	return d
}

// say says a line as somebody, each time anew.
func (d *desk) say(who, line string) (Answer, error) {
	d.said++
	return d.Run(d.t.Context(), Call{
		Line: line, Who: cards.Person{ID: who, Member: who != "G1"}, Where: cards.Place{Channel: "C1"}, Once: fmt.Sprint(d.said),
	})
}

func (d *desk) must(who, line string) Answer {
	d.t.Helper()
	answer, err := d.say(who, line)
	for range 5 { // a machine that is busy with tests asks to say it again
		if refusal, ok := errors.AsType[*cards.Refusal](err); !ok || refusal.Code != cards.NotAccepted {
			break
		}
		answer, err = d.say(who, line)
	}
	if err != nil {
		d.t.Fatalf("%s says %s: %v", who, line, err)
	}
	return answer
}

// refused says a line and wants it refused with a key.
func (d *desk) refused(who, line, key string) *cards.Refusal {
	d.t.Helper()
	_, err := d.say(who, line)
	refusal := refusalOf(d.t, line, err)
	if refusal.Text.Key != key {
		d.t.Errorf("%s says %s: got %s, want %s", who, line, refusal.Text.Key, key)
	}
	return refusal
}

// reads waits until show says something.
func (d *desk) reads(n int, want string) string {
	d.t.Helper()
	var got string
	for range 1000 {
		got = newSayer(d.t, "en").card(d.must("U2", fmt.Sprintf("show %d", n)).Card)
		if strings.Contains(got, want) {
			return got
		}
		time.Sleep(10 * time.Millisecond)
	}
	d.t.Fatalf("show %d:\ngot  %s\nwant %s", n, got, want)
	return ""
}

func TestALineReachesWeChat(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	answer := d.must("U1", `subscribe send T to=A，B thing1="Green tea"`)
	if answer.Request != 1 || answer.Form != nil {
		t.Fatalf("subscribe send: got %+v, want request 1", answer)
	}
	d.refused("U1", `approve 1`, "fault.role_approver")
	d.refused("U2", `approve 2`, "fault.no_request")
	d.must("UADMIN", `approve ＃1`)
	d.reads(1, "State: done")
	got := d.wechat.ReceivedOn("/cgi-bin/message/subscribe/bizsend")
	if len(got) != 2 {
		t.Fatalf("WeChat received %d calls, want 2", len(got))
	}
	bodies := []string{string(got[0].Body), string(got[1].Body)}
	for _, to := range []string{"A", "B"} {
		want := fmt.Sprintf(`{"touser":%q,"template_id":"T","data":{"thing1":{"value":"Green tea"}}}`, to)
		if !slices.Contains(bodies, want) {
			t.Errorf("WeChat received %s, want %s among them", bodies, want)
		}
	}
	alike := d.refused("U1", `subscribe send T to=A,B thing1="Green tea"`, "fault.alike")
	if len(alike.Buttons) != 1 || d.must("U1", alike.Buttons[0].Line).Request != 2 {
		t.Errorf("asked anyway: got %+v, want request 2", alike)
	}
	list := newSayer(t, "en").card(d.must("U2", "requests waiting").Card)
	if !strings.Contains(list, "#2 · ⏳ *waiting* · Send `T` to 2 people. · @U1") || strings.Contains(list, "#1 ") {
		t.Errorf("requests waiting: got %s", list)
	}
	d.must("U1", "withdraw 2")
	d.reads(2, "State: withdrawn")
}

func TestWhatWeChatReturnsIsTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.must("U1", `activity create`)
	text := d.reads(1, "activity_id")
	id := d.wechat.Phone().Activities
	if len(id) != 1 || !strings.Contains(text, id[0].ID) || !strings.Contains(text, "expiration_time") {
		t.Errorf("show 1: got %s, want the activity's id and expiry", text)
	}
	d.must("U1", `activity update `+id[0].ID+` member_count=2 room_limit=5`)
	d.must("U3", `approve 2`)
	d.reads(2, "State: done")
	d.must("U1", `news upload title=A thumb=M content="<p>hi</p>" -- title=B thumb=M content=C cover=0`)
	d.must("U3", `approve 3`)
	text = d.reads(3, "created_at")
	for _, want := range []string{"`type`", "`media_id`: "} {
		if !strings.Contains(text, want) {
			t.Errorf("show 3: got %s, want %s in it", text, want)
		}
	}
	if n := d.must("U1", `uniform send to=A mp.appid=a mp.template_id=t mp.url=http://x mp.data.first=Hi`).Request; n != 4 {
		t.Errorf("uniform send: got request %d, want 4", n)
	}
	body := d.wechat.ReceivedOn("/cgi-bin/media/uploadnews")[0].Body
	if !json.Valid(body) || !strings.Contains(string(body), `"content":"<p>hi</p>"`) {
		t.Errorf("uploadnews received %s", body)
	}
}

func TestWhyWeChatRefusesIsTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wechat.Refuses("A")
	d.must("U1", `subscribe send T to=A thing1=Tea`)
	d.must("U3", `approve 1`)
	if text := d.reads(1, "State: failed"); !strings.Contains(text, "43101") || !strings.Contains(text, "rid") {
		t.Errorf("show 1: got %s, want the code and the rid", text)
	}
}

func TestRejectAsksForAReason(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.must("U1", `subscribe send T to=A thing1=Tea`)
	d.refused("U1", `reject 1`, "fault.role_approver")
	form := d.must("U3", `reject #1`).Form
	if form == nil || form.Line != "reject #1" || len(form.Inputs) != 1 || form.Inputs[0].Key != "reason" || !form.Inputs[0].Required {
		t.Fatalf("reject 1: got form %+v, want one that asks for the reason", form)
	}
	line := d.Submitted(form.Line, map[string]string{"reason": "the \"date\" is\nwrong"})
	if want := "reject #1 reason=\"the \\\"date\\\" is\nwrong\""; line != want {
		t.Errorf("Submitted: got %s, want %s", line, want)
	}
	d.must("U3", line)
	d.reads(1, "the \"date\" is\nwrong")
}

func TestWhoMayNotIsOnRecord(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.refused("G1", `subscribe send T to=A thing1=Tea`, "fault.role_guest")
	d.refused("G1", `subscribe send`, "fault.role_guest")
	d.must("G1", `help`)
	var tried int
	if err := d.db.QueryRow(t.Context(), "select count(*) from journal where room = 'request' and who = 'G1' and verb = 'tried'").Scan(&tried); err != nil || tried != 2 {
		t.Errorf("record: got %d attempts, %v, want 2", tried, err)
	}
}

func TestErrorsOfWeChatExplainThemselves(t *testing.T) {
	t.Parallel()
	server := wechattest.New(wechattest.Options{AppID: "wx1"})
	served := httptest.NewServer(server)
	defer served.Close()
	client, err := wechat.New(wechat.Options{AppID: "wx1", AppSecret: wechattest.DefaultAppSecret, BaseURL: served.URL})
	if err != nil {
		t.Fatal(err)
	}
	server.Unknown("A")
	msg := wechat.SubscribeMsg{TemplateID: "T", Data: map[string]wechat.DataValue{"thing1": {Value: "x"}}}
	_, err = subscribeSendKind(new(Book), client).Do(t.Context(), msg, "A")
	var explains interface{ Explain() cards.Text }
	var unclear interface{ Unclear() bool }
	if !errors.As(err, &explains) || !errors.As(err, &unclear) || unclear.Unclear() {
		t.Fatalf("Do: got %v, want an error that explains itself and is not unclear", err)
	}
	words := explains.Explain().Words
	for lang, want := range map[string]string{"en": "WeChat: 40003 ", "zh": "微信返回：40003 "} {
		if !strings.Contains(words[lang], want) || !strings.Contains(words[lang], "rid ") {
			t.Errorf("%s: got %q, want %q and the rid in it", lang, words[lang], want)
		}
	}
}

package outcomes

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"magpie/articles"
	"magpie/cards"
	"magpie/jobs"
	"magpie/outbox"
	"magpie/posts"
	"magpie/store"
	"magpie/store/storetest"
	"magpie/wechat"
	"magpie/wechat/wechattest"
)

// world is Outcomes of two accounts, wx1 and wx2, each at a pretend WeChat, by a clock that
// is stepped.
type world struct {
	*Outcomes
	t     *testing.T
	sites map[string]*wechattest.Server
	ahead atomic.Int64
	start time.Time
}

type everybody struct{}

func (everybody) May(cards.Person, outbox.Role) error { return nil }
func (everybody) Approvers() ([]string, error)        { return []string{"UA1", "UA2"}, nil }
func (everybody) Asked() ([]string, error)            { return []string{"UA1"}, nil }
func (everybody) Named(id string) ([]string, error)   { return []string{id}, nil }

func newWorld(t *testing.T, url string) *world {
	t.Helper()
	w := &world{t: t, sites: map[string]*wechattest.Server{}, start: time.Date(2026, 11, 20, 10, 0, 0, 0, wechat.China)}
	now := func() time.Time { return w.start.Add(time.Duration(w.ahead.Load())) }
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(t.Context(), url, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	var accounts wechat.Accounts
	for _, id := range []string{"wx1", "wx2"} {
		site := wechattest.New(wechattest.Options{AppID: id, Now: now})
		listens := httptest.NewServer(site)
		t.Cleanup(listens.Close)
		client, err := wechat.New(wechat.Options{AppID: id, AppSecret: wechattest.DefaultAppSecret, BaseURL: listens.URL, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		w.sites[id], accounts = site, append(accounts, wechat.Account{Client: client, Name: id, Title: id})
	}
	policy, err := outbox.ParsePolicy("*=1", []string{"test.back"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	work := jobs.New(jobs.Options{DB: db, Log: log})
	shown := posts.New(posts.Options{DB: db, Jobs: work, Now: now, Log: log})
	box := outbox.New(outbox.Options{
		DB: db, Jobs: work, Posts: shown, Roles: everybody{}, Policy: policy, TTL: time.Hour, Accounts: outbox.Accounts{"wx1", "wx2"}, Now: now, Log: log,
	})
	outbox.Register(box, outbox.Kind[string]{Name: "test.back", Account: "wx1", Approval: true, Keeps: outbox.InTheLine[string](), Content: func(string) []cards.Content { return nil }})
	desk := articles.New(articles.Options{DB: db, Jobs: work, Outbox: box, Posts: shown, WeChat: accounts, Now: now, Log: log})
	w.Outcomes = New(Options{DB: db, Jobs: work, Posts: shown, Outbox: box, Articles: desk, WeChat: accounts, Now: now, Log: log})
	if err := work.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) step(d time.Duration) { w.ahead.Add(int64(d)) }

// send has an account send a mass message of a draft, which ends after a while.
func (w *world) send(account string, request int64, after time.Duration, status string) Sent {
	w.t.Helper()
	c := w.WeChat.Of(account)
	draft, err := c.AddDraft(w.t.Context(), []wechat.DraftArticle{{Title: "Tea", Content: "<p>Tea</p>", ThumbMediaID: "T"}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.sites[account].EndMass(after, status)
	job, err := c.SendMass(w.t.Context(), wechat.MassFilter{All: true}, wechat.MassMsg{MassContent: wechat.MassContent{News: draft}})
	if err != nil {
		w.t.Fatal(err)
	}
	sent := Sent{Account: account, Request: request, MsgID: job.MsgID, MsgDataID: job.MsgDataID, MediaID: draft}
	w.Sent(w.t.Context(), sent)
	return sent
}

func (w *world) asked(account string) int {
	return len(w.sites[account].ReceivedOn("/cgi-bin/message/mass/get"))
}

func (w *world) state(s Sent) string {
	w.t.Helper()
	m, err := store.One[massMessage](w.t.Context(), w.DB, selectMasses+"account = $1 and msg_id = $2", s.Account, s.MsgID)
	if err != nil {
		w.t.Fatal(err)
	}
	return m.State
}

// ask writes a request, the first of which is #1.
func (w *world) ask(i int, with outbox.With) (int64, error) {
	said, err := w.Outbox.Ask(w.t.Context(), outbox.Ask{
		Account: "wx1", Kind: "test.back", Payload: "x", Who: cards.Person{ID: "U1", Member: true}, Where: cards.Place{Channel: "C1"}, Once: fmt.Sprint(i), Line: "x", Anyway: true, With: with,
	})
	return said.N, err
}

func (w *world) must(what string, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
}

// TestMassIsAskedAbout: at first within 10 s, at most 10 s apart in the first minute, then at
// growing steps for a day, and what is open then says so.
func TestMassIsAskedAbout(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		sent := w.send("wx1", 1, 48*time.Hour, "send success")
		w.Sent(t.Context(), sent) // said twice: a call that was repeated
		last, gap, was := time.Duration(0), time.Duration(0), 0
		for at := time.Second; at <= 25*time.Hour; {
			w.must("ask", w.askMasses(t.Context(), w.Outbox.Accounts))
			if n := w.asked("wx1"); n > was {
				switch wait := time.Duration(w.ahead.Load()) - last; {
				case n > was+1:
					t.Fatalf("after %s it was asked %d times at once", at, n-was)
				case last <= time.Minute && wait > 10*time.Second:
					t.Fatalf("after %s it is asked %s after the last time, want 10 s at most in the first minute", at, wait)
				case last > time.Minute && wait < gap-2*time.Minute:
					t.Fatalf("after %s the steps shrink from %s to %s", at, gap, wait)
				default:
					last, gap, was = time.Duration(w.ahead.Load()), wait, n
				}
			}
			step := time.Second
			if at > 5*time.Minute {
				step = time.Minute
			}
			w.step(step)
			at += step
		}
		if got := w.state(sent); got != stillOpen {
			t.Errorf("after a day it is %s, want %s", got, stillOpen)
		}
		if was < 25 || was > 60 {
			t.Errorf("it was asked %d times in a day", was)
		}
		fields, err := w.Since(t.Context(), w.DB, 1)
		if err != nil || len(fields) != 1 || fields[0].Value.Args["what"].Text.Key != "outcome.is_open" {
			t.Errorf("the card says %+v, %v", fields, err)
		}
		w.step(48 * time.Hour)
		w.must("ask", w.askMasses(t.Context(), w.Outbox.Accounts))
		if n := w.asked("wx1"); n != was {
			t.Errorf("it was asked %d times more after that", n-was)
		}
	})
}

// TestMassIsAskedOnceByTwo: two that watch ask once.
func TestMassIsAskedOnceByTwo(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		sent := w.send("wx1", 1, time.Second, "send success")
		w.step(firstWaits)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if err := w.askMasses(t.Context(), w.Outbox.Accounts); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if n := w.asked("wx1"); n != 1 || w.state(sent) != arrived {
			t.Errorf("it was asked %d times and is %s, want once and %s", n, w.state(sent), arrived)
		}
	})
}

// TestMassOfOthers: an account that is not served is not asked for, one whose events are
// received neither, and one that does not answer holds up no other.
func TestMassOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t))
	one, two := w.send("wx1", 1, time.Second, "send fail"), w.send("wx2", 2, time.Second, "send success")
	w.sites["wx1"].Down(true)
	w.step(firstWaits)
	w.must("ask", w.askMasses(t.Context(), w.Outbox.Accounts))
	if w.state(one) != underWay || w.state(two) != arrived {
		t.Errorf("with wx1 down they are %s and %s", w.state(one), w.state(two))
	}
	w.sites["wx1"].Down(false)
	w.Outbox.Accounts = outbox.Accounts{"wx2"}
	before := w.asked("wx1")
	w.step(time.Hour)
	w.must("ask", w.askMasses(t.Context(), w.Outbox.Accounts))
	if n := w.asked("wx1"); n != before {
		t.Errorf("wx1 is not served and was asked for %d times", n-before)
	}
	w.Outbox.Accounts = outbox.Accounts{"wx1", "wx2"}
	w.must("ask", w.askMasses(t.Context(), w.Outbox.Accounts))
	if got := w.state(one); got != notSent {
		t.Errorf("served again it is %s, want %s", got, notSent)
	}
	w.WeChat[0].Hears = true
	w.send("wx1", 3, time.Second, "send success")
	w.step(time.Hour)
	before = w.asked("wx1")
	w.must("ask", w.askMasses(t.Context(), w.Outbox.Accounts))
	if n := w.asked("wx1"); n != before {
		t.Error("it is asked for though its events are received")
	}
}

// TestTakenBackOnce: of many who ask at once to take the same back, one may.
func TestTakenBackOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		part := Part{Account: "wx1", What: OfMessage("5"), Request: 1}
		ask := func(i int, p Part) (int64, error) { return w.ask(i, w.TakeBack(p)) }
		var asked sync.WaitGroup
		var got, refused atomic.Int64
		for i := range 8 {
			asked.Go(func() {
				n, err := ask(i, part)
				var refusal *cards.Refusal
				switch {
				case err == nil:
					got.Store(n)
				case errors.As(err, &refusal) && refusal.Text.Key == "taken.asked":
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		asked.Wait()
		n := got.Load()
		if n == 0 || refused.Load() != 7 {
			t.Fatalf("#%d may, and %d were refused; want one and 7", n, refused.Load())
		}
		second := Part{Account: "wx1", What: OfMessage("5"), Number: 2, Request: 1}
		if _, err := ask(8, second); err == nil {
			t.Error("a part may be taken back while all of it is asked for")
		}
		if _, err := w.Outbox.Reject(t.Context(), outbox.Press{N: n, Who: cards.Person{ID: "UA1", Member: true}, Reason: "no"}); err != nil {
			t.Fatal(err)
		}
		n, err := ask(9, second)
		w.must("ask for a part once that was rejected", err)
		w.must("take it back", w.tookBack(t.Context(), second, n, func(context.Context, *store.Tx) error { return nil }))
		if err := w.NotTakenBack(t.Context(), second, 0); err == nil || err.(*cards.Refusal).Text.Key != "taken.already" {
			t.Errorf("what was taken back: %v", err)
		}
		if _, err := ask(10, part); err != nil {
			t.Errorf("the rest, with a part taken back: %v", err)
		}
		fields, err := w.Since(t.Context(), w.DB, 1)
		if err != nil || len(fields) != 1 || fields[0].Label.Key != "taken.field" {
			t.Errorf("the first card says %+v, %v", fields, err)
		}
	})
}

// TestFiguresAreToldInTime: once each morning that is due, once for all that were slept
// through, and never without figures before the hour is well past.
func TestFiguresAreToldInTime(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		sent := w.send("wx1", 1, time.Second, "send success")
		read := func() publication {
			t.Helper()
			all, err := w.publications(t.Context(), w.DB, "account = $1 and msg_data_id = $2", sent.Account, sent.MsgDataID)
			if err != nil || len(all) != 1 {
				t.Fatalf("%d publications, %v", len(all), err)
			}
			return all[0]
		}
		due := func(after time.Duration, step, days int) {
			t.Helper()
			w.ahead.Store(int64(after))
			w.must("ask", w.askFigures(t.Context(), w.Outbox.Accounts))
			p := read()
			got := 0
			if len(p.Known) > 0 {
				got = len(p.Known[0].Days)
			}
			if p.Step != step || got != days {
				t.Errorf("after %s: step %d with %d days, want %d with %d", after, p.Step, got, step, days)
			}
		}
		_, err := w.ask(0, nil)
		w.must("ask", err)
		morning := 23 * time.Hour // it went out at 10:00
		due(morning-time.Minute, 0, 0)
		w.sites["wx1"].Answer("/datacube/getarticletotaldetail", 61503, 1)
		due(morning, 0, 0)
		due(morning+30*time.Minute, 0, 0)
		due(morning+time.Hour, 1, 1)
		due(morning+2*time.Hour, 1, 1)
		due(5*24*time.Hour, 2, 5) // slept through the third morning
		w.sites["wx1"].Down(true)
		due(morning+6*24*time.Hour, 2, 5)
		due(morning+6*24*time.Hour+5*time.Hour, 2, 5)
		due(morning+6*24*time.Hour+7*time.Hour, 3, 5) // what is known is told
		w.sites["wx1"].Down(false)
		due(30*24*time.Hour, 3, 5)
	})
}

// TestFiguresOfTheNextDay: what went out shortly before midnight is looked for among what WeChat
// counts for the day after, too, and nothing else is.
func TestFiguresOfTheNextDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t))
	w.ahead.Store(int64(14*time.Hour + 10*time.Second)) // ten seconds after midnight
	for i := range 2 {
		_, err := w.ask(i, nil)
		w.must("ask", err)
	}
	for request, before := range map[int64]time.Duration{1: 20 * time.Second, 2: 2 * time.Hour} { // when magpie noted it
		sent := w.send("wx1", request, time.Second, "send success")
		p := publication{OutAt: w.Now().Add(-before)}
		w.must("move", w.DB.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), "update publication set out_at = $2, next_at = $3 where msg_data_id = $1", sent.MsgDataID, store.Millis(p.OutAt), store.Millis(p.tellAt(0)))
			return err
		}))
	}
	w.step(35 * time.Hour) // the second morning after
	w.must("ask", w.askFigures(t.Context(), w.Outbox.Accounts))
	all, err := w.publications(t.Context(), w.DB, "account = 'wx1' order by request")
	if err != nil || len(all) != 2 || len(all[0].Known) != 1 || len(all[1].Known) != 0 {
		t.Errorf("figures: %+v, %v; want those of the first", all, err)
	}
	if n := len(w.sites["wx1"].ReceivedOn("/datacube/getarticletotaldetail")); n != 2 {
		t.Errorf("%d calls, want one for the day and one for the next", n)
	}
}

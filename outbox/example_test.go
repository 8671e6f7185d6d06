package outbox_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/outbox"
	"magpie/posts"
	"magpie/store"
	"magpie/wechat"
	"magpie/wechat/wechattest"
)

// team is who may do what: Ann approves what others ask for.
type team struct{}

func (team) May(who cards.Person, role outbox.Role) error {
	if role > outbox.Sender && who.ID != "UAnn" {
		return cards.Refuse("fault.role_approver").WithCode(cards.LacksRole)
	}
	return nil
}
func (team) Approvers() ([]string, error)      { return []string{"UAnn"}, nil }
func (team) Asked() ([]string, error)          { return []string{"UAnn"}, nil }
func (team) Named(id string) ([]string, error) { return []string{id}, nil }

// channel is where cards stand. It hands on what is said in their threads.
type channel chan cards.Card

func (c channel) Post(_ context.Context, at cards.Place, card cards.Card) (cards.Place, error) {
	if at.Thread != "" {
		c <- card
	}
	at.TS = "1"
	return at, nil
}
func (channel) Update(context.Context, cards.Place, cards.Card) error { return nil }

// A request is asked for, approved by somebody else, carried out and told.
func Example() {
	ctx, log := context.Background(), slog.New(slog.DiscardHandler)
	server, address, stop := wechattest.Start(wechattest.Options{})
	defer stop()
	client, err := wechat.New(wechat.Options{AppID: wechattest.DefaultAppID, AppSecret: wechattest.DefaultAppSecret, BaseURL: address})
	dir, err2 := os.MkdirTemp("", "outbox")
	db, err3 := store.Open(ctx, "sqlite:"+filepath.Join(dir, "magpie.db"), log)
	if err != nil || err2 != nil || err3 != nil {
		fmt.Println(err, err2, err3)
		return
	}
	defer os.RemoveAll(dir)
	defer db.Close()

	told, work := make(channel, 1), jobs.New(jobs.Options{DB: db, Log: log})
	box := outbox.New(outbox.Options{
		DB: db, Jobs: work, Posts: posts.New(posts.Options{DB: db, Jobs: work, Teller: told, Now: time.Now, Log: log}),
		Roles: team{}, Accounts: outbox.Accounts{wechattest.DefaultAppID}, TTL: time.Hour, Now: time.Now, Log: log,
	})
	outbox.Register(box, outbox.Kind[wechat.SubscribeMsg]{
		Name: "subscribe.send", Approval: true, Reaches: outbox.ByRecipient[wechat.SubscribeMsg](), Keeps: outbox.InTheLine[wechat.SubscribeMsg](),
		Do: func(ctx context.Context, m wechat.SubscribeMsg, recipient string) (outbox.Receipt, error) {
			m.ToUser = recipient
			return nil, client.SendSubscribe(ctx, m)
		},
		Content: func(m wechat.SubscribeMsg) []cards.Content {
			return []cards.Content{{Label: "thing1", Text: m.Data["thing1"].Value}}
		},
	})
	fmt.Println("start:", box.Start(ctx))
	defer box.Stop(ctx)

	bob, ann := cards.Person{ID: "UBob"}, cards.Person{ID: "UAnn"}
	said, err := box.Ask(ctx, outbox.Ask{
		Account: wechattest.DefaultAppID, Kind: "subscribe.send", Who: bob, Where: cards.Place{Channel: "CTea"}, Once: "envelope 1",
		Payload:    wechat.SubscribeMsg{TemplateID: "T1", Data: map[string]wechat.DataValue{"thing1": {Value: "Tea is ready"}}},
		Recipients: []string{"oEve", "oMax"}, Line: `subscribe send T1 to=oEve,oMax thing1="Tea is ready"`,
	})
	state, _, _ := box.StateOf(ctx, said.N)
	fmt.Printf("#%d: %s, %v, sent %d\n", said.N, state, err, len(server.Phone().Notifications))

	_, err = box.Approve(ctx, outbox.Press{N: said.N, Who: bob})
	fmt.Println("Bob may approve it:", !cards.IsRefused(err, cards.LacksRole))
	_, err = box.Approve(ctx, outbox.Press{N: said.N, Who: ann})
	fmt.Println("Ann approves it:", err)

	<-told // the result
	state, tally, err := box.StateOf(ctx, said.N)
	fmt.Printf("#%d: %s, %v, done %d, sent %d\n", said.N, state, err, tally.Done, len(server.Phone().Notifications))
	_, err = box.Withdraw(ctx, outbox.Press{N: said.N, Who: bob})
	fmt.Println("too late to withdraw it:", cards.IsRefused(err, cards.NotWaiting))
	// Output:
	// start: <nil>
	// #1: waiting, <nil>, sent 0
	// Bob may approve it: false
	// Ann approves it: <nil>
	// #1: done, <nil>, done 2, sent 2
	// too late to withdraw it: true
}

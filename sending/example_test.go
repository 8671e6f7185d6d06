package sending_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"magpie/jobs"
	"magpie/sending"
	"magpie/store"
	"magpie/wechat"
	"magpie/wechat/wechattest"
)

// owner has one order, which everybody approved, and hears of its end.
type owner struct {
	sending.Owner // what only broadcasts ask for, and what is held
	order         sending.Order
	ended         func()
}

func (o *owner) Order(context.Context, store.Queryer, int64) (sending.Order, error) {
	return o.order, nil
}
func (o *owner) Lock(context.Context, *store.Tx, int64) error { return nil }
func (o *owner) Approved(context.Context, store.Queryer, sending.Order) (bool, error) {
	return true, nil
}
func (o *owner) Lapsed(context.Context, store.Queryer, sending.Order) (l sending.Lapse, err error) {
	return l, nil
}
func (o *owner) MayCall(context.Context, sending.Order) error          { return nil }
func (o *owner) Began(context.Context, *store.Tx, sending.Order) error { return nil }
func (o *owner) Ended(_ context.Context, tx *store.Tx, _ sending.Order) (told bool, err error) {
	tx.OnCommit(o.ended)
	return true, nil
}

// An order to two people is written, begun and carried out; each delivery says what came of it.
func Example() {
	ctx, log := context.Background(), slog.New(slog.DiscardHandler)
	server, address, stop := wechattest.Start(wechattest.Options{})
	defer stop()
	server.Unknown("oNobody")
	client, err := wechat.New(wechat.Options{AppID: wechattest.DefaultAppID, AppSecret: wechattest.DefaultAppSecret, BaseURL: address})
	dir, err2 := os.MkdirTemp("", "sending")
	db, err3 := store.Open(ctx, "sqlite:"+filepath.Join(dir, "magpie.db"), log)
	if err != nil || err2 != nil || err3 != nil {
		fmt.Println(err, err2, err3)
		return
	}
	defer os.RemoveAll(dir)
	defer db.Close()

	payload, people := json.RawMessage(`{"template_id":"T1","data":{"thing1":{"value":"Tea is ready"}}}`), []string{"oEve", "oNobody"}
	over := make(chan struct{})
	own := &owner{ended: sync.OnceFunc(func() { close(over) }), order: sending.Order{
		N: 17, Account: wechattest.DefaultAppID, Kind: "subscribe.send", Payload: payload, AskedAt: time.Now(),
		Hash: sending.Hash(wechattest.DefaultAppID, "subscribe.send", payload, people),
	}}
	work := jobs.New(jobs.Options{DB: db, Log: log})
	engine := sending.New(sending.Options{DB: db, Jobs: work, Owner: own, Serve: func(string) bool { return true }, Now: time.Now, Log: log})
	engine.Register(sending.Kind{Name: "subscribe.send", Open: func(payload json.RawMessage) (sending.Message, error) {
		var m wechat.SubscribeMsg
		return sending.Message{
			Do: func(ctx context.Context, recipient string) (sending.Receipt, error) {
				m := m
				m.ToUser = recipient
				return nil, client.SendSubscribe(ctx, m)
			},
			Ref: func(sending.Receipt, string) string { return "" },
		}, json.Unmarshal(payload, &m)
	}})
	fmt.Println("open:", work.Open(ctx), "start:", work.Start(ctx))
	engine.Start()

	fmt.Println("written and begun:", db.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `insert into request (n, account, kind, state, line, asked_by, channel, thread, payload, hash, size, need, asked_at, expires_at, remind_at, approved_at)
			values (17, '', '', '', '', '', '', '', '', '', 2, 0, 0, 0, 0, 0)`); err != nil {
			return err // the owner's own row
		}
		if err := engine.WriteNamed(ctx, tx, own.order, people); err != nil {
			return err
		}
		return engine.Begin(ctx, tx, own.order)
	}))
	<-over
	all, err := engine.Deliveries(ctx, db, own.order)
	for _, d := range all {
		fmt.Println(d.Recipient, d.State, d.Tries)
	}
	fmt.Println("on phones:", len(server.Phone().Notifications), err)

	engine.BeginNone()
	fmt.Println("stop:", work.Stop(ctx))
	engine.Close()
	// Output:
	// open: <nil> start: <nil>
	// written and begun: <nil>
	// oEve done 1
	// oNobody failed 1
	// on phones: 1 <nil>
	// stop: <nil>
}

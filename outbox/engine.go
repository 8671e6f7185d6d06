package outbox

import (
	"context"

	"magpie/cards"
	"magpie/sending"
	"magpie/store"
)

// engine is all that the outbox, and who stands on it, asks of whoever carries out what is
// approved: sending.Engine, where it stands what each method does, refuses and returns. What
// comes of it the outbox is told as a sending.Owner.
type engine interface {
	// Before and after: which kinds there are, whose audiences are lent, the life of a process.
	Register(kind sending.Kind)
	Lend(a Audiences)
	Start()
	BeginNone()
	Close()

	// What is asked is written, with its recipients, and what its approval binds to is summed.
	WriteNamed(ctx context.Context, tx *store.Tx, of sending.Order, recipients []string) error
	WriteBroadcast(ctx context.Context, tx *store.Tx, of sending.Order) error
	BroadcastHash(ctx context.Context, q store.Queryer, of sending.Order) (string, error)

	// What people decide.
	Begin(ctx context.Context, tx *store.Tx, of sending.Order) error
	Pause(ctx context.Context, tx *store.Tx, n int64) error
	Resume(ctx context.Context, tx *store.Tx, of sending.Order) error
	ResumeDue(ctx context.Context, tx *store.Tx, now int64) error
	Stop(ctx context.Context, tx *store.Tx, n int64) error
	Drop(ctx context.Context, tx *store.Tx, n int64, as sending.State, why cards.Text) error
	Again(ctx context.Context, tx *store.Tx, of sending.Order, repeated sending.State) (count, unwanted int, err error)
	WakeAll(ctx context.Context, tx *store.Tx) error

	// What WeChat says later.
	Report(ctx context.Context, account, kind, ref string, ok bool, why cards.Text) error

	// How far it has come, and what came of it.
	Read(ctx context.Context, q store.Queryer, of *sending.Order) error
	Look(ctx context.Context, of sending.Order) (sending.Seen, error)
	Recipients(ctx context.Context, q store.Queryer, n int64) ([]string, error)
	Deliveries(ctx context.Context, q store.Queryer, of sending.Order) ([]sending.Delivery, error)
	Summary(ctx context.Context, of sending.Order, most int) (counts []sending.Count, unclear []string, err error)
	WaitingFor(ctx context.Context, of sending.Order) (cards.Text, error)
	WhyFailed(ctx context.Context, of sending.Order) (cards.Text, error)
	ShareRows(ctx context.Context, of sending.Order, place cards.Place) error
	UsualRate(ctx context.Context, account, kind string) (float64, error)
	QuotaOf(ctx context.Context, account, kind string) *Quota

	// Whom nothing reaches, and who was left out.
	Unsubscribed(ctx context.Context, q store.Queryer, account string, people []string) ([]string, error)
	Unfollowed(ctx context.Context, q store.Queryer, n int64) (left int, err error)
	Lent(ctx context.Context, q store.Queryer, version int64) (bool, error)
	KeepLeftOut(ctx context.Context, tx *store.Tx, of string, part int64, all []LeftOut) error
	ForgetLeftOut(ctx context.Context, tx *store.Tx, of string) error
	ShareLeftOut(ctx context.Context, name string, place cards.Place, of ...string) error
	EnqueueLeftOut(ctx context.Context, tx *store.Tx, name string, place cards.Place, of ...string) error
}

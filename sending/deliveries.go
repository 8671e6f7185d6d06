package sending

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"magpie/cards"
	"magpie/store"
)

// Delivery is one call to WeChat for one recipient whom a line names.
type Delivery struct {
	Recipient string // "" for kinds without
	State     State
	Tries     int  // calls so far
	Doubt     bool // an earlier call may have been carried out
	Receipt   Receipt
	Reason    cards.Text // why it failed, is unclear or waits
	Late      bool       // it failed since the time had passed in which its order might begin
}

// namedOf are the recipients that a request's line names, in order: one of "" for kinds
// without, none where they are an audience's.
func (e *ledger) namedOf(ctx context.Context, q store.Queryer, n int64) ([]string, error) {
	lists, err := store.Column[string](q.Query(ctx, "select named from delivery_batch where request = $1 and named <> '' order by n", n))
	if err != nil {
		return nil, fmt.Errorf("read whom request %d names: %w", n, err)
	}
	var all []string
	for _, list := range lists {
		named, err := readNamed(list)
		if err != nil {
			return nil, err
		}
		all = append(all, named...)
	}
	return all, nil
}

func readNamed(list string) (named []string, err error) {
	if err := json.Unmarshal([]byte(list), &named); err != nil {
		return nil, fmt.Errorf("read named recipients: %w", err)
	}
	return named, nil
}

// Recipients are the openids that a request's line names; none for kinds without.
func (e *ledger) Recipients(ctx context.Context, q store.Queryer, n int64) ([]string, error) {
	named, err := e.namedOf(ctx, q, n)
	if len(named) == 1 && named[0] == "" {
		return nil, err
	}
	return named, err
}

// Deliveries are those to the recipients that a request's line names, in order.
func (e *ledger) Deliveries(ctx context.Context, q store.Queryer, r Order) ([]Delivery, error) {
	named, err := e.namedOf(ctx, q, r.N)
	if err != nil {
		return nil, err
	}
	batches, err := e.statusesOf(ctx, q, r.N, "1 = 1")
	if err != nil {
		return nil, err
	}
	reasons, err := e.reasons(ctx, q, r.N)
	if err != nil {
		return nil, err
	}
	receipts, err := e.receipts(ctx, q, r.N)
	if err != nil {
		return nil, err
	}
	all := make([]Delivery, len(named))
	for i, recipient := range named {
		m := batches[int64(i/batchSize)].at(i % batchSize)
		d := Delivery{Recipient: recipient, State: states[m.state], Tries: m.tries, Doubt: m.doubt, Receipt: receipts[i], Reason: reasons[m.reason].Why, Late: m.state == isFailed && reasons[m.reason].Late}
		if d.State == Waiting && r.Progress.RemainingAs != "" {
			d.State, d.Reason = r.Progress.RemainingAs, r.Progress.RemainingWhy
		}
		all[i] = d
	}
	return all, nil
}

// receipts are what WeChat returned for the deliveries of a request, by their order.
func (e *ledger) receipts(ctx context.Context, q store.Queryer, n int64) (map[int]Receipt, error) {
	rows, err := store.All[struct {
		Row     int     `db:"row"`
		Receipt Receipt `db:"receipt,json"`
	}](q.Query(ctx, "select row, receipt from delivery_receipt where request = $1", n))
	if err != nil {
		return nil, fmt.Errorf("read the receipts of request %d: %w", n, err)
	}
	all := make(map[int]Receipt, len(rows))
	for _, r := range rows {
		all[r.Row] = r.Receipt
	}
	return all, nil
}

// WaitingFor is why a delivery of an order was put off; zero where none was.
func (e *ledger) WaitingFor(ctx context.Context, r Order) (cards.Text, error) {
	all, err := e.Deliveries(ctx, e.DB, r)
	for _, d := range all {
		if d.State == Waiting && !d.Reason.IsZero() {
			return d.Reason, err
		}
	}
	return cards.Text{}, err
}

// WriteNamed writes an order to recipients that its line names, and by which names WeChat's
// later events will call those that are known beforehand.
func (e *ledger) WriteNamed(ctx context.Context, tx *store.Tx, r Order, recipients []string) error {
	if len(recipients) == 0 {
		recipients = []string{""}
	}
	if err := e.writeProgress(ctx, tx, r.N, Ready, len(recipients)); err != nil {
		return err
	}
	k, err := e.kind(r)
	if err != nil {
		return err
	}
	message, err := k.Open(r.Payload)
	if err != nil {
		return err
	}
	for n := 0; n*batchSize < len(recipients); n++ {
		from := n * batchSize
		some := recipients[from:min(from+batchSize, len(recipients))]
		if _, err := tx.Exec(ctx, `insert into delivery_batch (request, n, first_row, last_row, members, named, waiting, sum, outcomes) values ($1, $2, $3, $4, $5, $6, $5, $7, $8)`,
			r.N, n, from, from+len(some)-1, len(some), store.JSON(some), []byte{}, make([]byte, len(some)*outcomeSize)); err != nil {
			return fmt.Errorf("write recipients of request %d: %w", r.N, err)
		}
		for i, recipient := range some {
			if ref := message.Ref(nil, recipient); ref != "" && !k.OwnRefs {
				if err := writeRef(ctx, tx, ref, r.N, int64(from+i)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// writeRef notes by which name WeChat's later events call a delivery.
func writeRef(ctx context.Context, tx *store.Tx, ref string, n, row int64) error {
	_, err := tx.Exec(ctx, "insert into delivery_ref (ref, request, row) values ($1, $2, $3) on conflict do nothing", ref, n, row)
	return err
}

// membersOf are the members of a batch: whom the request's line names, or those of its
// audience from a row on.
func (e *ledger) membersOf(ctx context.Context, q store.Queryer, r Order, named string, first int64, size int) ([]Member, error) {
	if r.Broadcast != nil {
		return e.Audiences.Members(ctx, q, r.Broadcast.Version, first-1, size)
	}
	people, err := readNamed(named)
	if err != nil {
		return nil, err
	}
	members := make([]Member, len(people))
	for i, openid := range people {
		members[i] = Member{Row: first + int64(i), OpenID: openid}
	}
	gone, err := e.Unsubscribed(ctx, q, r.Account, people)
	for i := range members {
		members[i].Unsubscribed = slices.Contains(gone, members[i].OpenID)
	}
	return members, err
}

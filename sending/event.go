package sending

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/store"
)

// An event may overtake the answer to the very call that it is about: it is held for as
// long as such a call may take, and looked at again each second.
const heldFor = time.Minute

const (
	// askedOf are the newest broadcasts of a kind to which a word is looked for that
	// names a person and no delivery.
	askedOf = 5
	// refsOf are the newest deliveries that are looked at of those with one ref.
	refsOf = 50
	// laterWait gathers the words that come after a broadcast has ended: they are told
	// together.
	laterWait = time.Minute
)

// heard is WeChat's final word on a delivery.
type heard struct {
	Account string     `json:"account"`
	Kind    string     `json:"kind"`
	Ref     string     `json:"ref"`
	State   State      `json:"state"`
	Why     cards.Text `json:"why"`
	At      time.Time  `json:"at"`
}

// Report takes WeChat's final word on a delivery of an account, as its event brings it:
// ref is what the receipt named it by (see Kind.Ref). A delivery that WeChat had accepted and then
// failed becomes failed, one that was unclear is cleared up; the request follows and
// its thread is told. Where several bear the ref, as notifications of one template to
// one person do, the word is for the newest. An unknown ref, or the same word again,
// changes nothing. A word on a call that is still under way is held until it has ended.
func (e *Engine) Report(ctx context.Context, account, kindName, ref string, ok bool, why cards.Text) error {
	word := heard{Account: account, Kind: kindName, Ref: ref, State: Done, Why: why, At: e.Now()}
	if !ok {
		word.State = Failed
	}
	return e.DB.Update(ctx, func(tx *store.Tx) error {
		early, err := e.hear(ctx, tx, word)
		if err != nil || !early {
			return err
		}
		return e.Jobs.Enqueue(ctx, tx, jobHeard, word)
	})
}

// hearAgain works a word that was held.
func (e *Engine) hearAgain(ctx context.Context, word heard) error {
	early := false
	err := e.DB.Update(ctx, func(tx *store.Tx) (err error) {
		early, err = e.hear(ctx, tx, word)
		return err
	})
	if err == nil && early && e.Now().Sub(word.At) < heldFor {
		return jobs.After(time.Second)
	}
	return err
}

// hear writes a word down, or finds that the call it is about may be under way yet.
func (e *Engine) hear(ctx context.Context, tx *store.Tx, word heard) (early bool, err error) {
	k, known := e.kinds.of(word.Account, word.Kind)
	if !known {
		return false, nil
	}
	// Asked first: what is under way no more has written its ref.
	var under int
	if err := tx.QueryRow(ctx, "select count(*) from sending join request on n = request where kind = $1 and account = $2 and sending > 0", k.Name, word.Account).Scan(&under); err != nil {
		return false, err
	}
	about, err := e.deliveriesOf(ctx, tx, k, word)
	if err != nil {
		return false, err
	}
	if len(about) == 0 && k.OwnRefs {
		return under > 0, nil
	}
	for _, d := range about {
		batch, at, m, err := e.statusOf(ctx, tx, d)
		switch {
		case err != nil:
			return false, err
		case batch < 0 || m.state == isWaiting || m.state == isStopped:
			continue // it is an earlier one's
		case m.state == isSending:
			return true, nil
		case !word.changes(m):
			return false, nil
		}
		// The order of locks is request, batch, progress.
		if err := e.Owner.Lock(ctx, tx, d.Request); err != nil {
			return false, err
		}
		return false, e.overrule(ctx, tx, d.Request, batch, at, word)
	}
	return false, nil
}

// changes reports whether a word says something else than what is known.
func (w heard) changes(m status) bool {
	switch m.state {
	case isDone:
		return w.State == Failed || !w.Why.IsZero()
	case isUnclear:
		return true
	}
	return false
}

// named is a delivery that a word may be about: of a request, by its row, with the version
// of an audience.
type named struct {
	Request int64 `db:"request"`
	Version int64 `db:"version"`
	Row     int64 `db:"row"`
}

// deliveriesOf are the deliveries that a word's ref names, the newest first.
func (e *ledger) deliveriesOf(ctx context.Context, tx *store.Tx, k Kind, word heard) ([]named, error) {
	all, err := e.byRef(ctx, tx, k, word)
	if err != nil || k.OwnRefs || e.Audiences == nil {
		return all, err
	}
	members, err := e.byMember(ctx, tx, k, word)
	all = append(all, members...)
	slices.SortStableFunc(all, func(a, b named) int { return int(b.Request - a.Request) })
	return all, err
}

func (e *ledger) byRef(ctx context.Context, tx *store.Tx, k Kind, word heard) ([]named, error) {
	return store.All[named](tx.Query(ctx, `select f.request, coalesce(b.version, 0) as version, f.row from delivery_ref f join request r on r.n = f.request left join broadcast b on b.request = f.request
		where f.ref = $1 and r.kind = $2 and r.account = $3 order by f.request desc limit $4`, word.Ref, k.Name, word.Account, refsOf))
}

// byMember finds the member of a broadcast whom a ref names by their openid.
func (e *ledger) byMember(ctx context.Context, tx *store.Tx, k Kind, word heard) ([]named, error) {
	openid := word.Ref[strings.LastIndexByte(word.Ref, ' ')+1:]
	some, err := store.All[struct {
		N       int64           `db:"n"`
		Version int64           `db:"version"`
		Payload json.RawMessage `db:"payload"`
	}](tx.Query(ctx, `select r.n, b.version, r.payload from request r join broadcast b on b.request = r.n join sending s on s.request = r.n
		where r.kind = $1 and r.account = $3 and s.begun_at > 0 order by r.n desc limit $2`, k.Name, askedOf, word.Account))
	if err != nil {
		return nil, err
	}
	for _, r := range some {
		message, err := k.Open(r.Payload)
		if err != nil {
			return nil, err
		}
		if message.Ref(nil, openid) != word.Ref {
			continue
		}
		if row, err := e.Audiences.Row(ctx, tx, r.Version, openid); err != nil || row > 0 {
			return []named{{r.N, r.Version, row}}, err
		}
	}
	return nil, nil
}

// statusOf finds where a delivery stands, and what is known of it; a batch of -1 has none.
func (e *ledger) statusOf(ctx context.Context, tx *store.Tx, d named) (batch int64, at int, m status, err error) {
	b, err := store.One[struct {
		N        int64    `db:"n"`
		First    int64    `db:"first_row"`
		Last     int64    `db:"last_row"`
		Members  int64    `db:"members"`
		Outcomes outcomes `db:"outcomes"`
	}](ctx, tx, "select n, first_row, last_row, members, outcomes from delivery_batch where request = $1 and first_row <= $2 and last_row >= $2", d.Request, d.Row)
	if isNone(err) {
		return -1, 0, m, nil
	} else if err != nil {
		return -1, 0, m, err
	}
	at = int(d.Row - b.First)
	if b.Last-b.First+1 != b.Members { // rows were left out of the file
		members, err := e.Audiences.Members(ctx, tx, d.Version, b.First-1, int(b.Members))
		if err != nil {
			return -1, 0, m, err
		}
		if at = slices.IndexFunc(members, func(m Member) bool { return m.Row == d.Row }); at < 0 {
			return -1, 0, m, fmt.Errorf("row %d is not in batch %d of request %d", d.Row, b.N, d.Request)
		}
	}
	return b.N, at, b.Outcomes.at(at), nil
}

// overrule writes WeChat's final word over what was known of a member.
func (e *Engine) overrule(ctx context.Context, tx *store.Tx, n, batch int64, at int, word heard) error {
	r, err := e.order(ctx, tx, n)
	if err != nil {
		return err
	}
	var statuses outcomes
	var version int64
	if err := tx.QueryRow(ctx, "select outcomes, version from delivery_batch where request = $1 and n = $2", n, batch).Scan(&statuses, &version); err != nil {
		return err
	}
	was := statuses.at(at)
	if !word.changes(was) || r.Broadcast != nil && states[was.state] == word.State {
		return nil
	}
	m := was
	m.state, m.reason = isDone, 0
	if word.State == Failed {
		m.state = isFailed
	}
	if !word.Why.IsZero() && (m.state == isFailed || r.Broadcast == nil) {
		if m.reason, err = e.reason(ctx, tx, n, outcome{reason: word.Why}); err != nil {
			return err
		}
	}
	if m == was {
		return nil
	}
	d := change{}
	for state, count := range map[byte]*int{isDone: &d.done, isFailed: &d.failed, isUnclear: &d.unclear} {
		if was.state == state {
			*count--
		}
		if m.state == state {
			*count++
		}
	}
	statuses.set(at, m)
	written, err := tx.Exec(ctx, "update delivery_batch set outcomes = $4, unclear = $5, version = version + 1 where request = $1 and n = $2 and version = $3",
		n, batch, version, []byte(statuses), statuses.count()[isUnclear])
	if err != nil {
		return err
	}
	if written == 0 {
		return fmt.Errorf("batch %d of request %d was written meanwhile", batch, n) // WeChat pushes the event again
	}
	if _, _, err := e.addUp(ctx, tx, r, d); err != nil {
		return err
	}
	return e.tellLater(ctx, tx, n, word)
}

// tellLater tells an order's owner that a word has changed what came of it. Of a broadcast
// many words come: its report is given anew after a while.
func (e *Engine) tellLater(ctx context.Context, tx *store.Tx, n int64, word heard) error {
	r, err := e.order(ctx, tx, n)
	if err != nil {
		return err
	}
	if r.Broadcast == nil || r.Progress.Phase != Over {
		return e.Owner.Heard(ctx, tx, r, word.State, r.Broadcast == nil)
	}
	first, err := tx.Exec(ctx, "update sending set report_state = 'later' where request = $1 and report_state <> 'later'", n)
	if err != nil {
		return err
	}
	if first == 1 {
		if err := e.Jobs.Enqueue(ctx, tx, jobReport, reportJob{Request: n, Not: store.Millis(e.Now().Add(laterWait))}); err != nil {
			return err
		}
	}
	return e.Owner.Heard(ctx, tx, r, word.State, first == 1)
}

package outbox

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"magpie/cards"
	"magpie/store"
)

const (
	// askedOf are the newest broadcasts of a kind to which a word is looked for that
	// names a person and no delivery.
	askedOf = 5
	// laterWait gathers the words that come after a broadcast has ended: they are told
	// together.
	laterWait = time.Minute
)

// hearBroadcast writes a word on a member of a broadcast down; early is that their call
// may be under way yet. Many words come, so they are not told one by one: the card is
// drawn anew, and a minute after the first of them the thread gets a new account.
func (o *Outbox) hearBroadcast(ctx context.Context, tx *store.Tx, word heard) (early bool, err error) {
	k, known := o.kinds[word.Kind]
	if !known || o.Audiences == nil {
		return false, nil
	}
	// Asked first: what is under way no more has written its ref.
	var under int
	if err := tx.QueryRow(ctx, "select count(*) from broadcast join request on n = request where kind = $1 and account = $2 and sending > 0", k.name, word.Account).Scan(&under); err != nil {
		return false, err
	}
	n, version, row, err := o.memberOf(ctx, tx, k, word)
	if err == nil && row == 0 && k.ownRefs {
		return under > 0, nil
	}
	if err != nil || row == 0 {
		return false, err
	}
	var batch, first, last, of int64
	if err := tx.QueryRow(ctx, "select n, first_row, last_row, members from broadcast_batch where request = $1 and first_row <= $2 and last_row >= $2", n, row).
		Scan(&batch, &first, &last, &of); isNone(err) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	at := int(row - first)
	if last-first+1 != of { // rows were left out of the file
		members, err := o.Audiences.Members(ctx, tx, version, first-1, int(of))
		if err != nil {
			return false, err
		}
		if at = slices.IndexFunc(members, func(m Member) bool { return m.Row == row }); at < 0 {
			return false, fmt.Errorf("row %d is not in batch %d of request %d", row, batch, n)
		}
	}
	m, err := o.markAt(ctx, tx, n, batch, at)
	if err != nil || m.state == markSending {
		return err == nil, err
	}
	if !word.changes(m) {
		return false, nil
	}
	// The order of locks is request, batch, broadcast.
	if _, err := tx.Exec(ctx, "update request set n = n where n = $1", n); err != nil {
		return false, err
	}
	return false, o.overrule(ctx, tx, n, batch, at, word)
}

// changes reports whether a word says something else than what is known.
func (w heard) changes(m mark) bool {
	switch m.state {
	case markDone:
		return w.State == Failed
	case markUnclear:
		return true
	}
	return false
}

// memberOf finds the member of a broadcast that a word's ref names; row 0 where there is none.
func (o *Outbox) memberOf(ctx context.Context, tx *store.Tx, k kind, word heard) (n, version, row int64, err error) {
	ref := word.Ref
	if k.ownRefs {
		err = tx.QueryRow(ctx, `select f.request, b.version, f.row from broadcast_ref f join broadcast b on b.request = f.request join request r on r.n = f.request
			where f.ref = $1 and r.kind = $2 and r.account = $3 order by f.request desc limit 1`, ref, k.name, word.Account).Scan(&n, &version, &row)
		return n, version, row, ignoreNone(err)
	}
	openid := ref[strings.LastIndexByte(ref, ' ')+1:]
	rows, err := tx.Query(ctx, `select r.n, b.version, r.payload from request r join broadcast b on b.request = r.n
		where r.kind = $1 and r.account = $3 and b.begun_at > 0 order by r.n desc limit $2`, k.name, askedOf, word.Account)
	if err != nil {
		return 0, 0, 0, err
	}
	defer rows.Close()
	type asked struct {
		n, version int64
		payload    string
	}
	var all []asked
	for rows.Next() {
		var a asked
		if err := rows.Scan(&a.n, &a.version, &a.payload); err != nil {
			return 0, 0, 0, err
		}
		all = append(all, a)
	}
	if err := rows.Err(); err != nil {
		return 0, 0, 0, err
	}
	for _, a := range all {
		message, err := k.open([]byte(a.payload))
		if err != nil {
			return 0, 0, 0, err
		}
		if message.ref(nil, openid) != ref {
			continue
		}
		if row, err := o.Audiences.Row(ctx, tx, a.version, openid); err != nil || row > 0 {
			return a.n, a.version, row, err
		}
	}
	return 0, 0, 0, nil
}

func (o *Outbox) markAt(ctx context.Context, tx *store.Tx, n, batch int64, at int) (mark, error) {
	var marks outcomes
	if err := tx.QueryRow(ctx, "select outcomes from broadcast_batch where request = $1 and n = $2", n, batch).Scan(&marks); err != nil {
		return mark{}, err
	}
	return marks.at(at), nil
}

// overrule writes WeChat's final word over what was known of a member.
func (o *Outbox) overrule(ctx context.Context, tx *store.Tx, n, batch int64, at int, word heard) error {
	r, err := o.request(ctx, tx, n)
	if err != nil {
		return err
	}
	var marks outcomes
	var version int64
	if err := tx.QueryRow(ctx, "select outcomes, version from broadcast_batch where request = $1 and n = $2", n, batch).Scan(&marks, &version); err != nil {
		return err
	}
	m := marks.at(at)
	if !word.changes(m) {
		return nil
	}
	var d change
	if m.state == markDone {
		d.done--
	} else {
		d.unclear--
	}
	m.state, m.reason = markDone, 0
	if word.State == Failed {
		m.state = markFailed
		if m.reason, err = o.reason(ctx, tx, n, 0, word.Why); err != nil {
			return err
		}
		d.failed++
	} else {
		d.done++
	}
	marks.set(at, m)
	written, err := tx.Exec(ctx, "update broadcast_batch set outcomes = $4, unclear = $5, version = version + 1 where request = $1 and n = $2 and version = $3",
		n, batch, version, []byte(marks), marks.count()[markUnclear])
	if err != nil {
		return err
	}
	if written == 0 {
		return fmt.Errorf("batch %d of request %d was written meanwhile", batch, n) // WeChat pushes the event again
	}
	if _, err := o.addUp(ctx, tx, r, d); err != nil {
		return err
	}
	return o.tellLater(ctx, tx, n)
}

// tellLater has the card of a broadcast drawn anew; where it has ended, its state
// follows its counts, and the thread gets a new account after a while.
func (o *Outbox) tellLater(ctx context.Context, tx *store.Tx, n int64) error {
	r, err := o.request(ctx, tx, n)
	if err != nil {
		return err
	}
	if r.State.Ended() && r.State != Stopped {
		if _, err := tx.Exec(ctx, "update request set state = $2 where n = $1", n, string(endOf(r.Tally))); err != nil {
			return err
		}
	}
	if r.State.Ended() {
		first, err := tx.Exec(ctx, "update broadcast set told = 'later' where request = $1 and told <> 'later'", n)
		if err != nil {
			return err
		}
		if first == 1 {
			if err := o.noteSelf(ctx, tx, n, "heard", cards.Text{}); err != nil {
				return err
			}
			if err := o.Jobs.Enqueue(ctx, tx, jobReport, reportJob{Request: n, Not: store.Millis(o.Now().Add(laterWait))}); err != nil {
				return err
			}
		}
	}
	return o.enqueueTells(ctx, tx, n)
}

package journal

import (
	"context"
	"fmt"
	"iter"
	"time"

	"magpie/store"
)

// Wanted says which acts of the chain are wanted; the zero value is all.
type Wanted struct {
	Since   time.Time
	Request int64
	Who     string
}

func (w Wanted) has(s Sealed) bool {
	return !s.At.Before(w.Since) && (w.Request == 0 || s.Request == w.Request) && (w.Who == "" || s.Who == w.Who)
}

// exportPage is how many acts are read at a time.
const exportPage = 1000

// Acts are all acts of the chain, in its order, and behind them those that will be sealed next,
// as they will be where nothing overtakes them. The error ends it.
func Acts(ctx context.Context, q store.Queryer, accounts map[string]AccountsOf) iter.Seq2[Sealed, error] {
	return func(yield func(Sealed, error) bool) {
		var last Sealed
		var rest []Sealed
		for {
			page, err := readChain(ctx, q, last.Seq)
			if err != nil {
				yield(Sealed{}, err)
				return
			}
			if len(page) == 0 && rest != nil {
				break // nothing was sealed since the rest was read
			}
			rest = nil
			for _, s := range page {
				if last = s; !yield(s, nil) {
					return
				}
			}
			if len(page) == exportPage {
				continue
			}
			if rest, _, err = unsealed(ctx, q, accounts, last, 1<<30); err != nil {
				yield(Sealed{}, err)
				return
			}
			if len(rest) == 0 {
				rest = []Sealed{} // it was read
			}
		}
		for _, s := range rest {
			if !yield(s, nil) {
				return
			}
		}
	}
}

// Export are the acts that are wanted.
func Export(ctx context.Context, q store.Queryer, accounts map[string]AccountsOf, want Wanted) iter.Seq2[Sealed, error] {
	return func(yield func(Sealed, error) bool) {
		for s, err := range Acts(ctx, q, accounts) {
			if (err != nil || want.has(s)) && !yield(s, err) {
				return
			}
		}
	}
}

func readChain(ctx context.Context, q store.Queryer, after int64) (page []Sealed, err error) {
	type sealed struct {
		raw
		Seq  int64  `db:"seq"`
		Prev string `db:"prev"`
		Hash string `db:"hash"`
	}
	rows, err := store.All[sealed](q.Query(ctx, "select id, room, about as account, subject, at, verb, who, note, seq, prev, hash from journal where seq > $1 order by seq limit $2", after, exportPage))
	if err != nil {
		return nil, fmt.Errorf("read the record: %w", err)
	}
	for _, r := range rows {
		s := r.act()
		s.Seq, s.Prev, s.Hash = r.Seq, r.Prev, r.Hash
		page = append(page, s)
	}
	return page, nil
}

// Verify goes along the whole chain of a database. The error is a *Break where it does not
// hold, or where an act is not as a head says that was kept elsewhere; a head of zero is none.
// It returns the newest act that was sealed, and how many wait to be.
func Verify(ctx context.Context, q store.Queryer, kept Head) (newest Sealed, waiting int, err error) {
	// The head is read first: what is sealed meanwhile comes behind it.
	head, err := ReadHead(ctx, q)
	if err != nil {
		return Sealed{}, 0, err
	}
	chain := Chain{Whole: true, Heads: []Head{kept, head}}
	for after := int64(0); ; {
		page, err := readChain(ctx, q, after)
		if err != nil {
			return Sealed{}, 0, err
		}
		for _, s := range page {
			if err := chain.Follow(s); err != nil {
				return chain.Last(), 0, err
			}
			after = s.Seq
		}
		if len(page) < exportPage {
			break
		}
	}
	if err := chain.End(); err != nil {
		return chain.Last(), 0, err
	}
	err = q.QueryRow(ctx, "select count(*) from journal where seq is null").Scan(&waiting)
	return chain.Last(), waiting, err
}

// ReadHead is the newest act that was sealed; zero where none was.
func ReadHead(ctx context.Context, q store.Queryer) (h Head, err error) {
	if err = q.QueryRow(ctx, "select seq, hash from journal_head where one = 1").Scan(&h.Seq, &h.Hash); err != nil {
		return Head{}, fmt.Errorf("read the head of the record: %w", err)
	}
	return h, nil
}

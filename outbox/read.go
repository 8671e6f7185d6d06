package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"magpie/cards"
	"magpie/store"
)

// request reads one request with its approvals and tally; sql.ErrNoRows where there
// is none.
func (o *reader) request(ctx context.Context, q store.Queryer, n int64) (Request, error) {
	r, err := o.unread(ctx, q, n)
	if err != nil {
		return r, err
	}
	return r, o.Engine.Read(ctx, q, &r.Order)
}

// unread reads a request but for how far the engine has come with it.
func (o *reader) unread(ctx context.Context, q store.Queryer, n int64) (Request, error) {
	row, err := store.One[requestRow](ctx, q, selectRequests+"n = $1 and "+notGoing, n)
	if err != nil {
		return Request{}, fmt.Errorf("read request %d: %w", n, err)
	}
	r := row.request()
	if r.Approvals, err = approvals(ctx, q, "request = $1", n); err != nil {
		return r, err
	}
	r.ApprovedBy = whoOf(r.Approvals)
	if r.State == Waiting {
		if err := o.asOfToday(ctx, q, &r); err != nil {
			return r, err
		}
	}
	return r, nil
}

// Requests lists the newest requests of accounts, of one state, or ("") of all.
func (o *reader) Requests(ctx context.Context, accounts Accounts, state State, limit int) ([]Request, error) {
	return o.List(ctx, Query{Accounts: accounts, State: state}, limit)
}

// elsewhereMost is how many requests for other accounts are counted.
const elsewhereMost = 1000

// Elsewhere counts the requests of one state, or ("") of all, that are for none of accounts, up to
// 1,000; more says that there are others.
func (o *reader) Elsewhere(ctx context.Context, accounts Accounts, state State) (count int, more bool, err error) {
	for last := ""; count <= elsewhereMost; {
		// From account to account, of which there are few: what is theirs is not read.
		var account sql.NullString
		if err := o.DB.QueryRow(ctx, "select min(account) from request where account > $1", last).Scan(&account); err != nil {
			return 0, false, fmt.Errorf("look for which accounts requests are: %w", err)
		}
		if !account.Valid {
			return count, false, nil
		}
		if last = account.String; accounts.Serve(last) {
			continue
		}
		some, err := o.Count(ctx, Query{Accounts: Accounts{last}, State: state}, elsewhereMost+1-count)
		if err != nil {
			return 0, false, err
		}
		count += some
	}
	return elsewhereMost, true, nil
}

// nowText is a state inside a sentence.
func nowText(s State) cards.Text { return cards.T("now." + string(s)) }

// stateText is a state as others script against it; in Chinese its English name stands beside it.
func stateText(s State) cards.Text { return cards.T("state." + string(s)) }

// Needs is who must approve an account's request of the kind to an audience of size.
func (o *ground) Needs(account, kind string, size int) Quorum {
	return o.Policy.Need(account, kind, o.kinds.ofAll(kind).approval, size)
}

// StateOf is how far request n has come, with its tally; sql.ErrNoRows where there is
// none.
func (o *reader) StateOf(ctx context.Context, n int64) (State, Tally, error) {
	return o.StateIn(ctx, o.DB, n)
}

// StateIn is StateOf as a transaction sees it.
func (o *reader) StateIn(ctx context.Context, q store.Queryer, n int64) (State, Tally, error) {
	r, err := o.request(ctx, q, n)
	return r.State, r.Tally, err
}

// WhyFailed is why most of request n's deliveries failed that did; zero where none did, nobody
// has noted why, or there is no such request.
func (o *reader) WhyFailed(ctx context.Context, n int64) (cards.Text, error) {
	r, err := o.request(ctx, o.DB, n)
	if err != nil {
		return cards.Text{}, ignoreNone(err)
	}
	return o.Engine.WhyFailed(ctx, r.Order)
}

// Origin is who asked for a request and where. Refuses with cards.NotFound where there is
// none.
func (o *reader) Origin(ctx context.Context, n int64) (by string, where cards.Place, err error) {
	err = o.DB.QueryRow(ctx, "select asked_by, channel, thread from request where n = $1 and "+notGoing, n).Scan(&by, &where.Channel, &where.Thread)
	if isNone(err) {
		return "", where, noRequest(ctx, o.DB, n)
	} else if err != nil {
		return "", where, fmt.Errorf("read where request %d was asked: %w", n, err)
	}
	return by, where, nil
}

// ShareRows puts a file of the rows that a broadcast leaves out where somebody asked for it.
// Refuses with cards.NotFound where there is no such request; without a code where it leaves
// out none.
func (o *reader) ShareRows(ctx context.Context, n int64, place cards.Place) error {
	r, err := o.request(ctx, o.DB, n)
	if isNone(err) {
		return noRequest(ctx, o.DB, n)
	} else if err != nil {
		return err
	}
	return o.Engine.ShareRows(ctx, r.Order, place)
}

func joinLines(ids []string) string { return strings.Join(ids, "\n") }

// isNone reports whether a query found no row.
func isNone(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// Returned is an account's newest request of one of the kinds for which WeChat returned
// value under name; 0 where there is none.
func (o *reader) Returned(ctx context.Context, account, name, value string, kinds ...string) (int64, error) {
	part, err := json.Marshal(value)
	if err != nil {
		return 0, err
	}
	for _, kind := range kinds {
		all, err := store.All[struct {
			N       int64   `db:"n"`
			Receipt Receipt `db:"receipt,json"`
		}](o.DB.Query(ctx, "select r.n, d.receipt from request r join delivery_receipt d on d.request = r.n where r.kind = $1 and d.receipt like $2 and r.account = $3 order by r.n desc",
			kind, "%"+string(part)+"%", account))
		if err != nil {
			return 0, fmt.Errorf("look who filed %s: %w", value, err)
		}
		for _, one := range all { // what is like a text for a database may be another
			if one.Receipt[name] == value {
				return one.N, nil
			}
		}
	}
	return 0, nil
}

func ignoreNone(err error) error {
	if isNone(err) {
		return nil
	}
	return err
}

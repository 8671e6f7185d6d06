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

// Accounts are the WeChat accounts, by AppID, whose work this magpie does. Which of them
// something is for is handed on with it, as Ask.Account and Request.Account are; all
// processes on one database serve the same.
type Accounts []string

// Serve reports whether this magpie does the work of an account.
func (a Accounts) Serve(account string) bool { return slices.Contains(a, account) }

// Must is nil where this magpie does the work of an account, else an *Unserved.
func (a Accounts) Must(account string) error {
	if a.Serve(account) {
		return nil
	}
	return &Unserved{account}
}

// In is the condition that a column names one of the accounts, with its arguments, the
// first of which is $from.
func (a Accounts) In(column string, from int) (condition string, args []any) {
	if len(a) == 0 {
		return "1 = 0", nil
	}
	places := make([]string, len(a))
	for i, account := range a {
		places[i] = fmt.Sprintf("$%d", from+i)
		args = append(args, account)
	}
	return column + " in (" + strings.Join(places, ", ") + ")", args
}

// Unserved says that work is for an account that this magpie does not serve: it is held,
// never done by another, and goes on when that account is configured. A job
// that ends with it comes back in a moment.
type Unserved struct{ Account string }

func (u *Unserved) Error() string { return "account " + u.Account + " is not served" }

// Paced and RetryAfter have a job that ends with it come back in a moment.
func (u *Unserved) Paced() bool               { return true }
func (u *Unserved) RetryAfter() time.Duration { return lookAgain }

// Text says so to people, by the first four and the last two characters of the AppID.
func (u *Unserved) Text() cards.Text {
	return cards.T("account.unserved", "account", ShortAccount(u.Account))
}

// Refusal is the answer to a line that would have such work done. It has no code: code asks
// Accounts.Must instead.
func (u *Unserved) Refusal() *cards.Refusal { return &cards.Refusal{Text: u.Text()} }

// ShortAccount is an AppID by its first four and last two characters: wx12…ef.
func ShortAccount(account string) string {
	const first, last = 4, 2
	if len(account) <= first+last {
		return account
	}
	return account[:first] + "…" + account[len(account)-last:]
}

// title is an account as cards name it.
func (o *ground) title(account string) cards.Text {
	if o.Title == nil {
		return cards.Code(account)
	}
	return o.Title(account)
}

// lookAgain is how soon a job looks again whether its account is served: soon enough that
// what was held goes on within 5 s of a start.
const lookAgain = 2 * time.Second

// mustServe refuses an act that would have a request's account called, where this magpie
// does not serve it.
func (o *ground) mustServe(account string) error {
	if o.Accounts.Serve(account) {
		return nil
	}
	return (&Unserved{account}).Refusal()
}

// isStanding reports whether something is still to come of a request: it is open, or done and
// goes on having an effect, as a schedule does.
func (o *ground) isStanding(ctx context.Context, q store.Queryer, r Request) (bool, error) {
	k := o.kinds.ofAll(r.Kind)
	if r.State != Done || k.stands == nil {
		return !r.State.Ended(), nil
	}
	called, err := k.stands(ctx, q, r.N)
	return !called.IsZero(), err
}

// tellUnserved has the cards of what is still to come drawn anew, and on record, where its
// account is not served any more, and where it is again.
func (o *teller) tellUnserved(ctx context.Context) error {
	served, args := o.Accounts.In("account", 1)
	for _, now := range []struct {
		where, verb string
		unserved    int
	}{
		{"unserved = 0 and not (" + served + ")", "held", 1},
		{"unserved = 1 and " + served, "resumed", 0},
	} {
		standing, err := o.standing(ctx, now.where, args)
		if err != nil {
			return fmt.Errorf("look whose accounts are served: %w", err)
		}
		for _, n := range standing {
			if err := o.DB.Update(ctx, func(tx *store.Tx) error {
				var account string
				if err := tx.QueryRow(ctx, "update request set unserved = $2 where n = $1 returning account", n, now.unserved).Scan(&account); err != nil {
					return err
				}
				note := cards.T("act.served", "account", ShortAccount(account))
				if now.unserved == 1 {
					note = cards.T("act.unserved", "account", ShortAccount(account))
				}
				if err := o.noteSelf(ctx, tx, n, now.verb, note); err != nil {
					return err
				}
				return o.Redraw(ctx, tx, n)
			}); err != nil {
				return fmt.Errorf("tell whether the account of request %d is served: %w", n, err)
			}
		}
	}
	return nil
}

// standing are the requests, of those that where finds, of which something is still to come. It
// reads what is open and what stands, however much has ended.
func (o *ground) standing(ctx context.Context, where string, args []any) ([]int64, error) {
	standing, err := store.Column[int64](o.DB.Query(ctx, "select n from request where state in ('preparing', 'waiting', 'approved', 'sending', 'paused') and "+where, args...))
	if err != nil {
		return nil, err
	}
	for _, k := range o.kinds.any {
		if k.allStand == nil {
			continue
		}
		all, err := k.allStand(ctx, o.DB)
		if err != nil {
			return nil, err
		}
		for _, n := range all {
			done, err := store.Column[int64](o.DB.Query(ctx, fmt.Sprintf("select n from request where n = $%d and state = 'done' and %s", len(args)+1, where), append(slices.Clone(args), n)...))
			if err != nil {
				return nil, err
			}
			standing = append(standing, done...)
		}
	}
	slices.Sort(standing)
	return standing, nil
}

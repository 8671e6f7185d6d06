package outbox

import (
	"context"
	"slices"
	"time"

	"magpie/cards"
	"magpie/sending"
	"magpie/store"
)

// resumedAs is the setting that says when an account's last pause ended, of "" that of all.
func resumedAs(account string) string {
	if account == "" {
		return "resumed"
	}
	return "resumed " + account
}

// PauseAll holds every delivery, or (p.Account) every one of an account, on every machine from
// the next call on: an admin's. What is asked and approved meanwhile is kept. It refuses,
// without a code, where that is paused already.
func (o *Outbox) PauseAll(ctx context.Context, p Press) (Said, error) {
	return o.accept(ctx, p.Once, o.actOnAll(act{verb: "paused_all"}, act{verb: "paused_account"}, p), func(ctx context.Context, tx *store.Tx, _ *act) (Said, error) {
		if err := o.Roles.May(p.Who, Admin); err != nil {
			return Said{}, err
		}
		hold := Hold{Account: p.Account, Who: p.Who.ID, Since: o.Now()}
		of := o.Accounts
		if p.Account != "" {
			of = Accounts{p.Account}
		}
		set, err := tx.Exec(ctx, "insert into setting (name, value) values ($1, $2) on conflict (name) do nothing", sending.PausedAs(p.Account), store.Millis(hold.Since))
		if err != nil {
			return Said{}, err
		}
		if set == 0 {
			return Said{}, cards.Refuse("fault.paused_already", "what", o.whatOf(hold), "line", o.resumeLine(hold))
		}
		return Said{Text: cards.T("answer.paused_all", "what", o.whatOf(hold), "calls", callsOf(hold), "line", o.resumeLine(hold))},
			o.tellHold(ctx, tx, of, cards.T("hold.paused_all", "what", o.whatOf(hold), "calls", callsOf(hold), "who", cards.User(p.Who.ID), "at", hold.Since, "line", o.resumeLine(hold)))
	})
}

// ResumeAll lets deliveries go on, those of p.Account where it is named, and lists what was
// held: an admin's. The hour in which an approved request may begin runs anew. It refuses,
// without a code, where nothing of it is paused.
func (o *Outbox) ResumeAll(ctx context.Context, p Press) (Said, error) {
	return o.accept(ctx, p.Once, o.actOnAll(act{verb: "resumed_all"}, act{verb: "resumed_account"}, p), func(ctx context.Context, tx *store.Tx, _ *act) (Said, error) {
		if err := o.Roles.May(p.Who, Admin); err != nil {
			return Said{}, err
		}
		was, err := tx.Exec(ctx, "delete from setting where name = $1", sending.PausedAs(p.Account))
		if err != nil {
			return Said{}, err
		}
		still, err := o.holds(ctx, tx)
		if err != nil {
			return Said{}, err
		}
		switch {
		case was == 0 && p.Account != "":
			return Said{}, cards.Refuse("fault.not_paused_account", "title", o.title(p.Account))
		case was == 0 && len(still) > 0:
			return Said{}, &cards.Refusal{Text: o.HoldText(still[0])}
		case was == 0:
			return Said{}, cards.Refuse("fault.not_paused")
		}
		if _, err := tx.Exec(ctx, "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value", resumedAs(p.Account), store.Millis(o.Now())); err != nil {
			return Said{}, err
		}
		if err := o.Engine.WakeAll(ctx, tx); err != nil {
			return Said{}, err
		}
		hold := Hold{Account: p.Account}
		going, _ := o.apart(still) // what else is held stays so
		if p.Account != "" {
			going = slices.DeleteFunc(going, func(account string) bool { return account != p.Account })
		}
		held, err := o.held(ctx, tx, going)
		if err != nil {
			return Said{}, err
		}
		told := cards.T("hold.resumed_all", "what", o.whatOf(hold), "who", cards.User(p.Who.ID), "at", o.Now(), "line", o.resumeLine(hold))
		if len(held) > 0 {
			told = told.With("held", held)
		}
		if err := o.tellHold(ctx, tx, going, told); err != nil {
			return Said{}, err
		}
		said := Said{Text: cards.T("answer.resumed", "held", held)}
		if len(held) == 0 {
			said.Text = cards.T("answer.resumed_none")
		}
		for _, h := range still {
			if h.Account == "" || p.Account == "" {
				said.Text = cards.T("answer.resumed_but", "resumed", said.Text, "held", o.HoldText(h))
			}
		}
		return said, nil
	})
}

// actOnAll is the entry in the record of a pause or its end.
func (o *Outbox) actOnAll(all, account act, p Press) act {
	if p.Account == "" {
		all.who = p.Who.ID
		return all
	}
	account.who, account.account, account.note = p.Who.ID, p.Account, o.title(p.Account)
	return account
}

// resumedAt is when the last pause ended that an account was held by; zero where there was none.
func (o *voices) resumedAt(account string) time.Time {
	var ms int64
	if err := o.DB.QueryRow(context.Background(), "select coalesce(max(value), 0) from setting where name in ($1, $2)", resumedAs(""), resumedAs(account)).Scan(&ms); err != nil {
		o.Log.Error("read when the last pause ended", "error", err)
	}
	return store.Time(ms)
}

// held lists the approved requests of accounts that have deliveries to go.
func (o *Outbox) held(ctx context.Context, q store.Queryer, accounts Accounts) ([]cards.Text, error) {
	of, args := accounts.In("account", 2)
	all, err := store.All[struct {
		N    int64  `db:"n"`
		Kind string `db:"kind"`
	}](q.Query(ctx, "select n, kind from request where state in ('approved', 'sending') and due_at <= $1 and "+of+" order by n limit 20", append([]any{store.Millis(o.Now())}, args...)...))
	held := make([]cards.Text, len(all))
	for i, one := range all {
		held[i] = cards.T("hold.held_one", "n", one.N, "kind", cards.T("kind."+one.Kind))
	}
	return held, err
}

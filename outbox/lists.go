package outbox

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"magpie/cards"
	"magpie/store"
)

// Query says which requests are listed. What is zero does not narrow them down.
type Query struct {
	Accounts Accounts
	State    State
	By       string // who asked
	WaitsFor string // whose approval they wait for, who has not given it
	// From and Until are when they were asked: at or after, and before.
	From, Until time.Time
	Before      int64 // their numbers are lower
}

// List lists requests, the newest first, without how far the engine has come with them.
func (o *reader) List(ctx context.Context, q Query, limit int) ([]Request, error) {
	if q.WaitsFor == "" || !o.usesSets() && o.Roles.May(cards.Person{ID: q.WaitsFor}, Approver) == nil {
		return o.listed(ctx, q, limit)
	}
	var kept []Request // those that their voice is missing of
	for {
		page, err := o.listed(ctx, q, pageOfSets)
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			if q.Before = r.N; len(kept) == limit {
				return kept, nil
			}
			if err := o.asOfToday(ctx, o.DB, &r); err != nil {
				return nil, err
			}
			if o.isAwaited(ctx, r, cards.Person{ID: q.WaitsFor}) {
				kept = append(kept, r)
			}
		}
		if len(page) < pageOfSets {
			return kept, nil
		}
	}
}

// pageOfSets is how many requests are read at once where it is looked whose voices they wait for.
const pageOfSets = 200

// usesSets reports whether a rule asks for the voices of certain people.
func (o *reader) usesSets() bool { return len(o.Policy.Named()) > 0 }

// listed looks into one account after the other: the requests of each stand in their order in an
// index, and no more than limit of them are read.
func (o *reader) listed(ctx context.Context, q Query, limit int) ([]Request, error) {
	order := "n"
	if !q.From.IsZero() {
		order = "+n" // those of some days, by when they were asked: there are fewer than before
	}
	var all []Request
	for _, account := range q.Accounts {
		q.Accounts = Accounts{account}
		where, args := o.where(q)
		some, err := o.list(ctx, where+fmt.Sprintf(" order by %s desc limit $%d", order, len(args)+1), append(args, limit)...)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b Request) int { return cmp.Compare(b.N, a.N) })
	return all[:min(limit, len(all))], nil
}

// Count counts requests, up to most.
func (o *reader) Count(ctx context.Context, q Query, most int) (count int, err error) {
	if q.WaitsFor != "" && o.usesSets() {
		found, err := o.List(ctx, q, most)
		return len(found), err
	}
	where, args := o.where(q)
	err = o.DB.QueryRow(ctx, fmt.Sprintf("select count(*) from (select 1 from request where %s limit $%d) as found", where, len(args)+1), append(args, most)...).Scan(&count)
	if err != nil {
		return 0, fmt.Errorf("count requests: %w", err)
	}
	return count, nil
}

// where is a Query as a condition. Whoever may approve is for the caller to know.
func (o *reader) where(q Query) (string, []any) {
	of, args := q.Accounts.In("account", 1)
	conditions := []string{of}
	add := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		conditions = append(conditions, condition)
	}
	if q.State != "" {
		add("state = ?", string(q.State))
	} else {
		add(notGoing)
	}
	if q.By != "" {
		add("asked_by = ?", q.By)
	}
	if who := q.WaitsFor; who != "" {
		since := int64(0)
		if o.Valid > 0 {
			since = store.Millis(o.Now().Add(-o.Valid))
		}
		add("state = 'waiting' and expires_at > ? and asked_by <> ? and ' ' || behind || ' ' not like ?", store.Millis(o.Now()), who, "% "+who+" %")
		add("not exists (select 1 from approval a where a.request = request.n and a.who = ? and a.hash = request.hash and a.at >= ?)", who, since)
	}
	if !q.From.IsZero() {
		add("asked_at >= ?", store.Millis(q.From))
	}
	if !q.Until.IsZero() {
		add("asked_at < ?", store.Millis(q.Until))
	}
	if q.Before > 0 {
		add("n < ?", q.Before)
	}
	return strings.Join(conditions, " and "), args
}

// UnderWay lists the broadcasts that are being sent, or are about to be, the newest first, with
// how far each has come.
func (o *reader) UnderWay(ctx context.Context, accounts Accounts, limit int) ([]Request, error) {
	of, args := accounts.In("account", 2)
	return o.listRead(ctx, of+" and state in ('approved', 'sending', 'paused') and exists (select 1 from broadcast b where b.request = request.n) order by n desc limit $1", append([]any{limit}, args...)...)
}

// Stuck lists the requests that go on only when somebody says so, the newest first: those that
// are paused, and those of which something is unclear.
func (o *reader) Stuck(ctx context.Context, accounts Accounts, limit int) ([]Request, error) {
	of, args := accounts.In("account", 2)
	return o.listRead(ctx, of+" and (state = 'paused' or state = 'unclear' and settled = 0) order by n desc limit $1", append([]any{limit}, args...)...)
}

func (o *reader) list(ctx context.Context, where string, args ...any) ([]Request, error) {
	rows, err := store.All[requestRow](o.DB.Query(ctx, selectRequests+where, args...))
	if err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	rs := make([]Request, len(rows))
	for i, row := range rows {
		rs[i] = row.request()
	}
	return rs, nil
}

func (o *reader) listRead(ctx context.Context, where string, args ...any) ([]Request, error) {
	rs, err := o.list(ctx, where, args...)
	for i := range rs {
		if err == nil {
			err = o.Engine.Read(ctx, o.DB, &rs[i].Order)
		}
	}
	return rs, err
}

// Bar is how far a broadcast has come, as its card shows it; zero where it has not begun.
func (o *reader) Bar(r Request) cards.Text {
	switch r.State {
	case Sending, Paused:
		ended := r.Tally.Ended()
		return cards.T("broadcast.progress", "bar", bar(ended, r.Size), "percent", percent(ended, r.Size), "ended", ended, "size", r.Size)
	case Approved:
		if r.Progress.BeginAt.After(o.Now()) {
			return cards.T("broadcast.begins", "at", r.Progress.BeginAt)
		}
	}
	return cards.Text{}
}

// Concerned are those whose own lists show what posts of an owner show, by the posts' subjects:
// of requests, whoever asked for them and whoever may approve them. Of other owners' it is
// nobody in particular.
func (o *reader) Concerned(ctx context.Context, owner string, subjects []string) ([]string, error) {
	if owner != ofRequests {
		return nil, nil
	}
	people, err := o.Roles.Approvers()
	if err != nil { // a group is not known: whoever is in it may approve nothing just now
		people = nil
	}
	for _, set := range o.Policy.Named() {
		if voices, err := o.Roles.Named(set); err == nil {
			people = append(people, voices...)
		}
	}
	for some := range slices.Chunk(subjects, 200) {
		places, args := make([]string, 0, len(some)), make([]any, 0, len(some))
		for _, subject := range some {
			if n, err := strconv.ParseInt(subject, 10, 64); err == nil {
				args = append(args, n)
				places = append(places, fmt.Sprintf("$%d", len(args)))
			}
		}
		if len(args) == 0 {
			continue
		}
		of, err := store.Column[string](o.DB.Query(ctx, "select distinct asked_by from request where n in ("+strings.Join(places, ", ")+")", args...))
		if err != nil {
			return nil, fmt.Errorf("read who asked: %w", err)
		}
		people = append(people, of...)
	}
	return people, nil
}

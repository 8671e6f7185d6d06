package sending

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"magpie/store"
)

// Rates are how often each kind may be called, by all processes together: the time
// from one call to the next, by KIND or, for one account, by APPID/KIND.
type Rates map[string]time.Duration

// of is the rate of a kind in an account. A rule that names the account beats one that does not.
func (r Rates) of(account, kind string) time.Duration {
	if own, named := r[account+"/"+kind]; named {
		return own
	}
	return r[kind]
}

// ParseRates reads rules [ACCOUNT/]KIND=NUMBER/s, comma-separated, such as
// `subscribe.send=500/s,shop-mini/weapp.subscribe.send=50/s`; /m is a minute. kinds are the names
// that a rule may give, accounts the AppIDs of the accounts by their names. All faults are named
// at once.
func ParseRates(text string, kinds []string, accounts map[string]string) (Rates, error) {
	rates := Rates{}
	var faults []error
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		name, much, _ := strings.Cut(part, "=")
		number, unit, _ := strings.Cut(strings.TrimSpace(much), "/")
		account, kind, named := strings.Cut(name, "/")
		if !named {
			account, kind = "", name
		}
		account, kind = strings.TrimSpace(account), strings.TrimSpace(kind)
		appID, known := accounts[account]
		per := map[string]time.Duration{"s": time.Second, "m": time.Minute}[strings.TrimSpace(unit)]
		count, err := strconv.Atoi(strings.TrimSpace(number))
		switch {
		case err != nil || count < 1 || count > 1_000_000 || per == 0:
			faults = append(faults, fmt.Errorf("RATES: %q does not read [ACCOUNT/]KIND=NUMBER/s, such as subscribe.send=500/s", part))
		case named && !known:
			faults = append(faults, fmt.Errorf("RATES: %q names an unknown account (known: %s)", part, strings.Join(slices.Sorted(maps.Keys(accounts)), ", ")))
		case !slices.Contains(kinds, kind):
			faults = append(faults, fmt.Errorf("RATES: %q names an unknown kind (known: %s)", part, strings.Join(kinds, ", ")))
		case named:
			rates[appID+"/"+kind] = max(per/time.Duration(count), time.Microsecond)
		default:
			rates[kind] = max(per/time.Duration(count), time.Microsecond)
		}
	}
	return rates, errors.Join(faults...)
}

const (
	// slotsAhead is how far ahead calls are given their time.
	slotsAhead = 200 * time.Millisecond
	// slowFor is how long calls are slowed after WeChat says that they are too many;
	// then the slowing is halved, again and again.
	slowFor     = time.Minute
	slowLeast   = time.Millisecond
	slowUnknown = 20 * time.Millisecond // where nothing is known of the rate
)

// slots are the times at which some calls of one kind may begin.
type slots struct {
	every time.Duration // 0: whenever they like
	next  time.Time
	until time.Time // no slot from here on
}

// take is the next slot, or false where there is none soon.
func (s *slots) take() (time.Time, bool) {
	if s.every == 0 {
		return s.next, true
	}
	if !s.next.Before(s.until) {
		return time.Time{}, false
	}
	at := s.next
	s.next = s.next.Add(s.every)
	return at, true
}

// slots gives the intents of one broadcast in a group their times.
func (e *ledger) slots(ctx context.Context, tx *store.Tx, r *ofRequest) (*slots, error) {
	intents := 0
	for _, l := range r.batches {
		for _, c := range l.changes {
			if c.intent {
				intents++
			}
		}
	}
	now := e.Now().Round(0)
	if intents == 0 || r.held || e.Rates.of(r.request.Account, r.request.Kind) == 0 && !e.pool.slowed {
		return &slots{next: now}, nil
	}
	s, err := e.reserve(ctx, tx, r.request, intents, now, now.Add(slotsAhead))
	if err == nil && s.every > 0 && s.until.Sub(s.next) < time.Duration(intents)*s.every {
		r.hold = s.until // the others come later
	}
	return s, err
}

// reserve gives up to count calls of a request's kind and account their times, none of
// them after latest.
func (e *ledger) reserve(ctx context.Context, tx *store.Tx, r Order, count int, now, latest time.Time) (*slots, error) {
	every := e.Rates.of(r.Account, r.Kind)
	var next, slow, until int64
	const read = "select next_at, slow, slow_until from rate where account = $1 and api = $2"
	err := tx.QueryRow(ctx, read, r.Account, r.Kind).Scan(&next, &slow, &until)
	if err != nil && !isNone(err) || isNone(err) && every == 0 {
		return &slots{next: now}, ignoreNone(err)
	}
	if every == 0 && slow == 0 {
		return &slots{next: now}, nil
	}
	if _, err := tx.Exec(ctx, "insert into rate (account, api) values ($1, $2) on conflict (account, api) do update set api = excluded.api", r.Account, r.Kind); err != nil {
		return nil, err
	}
	if err := tx.QueryRow(ctx, read, r.Account, r.Kind).Scan(&next, &slow, &until); err != nil {
		return nil, err
	}
	until = min(until, now.Add(slowFor).UnixMicro()) // what lies further ahead is of a clock that was set back since
	if slow > 0 && now.UnixMicro() > until {
		if slow /= 2; slow < max(slowLeast, every).Microseconds() {
			slow = 0
		}
		until = now.Add(slowFor).UnixMicro()
	}
	every = max(every, time.Duration(slow)*time.Microsecond)
	if next > now.Add(longestWait+every).UnixMicro() {
		next = 0 // so too
	}
	s := &slots{every: every, next: time.UnixMicro(max(next, now.UnixMicro()))}
	free := 0
	if every > 0 && s.next.Before(latest) {
		free = min(count, int(latest.Sub(s.next)/every)+1)
	}
	s.until = s.next.Add(time.Duration(free) * every)
	_, err = tx.Exec(ctx, "update rate set next_at = $3, slow = $4, slow_until = $5 where account = $1 and api = $2", r.Account, r.Kind, s.until.UnixMicro(), slow, until)
	return s, err
}

func ignoreNone(err error) error {
	if isNone(err) {
		return nil
	}
	return err
}

// slowDown halves how fast a request's kind and account are called: WeChat says that it is too fast.
func (e *ledger) slowDown(ctx context.Context, tx *store.Tx, r Order, perSecond int) error {
	if _, err := tx.Exec(ctx, "insert into rate (account, api) values ($1, $2) on conflict (account, api) do update set api = excluded.api", r.Account, r.Kind); err != nil {
		return err
	}
	var slow, until int64
	if err := tx.QueryRow(ctx, "select slow, slow_until from rate where account = $1 and api = $2", r.Account, r.Kind).Scan(&slow, &until); err != nil {
		return err
	}
	now := e.Now()
	// Of many that WeChat turns away at once, the first says it for all.
	if slow > 0 && until-now.UnixMicro() > (slowFor-time.Second).Microseconds() {
		return nil
	}
	every := max(e.Rates.of(r.Account, r.Kind), time.Duration(slow)*time.Microsecond)
	if every == 0 && perSecond > 0 {
		every = time.Second / time.Duration(perSecond)
	}
	if every == 0 {
		every = slowUnknown / 2
	}
	_, err := tx.Exec(ctx, "update rate set slow = $3, slow_until = $4 where account = $1 and api = $2", r.Account, r.Kind, min(2*every, time.Minute).Microseconds(), now.Add(slowFor).UnixMicro())
	return err
}

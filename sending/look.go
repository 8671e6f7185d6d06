package sending

import (
	"context"
	"time"

	"magpie/store"
)

// lookAround keeps the flags of the broadcasts under way here in line with what people
// have said, and once a second has their cards drawn. It reports whether any is under way.
func (e *Engine) lookAround() bool {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	underWay := e.pool.underWay()
	if len(underWay) == 0 {
		return false
	}
	var slowed int
	if err := e.DB.QueryRow(ctx, "select count(*) from rate where slow > 0").Scan(&slowed); err != nil {
		e.Log.Error("look whether an API is slowed down", "error", err)
	}
	e.pool.slowed = slowed > 0
	for n, f := range underWay {
		var goes int
		if err := e.DB.QueryRow(ctx, goesOn, n, PausedAs(f.account)).Scan(&goes, new(int64), new(int64)); err != nil {
			e.Log.Error("look at a broadcast", "request", n, "error", err)
			continue
		}
		f.decide(goes > 0)
		if now := time.Now(); f.progress && now.Sub(f.told) >= tellEvery {
			f.told = now
			if err := e.tellProgress(ctx, n); err != nil {
				e.Log.Error("tell how far a broadcast has come", "request", n, "error", err)
			}
		}
	}
	return true
}

// tellProgress notes how fast a broadcast goes and has its cards drawn; where several
// processes carry it out, one of them does.
func (e *reporter) tellProgress(ctx context.Context, n int64) error {
	return e.DB.Update(ctx, func(tx *store.Tx) error {
		now := e.Now()
		was, err := store.One[struct {
			At       int64 `db:"rate_at"`
			Outcomes int64 `db:"rate_count"`
			Rate     int64 `db:"rate"`
			Now      int64 `db:"outcomes"`
		}](ctx, tx, "select rate_at, rate_count, rate, done + failed + unclear as outcomes from sending where request = $1", n)
		if err != nil {
			return err
		}
		past := now.Sub(store.Time(was.At))
		if was.At == 0 || past < tellEvery*9/10 {
			return nil
		}
		latest := (was.Now - was.Outcomes) * 1000 / past.Milliseconds()
		if was.Rate == 0 {
			was.Rate = latest
		}
		claimed, err := tx.Exec(ctx, "update sending set rate_at = $2, rate_count = $3, rate = $4 where request = $1 and rate_at = $5",
			n, store.Millis(now), was.Now, (was.Rate*2+latest)/3, was.At)
		if err != nil || claimed == 0 {
			return err
		}
		return e.Owner.Changed(ctx, tx, n)
	})
}

// UsualRate is how many calls of a kind an account makes in a second: as many as are allowed,
// or as the last broadcast made; 0 where neither is known.
func (e *ledger) UsualRate(ctx context.Context, account, kind string) (float64, error) {
	if every := e.Rates.of(account, kind); every > 0 {
		return float64(time.Second) / float64(every), nil
	}
	var rate int64
	err := e.DB.QueryRow(ctx, "select s.rate from broadcast b join sending s on s.request = b.request join request r on r.n = b.request where r.account = $1 and r.kind = $2 and s.rate > 0 order by b.request desc limit 1", account, kind).Scan(&rate)
	return float64(rate), ignoreNone(err)
}

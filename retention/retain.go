package retention

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"magpie/journal"
	"magpie/store"
)

const (
	mostRows   = 500         // that one transaction removes
	looked     = 1000        // requests, at most, that are looked at at once
	leaseLasts = time.Minute // after the last transaction of whoever is at it
	leastRest  = 5 * time.Millisecond
	againAfter = time.Minute // where another is at it, or the database is away
)

// What the settings of the database keep for whoever is at it next.
const (
	leaseUntil      = "retaining"         // milliseconds
	retainedDay     = "retained day"      // as 20260131: it is done for that day
	retainedCount   = "retained requests" // that went, and are in no act yet
	retainedRows    = "retained rows"     // with all that belonged to them
	retainedTexts   = "retained texts"
	retainedImages  = "retained images"
	stateOfGoing    = "removed"   // of a request whose rows go one transaction after the other
	roomOfRetention = "retention" // whose acts in the record tell what was removed
)

// Retainer removes what ended longer ago than it is kept, once a day, one process at a time.
type Retainer struct {
	DB   *store.DB
	For  time.Duration // 0: everything is kept
	Said string        // as RETAIN has it
	Zone *time.Location
	Now  func() time.Time
	Log  *slog.Logger

	paced func(ctx context.Context, took time.Duration) error // nil: rest
	lease int64                                               // until when we have it
	last  measured
}

// measured is what this process's sweep was like.
type measured struct {
	transactions int
	mostRows     int64         // that one removed
	longest      time.Duration // that one took
}

// Retained counts what went.
type Retained struct {
	Requests int64
	Texts    int64 // of articles
	Images   int64
	Rows     int64 // in all tables
}

func (r Retained) String() string {
	return fmt.Sprintf("%d requests, %d texts of articles, %d images, %d rows", r.Requests, r.Texts, r.Images, r.Rows)
}

// Run removes what is old whenever a day begins, and at the start, until ctx ends. A clock that
// is stepped is seen within a second.
func (r *Retainer) Run(ctx context.Context) {
	if r.For == 0 {
		return
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	done, not := 0, time.Time{}
	for {
		if today := r.today(); today != done && !time.Now().Before(not) {
			switch swept, err := r.Sweep(ctx); {
			case ctx.Err() != nil:
				return
			case err != nil:
				r.Log.Error("what ended long ago is not all removed; it goes on in a minute", "error", err)
				fallthrough
			case !swept:
				not = time.Now().Add(againAfter)
			default:
				done = today
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (r *Retainer) today() int {
	y, m, d := r.Now().In(r.Zone).Date()
	return y*10000 + int(m)*100 + d
}

// Sweep removes what is old today, in transactions of at most 500 rows between which others have
// their turn. It reports false where another process is at it. What was cut short, goes on with
// the next.
func (r *Retainer) Sweep(ctx context.Context) (swept bool, err error) {
	today := r.today()
	if is, err := r.setting(ctx, retainedDay); err != nil || is == int64(today) {
		return err == nil, err
	}
	if has, err := r.takeLease(ctx); err != nil || !has {
		return false, err
	}
	begun := time.Now()
	r.last = measured{}
	if err := r.sweep(ctx); err != nil {
		return false, errors.Join(err, r.giveBack(ctx))
	}
	return true, r.finish(ctx, today, begun)
}

func (r *Retainer) sweep(ctx context.Context) error {
	begun, err := store.Column[int64](r.DB.Query(ctx, "select n from request where state = $1 order by n", stateOfGoing))
	if err != nil {
		return fmt.Errorf("look what is being removed: %w", err)
	}
	for _, n := range begun {
		if err := r.goOn(ctx, n); err != nil {
			return err
		}
	}
	cutoff := store.Millis(r.Now().Add(-r.For))
	for from := int64(0); ; {
		var to, earliest int64
		if err := r.DB.QueryRow(ctx, "select coalesce(max(n), 0), coalesce(min(asked_at), 0) from (select n, asked_at from request where n > $1 order by n limit $2) as page", from, looked).Scan(&to, &earliest); err != nil {
			return fmt.Errorf("look for old requests: %w", err)
		}
		if to == 0 || earliest > cutoff {
			break // later ones were asked for later
		}
		if err := r.removeBetween(ctx, from, to, cutoff); err != nil {
			return err
		}
		from = to
	}
	// What requests needed of articles may go now, and images with the texts.
	if err := r.sweepTexts(ctx, cutoff); err != nil {
		return err
	}
	return r.sweepImages(ctx, cutoff)
}

// old is a request that may go, with how many rows go with it.
type old struct{ n, rows int64 }

// removeBetween removes those that may go of the requests above one number, up to another.
func (r *Retainer) removeBetween(ctx context.Context, from, to, cutoff int64) error {
	rows, err := r.DB.Query(ctx, "select r.n, "+rowsOf+" from request r where r.n > $2 and r.n <= $3 and "+mayGo+" order by r.n", cutoff, from, to)
	if err != nil {
		return fmt.Errorf("look for old requests: %w", err)
	}
	defer rows.Close()
	var found []old
	for rows.Next() {
		var o old
		if err := rows.Scan(&o.n, &o.rows); err != nil {
			return err
		}
		found = append(found, o)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for len(found) > 0 {
		var ns []int64
		sum := int64(0)
		for len(found) > 0 && len(ns) < inOne && sum+found[0].rows <= mostRows {
			sum += found[0].rows
			ns, found = append(ns, found[0].n), found[1:]
		}
		if len(ns) > 0 {
			err = r.paceEach(ctx, func(tx *store.Tx) (Retained, error) { return r.remove(ctx, tx, ns, cutoff) })
		} else {
			n := found[0].n
			found = found[1:]
			err = r.removeLarge(ctx, n, cutoff)
		}
		if err != nil {
			return fmt.Errorf("remove old requests: %w", err)
		}
	}
	return nil
}

func (r *Retainer) setting(ctx context.Context, name string) (value int64, err error) {
	err = r.DB.QueryRow(ctx, "select coalesce(max(value), 0) from setting where name = $1", name).Scan(&value)
	return value, err
}

// finish puts on record what went, and that this day's is done.
func (r *Retainer) finish(ctx context.Context, today int, begun time.Time) error {
	var gone Retained
	err := r.DB.Update(ctx, func(tx *store.Tx) error {
		if held, err := tx.Exec(ctx, "update setting set value = 0 where name = $1 and value = $2", leaseUntil, r.lease); err != nil || held == 0 {
			return errors.Join(err, errLost)
		}
		for name, into := range map[string]*int64{retainedCount: &gone.Requests, retainedRows: &gone.Rows, retainedTexts: &gone.Texts, retainedImages: &gone.Images} {
			if err := tx.QueryRow(ctx, "select coalesce(max(value), 0) from setting where name = $1", name).Scan(into); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "delete from setting where name = $1", name); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value", retainedDay, today); err != nil {
			return err
		}
		if gone == (Retained{}) {
			return nil
		}
		j := journal.Journal{DB: r.DB, Room: roomOfRetention, Now: r.Now, Log: r.Log}
		return j.Write(ctx, tx, journal.Entry{Subject: r.Said, Verb: "retained", Note: gone.String()})
	})
	if err == nil && gone != (Retained{}) {
		r.Log.Info("what ended long ago is removed", "retain", r.Said, "requests", gone.Requests, "texts", gone.Texts, "images", gone.Images, "rows", gone.Rows, "took", time.Since(begun).Round(time.Millisecond),
			"transactions", r.last.transactions, "most_rows", r.last.mostRows, "longest", r.last.longest.Round(time.Microsecond))
	}
	return err
}

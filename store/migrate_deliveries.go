package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"
)

// goMigration is the number of the one migration that SQL cannot make.
const goMigration int64 = 32

// deliveriesToBatches is the migration that carries the deliveries of requests to named
// people, which had a table of their own, into batches like those of broadcasts.
func deliveriesToBatches() *goose.Migration {
	return goose.NewGoMigration(goMigration, &goose.GoFunc{RunTx: carryDeliveries}, &goose.GoFunc{RunTx: restoreDeliveries})
}

// delivery is a row of the table of before.
type delivery struct {
	Recipient string `db:"recipient"`
	State     string `db:"state"`
	Receipt   string `db:"receipt"`
	Reason    string `db:"reason"`
	Ref       string `db:"ref"`
	Tries     int64  `db:"tries"`
	Due       int64  `db:"due_at"`
	Called    int64  `db:"called_at"`
	Doubt     int64  `db:"doubt"`
}

// carried are the deliveries of one request.
type carried struct {
	N        int64  `db:"n"`
	Asked    int64  `db:"asked_at"`
	Due      int64  `db:"request_due_at"`
	Resumed  int64  `db:"resumed_at"`
	Phase    string `db:"phase"`
	Stopping bool   `db:"stopping"`
	all      []delivery
}

func carryDeliveries(ctx context.Context, tx *sql.Tx) error {
	for last := int64(0); ; {
		some, err := deliveriesAfter(ctx, tx, last)
		if err != nil {
			return fmt.Errorf("read deliveries: %w", err)
		}
		if len(some) == 0 {
			break
		}
		for _, c := range some {
			if err := c.write(ctx, tx); err != nil {
				return fmt.Errorf("carry the deliveries of request %d: %w", c.N, err)
			}
			last = c.N
		}
	}
	_, err := tx.ExecContext(ctx, "drop table delivery")
	return err
}

// carriedAtOnce are the requests whose deliveries are held in memory.
const carriedAtOnce = 200

func deliveriesAfter(ctx context.Context, tx *sql.Tx, last int64) ([]*carried, error) {
	rows, err := All[struct {
		carried
		delivery
	}](tx.QueryContext(ctx, `select r.n, r.asked_at, r.due_at as request_due_at, r.resumed_at, r.state = 'stopped' and r.ended_at = 0 as stopping,
			case when r.state = 'waiting' then 'ready' when r.state in ('approved', 'sending') then 'going'
			when r.state = 'paused' or r.state = 'stopped' and r.ended_at = 0 then 'held' else 'over' end as phase, d.recipient, d.state, d.receipt, d.reason, d.ref, d.tries, d.due_at, d.called_at, d.doubt
		from delivery d join request r on r.n = d.request
		where d.request in (select distinct request from delivery where request > $1 order by request limit $2) order by d.request, d.seq`, last, carriedAtOnce))
	if err != nil {
		return nil, err
	}
	var some []*carried
	for i := range rows {
		if c := &rows[i].carried; len(some) == 0 || some[len(some)-1].N != c.N {
			some = append(some, c)
		}
		of := some[len(some)-1]
		of.all = append(of.all, rows[i].delivery)
	}
	return some, nil
}

// The layout of a delivery's status as it was when this migration was written: state, tries
// with a high bit for doubt, number of the reason, tens of milliseconds since the request
// was asked for.
const (
	interrupted = `{"key":"reason.interrupted"}`
	statusSize  = 8
	statusDoubt = 0x80
	statusTick  = 10
	batchOf     = 200
)

var statusStates = map[string]byte{"waiting": 0, "sending": 1, "done": 2, "failed": 3, "unclear": 4, "stopped": 6}

func (c *carried) write(ctx context.Context, tx *sql.Tx) error {
	count, begun, remaining := map[string]int{}, int64(0), ""
	if c.Stopping {
		remaining = "stopped"
	}
	for i := range c.all {
		d := &c.all[i]
		if d.State == "sending" && c.Phase != "going" { // nobody takes it up
			d.State, d.Reason = "unclear", interrupted
		}
		count[d.State]++
		if d.Called > 0 && (begun == 0 || d.Called < begun) {
			begun = d.Called
		}
	}
	if _, err := tx.ExecContext(ctx, `insert into sending (request, calls, begin_at, begun_at, remaining_as, sending, done, failed, unclear, stopped, phase, resumed_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, c.N, len(c.all), c.Due, begun, remaining, count["sending"], count["done"], count["failed"], count["unclear"], count["stopped"], c.Phase, c.Resumed); err != nil {
		return err
	}
	reasons := map[string]int{}
	for n := 0; n*batchOf < len(c.all); n++ {
		if err := c.writeBatch(ctx, tx, n, reasons); err != nil {
			return err
		}
	}
	for why, n := range reasons {
		if _, err := tx.ExecContext(ctx, "insert into delivery_reason (request, n, code, why) values ($1, $2, 0, $3)", c.N, n, why); err != nil {
			return err
		}
	}
	return nil
}

func (c *carried) writeBatch(ctx context.Context, tx *sql.Tx, n int, reasons map[string]int) error {
	from := n * batchOf
	some := c.all[from:min(from+batchOf, len(c.all))]
	named, outcomes := []string{}, []byte{}
	var waiting, unclear, unclaimed int
	var due int64
	for i, d := range some {
		named = append(named, d.Recipient)
		status := make([]byte, statusSize)
		status[0], status[1] = statusStates[d.State], byte(min(d.Tries, statusDoubt-1))
		if d.Doubt > 0 {
			status[1] |= statusDoubt
		}
		if d.Reason != "" {
			if reasons[d.Reason] == 0 {
				reasons[d.Reason] = len(reasons) + 1
			}
			binary.LittleEndian.PutUint16(status[2:], uint16(reasons[d.Reason]))
		}
		binary.LittleEndian.PutUint32(status[4:], uint32(max(0, d.Called-c.Asked)/statusTick))
		outcomes = append(outcomes, status...)
		switch d.State {
		case "sending": // whoever claims it holds it as unclear
			unclaimed = 1
		case "waiting":
			waiting, unclaimed = waiting+1, 1
			due = max(due, d.Due)
		case "unclear":
			unclear++
		}
		row := from + i
		if d.Receipt != "" {
			if _, err := tx.ExecContext(ctx, "insert into delivery_receipt (request, row, receipt) values ($1, $2, $3)", c.N, row, d.Receipt); err != nil {
				return err
			}
		}
		if d.Ref != "" {
			if _, err := tx.ExecContext(ctx, "insert into delivery_ref (ref, request, row) values ($1, $2, $3) on conflict do nothing", d.Ref, c.N, row); err != nil {
				return err
			}
		}
	}
	list, err := json.Marshal(named)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `insert into delivery_batch (request, n, first_row, last_row, members, named, waiting, unclear, due_at, unclaimed, version, sum, outcomes)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12)`, c.N, n, from, from+len(some)-1, len(some), string(list), waiting, unclear, due, unclaimed, []byte{}, outcomes)
	return err
}

// restoreDeliveries makes the table of before again, unless something would be lost.
func restoreDeliveries(ctx context.Context, tx *sql.Tx) error {
	var named int
	if err := tx.QueryRowContext(ctx, "select count(*) from delivery_batch where named <> ''").Scan(&named); err != nil {
		return err
	}
	if named > 0 {
		return errors.New("deliveries are kept in batches by now: an older magpie cannot read them")
	}
	_, err := tx.ExecContext(ctx, `create table delivery (
		request bigint not null references request (n),
		seq bigint not null,
		recipient text not null,
		state text not null,
		claim text not null default '',
		tries bigint not null default 0,
		due_at bigint not null default 0,
		called_at bigint not null default 0,
		receipt text not null default '',
		reason text not null default '',
		ref text not null default '',
		doubt bigint not null default 0,
		primary key (request, seq)
	)`)
	return err
}

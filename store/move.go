package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Queue moves the job queue's own tables, whose names begin with QueueTables and which
// differ between the databases.
type Queue interface {
	// Prepare makes the queue's tables.
	Prepare(ctx context.Context, db *DB) error
	// Move copies the jobs that are not finished, and counts them.
	Move(ctx context.Context, from Queryer, to *Tx) (int64, error)
	// Bring copies the jobs that are not finished the other way, from PostgreSQL to SQLite,
	// and counts them.
	Bring(ctx context.Context, from Queryer, to *Tx) (int64, error)
}

// QueueTables is how the names of the job queue's tables begin.
const QueueTables = "river_"

// gooseTable is where it is kept which migrations were made. Both sides make their own;
// they must agree.
const gooseTable = "goose_db_version"

// Moved is one table that has been moved.
type Moved struct {
	Table string
	Rows  int64
}

// Move copies all that the SQLite database at from holds into the empty PostgreSQL
// database at to. A source in use, and a target that holds anything, are refused. The
// copy is one transaction: cut short, it leaves a target that is empty still, and can be
// begun anew. The source is only read, once its tables are up to date.
func Move(ctx context.Context, from, to string, queue Queue, log *slog.Logger) ([]Moved, error) {
	path, ok := strings.CutPrefix(from, "sqlite:")
	if !ok {
		return nil, errors.New("the database that is moved must be sqlite:PATH")
	}
	if !strings.HasPrefix(to, "postgres://") && !strings.HasPrefix(to, "postgresql://") {
		return nil, errors.New("a database is moved to postgres://…")
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("there is no database to move: %w", err)
	}
	source, err := Open(ctx, from, log)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	if err := queue.Prepare(ctx, source); err != nil {
		return nil, fmt.Errorf("bring the source up to date: %w", err)
	}
	tables, err := source.tables(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	if err := refuseForeign(ctx, to, tables, log); err != nil {
		return nil, err
	}
	target, err := Open(ctx, to, log)
	if err != nil {
		return nil, err
	}
	defer target.Close()
	if err := queue.Prepare(ctx, target); err != nil {
		return nil, fmt.Errorf("prepare the target: %w", err)
	}
	fresh, err := freshRows(ctx, tables, log)
	if err != nil {
		return nil, fmt.Errorf("count what a new database holds: %w", err)
	}
	snapshot, err := source.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer snapshot.Rollback()
	m := mover{from: &Tx{SQL: snapshot, run: snapshot}, tables: tables, fresh: fresh, queue: queue, log: log}
	// A slow disk may let the target wait for the next row longer than a session may idle.
	ctx = Long(ctx)
	// Before its tables are locked: a magpie may be at work there.
	if err := m.refuseFull(ctx, target); err != nil {
		return nil, err
	}
	err = target.Update(ctx, func(tx *Tx) error { return m.move(ctx, tx) })
	return m.moved, err
}

// mover is one move.
type mover struct {
	from   *Tx
	tables []string // each after those that it refers to
	fresh  map[string]int64
	queue  Queue
	log    *slog.Logger
	moved  []Moved
}

func (m *mover) move(ctx context.Context, to *Tx) error {
	m.moved = nil
	if err := m.sameVersion(ctx, to); err != nil {
		return err
	}
	names := make([]string, len(m.tables))
	for i, table := range m.tables {
		names[i] = quoted(table)
	}
	// A magpie that is started on the target meanwhile waits.
	if _, err := to.Exec(ctx, "lock table "+strings.Join(names, ", ")+" in access exclusive mode"); err != nil {
		return fmt.Errorf("lock the target: %w", err)
	}
	if err := m.refuseFull(ctx, to); err != nil {
		return err
	}
	for _, table := range slices.Backward(m.tables) { // what the migrations wrote
		if _, err := to.Exec(ctx, "delete from "+quoted(table)); err != nil {
			return err
		}
	}
	for _, table := range m.tables {
		n, err := m.copy(ctx, to, table)
		if err != nil {
			return fmt.Errorf("move table %s: %w", table, err)
		}
		m.moved = append(m.moved, Moved{table, n})
		m.log.Info("moved", "table", table, "rows", n)
	}
	jobs, err := m.queue.Move(ctx, m.from, to)
	if err != nil {
		return fmt.Errorf("move the jobs: %w", err)
	}
	m.moved = append(m.moved, Moved{"jobs that wait or were under way", jobs})
	return m.setSequences(ctx, to)
}

// refuseFull refuses a target that holds more than a new database does.
func (m *mover) refuseFull(ctx context.Context, to Queryer) error {
	for _, table := range m.tables {
		n, err := count(ctx, to, table)
		if err != nil {
			return err
		}
		if n != m.fresh[table] {
			return fmt.Errorf("the target is not empty: its table %s holds %d rows. Nothing was moved; give it a new database", table, n)
		}
	}
	return nil
}

// copy streams one table's rows and counts them on both sides.
func (m *mover) copy(ctx context.Context, to *Tx, table string) (int64, error) {
	columns, err := Column[string](m.from.Query(ctx, "select name from pragma_table_info($1) order by cid", table))
	if err != nil {
		return 0, err
	}
	list := make([]string, len(columns))
	for i, column := range columns {
		list[i] = quoted(column)
	}
	rows, err := m.from.Query(ctx, "select "+strings.Join(list, ", ")+" from "+quoted(table))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	copied, err := to.PG.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		if !rows.Next() {
			return nil, rows.Err()
		}
		err := rows.Scan(into...)
		for i, v := range values {
			if b, ok := v.([]byte); ok && b == nil {
				values[i] = []byte{} // none at all would be null
			}
		}
		return values, err
	}))
	if err != nil {
		return 0, err
	}
	had, err := count(ctx, m.from, table)
	if err != nil {
		return 0, err
	}
	has, err := count(ctx, to, table)
	if err == nil && (had != has || has != copied) {
		err = fmt.Errorf("the source has %d rows, %d were copied, and the target has %d", had, copied, has)
	}
	return has, err
}

package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// copyPostgres fills a new SQLite database with what PostgreSQL holds, all of it as one
// snapshot sees it.
func (b Backup) copyPostgres(ctx context.Context, from, to *DB) error {
	if err := b.Queue.Prepare(ctx, to); err != nil {
		return fmt.Errorf("prepare the copy: %w", err)
	}
	tables, err := to.tables(ctx)
	if err != nil {
		return err
	}
	snapshot, err := from.conns.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer snapshot.Rollback()
	if _, err := snapshot.ExecContext(ctx, lift); err != nil {
		return err
	}
	source := &Tx{run: snapshot}
	return to.Update(ctx, func(tx *Tx) error {
		for _, table := range slices.Backward(tables) { // what the migrations wrote
			if _, err := tx.Exec(ctx, "delete from "+quoted(table)); err != nil {
				return err
			}
		}
		for _, table := range tables {
			if err := copyTable(ctx, source, tx, table); err != nil {
				return fmt.Errorf("table %s: %w", table, err)
			}
		}
		if _, err := b.Queue.Bring(ctx, source, tx); err != nil {
			return fmt.Errorf("the jobs: %w", err)
		}
		return nil
	})
}

// copyTable copies one table's rows, and counts them on both sides.
func copyTable(ctx context.Context, from, to *Tx, table string) error {
	columns, err := Column[string](to.Query(ctx, "select name from pragma_table_info($1) order by cid", table))
	if err != nil {
		return err
	}
	list, places := make([]string, len(columns)), make([]string, len(columns))
	for i, column := range columns {
		list[i], places[i] = quoted(column), fmt.Sprintf("$%d", i+1)
	}
	names := strings.Join(list, ", ")
	insert := "insert into " + quoted(table) + " (" + names + ") values (" + strings.Join(places, ", ") + ")"
	rows, err := from.Query(ctx, "select "+names+" from "+quoted(table))
	if err != nil {
		return err
	}
	defer rows.Close()
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok && len(b) == 0 {
				values[i] = []byte{} // none at all would be null
			}
		}
		if _, err := to.Exec(ctx, insert, values...); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	had, err := count(ctx, from, table)
	if err != nil {
		return err
	}
	has, err := count(ctx, to, table)
	if err == nil && had != has {
		err = fmt.Errorf("the database has %d rows, and the copy has %d", had, has)
	}
	return err
}

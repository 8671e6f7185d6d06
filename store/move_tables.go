package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// sameVersion refuses databases whose tables are not of the same make.
func (m *mover) sameVersion(ctx context.Context, to *Tx) error {
	// Named otherwise, or PostgreSQL sorts by the text: 10 before 2.
	const made = "select cast(version_id as text) as made from " + gooseTable + " where is_applied order by version_id"
	ours, err := Column[string](m.from.Query(ctx, made))
	if err != nil {
		return err
	}
	theirs, err := Column[string](to.Query(ctx, made))
	if err == nil && !slices.Equal(ours, theirs) {
		err = fmt.Errorf("the source's tables are of version %v, the target's of %v", ours, theirs)
	}
	return err
}

// setSequences lets numbers that the target gives go on where the source's ended.
func (m *mover) setSequences(ctx context.Context, to *Tx) error {
	rows, err := to.Query(ctx, `select table_name, column_name from information_schema.columns
		where table_schema = current_schema() and table_name <> $1 and (column_default like 'nextval(%' or is_identity = 'YES')`, gooseTable)
	if err != nil {
		return err
	}
	defer rows.Close()
	var statements []string
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return err
		}
		statements = append(statements, fmt.Sprintf("select setval(pg_get_serial_sequence('%s', '%s'), greatest(max(%s), 1), max(%[3]s) is not null) from %[1]s",
			quoted(table), column, quoted(column)))
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, statement := range statements {
		if _, err := to.Exec(ctx, statement); err != nil {
			return fmt.Errorf("set a sequence: %w", err)
		}
	}
	return nil
}

// tables are this SQLite database's own, each after those that it refers to.
func (db *DB) tables(ctx context.Context) ([]string, error) {
	names, err := Column[string](db.Query(ctx, `select name from sqlite_master where type = 'table' and name not like 'sqlite\_%' escape '\'
		and name not like $1 || '%' and name <> $2 order by name`, QueueTables, gooseTable))
	if err != nil {
		return nil, err
	}
	var sorted []string
	for len(names) > 0 {
		before := len(names)
		for _, name := range slices.Clone(names) {
			refers, err := Column[string](db.Query(ctx, `select "table" from pragma_foreign_key_list($1)`, name))
			if err != nil {
				return nil, err
			}
			if !slices.ContainsFunc(refers, func(other string) bool { return other != name && slices.Contains(names, other) }) {
				sorted = append(sorted, name)
				names = slices.DeleteFunc(names, func(n string) bool { return n == name })
			}
		}
		if len(names) == before {
			return nil, fmt.Errorf("%v refer to each other in a circle", names)
		}
	}
	return sorted, nil
}

// refuseForeign refuses a target in which somebody else keeps tables, before anything
// is made there.
func refuseForeign(ctx context.Context, to string, ours []string, log *slog.Logger) error {
	db, err := openPostgres(ctx, to, log)
	if err != nil {
		return err
	}
	defer db.Close()
	names, err := Column[string](db.Query(ctx, "select table_name from information_schema.tables where table_schema = current_schema() order by table_name"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if name != gooseTable && !strings.HasPrefix(name, QueueTables) && !slices.Contains(ours, name) {
			return fmt.Errorf("the target is not empty: its table %s is not magpie's. Nothing was moved; give it a new database", name)
		}
	}
	return nil
}

// freshRows counts what a database that was just made holds.
func freshRows(ctx context.Context, tables []string, log *slog.Logger) (map[string]int64, error) {
	dir, err := os.MkdirTemp("", "magpie-move-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	db, err := Open(ctx, "sqlite:"+filepath.Join(dir, "fresh.db"), log)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows := map[string]int64{}
	for _, table := range tables {
		if rows[table], err = count(ctx, db, table); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func count(ctx context.Context, q Queryer, table string) (n int64, err error) {
	err = q.QueryRow(ctx, "select count(*) from "+quoted(table)).Scan(&n)
	return n, err
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

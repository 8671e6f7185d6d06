package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"

	"modernc.org/sqlite"
)

const (
	maxStatements = 128
	// What is longer is a list of values, which is not said twice.
	longStatement = 16_000
)

// openKeeping opens an SQLite database whose connections keep the statements that they
// have read: reading the SQL costs more there than most statements do. PostgreSQL's driver
// does so by itself.
func openKeeping(dsn string) *sql.DB { return sql.OpenDB(&keeper{dsn: dsn}) }

// keeper opens connections that keep their statements.
type keeper struct {
	dsn    string
	driver sqlite.Driver
}

func (k *keeper) Driver() driver.Driver { return &k.driver }

func (k *keeper) Connect(context.Context) (driver.Conn, error) {
	conn, err := k.driver.Open(k.dsn)
	if err != nil {
		return nil, err
	}
	whole, ok := conn.(sqliteConn)
	if !ok {
		return nil, fmt.Errorf("a connection of SQLite's driver is %T, which cannot do what magpie needs", conn)
	}
	return &keepingConn{sqliteConn: whole, kept: map[string]*statement{}}, nil
}

// sqliteConn is what database/sql asks of a connection of SQLite's driver.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keepingConn is one connection. database/sql has one goroutine at a time use it.
type keepingConn struct {
	sqliteConn
	kept map[string]*statement
	uses int64
}

type statement struct {
	stmt interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}
	query string
	busy  bool // in the midst of rows
	used  int64
}

// take is the statement of a query, for nobody else until it is given back. It is nil
// where the query is better said as it is.
func (c *keepingConn) take(ctx context.Context, query string) *statement {
	if len(query) > longStatement {
		return nil
	}
	s := c.kept[query]
	if s == nil {
		prepared, err := c.PrepareContext(ctx, query)
		if err != nil {
			return nil // said as it is, it has the same error
		}
		s = &statement{query: query}
		var ok bool
		if s.stmt, ok = prepared.(interface {
			driver.Stmt
			driver.StmtExecContext
			driver.StmtQueryContext
		}); !ok {
			_ = prepared.Close()
			return nil
		}
		c.makeRoom()
		c.kept[query] = s
	}
	if s.busy {
		return nil
	}
	c.uses++
	s.busy, s.used = true, c.uses
	return s
}

// makeRoom drops the statement that was not used for longest, where there are too many.
func (c *keepingConn) makeRoom() {
	if len(c.kept) < maxStatements {
		return
	}
	var oldest *statement
	for _, s := range c.kept {
		if !s.busy && (oldest == nil || s.used < oldest.used) {
			oldest = s
		}
	}
	if oldest != nil {
		c.drop(oldest)
	}
}

func (c *keepingConn) drop(s *statement) {
	delete(c.kept, s.query)
	_ = s.stmt.Close()
}

// give gives a statement back; one that failed is read anew the next time.
func (c *keepingConn) give(s *statement, err error) {
	s.busy = false
	if err != nil {
		c.drop(s)
	}
}

func (c *keepingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s := c.take(ctx, query)
	if s == nil {
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	result, err := s.stmt.ExecContext(ctx, args)
	c.give(s, err)
	return result, err
}

func (c *keepingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s := c.take(ctx, query)
	if s == nil {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	rows, err := s.stmt.QueryContext(ctx, args)
	if err != nil {
		c.give(s, err)
		return nil, err
	}
	return &keptRows{Rows: rows, done: func(err error) { c.give(s, err) }}, nil
}

// Close gives all statements back with the connection.
func (c *keepingConn) Close() error {
	for _, s := range c.kept {
		_ = s.stmt.Close()
	}
	clear(c.kept)
	return c.sqliteConn.Close()
}

// keptRows are the rows of a statement that is kept.
type keptRows struct {
	driver.Rows
	done func(error)
}

func (r *keptRows) Close() error {
	err := r.Rows.Close()
	if r.done != nil {
		r.done(err)
		r.done = nil
	}
	return err
}

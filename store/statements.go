package store

import (
	"context"
	"database/sql"
	"sync"
)

const (
	maxStatements = 256
	// Only what is said again and again, and is short, is kept.
	preparedFrom  = 3
	longStatement = 1000
)

// statements keep the statements that SQLite's one writer says again and again:
// reading the SQL costs more there than most statements do. PostgreSQL's driver has its
// own.
type statements struct {
	mu       sync.Mutex
	said     map[string]int
	wanted   []string
	prepared map[string]*sql.Stmt
}

func newStatements() *statements {
	return &statements{said: map[string]int{}, prepared: map[string]*sql.Stmt{}}
}

// find is the statement of a query, or nil; what is asked for often is prepared before
// the next transaction.
func (s *statements) find(query string) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.prepared[query]; known != nil || len(query) > longStatement {
		return known
	}
	if len(s.said) > 4*maxStatements {
		clear(s.said)
	}
	if s.said[query]++; s.said[query] == preparedFrom && len(s.prepared)+len(s.wanted) < maxStatements {
		s.wanted = append(s.wanted, query)
	}
	return nil
}

// prepare prepares what is wanted; it must not be called within a transaction, which
// has the connection. What cannot be prepared is said as it is.
func (s *statements) prepare(ctx context.Context, writer *sql.DB) {
	s.mu.Lock()
	wanted := s.wanted
	s.wanted = nil
	s.mu.Unlock()
	for _, query := range wanted {
		stmt, err := writer.PrepareContext(ctx, query)
		if err != nil {
			continue
		}
		s.mu.Lock()
		s.prepared[query] = stmt
		s.mu.Unlock()
	}
}

// close gives all statements back.
func (s *statements) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, stmt := range s.prepared {
		stmt.Close()
	}
	clear(s.prepared)
}

// prepared is a transaction on SQLite that says what it can by prepared statements.
// Not QueryContext: a statement can be in the midst of one set of rows only.
type prepared struct {
	*sql.Tx
	known *statements
}

func (p prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if stmt := p.known.find(query); stmt != nil {
		return p.StmtContext(ctx, stmt).ExecContext(ctx, args...)
	}
	return p.Tx.ExecContext(ctx, query, args...)
}

func (p prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := p.known.find(query); stmt != nil {
		return p.StmtContext(ctx, stmt).QueryRowContext(ctx, args...)
	}
	return p.Tx.QueryRowContext(ctx, query, args...)
}

package sending

import (
	"database/sql"
	"errors"
)

// isNone reports whether a query found no row.
func isNone(err error) bool { return errors.Is(err, sql.ErrNoRows) }

package logs

import (
	"errors"
	"log/slog"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Who may be away.
const (
	Database = "PostgreSQL"
	Slack    = "Slack"
	WeChat   = "WeChat"
)

// ofPostgres are words that only errors of PostgreSQL, and of its driver, have. River hands
// its errors on as text.
var ofPostgres = []string{"failed to connect to `", "conn closed", "closed pool", "bad connection", "SQLSTATE 57P0", "SQLSTATE 08", "SQLSTATE 53300", "PostgreSQL does not answer"}

// ofNetwork are words of a peer that is away, whoever it is.
var ofNetwork = []string{"connection refused", "connection reset by peer", "broken pipe", "unexpected EOF", "i/o timeout", "no such host", "network is unreachable", "no route to host", "bad handshake", "use of closed network connection", ": EOF"}

// ofWaiting are words of who waited for the database in vain, while it is known to be away.
var ofWaiting = []string{"context deadline exceeded", "context canceled", "timeout", "not_accepted", "maybe_accepted", "it is not known whether it was committed"}

func has(text string, words []string) bool {
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// faultOf is the error that a line bears, as an error where it is one, and as text.
func faultOf(r slog.Record) (text string, err error) {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key != "error" && a.Key != "err" {
			return true
		}
		v := a.Value.Resolve()
		if err, _ = v.Any().(error); err != nil {
			text = err.Error()
		} else {
			text = v.String()
		}
		return false
	})
	return text, err
}

// whose says who is away by what a line bears; "": nobody, or nobody can tell. speaker is with
// whom alone the room speaks that the line is from; known, that the database is away.
func whose(r slog.Record, speaker string, known bool) string {
	text, err := faultOf(r)
	if text == "" {
		return ""
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) || has(text, ofPostgres) {
		return Database
	}
	if answered := (*pgconn.PgError)(nil); errors.As(err, &answered) {
		return "" // PostgreSQL is there, and has something to say
	}
	network := has(text, ofNetwork)
	switch {
	case network && speaker != "":
		return speaker
	case network && !errors.As(err, new(*url.Error)) && !strings.Contains(text, "http"):
		return Database
	case known && !network && speaker != WeChat && has(text, ofWaiting):
		return Database
	}
	return ""
}

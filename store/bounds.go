package store

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// How long anything may take on PostgreSQL, so that within 30 s the living go on when a
// process freezes in a transaction or a connection dies without a word.
const (
	// answerWithin is longer than the server itself lets a statement take: who hears
	// nothing for so long speaks to nobody.
	answerWithin = 12 * time.Second
	// transactionWithin bounds a transaction, its pauses included.
	transactionWithin = 25 * time.Second
	pongWithin        = 3 * time.Second // of a connection that was at rest
	connectWithin     = 5 * time.Second
)

// bounds are what a session of ours asks of the server. A server or platform without a
// TCP option ignores it. What DATABASE_URL names as a parameter stays.
var bounds = map[string]string{
	"lock_timeout":                        "5s",
	"statement_timeout":                   "10s",
	"idle_in_transaction_session_timeout": "10s",
	"tcp_keepalives_idle":                 "10s",
	"tcp_keepalives_interval":             "5s",
	"tcp_keepalives_count":                "3",
	"tcp_user_timeout":                    "20s",
}

// lift takes the bounds off a transaction in which long work is right.
const lift = `set local lock_timeout = 0; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0;
	select set_config('transaction_timeout', '0', true) where current_setting('transaction_timeout', true) is not null`

type longKey struct{}

// Long marks what may take as long as it takes: its statements and its transactions have
// no bound of ours, neither here nor at the server.
func Long(ctx context.Context) context.Context { return context.WithValue(ctx, longKey{}, true) }

func isLong(ctx context.Context) bool { return ctx.Value(longKey{}) != nil }

// bound gives a pool's connections their bounds, at both ends.
func bound(config *pgxpool.Config, log *slog.Logger) *deadlines {
	c := config.ConnConfig
	for name, value := range bounds {
		if _, set := c.RuntimeParams[name]; !set {
			c.RuntimeParams[name] = value
		}
	}
	d := &deadlines{log: log}
	c.Tracer = d
	config.ShouldPing = d.shouldPing
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		if _, set := c.RuntimeParams["transaction_timeout"]; set || serverMajor(conn) < 17 {
			return nil // before 17 updatePostgres alone bounds it
		}
		_, err := conn.Exec(ctx, "set transaction_timeout = '"+strconv.Itoa(int(transactionWithin.Seconds()))+"s'")
		return err
	}
	return d
}

// reach bounds how long a connection is tried for, and has the kernel notice a peer that is
// gone where nothing else waits for it.
func reach(c *pgx.ConnConfig) {
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = connectWithin
	}
	dialer := &net.Dialer{Timeout: c.ConnectTimeout, KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3}}
	c.DialFunc = dialer.DialContext
}

// serverMajor is the version of a server: 15 of "15.18 (Debian 15.18-0+deb12u1)".
func serverMajor(conn *pgx.Conn) int {
	text := conn.PgConn().ParameterStatus("server_version")
	digits := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if digits < 0 {
		digits = len(text)
	}
	major, _ := strconv.Atoi(text[:digits])
	return major
}

// deadlines gives each statement a deadline, whoever speaks it, the job queue too. A
// connection whose packets vanish answers no keep-alive question of ours otherwise: a proxy
// in between may answer those.
type deadlines struct {
	pool atomic.Pointer[pgxpool.Pool]
	log  *slog.Logger
}

var errSilent = errors.New("PostgreSQL does not answer on this connection")

type cancelKey struct{}

// TraceQueryStart fulfils pgx's QueryTracer, whose context governs the statement.
func (d *deadlines) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	if isLong(ctx) {
		return ctx
	}
	ctx, cancel := context.WithTimeoutCause(ctx, answerWithin, errSilent)
	return context.WithValue(ctx, cancelKey{}, cancel)
}

// TraceQueryEnd fulfils pgx's QueryTracer.
func (d *deadlines) TraceQueryEnd(ctx context.Context, conn *pgx.Conn, _ pgx.TraceQueryEndData) {
	cancel, bounded := ctx.Value(cancelKey{}).(context.CancelFunc)
	if !bounded {
		return
	}
	cut, silent := ctx.Err() != nil, context.Cause(ctx) == errSilent
	cancel()
	if !cut || !conn.IsClosed() {
		return
	}
	abandon(conn)
	if silent {
		d.restart("a statement was not answered")
	}
}

// shouldPing asks a connection that was at rest whether it lives. One that does not say so
// is closed, which the pool then finds by itself.
func (d *deadlines) shouldPing(ctx context.Context, p pgxpool.ShouldPingParams) bool {
	if p.IdleDuration <= time.Second {
		return false
	}
	asking, cancel := context.WithTimeoutCause(ctx, pongWithin, errSilent)
	defer cancel()
	if err := p.Conn.PgConn().Ping(asking); err == nil {
		return false
	}
	abandon(p.Conn)
	if context.Cause(asking) == errSilent {
		d.restart("a connection at rest does not answer")
	}
	return true
}

// restart drops all connections, those in use once they are given back: others beside one
// that went silent are silent too, and would be found one by one.
func (d *deadlines) restart(why string) {
	d.log.Warn("connections to PostgreSQL are opened anew", "why", why)
	if pool := d.pool.Load(); pool != nil {
		pool.Reset()
	}
}

// abandon closes a connection that pgx has given up, but would drain for up to 15 s, in
// which it counts as one of the pool's.
func abandon(conn *pgx.Conn) {
	go conn.PgConn().Conn().Close() // TLS may wait to say farewell
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// WeChatToken is an account's classic token as all processes share it, and who is
// fetching its successor.
type WeChatToken struct {
	Version   int64     `db:"version"`
	Value     string    `db:"value"`
	FetchedAt time.Time `db:"fetched_at"`
	Until     time.Time `db:"until"`
	Refresher string    `db:"refresher"`
	LeaseEnds time.Time `db:"lease_ends"`
}

// WeChatToken reads what stands there, the zero WeChatToken where nothing does.
func (db *DB) WeChatToken(ctx context.Context, appID string) (WeChatToken, error) {
	t, err := One[WeChatToken](ctx, db, "select "+ColumnsOf[WeChatToken]("")+" from wechat_token where app_id = $1", appID)
	if errors.Is(err, sql.ErrNoRows) {
		return WeChatToken{}, nil
	} else if err != nil {
		return WeChatToken{}, fmt.Errorf("read the token of %s: %w", appID, err)
	}
	if t.Value, err = db.keys.open(tokenSecret.place(appID), t.Value); err != nil {
		return WeChatToken{}, err
	}
	return t, nil
}

// SwapWeChatToken replaces what stands there by next where its version is still
// next.Version-1, 0 where nothing stands there, and reports whether it was.
func (db *DB) SwapWeChatToken(ctx context.Context, appID string, next WeChatToken) (swapped bool, err error) {
	statement := `update wechat_token set version = $2, value = $3, fetched_at = $4, until = $5, refresher = $6, lease_ends = $7
		where app_id = $1 and version = $2 - 1`
	if next.Version == 1 {
		statement = `insert into wechat_token (app_id, version, value, fetched_at, until, refresher, lease_ends)
			values ($1, $2, $3, $4, $5, $6, $7) on conflict (app_id) do nothing`
	}
	err = db.Update(ctx, func(tx *Tx) error {
		rows, err := tx.Exec(ctx, statement, appID, next.Version, db.keys.seal(tokenSecret.place(appID), next.Value), Millis(next.FetchedAt), Millis(next.Until), next.Refresher, Millis(next.LeaseEnds))
		swapped = rows == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("keep the token of %s: %w", appID, err)
	}
	return swapped, nil
}

// WeChatTickets keeps what a third-party platform must not lose: its last ticket, and
// the refresh token of each account that has authorised it.
type WeChatTickets struct{ DB *DB }

// Ticket is the platform's last ticket and when it came; "" where none has.
func (t WeChatTickets) Ticket(ctx context.Context, platformAppID string) (ticket string, at time.Time, err error) {
	var ms int64
	err = t.DB.QueryRow(ctx, "select ticket, at from wechat_ticket where platform = $1", platformAppID).Scan(&ticket, &ms)
	if err = orNone(err); err != nil {
		return "", time.Time{}, fmt.Errorf("read the ticket of %s: %w", platformAppID, err)
	}
	ticket, err = t.DB.keys.open(ticketSecret.place(platformAppID), ticket)
	return ticket, Time(ms), err
}

// SaveTicket keeps a ticket, unless a later one stands there: pushes may overtake each
// other.
func (t WeChatTickets) SaveTicket(ctx context.Context, platformAppID, ticket string, at time.Time) error {
	return t.save(ctx, "ticket", platformAppID, `insert into wechat_ticket (platform, ticket, at) values ($1, $2, $3)
		on conflict (platform) do update set ticket = excluded.ticket, at = excluded.at where wechat_ticket.at <= excluded.at`, platformAppID, t.DB.keys.seal(ticketSecret.place(platformAppID), ticket), Millis(at))
}

// RefreshToken is the account's, "" where there is none.
func (t WeChatTickets) RefreshToken(ctx context.Context, appID string) (token string, err error) {
	err = t.DB.QueryRow(ctx, "select token from wechat_refresh where app_id = $1", appID).Scan(&token)
	if err = orNone(err); err != nil {
		return "", fmt.Errorf("read the refresh token of %s: %w", appID, err)
	}
	return t.DB.keys.open(refreshSecret.place(appID), token)
}

// SaveRefreshToken replaces the account's; it is on disk when SaveRefreshToken returns.
func (t WeChatTickets) SaveRefreshToken(ctx context.Context, appID, token string) error {
	return t.save(ctx, "refresh token", appID, `insert into wechat_refresh (app_id, token) values ($1, $2)
		on conflict (app_id) do update set token = excluded.token`, appID, t.DB.keys.seal(refreshSecret.place(appID), token))
}

func (t WeChatTickets) save(ctx context.Context, what, of, statement string, args ...any) error {
	err := t.DB.Update(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, statement, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the %s of %s: %w", what, of, err)
	}
	return nil
}

func orNone(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

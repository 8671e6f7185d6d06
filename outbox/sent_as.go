package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"magpie/sending"
	"magpie/store"
)

// SentAs is what WeChat returned under a name for an account's newest request of a kind that
// was about a media_id; "" where there is none.
func (o *reader) SentAs(ctx context.Context, account, kind, mediaID, name string) (string, error) {
	part, err := json.Marshal(mediaID)
	if err != nil {
		return "", err
	}
	rows, err := o.DB.Query(ctx, `select r.payload, d.receipt from request r join delivery_receipt d on d.request = r.n
		where r.account = $1 and r.kind = $2 and r.payload like $3 order by r.n desc`, account, kind, `%"media_id":`+string(part)+"%")
	if err != nil {
		return "", fmt.Errorf("look what %s was sent as: %w", mediaID, err)
	}
	defer rows.Close()
	for rows.Next() {
		var payload, receipt string
		if err := rows.Scan(&payload, &receipt); err != nil {
			return "", err
		}
		var of struct {
			MediaID string `json:"media_id"`
		}
		var got sending.Receipt
		if json.Unmarshal([]byte(payload), &of) == nil && of.MediaID == mediaID && json.Unmarshal([]byte(receipt), &got) == nil && got[name] != "" {
			return got[name], nil
		}
	}
	return "", rows.Err()
}

// Sent is a done request that was about a media_id.
type Sent struct {
	N       int64     `db:"n"`
	Size    int       `db:"size"` // recipients
	At      time.Time `db:"ended_at"`
	Payload string    `db:"payload"` // as JSON
}

// LastSent is an account's newest done request of a kind that was about a media_id, or nil.
func (o *reader) LastSent(ctx context.Context, q store.Queryer, account, kind, mediaID string) (*Sent, error) {
	part, err := json.Marshal(mediaID)
	if err != nil {
		return nil, err
	}
	s, err := store.One[Sent](ctx, q, "select n, size, ended_at, payload from request where account = $1 and kind = $2 and state = 'done' and payload like $3 order by n desc limit 1",
		account, kind, `%"media_id":`+string(part)+"%")
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look when %s was sent: %w", mediaID, err)
	}
	return &s, nil
}

// SentSame are an account's done requests of a kind that were about a media_id, and how many
// they reached in all.
func (o *reader) SentSame(ctx context.Context, account, kind, mediaID string) (requests []int64, reached int, err error) {
	part, err := json.Marshal(mediaID)
	if err != nil {
		return nil, 0, err
	}
	rows, err := o.DB.Query(ctx, "select n, size, payload from request where account = $1 and kind = $2 and state = 'done' and payload like $3 order by n", account, kind, `%"media_id":`+string(part)+"%")
	if err != nil {
		return nil, 0, fmt.Errorf("look what else was about %s: %w", mediaID, err)
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		var size int
		var payload string
		if err := rows.Scan(&n, &size, &payload); err != nil {
			return nil, 0, err
		}
		var of struct {
			MediaID string `json:"media_id"`
		}
		if json.Unmarshal([]byte(payload), &of) == nil && of.MediaID == mediaID {
			requests, reached = append(requests, n), reached+size
		}
	}
	return requests, reached, rows.Err()
}

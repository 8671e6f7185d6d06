package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"magpie/store"
)

// aboutMedia is what a payload says that is about a media_id.
type aboutMedia struct {
	MediaID string `json:"media_id"`
}

// likeMedia is a pattern of payloads that are about a media_id. What is like it for a database
// may be about another.
func likeMedia(mediaID string) string {
	part, _ := json.Marshal(mediaID) // a text always marshals
	return `%"media_id":` + string(part) + "%"
}

// SentAs is what WeChat returned under a name for an account's newest request of a kind that
// was about a media_id; "" where there is none.
func (o *reader) SentAs(ctx context.Context, account, kind, mediaID, name string) (string, error) {
	all, err := store.All[struct {
		About   aboutMedia `db:"payload,json"`
		Receipt Receipt    `db:"receipt,json"`
	}](o.DB.Query(ctx, `select r.payload, d.receipt from request r join delivery_receipt d on d.request = r.n
		where r.account = $1 and r.kind = $2 and r.payload like $3 order by r.n desc`, account, kind, likeMedia(mediaID)))
	if err != nil {
		return "", fmt.Errorf("look what %s was sent as: %w", mediaID, err)
	}
	for _, one := range all {
		if one.About.MediaID == mediaID && one.Receipt[name] != "" {
			return one.Receipt[name], nil
		}
	}
	return "", nil
}

// Sent is a done request that was about a media_id.
type Sent struct {
	N       int64           `db:"n"`
	Size    int             `db:"size"` // recipients
	At      time.Time       `db:"ended_at"`
	Payload json.RawMessage `db:"payload"`
}

// sentOf are an account's done requests of a kind that were about a media_id, the oldest first.
func sentOf(ctx context.Context, q store.Queryer, account, kind, mediaID string) ([]Sent, error) {
	all, err := store.All[Sent](q.Query(ctx, "select n, size, ended_at, payload from request where account = $1 and kind = $2 and state = 'done' and payload like $3 order by n", account, kind, likeMedia(mediaID)))
	if err != nil {
		return nil, fmt.Errorf("look when %s was sent: %w", mediaID, err)
	}
	return slices.DeleteFunc(all, func(s Sent) bool {
		var of aboutMedia
		return json.Unmarshal(s.Payload, &of) != nil || of.MediaID != mediaID
	}), nil
}

// LastSent is an account's newest done request of a kind that was about a media_id, or nil.
func (o *reader) LastSent(ctx context.Context, q store.Queryer, account, kind, mediaID string) (*Sent, error) {
	all, err := sentOf(ctx, q, account, kind, mediaID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[len(all)-1], nil
}

// SentSame are an account's done requests of a kind that were about a media_id, and how many
// they reached in all.
func (o *reader) SentSame(ctx context.Context, account, kind, mediaID string) (requests []int64, reached int, err error) {
	all, err := sentOf(ctx, o.DB, account, kind, mediaID)
	for _, s := range all {
		requests, reached = append(requests, s.N), reached+s.Size
	}
	return requests, reached, err
}

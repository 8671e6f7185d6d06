package sending

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"magpie/store"
)

// Broadcast is the audience of a request, and how far it has been read.
type Broadcast struct {
	Audience string   `db:"audience"` // its name
	Version  int64    `db:"version"`
	Columns  []string `db:"columns,json"`
	Total    int      `db:"total"`     // members of the version
	FailedOf int64    `db:"failed_of"` // the request to whose failed members it goes; 0: it goes to all
	AtLeast  int      `db:"at_least"`  // how many approvals it needs whatever the policy says

	PreparedTo int64     `db:"prepared_to"`  // the row up to which it has been prepared
	Skipped    []Skipped `db:"skipped,json"` // rows to which nothing is sent
	Samples    []Sample  `db:"samples,json"` // the first three messages, filled
	Quota      *Quota    `db:"quota,json"`   // of the day; nil: not known
}

// Sample is one member's message as it will be.
type Sample struct {
	Row     int64           `json:"row"`
	OpenID  string          `json:"openid"`
	Payload json.RawMessage `json:"payload"`
}

// WriteBroadcast writes an order to an audience, and the job that prepares it.
func (e *ledger) WriteBroadcast(ctx context.Context, tx *store.Tx, r Order) error {
	b := r.Broadcast
	if err := e.writeProgress(ctx, tx, r.N, Preparing, 0); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into broadcast (request, audience, version, columns, total, failed_of, at_least, skipped) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		r.N, b.Audience, b.Version, store.JSON(b.Columns), b.Total, b.FailedOf, b.AtLeast, store.JSON(b.Skipped)); err != nil {
		return err
	}
	return e.Jobs.Enqueue(ctx, tx, jobPrepare, prepareJob{Request: r.N})
}

// broadcastHash names what is approved: the account, the kind, the payload, and by the
// sums of its batches every member with what is known of them.
func broadcastHash(account, kind string, payload json.RawMessage, sums []byte) string {
	h := sha256.New()
	writeAccount(h, account)
	fmt.Fprintf(h, "%s\n%d\n", kind, len(payload))
	h.Write(payload)
	fmt.Fprintf(h, "\naudience\n%d\n", len(sums))
	h.Write(sums)
	return hex.EncodeToString(h.Sum(nil))
}

// BroadcastHash is the hash of an order to an audience whose batches are written.
func (e *ledger) BroadcastHash(ctx context.Context, q store.Queryer, r Order) (string, error) {
	sums, err := e.sums(ctx, q, r.N)
	return broadcastHash(r.Account, r.Kind, r.Payload, sums), err
}

// batchSum is the sum of the members of a batch to whom something is sent: of their
// rows, openids and values, each with its length before it.
func batchSum(members []Member, of outcomes) []byte {
	var all []byte
	add := func(text string) { all = append(binary.AppendUvarint(all, uint64(len(text))), text...) }
	for i, m := range members {
		if of.at(i).state == isLeftOut {
			continue
		}
		all = binary.AppendUvarint(all, uint64(m.Row))
		add(m.OpenID)
		all = binary.AppendUvarint(all, uint64(len(m.Values)))
		for _, value := range m.Values {
			add(value)
		}
	}
	sum := sha256.Sum256(all)
	return sum[:]
}

// sums are the sums of all batches of a request, one behind the other.
func (e *ledger) sums(ctx context.Context, q store.Queryer, n int64) ([]byte, error) {
	all, err := store.Column[[]byte](q.Query(ctx, "select sum from delivery_batch where request = $1 order by n", n))
	return bytes.Join(all, nil), err
}

package outbox

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"magpie/cards"
	"magpie/store"
)

// Broadcast is the audience of a request, and how far it has been read.
type Broadcast struct {
	Audience string // its name
	Version  int64
	Columns  []string
	Total    int   // members of the version
	FailedOf int64 // the request to whose failed members it goes; 0: it goes to all
	AtLeast  int   // how many approvals it needs whatever the policy says

	PreparedTo int64     // the row up to which it has been prepared
	Skipped    []Skipped // rows to which nothing is sent
	Samples    []Sample  // the first three messages, filled
	Quota      *Quota    // of the day; nil: not known
}

// Sample is one member's message as it will be.
type Sample struct {
	Row     int64           `json:"row"`
	OpenID  string          `json:"openid"`
	Payload json.RawMessage `json:"payload"`
}

// undoAbove is the audience above which there is time to stop a broadcast before its
// first call.
const undoAbove = 100

// hasUndo reports whether there is time to stop a request before its first call.
func (r *Request) hasUndo() bool { return r.Broadcast != nil && r.Size > undoAbove && r.Due.IsZero() }

// askBroadcast completes a request to a named audience: it has to be prepared before
// anybody can approve it. It returns the version that the request is to.
func (o *Outbox) askBroadcast(ctx context.Context, q store.Queryer, r *Request, a Ask) (*Audience, error) {
	if o.Audiences == nil {
		return nil, cards.Refuse("fault.no_audiences")
	}
	var found Audience
	var err error
	if a.again != nil {
		found = *a.again
	} else if found, err = o.Audiences.Audience(ctx, q, a.Account, a.Audience); err != nil {
		return nil, err
	}
	if _, err := mergeFields(r.Payload, found.Columns); err != nil {
		return nil, err
	}
	r.State, r.Size, r.Hash = Preparing, found.Size, ""
	r.Broadcast = &Broadcast{Audience: found.Name, Version: found.Version, Columns: found.Columns, Total: found.Size, FailedOf: a.FailedOf, AtLeast: a.AtLeast, Skipped: found.Skipped}
	return &found, nil
}

// writeBroadcast writes the audience of a new request and the job that prepares it.
func (o *Outbox) writeBroadcast(ctx context.Context, tx *store.Tx, r Request) error {
	b := r.Broadcast
	columns, err := json.Marshal(b.Columns)
	if err != nil {
		return err
	}
	skipped, err := json.Marshal(b.Skipped)
	if err != nil {
		return err
	}
	if err := o.writeProgress(ctx, tx, r.N, 0); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into broadcast (request, audience, version, columns, total, failed_of, at_least, skipped) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		r.N, b.Audience, b.Version, string(columns), b.Total, b.FailedOf, b.AtLeast, string(skipped)); err != nil {
		return err
	}
	return o.Jobs.Enqueue(ctx, tx, jobPrepare, prepareJob{Request: r.N})
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

// batchSum is the sum of the members of a batch to whom something is sent: of their
// rows, openids and values, each with its length before it.
func batchSum(members []Member, of outcomes) []byte {
	var all []byte
	add := func(text string) { all = append(binary.AppendUvarint(all, uint64(len(text))), text...) }
	for i, m := range members {
		if of.at(i).state == markLeftOut {
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
func (o *Outbox) sums(ctx context.Context, q store.Queryer, n int64) ([]byte, error) {
	rows, err := q.Query(ctx, "select sum from delivery_batch where request = $1 order by n", n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []byte
	for rows.Next() {
		var sum []byte
		if err := rows.Scan(&sum); err != nil {
			return nil, err
		}
		all = append(all, sum...)
	}
	return all, rows.Err()
}

// begin has an approved request carried out: above 100 members of an audience a person has
// time to stop it, unless it is a schedule's.
func (o *Outbox) begin(ctx context.Context, tx *store.Tx, r Request) error {
	at := r.Due
	if at.IsZero() && r.hasUndo() {
		now, err := o.dbNow(ctx, tx)
		if err != nil {
			return err
		}
		at = now.Add(o.UndoWindow)
		o.windows.open(r.N, o.Now().Add(o.UndoWindow))
	}
	if _, err := tx.Exec(ctx, "update sending set begin_at = $2 where request = $1", r.N, store.Millis(at)); err != nil {
		return err
	}
	return o.enqueueLanes(ctx, tx, r.N)
}

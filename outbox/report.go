package outbox

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/store"
)

// Sharer puts files into threads; bot fulfils it.
type Sharer interface {
	ShareFile(ctx context.Context, at cards.Place, name, title string, data io.Reader, size int64) error
}

// reportJob reports a broadcast that has ended: a file of all outcomes and a
// chart, in its card's thread.
type reportJob struct {
	Request int64 `json:"request"`
	Not     int64 `json:"not,omitempty"` // before this instant; it is told then what came in since the end
}

// workReport shares what is not shared yet. A kill may share a file a second time; none is
// lost.
func (o *Outbox) workReport(ctx context.Context, job reportJob) error {
	n := job.Request
	if job.Not > 0 {
		if wait := store.Time(job.Not).Sub(o.Now()); wait > 0 {
			return jobs.After(min(wait, soonest))
		}
		if err := o.tellAnew(ctx, n); err != nil {
			return err
		}
	}
	at, shown, err := o.threadOf(ctx, n)
	if err != nil || !shown {
		return err
	}
	if at.Thread == "" {
		return jobs.After(time.Second) // its card is not posted yet
	}
	if comes, err := o.resultComes(ctx, n); err != nil {
		return err
	} else if comes {
		return jobs.After(500 * time.Millisecond)
	}
	r, err := o.request(ctx, o.DB, n)
	if err != nil || o.Sharer == nil || r.Size == 0 {
		return err
	}
	if err := o.shareReport(ctx, r, at); err != nil {
		if cannotPost(err) {
			o.Log.Error("the report of a broadcast could not be posted", "request", n, "channel", at.Channel, "error", err)
			return nil
		}
		return jobs.After(o.later(place{role: "account", request: n, at: at, fails: jobs.Current(ctx).PutOffs}, err))
	}
	return nil
}

// resultComes reports whether the result is about to be posted: its file follows it.
func (o *Outbox) resultComes(ctx context.Context, n int64) (bool, error) {
	var untold int
	err := o.DB.QueryRow(ctx, "select count(*) from place where request = $1 and role = $2 and ts = '' and (queued = 1 or drawing_until > $3)",
		n, roleResult, store.Millis(o.Now())).Scan(&untold)
	return untold > 0, err
}

// tellAnew adds a result to the thread of a broadcast on which WeChat's words have come
// in since it ended.
func (o *Outbox) tellAnew(ctx context.Context, n int64) error {
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		first, err := tx.Exec(ctx, "update sending set report_state = '' where request = $1 and report_state = 'later'", n)
		if err != nil || first == 0 {
			return err
		}
		return o.placeReply(ctx, tx, n, roleResult)
	})
}

// threadOf is the thread of a request where it was asked; without Thread where its card
// is not posted yet, false where it is shown nowhere: it was stopped before it had one.
func (o *Outbox) threadOf(ctx context.Context, n int64) (at cards.Place, shown bool, err error) {
	places, err := o.places(ctx, o.DB, "request = $1 and role in ('card', 'status')", n)
	if err != nil || len(places) == 0 {
		return cards.Place{}, false, err
	}
	owner := max(0, slices.IndexFunc(places, func(p place) bool { return p.role == roleStatus }))
	at = places[owner].at
	if at.Thread == "" {
		at.Thread = at.TS
	}
	return at, true, nil
}

func (o *Outbox) shareReport(ctx context.Context, r Request, at cards.Place) error {
	file, err := os.CreateTemp("", "magpie-*.csv")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	var perSecond throughput
	if err := o.writeReport(ctx, r, file, &perSecond); err != nil {
		return fmt.Errorf("write the report of request %d: %w", r.N, err)
	}
	size, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	var shared string
	if err := o.DB.QueryRow(ctx, "select report_state from sending where request = $1", r.N).Scan(&shared); err != nil {
		return err
	}
	if shared == "" {
		if err := o.Sharer.ShareFile(ctx, at, fmt.Sprintf("magpie-%d.csv", r.N), fmt.Sprintf("#%d: %d", r.N, r.Size), file, size); err != nil {
			return err
		}
		if err := o.noteShared(ctx, r.N); err != nil {
			return err
		}
	}
	picture, err := perSecond.draw()
	if err != nil || picture.Len() == 0 {
		return err
	}
	return o.Sharer.ShareFile(ctx, at, fmt.Sprintf("magpie-%d.png", r.N), fmt.Sprintf("#%d", r.N), picture, int64(picture.Len()))
}

// noteShared notes that the file is shared, unless a new one is wanted already.
func (o *Outbox) noteShared(ctx context.Context, n int64) error {
	return o.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "update sending set report_state = 'csv' where request = $1 and report_state = ''", n)
		return err
	})
}

// writeReport writes one line for each member: openid, state, errcode, reason, at, row.
func (o *Outbox) writeReport(ctx context.Context, r Request, to io.Writer, c *throughput) error {
	reasons, err := o.reasons(ctx, o.DB, r.N)
	if err != nil {
		return err
	}
	words := map[uint16]string{}
	for n, reason := range reasons {
		words[n] = o.say(reason.why)
	}
	rest := o.say(r.Progress.RemainingWhy)
	out := csv.NewWriter(to)
	if err := out.Write([]string{"openid", "state", "errcode", "reason", "at", "row"}); err != nil {
		return err
	}
	err = o.eachBatch(ctx, r, func(members []Member, marks outcomes) error {
		for i, m := range members {
			mark := marks.at(i)
			if mark.state == markLeftOut {
				continue
			}
			line := []string{m.OpenID, string(markStates[mark.state]), "", words[mark.reason], "", strconv.FormatInt(m.Row, 10)}
			switch mark.state {
			case markWaiting:
				if r.Progress.RemainingAs != "" {
					line[1], line[3] = string(r.Progress.RemainingAs), rest
				}
			default:
				at := fromTicks(r.AskedAt, mark.at)
				line[4] = at.UTC().Format("2006-01-02T15:04:05.00Z")
				c.add(at, mark.state == markDone)
			}
			if reason, known := reasons[mark.reason]; known && reason.code != 0 {
				line[2] = strconv.Itoa(reason.code)
			}
			if err := out.Write(line); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// say puts a text into the words of shared messages.
func (o *Outbox) say(t cards.Text) string {
	if t.IsZero() || o.Say == nil {
		return ""
	}
	return o.Say(t)
}

// eachBatch reads the members of a broadcast with what became of them.
func (o *Outbox) eachBatch(ctx context.Context, r Request, fn func([]Member, outcomes) error) error {
	for n := int64(0); ; n++ {
		var first int64
		var size int
		var marks outcomes
		err := o.DB.QueryRow(ctx, "select first_row, members, outcomes from delivery_batch where request = $1 and n = $2", r.N, n).Scan(&first, &size, &marks)
		if isNone(err) {
			return nil
		} else if err != nil {
			return err
		}
		members, err := o.Audiences.Members(ctx, o.DB, r.Broadcast.Version, first-1, size)
		if err != nil {
			return err
		}
		if len(members) != marks.len() {
			return fmt.Errorf("batch %d of request %d has %d outcomes for %d members", n, r.N, marks.len(), len(members))
		}
		if err := fn(members, marks); err != nil {
			return err
		}
	}
}

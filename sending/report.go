package sending

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/store"
)

// reportJob reports a broadcast that has ended: a file of all outcomes and a
// chart, in its card's thread.
type reportJob struct {
	Request int64 `json:"request"`
	Not     int64 `json:"not,omitempty"` // before this instant; it is told then what came in since the end
}

// workReport shares what is not shared yet. A kill may share a file a second time; none is
// lost.
func (e *reporter) workReport(ctx context.Context, job reportJob) error {
	n := job.Request
	if job.Not > 0 {
		if wait := store.Time(job.Not).Sub(e.Now()); wait > 0 {
			return jobs.After(min(wait, soonest))
		}
		if err := e.tellAnew(ctx, n); err != nil {
			return err
		}
	}
	at, ready, none, err := e.Owner.Thread(ctx, n)
	if err != nil || none {
		return err
	}
	if !ready { // its card, or the result that the file follows, is not posted yet
		return jobs.After(500 * time.Millisecond)
	}
	r, err := e.order(ctx, e.DB, n)
	if err != nil || e.Sharer == nil || r.Progress.Calls == 0 {
		return err
	}
	if err := e.shareReport(ctx, r, at); err != nil {
		return e.shareLater(ctx, "the report of a broadcast", at, err)
	}
	return nil
}

// tellAnew adds a result to the thread of a broadcast on which WeChat's words have come
// in since it ended.
func (e *reporter) tellAnew(ctx context.Context, n int64) error {
	return e.DB.Update(ctx, func(tx *store.Tx) error {
		first, err := tx.Exec(ctx, "update sending set report_state = '' where request = $1 and report_state = 'later'", n)
		if err != nil || first == 0 {
			return err
		}
		return e.Owner.EndedAnew(ctx, tx, n)
	})
}

func (e *reporter) shareReport(ctx context.Context, r Order, at cards.Place) error {
	file, err := os.CreateTemp("", "magpie-*.csv")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	var perSecond throughput
	if err := e.writeReport(ctx, r, file, &perSecond); err != nil {
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
	if err := e.DB.QueryRow(ctx, "select report_state from sending where request = $1", r.N).Scan(&shared); err != nil {
		return err
	}
	if shared == "" {
		if err := e.Sharer.ShareFile(ctx, at, fmt.Sprintf("magpie-%d.csv", r.N), fmt.Sprintf("#%d: %d", r.N, r.Progress.Calls), file, size); err != nil {
			return err
		}
		return e.noteShared(ctx, r.N, at, perSecond.chart(r.N))
	}
	return nil
}

// noteShared notes that the file is shared, and has the chart follow it, unless a new one is
// wanted already.
func (e *reporter) noteShared(ctx context.Context, n int64, at cards.Place, chart cards.Card) error {
	ctx = context.WithoutCancel(ctx)
	return e.DB.Update(ctx, func(tx *store.Tx) error {
		noted, err := tx.Exec(ctx, "update sending set report_state = 'csv' where request = $1 and report_state = ''", n)
		if err != nil || noted == 0 || len(chart.Charts) == 0 {
			return err
		}
		return e.Tell(ctx, tx, at, chart)
	})
}

// writeReport writes one line for each member: openid, state, errcode, reason, at, row.
func (e *reporter) writeReport(ctx context.Context, r Order, to io.Writer, c *throughput) error {
	reasons, err := e.reasons(ctx, e.DB, r.N)
	if err != nil {
		return err
	}
	words := map[uint16]string{}
	for n, reason := range reasons {
		words[n] = e.say(reason.Why)
	}
	rest := e.say(r.Progress.RemainingWhy)
	out := csv.NewWriter(to)
	if err := out.Write([]string{"openid", "state", "errcode", "reason", "at", "row"}); err != nil {
		return err
	}
	err = e.eachBatch(ctx, r, func(members []Member, statuses outcomes) error {
		for i, m := range members {
			status := statuses.at(i)
			if status.state == isLeftOut {
				continue
			}
			line := []string{m.OpenID, string(states[status.state]), "", words[status.reason], "", strconv.FormatInt(m.Row, 10)}
			switch status.state {
			case isWaiting:
				if r.Progress.RemainingAs != "" {
					line[1], line[3] = string(r.Progress.RemainingAs), rest
				}
			default:
				at := fromTicks(r.AskedAt, status.at)
				line[4] = at.UTC().Format("2006-01-02T15:04:05.00Z")
				c.add(at, status.state == isDone)
			}
			if reason, known := reasons[status.reason]; known && reason.Code != 0 {
				line[2] = strconv.Itoa(reason.Code)
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
func (e *reporter) say(t cards.Text) string {
	if t.IsZero() || e.Say == nil {
		return ""
	}
	return e.Say(t)
}

// eachBatch reads the members of a broadcast with what became of them.
func (e *reporter) eachBatch(ctx context.Context, r Order, fn func([]Member, outcomes) error) error {
	for n := int64(0); ; n++ {
		var first int64
		var size int
		var statuses outcomes
		err := e.DB.QueryRow(ctx, "select first_row, members, outcomes from delivery_batch where request = $1 and n = $2", r.N, n).Scan(&first, &size, &statuses)
		if isNone(err) {
			return nil
		} else if err != nil {
			return err
		}
		members, err := e.Audiences.Members(ctx, e.DB, r.Broadcast.Version, first-1, size)
		if err != nil {
			return err
		}
		if len(members) != statuses.len() {
			return fmt.Errorf("batch %d of request %d has %d outcomes for %d members", n, r.N, statuses.len(), len(members))
		}
		if err := fn(members, statuses); err != nil {
			return err
		}
	}
}

package sending

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"magpie/cards"
	"magpie/posts"
	"magpie/store"
)

// LeftOut are rows that something leaves out for one reason, in their order.
type LeftOut struct {
	Why  cards.Text
	Rows []int64
}

// rowsInPart is how many rows stand in one row of the database.
const rowsInPart = 10_000

// KeepLeftOut keeps which rows something leaves out, all of them; of names it, as in
// "audience 12". What was kept under the same first part before is replaced.
func (e *reporter) KeepLeftOut(ctx context.Context, tx *store.Tx, of string, part int64, all []LeftOut) error {
	for _, one := range all {
		for rows := range slices.Chunk(one.Rows, rowsInPart) {
			if _, err := tx.Exec(ctx, `insert into left_out (whose, part, why, numbers) values ($1, $2, $3, $4)
				on conflict (whose, part) do update set why = excluded.why, numbers = excluded.numbers`, of, part, one.Why, ranges(rows)); err != nil {
				return fmt.Errorf("keep the rows that %s leaves out: %w", of, err)
			}
			part++
		}
	}
	return nil
}

// ForgetLeftOut lets go of what KeepLeftOut has kept.
func (e *reporter) ForgetLeftOut(ctx context.Context, tx *store.Tx, of string) error {
	_, err := tx.Exec(ctx, "delete from left_out where whose = $1", of)
	return err
}

// leftOutOf reads what was kept.
func (e *reporter) leftOutOf(ctx context.Context, of string) ([]leftRow, error) {
	parts, err := store.All[struct {
		Why     cards.Text `db:"why"`
		Numbers string     `db:"numbers"`
	}](e.DB.Query(ctx, "select why, numbers from left_out where whose = $1 order by part", of))
	if err != nil {
		return nil, fmt.Errorf("read the rows that %s leaves out: %w", of, err)
	}
	var all []leftRow
	for _, part := range parts {
		said := e.say(part.Why)
		for _, row := range unranged(part.Numbers) {
			all = append(all, leftRow{row, said})
		}
	}
	return all, nil
}

type leftRow struct {
	row int64
	why string
}

// ranges writes numbers in their order, "4,7-9".
func ranges(rows []int64) string {
	var b strings.Builder
	for i := 0; i < len(rows); {
		last := i
		for last+1 < len(rows) && rows[last+1] == rows[last]+1 {
			last++
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(rows[i], 10))
		if last > i {
			fmt.Fprintf(&b, "-%d", rows[last])
		}
		i = last + 1
	}
	return b.String()
}

// unranged reads what ranges wrote.
func unranged(text string) []int64 {
	var rows []int64
	for part := range strings.SplitSeq(text, ",") {
		from, to, isRange := strings.Cut(part, "-")
		first, err := strconv.ParseInt(from, 10, 64)
		last := first
		if isRange {
			last, _ = strconv.ParseInt(to, 10, 64)
		}
		for row := first; err == nil && row <= last; row++ {
			rows = append(rows, row)
		}
	}
	return rows
}

// leftOutJob shares a file of the rows that something leaves out.
type leftOutJob struct {
	Of    []string    `json:"of"`
	Name  string      `json:"name"` // of the file
	Place cards.Place `json:"place"`
}

// ShareLeftOut puts a CSV file of the rows that something leaves out, each with its
// reason, where somebody asked for it. It refuses, without a code, where none are kept.
func (e *reporter) ShareLeftOut(ctx context.Context, name string, place cards.Place, of ...string) error {
	kept := false
	for _, whose := range of {
		var parts int
		if err := e.DB.QueryRow(ctx, "select count(*) from left_out where whose = $1", whose).Scan(&parts); err != nil {
			return fmt.Errorf("look what %s leaves out: %w", whose, err)
		}
		kept = kept || parts > 0
	}
	if !kept {
		return cards.Refuse("fault.none_left_out")
	}
	return e.DB.Update(ctx, func(tx *store.Tx) error { return e.EnqueueLeftOut(ctx, tx, name, place, of...) })
}

// EnqueueLeftOut is ShareLeftOut in a transaction that keeps the rows.
func (e *reporter) EnqueueLeftOut(ctx context.Context, tx *store.Tx, name string, place cards.Place, of ...string) error {
	return e.Jobs.Enqueue(ctx, tx, jobLeftOut, leftOutJob{Of: of, Name: name, Place: place})
}

// ShareRows is ShareLeftOut of an order and, of one to an audience, of that too.
func (e *reporter) ShareRows(ctx context.Context, r Order, place cards.Place) error {
	of := []string{leftOutBy(r.N)}
	if r.Broadcast != nil { // what the audience itself leaves out is told with it
		of = append(of, LeftOutByAudience(r.Broadcast.Version))
	}
	return e.ShareLeftOut(ctx, fmt.Sprintf("magpie-%d-left-out.csv", r.N), place, of...)
}

// LeftOutByAudience names what a version of an audience leaves out.
func LeftOutByAudience(version int64) string { return fmt.Sprintf("audience %d", version) }

func leftOutBy(request int64) string { return fmt.Sprintf("request %d", request) }

// workLeftOut shares the file; where the bot may not post it goes to the person.
func (e *reporter) workLeftOut(ctx context.Context, job leftOutJob) error {
	a := job
	if e.Sharer == nil {
		return errors.New("there is nothing to share files with")
	}
	var rows []leftRow
	for _, whose := range a.Of {
		these, err := e.leftOutOf(ctx, whose)
		if err != nil {
			return err
		}
		rows = append(rows, these...)
	}
	slices.SortStableFunc(rows, func(a, b leftRow) int { return cmp.Compare(a.row, b.row) })
	var file bytes.Buffer
	out := csv.NewWriter(&file)
	_ = out.Write([]string{"row", "reason"}) // a buffer takes everything
	for _, r := range rows {
		_ = out.Write([]string{strconv.FormatInt(r.row, 10), r.why})
	}
	out.Flush()
	share := func(at cards.Place) error {
		return e.Sharer.ShareFile(ctx, at, a.Name, a.Name, bytes.NewReader(file.Bytes()), int64(file.Len()))
	}
	err := share(a.Place)
	if posts.CannotPost(err) && a.Place.Channel != "" && a.Place.User != "" {
		err = share(cards.Place{User: a.Place.User})
	}
	return e.shareLater(ctx, "a file of rows", a.Place, err)
}

package retention

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"magpie/store"
)

// longEnough is from where on an openid within a longer word is taken for the person's: WeChat's
// have 28 characters, and nobody's is within another's.
const longEnough = 20

// escaped is what JSON writes before a letter that begins a word.
var escaped = regexp.MustCompile(`\\(?:[nrtbf]|u[0-9a-fA-F]{4})$`)

// out is a text with the mark in the place of the openid.
func (p person) out(text string) string {
	var b strings.Builder
	for done := 0; ; {
		i := strings.Index(text[done:], p.openid)
		if i < 0 {
			b.WriteString(text[done:])
			return b.String()
		}
		begin := done + i
		end := begin + len(p.openid)
		b.WriteString(text[done:begin])
		if len(p.openid) >= longEnough || (begin == 0 || !isOfID(text[begin-1]) || escaped.MatchString(text[max(0, begin-6):begin])) && (end == len(text) || !isOfID(text[end])) {
			b.WriteString(p.mark)
		} else {
			b.WriteString(p.openid)
		}
		done = end
	}
}

func (p person) in(text string) bool { return p.out(text) != text }

func isOfID(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

// text is a column that is looked through: how it is read as a text, and what stands around one
// that is written.
type text struct{ column, read, before, after string }

// handled have steps of their own.
var handled = map[string]bool{"journal": true, "goose_db_version": true}

// locked is in which order everybody locks rows of these tables; the others' come after, by name.
var locked = []string{"request", "delivery_batch", "sending", "post"}

// textsOf are all columns of texts, by table.
func textsOf(ctx context.Context, tx *store.Tx) (map[string][]text, error) {
	of := `select m.name, p.name from sqlite_master m, pragma_table_info(m.name) p where m.type = 'table' and m.name not like 'sqlite\_%' escape '\' and lower(p.type) = 'text' order by 1, p.cid`
	if tx.PG != nil {
		of = "select table_name, column_name from information_schema.columns where table_schema = current_schema() and data_type = 'text' order by 1, ordinal_position"
	}
	found, err := pairs(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	texts := map[string][]text{}
	for _, f := range found {
		if table := f[0]; !handled[table] && !strings.HasPrefix(table, store.QueueTables) {
			texts[table] = append(texts[table], text{column: f[1], read: fmt.Sprintf(`coalesce("%s", '')`, f[1])})
		}
	}
	return texts, nil
}

// leaveTexts puts the mark in the place of the openid wherever it stands in a text.
func (p person) leaveTexts(ctx context.Context, tx *store.Tx, counts map[string]int64) error {
	all, err := textsOf(ctx, tx)
	if err != nil {
		return err
	}
	for _, table := range append(slices.Clone(locked), slices.Sorted(maps.Keys(all))...) {
		texts := all[table]
		delete(all, table)
		if len(texts) == 0 {
			continue
		}
		rows, err := p.replace(ctx, tx, table, texts)
		if err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
		if rows > 0 {
			counts[table] += rows
		}
	}
	return nil
}

// names is the condition that one of some texts has the openid, $1, in it.
func names(texts []text) string {
	conditions := make([]string, len(texts))
	for i, t := range texts {
		conditions[i] = fmt.Sprintf("replace(%[1]s, $1, '') <> %[1]s", t.read)
	}
	return "(" + strings.Join(conditions, " or ") + ")"
}

// replace rewrites some columns of a table, and counts the rows.
func (p person) replace(ctx context.Context, tx *store.Tx, table string, texts []text) (int64, error) {
	// A row is named by where it stands, and locked until then.
	row, lock, at := "rowid", "", "cast($1 as integer)"
	if tx.PG != nil {
		row, lock, at = "ctid", " for update", "cast($1 as tid)"
	}
	read := make([]string, len(texts))
	for i, t := range texts {
		read[i] = t.read
	}
	rows, err := tx.Query(ctx, fmt.Sprintf(`select cast(%s as text), %s from "%s" where %s%s`, row, strings.Join(read, ", "), table, names(texts), lock), p.openid)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var found [][]string
	for rows.Next() {
		values, into := make([]string, 1+len(texts)), make([]any, 1+len(texts))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return 0, err
		}
		found = append(found, values)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return 0, err
	}
	changed := int64(0)
	for _, values := range found {
		var set []string
		args := []any{values[0]}
		for i, t := range texts {
			if is := p.out(values[1+i]); is != values[1+i] {
				args = append(args, is)
				set = append(set, fmt.Sprintf(`"%s" = %s$%d%s`, t.column, t.before, len(args), t.after))
			}
		}
		if len(set) == 0 {
			continue // it is within others' openids
		}
		changed++
		if _, err := tx.Exec(ctx, fmt.Sprintf(`update "%s" set %s where %s = %s`, table, strings.Join(set, ", "), row, at), args...); err != nil {
			return 0, err
		}
	}
	return changed, nil
}

// leaveJobs deletes what has ended in the background and names the person, and puts the mark
// into what has not.
func (p person) leaveJobs(ctx context.Context, tx *store.Tx, counts map[string]int64) error {
	const table = store.QueueTables + "job"
	if has, err := hasTable(ctx, tx, table); err != nil || !has {
		return err
	}
	texts := []text{{"args", "json(args)", "jsonb(", ")"}, {"metadata", "json(metadata)", "jsonb(", ")"}, {"errors", "coalesce(json(errors), '')", "jsonb(", ")"}}
	if tx.PG != nil {
		texts = []text{{"args", "args::text", "cast(", " as jsonb)"}, {"metadata", "metadata::text", "cast(", " as jsonb)"}, {"errors", "coalesce(errors::text, '')", "cast(", " as jsonb[])"}}
	}
	ended, err := tx.Exec(ctx, "delete from "+table+" where state in ('completed', 'cancelled', 'discarded') and "+names(texts), p.openid)
	if err != nil {
		return err
	}
	rows, err := p.replace(ctx, tx, table, texts)
	counts[table] += ended + rows
	return err
}

func hasTable(ctx context.Context, tx *store.Tx, name string) (bool, error) {
	of := "select count(*) from sqlite_master where type = 'table' and name = $1"
	if tx.PG != nil {
		of = "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = $1"
	}
	var n int
	err := tx.QueryRow(ctx, of, name).Scan(&n)
	return n > 0, err
}

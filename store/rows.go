package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx/reflectx"
)

// One reads the one row that a query finds into a T, each column into the field whose tag
// names it: `db:"asked_at"`. Fields without a tag are left alone, those of embedded structs
// belong to it. A time.Time and a time.Duration are read from milliseconds (see Millis),
// `db:"note,json"` from JSON, of which "" and null are the zero value, and `db:"urls,words"`
// from words with spaces between them. A column without a field, a field without a
// column and one that is read twice are errors; no row is sql.ErrNoRows.
func One[T any](ctx context.Context, q Queryer, query string, args ...any) (T, error) {
	var none T
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return none, err
	}
	defer rows.Close()
	r, err := newRowReader[T](rows)
	if err != nil {
		return none, err
	}
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return none, err
		}
		return none, sql.ErrNoRows
	}
	one, err := r.read()
	if err != nil {
		return none, err
	}
	return one, rows.Close()
}

// All reads a query's rows to their end, as One reads one: store.All[T](q.Query(…)).
func All[T any](rows *sql.Rows, err error) ([]T, error) {
	var all []T
	for one, err := range Each[T](rows, err) {
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// Each reads a query's rows one by one, for those that are too many for memory. An error is
// the last that it yields. A transaction can ask nothing else meanwhile.
func Each[T any](rows *sql.Rows, err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		if err != nil {
			yield(none, err)
			return
		}
		defer rows.Close()
		r, err := newRowReader[T](rows)
		if err != nil {
			yield(none, err)
			return
		}
		for rows.Next() {
			one, err := r.read()
			if !yield(one, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(none, err)
		}
	}
}

// ColumnsOf are the columns of a T for a query, each of the table that an alias with its dot
// names; "": n, account, kind.
func ColumnsOf[T any](alias string) string {
	fields := fieldsOf(reflect.TypeFor[T]())
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = alias + f.column
	}
	return strings.Join(names, ", ")
}

// field is where a column goes.
type field struct {
	column string
	index  []int
	as     map[string]string // options of the tag
}

var (
	tags         = reflectx.NewMapper("db")
	fieldsByType sync.Map // of reflect.Type: []field
)

// fieldsOf are the tagged fields of a struct, in their order; what is embedded comes last.
func fieldsOf(t reflect.Type) []field {
	if known, ok := fieldsByType.Load(t); ok {
		return known.([]field)
	}
	var fields []field
	for _, f := range tags.TypeMap(t).Index {
		_, tagged := f.Field.Tag.Lookup("db")
		if tagged && isEmbedded(f.Parent) {
			fields = append(fields, field{column: f.Path, index: f.Index, as: f.Options})
		}
	}
	fieldsByType.Store(t, fields)
	return fields
}

// isEmbedded reports whether what is within a field belongs to the row: the fields of a field
// with a name of its own do not.
func isEmbedded(f *reflectx.FieldInfo) bool {
	return f.Parent == nil || f.Embedded && isEmbedded(f.Parent)
}

// rowReader reads row after row into one T: reflection is used once for each query.
type rowReader[T any] struct {
	rows *sql.Rows
	one  *T
	into []any
}

func newRowReader[T any](rows *sql.Rows) (*rowReader[T], error) {
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	r := &rowReader[T]{rows: rows, one: new(T), into: make([]any, len(columns))}
	fields := fieldsOf(reflect.TypeFor[T]())
	for at, f := range fields {
		// Most queries name their columns in the order of the fields.
		if at >= len(columns) || columns[at] != f.column {
			if at = slices.Index(columns, f.column); at < 0 {
				return nil, fmt.Errorf("no column %s for %T", f.column, *r.one)
			}
		}
		r.into[at] = f.of(reflect.ValueOf(r.one).Elem())
	}
	for at, into := range r.into {
		if into == nil {
			return nil, fmt.Errorf("no field in %T for the column %s", *r.one, columns[at])
		}
	}
	return r, nil
}

// of is what a column of a row is scanned into.
func (f field) of(row reflect.Value) any {
	into := row.FieldByIndex(f.index).Addr().Interface()
	switch typed := into.(type) {
	case *time.Time:
		return (*instant)(typed)
	case *time.Duration:
		return (*span)(typed)
	case *json.RawMessage:
		return (*[]byte)(typed)
	case *[]string:
		if _, ok := f.as["words"]; ok {
			return (*words)(typed)
		}
	}
	if _, ok := f.as["json"]; ok {
		return &decoded{into}
	}
	return into
}

func (r *rowReader[T]) read() (T, error) {
	var none T
	*r.one = none
	if err := r.rows.Scan(r.into...); err != nil {
		return none, err
	}
	return *r.one, nil
}

// instant scans what Millis kept.
type instant time.Time

func (i *instant) Scan(value any) error {
	ms, ok := value.(int64)
	if !ok {
		return fmt.Errorf("an instant cannot be a %T", value)
	}
	*i = instant(Time(ms))
	return nil
}

// span scans milliseconds.
type span time.Duration

func (s *span) Scan(value any) error {
	ms, ok := value.(int64)
	if !ok {
		return fmt.Errorf("a duration cannot be a %T", value)
	}
	*s = span(time.Duration(ms) * time.Millisecond)
	return nil
}

// words scans a text whose words have spaces between them.
type words []string

func (w *words) Scan(value any) error {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("words cannot be a %T", value)
	}
	*w = strings.Fields(text)
	return nil
}

// JSON is a value as a column keeps it that is read by `db:"…,json"`.
func JSON(value any) driver.Valuer { return encoded{value} }

type encoded struct{ value any }

func (e encoded) Value() (driver.Value, error) {
	raw, err := json.Marshal(e.value)
	return string(raw), err
}

// decoded scans a text of JSON.
type decoded struct{ into any }

func (d *decoded) Scan(value any) error {
	var text []byte
	switch value := value.(type) {
	case nil:
	case string:
		text = []byte(value)
	case []byte:
		text = value
	default:
		return fmt.Errorf("JSON cannot be a %T", value)
	}
	if len(text) == 0 {
		return nil
	}
	return json.Unmarshal(text, d.into)
}

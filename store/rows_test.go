package store_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"magpie/store"
	"magpie/store/storetest"
)

type place struct {
	Channel string `db:"channel"`
}

type inner struct {
	Deep string `db:"deep"` // of a field that has a name: no column of the row
}

type row struct {
	place
	N      int64           `db:"n"`
	At     time.Time       `db:"at"`
	Never  time.Time       `db:"never"`
	Fixed  bool            `db:"fixed"`
	Raw    json.RawMessage `db:"raw"`
	Words  []string        `db:"words,json"`
	Nobody *string         `db:"nobody"`
	Who    []string        `db:"who,words"`
	Grace  time.Duration   `db:"grace"`
	Named  inner
	Aside  string
}

// whole is a row with all columns of a row, in another order than the fields.
const whole = `select cast($1 as bigint) as n, 'C1' as channel, cast(1700000000123 as bigint) as at, cast(0 as bigint) as never,
	cast(1 as bigint) as fixed, '{"a":1}' as raw, '["x","y"]' as words, cast(null as text) as nobody,
	'U1 U2' as who, cast(1500 as bigint) as grace`

func TestRowsAreReadByTheNamesOfTheirColumns(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		want := row{place: place{Channel: "C1"}, N: 7, At: time.UnixMilli(1700000000123).UTC(), Fixed: true, Raw: json.RawMessage(`{"a":1}`), Words: []string{"x", "y"}, Who: []string{"U1", "U2"}, Grace: 1500 * time.Millisecond}
		got, err := store.One[row](t.Context(), db, whole, 7)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("One: got %+v, %v, want %+v", got, err, want)
		}
		err = db.Update(t.Context(), func(tx *store.Tx) error {
			for range 5 { // by the statement that is kept
				if got, err := store.One[row](t.Context(), tx, whole, 7); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("One in a transaction: got %+v, %v, want %+v", got, err, want)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if got, err := store.One[row](t.Context(), db, "select * from ("+whole+") as one where n > 100", 7); !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("One of none: got %+v, %v, want sql.ErrNoRows", got, err)
		}
		if got, want := store.ColumnsOf[row]("r."), "r.n, r.at, r.never, r.fixed, r.raw, r.words, r.nobody, r.who, r.grace, r.channel"; got != want {
			t.Errorf("ColumnsOf: got %q, want %q", got, want)
		}
	})
}

// What one row has and the next one has not must not stay.
func TestEachRowIsReadIntoAnEmptyOne(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		type one struct {
			N     int64             `db:"n"`
			Words map[string]string `db:"words,json"`
			Raw   json.RawMessage   `db:"raw"`
		}
		got, err := store.All[one](db.Query(t.Context(), `select 1 as n, '{"a":"b"}' as words, '[1]' as raw union all select 2, '', '[2]' union all select 3, '{"c":"d"}', '[3]' order by n`))
		if want := []one{{1, map[string]string{"a": "b"}, json.RawMessage("[1]")}, {2, nil, json.RawMessage("[2]")}, {3, map[string]string{"c": "d"}, json.RawMessage("[3]")}}; err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, %v, want %v", got, err, want)
		}
	})
}

func TestAColumnMustHaveItsField(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		type one struct {
			N    int64  `db:"n"`
			Name string `db:"name"`
		}
		for _, c := range []struct{ query, want string }{
			{"select 1 as n", "no column name"},
			{"select 1 as n, 'a' as name, 'b' as other", "the column other"},
			{"select 1 as n, 'a' as name, 'b' as name", "the column name"},
			{"select 'a' as name, 1 as m", "no column n "},
			{"select 'x' as n, 'a' as name", "x"},
		} {
			if got, err := store.All[one](db.Query(t.Context(), c.query)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: got %v, %v, want an error with %q", c.query, got, err, c.want)
			}
		}
		type odd struct {
			At   time.Time     `db:"at"`
			Text []string      `db:"text,json"`
			For  []string      `db:"for_whom,words"`
			Last time.Duration `db:"last"`
		}
		for _, query := range []string{
			"select 'noon' as at, '' as text, '' as for_whom, 0 as last",
			"select cast(null as bigint) as at, '' as text, '' as for_whom, 0 as last",
			"select cast(0 as bigint) as at, '{' as text, '' as for_whom, 0 as last",
			"select cast(0 as bigint) as at, 5 as text, '' as for_whom, 0 as last",
			"select cast(0 as bigint) as at, '' as text, 5 as for_whom, 0 as last",
			"select cast(0 as bigint) as at, '' as text, '' as for_whom, 'long' as last",
		} {
			if got, err := store.One[odd](t.Context(), db, query); err == nil {
				t.Errorf("%s: got %v, want an error", query, got)
			}
		}
	})
}

// BenchmarkRows reads as many columns as a request has, by name and by position.
func BenchmarkRows(b *testing.B) {
	type one struct {
		A string    `db:"a"`
		B string    `db:"b"`
		C string    `db:"c"`
		D int64     `db:"d"`
		E int64     `db:"e"`
		F time.Time `db:"f"`
		G time.Time `db:"g"`
		H string    `db:"h"`
		I string    `db:"i"`
		J string    `db:"j"`
		K int64     `db:"k"`
		L int64     `db:"l"`
		M int64     `db:"m"`
		N string    `db:"n"`
	}
	db := storetest.Open(b, "sqlite:"+b.TempDir()+"/magpie.db")
	query := "select 'a' as a, 'b' as b, 'c' as c, 1 as d, 2 as e, 3 as f, 4 as g, 'h' as h, 'i' as i, 'j' as j, 5 as k, 6 as l, 7 as m, 'n' as n from (with recursive one (n) as (select 1 union all select n + 1 from one where n < $1) select n from one) as rows"
	for _, count := range []int{1, 200} {
		b.Run(fmt.Sprintf("rows=%d/by=name", count), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if all, err := store.All[one](db.Query(b.Context(), query, count)); err != nil || len(all) != count {
					b.Fatal(len(all), err)
				}
			}
		})
		b.Run(fmt.Sprintf("rows=%d/by=position", count), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rows, err := db.Query(b.Context(), query, count)
				if err != nil {
					b.Fatal(err)
				}
				var all []one
				for rows.Next() {
					var r one
					var f, g int64
					if err := rows.Scan(&r.A, &r.B, &r.C, &r.D, &r.E, &f, &g, &r.H, &r.I, &r.J, &r.K, &r.L, &r.M, &r.N); err != nil {
						b.Fatal(err)
					}
					r.F, r.G = store.Time(f), store.Time(g)
					all = append(all, r)
				}
				if err := errors.Join(rows.Err(), rows.Close()); err != nil || len(all) != count {
					b.Fatal(len(all), err)
				}
			}
		})
	}
}

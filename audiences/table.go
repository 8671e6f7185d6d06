package audiences

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"magpie/cards"
)

// maxRecord is how long one row may be: a quote that is never closed must not bring
// the whole file into memory.
const maxRecord = 1 << 20

// maxValues is how many bytes the values of one row may have in all: what carries out a
// broadcast holds hundreds of rows at a time.
const maxValues = 16 << 10

// table reads a CSV file row by row. Rows are numbered as a spreadsheet numbers them:
// the header is row 1, an empty line is a row, and a line break inside quotes does not
// begin one.
type table struct {
	csv     *csv.Reader
	gauge   *gauge
	columns []string // beside the openid
	openid  int      // where it stands
	width   int
	row     int64 // of what was read last
	line    int   // on which that ended
}

// entry is one row of a table.
type entry struct {
	row    int64
	openid string
	values []string
	bad    string // why it is left out: a key of the catalogue; "" where it is good
}

// openTable reads the header. What cannot be an audience is refused.
func openTable(r io.Reader) (*table, error) {
	text, err := readText(r)
	if err != nil {
		return nil, err
	}
	g := &gauge{Reader: text, left: maxRecord}
	in := bufio.NewReaderSize(g, sample)
	head, err := in.Peek(sample)
	if err != nil && err != io.EOF {
		return nil, err
	}
	t := &table{csv: csv.NewReader(in), gauge: g}
	t.csv.Comma = separator(head)
	t.csv.FieldsPerRecord = -1
	t.csv.ReuseRecord = true
	header, err := t.read()
	if err == io.EOF {
		return nil, cards.Refuse("audience.no_rows")
	}
	if faulty, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, cards.Refuse("audience.quote_open", "row", int64(faulty.StartLine))
	}
	if err != nil {
		return nil, err
	}
	return t, t.takeHeader(header)
}

// separator is the sign between columns: the one that makes an openid column of the
// first line, or else the one that stands there most.
func separator(head []byte) rune {
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	best, most := ',', 0
	for _, sign := range []rune{',', ';', '\t'} {
		names := strings.Split(string(line), string(sign))
		count := len(names)
		if slices.ContainsFunc(names, func(name string) bool { return isOpenIDColumn(strings.Trim(name, "\" \t\r")) }) {
			count += 1 << 20
		}
		if count > most {
			best, most = sign, count
		}
	}
	return best
}

// hasControl reports whether text has what no spreadsheet shows and PostgreSQL's JSON
// may not have.
func hasControl(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\t\r\n", r) })
}

func isOpenIDColumn(name string) bool { return strings.EqualFold(strings.TrimSpace(name), "openid") }

var columnForm = regexp.MustCompile(`^[\p{L}\p{N}_-]{1,40}$`)

func (t *table) takeHeader(header []string) error {
	t.width, t.openid = len(header), slices.IndexFunc(header, isOpenIDColumn)
	if i := slices.IndexFunc(header, hasControl); i >= 0 {
		return cards.Refuse("audience.column_control", "number", i+1)
	}
	if t.openid < 0 && len(header) == 1 && IsOpenID(strings.TrimSpace(header[0])) {
		return cards.Refuse("audience.no_header", "found", cards.Code(shorten(header[0], 64)))
	}
	if t.openid < 0 {
		return cards.Refuse("audience.no_openid", "found", cards.Code(shorten(strings.Join(header, ", "), 200)))
	}
	seen := map[string]bool{}
	for i, name := range header {
		name = width.Fold.String(strings.TrimSpace(name))
		switch {
		case name == "":
			return cards.Refuse("audience.unnamed_column", "number", i+1)
		case i != t.openid && !columnForm.MatchString(name):
			return cards.Refuse("audience.column_name", "name", cards.Code(shorten(name, 64)))
		case seen[strings.ToLower(name)]:
			return cards.Refuse("audience.column_twice", "name", cards.Code(name))
		}
		seen[strings.ToLower(name)] = true
		if i != t.openid {
			t.columns = append(t.columns, name)
		}
	}
	return nil
}

// next reads the next row that is not empty; io.EOF after the last.
func (t *table) next() (entry, error) {
	for {
		record, err := t.read()
		if faulty, ok := errors.AsType[*csv.ParseError](err); ok {
			if faulty.StartLine != faulty.Line {
				// The quote has eaten rows that are good.
				return entry{}, cards.Refuse("audience.quote_open", "row", t.row)
			}
			return entry{row: t.row, bad: badQuotes}, nil
		}
		if err != nil {
			return entry{}, err
		}
		if isBlank(record) {
			continue
		}
		return t.entry(record), nil
	}
}

func (t *table) entry(record []string) entry {
	e := entry{row: t.row}
	if len(record) != t.width {
		e.bad = badColumns
		return e
	}
	for i, value := range record {
		switch {
		case !utf8.ValidString(value) || strings.ContainsRune(value, utf8.RuneError):
			e.bad = badText
		case hasControl(value):
			e.bad = badControl
		case i == t.openid:
			e.openid = strings.TrimSpace(value)
		default:
			e.values = append(e.values, value)
		}
	}
	switch {
	case e.bad != "":
	case e.openid == "":
		e.bad = badEmpty
	case !IsOpenID(e.openid):
		e.bad = badOpenID
	case bytesOf(e.values) > maxValues:
		e.bad = badLong
	}
	return e
}

// bytesOf is how many bytes values are, each with the signs around it.
func bytesOf(values []string) int {
	size := 0
	for _, value := range values {
		size += len(value) + len(`"",`)
	}
	return size
}

// read reads one record and counts the row it is, with the empty lines before it.
func (t *table) read() ([]string, error) {
	t.gauge.left = maxRecord
	record, err := t.csv.Read()
	if faulty, ok := errors.AsType[*csv.ParseError](err); ok {
		t.row += int64(faulty.StartLine - t.line)
		t.line = faulty.Line
		return nil, err
	}
	if errors.Is(err, errLongRecord) {
		return nil, cards.Refuse("audience.quote_open", "row", t.row+1)
	}
	if err == io.EOF {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("read the file after row %d: %w", t.row, err)
	}
	begins, _ := t.csv.FieldPos(0)
	ends, _ := t.csv.FieldPos(len(record) - 1)
	t.row += int64(begins - t.line)
	t.line = ends + strings.Count(record[len(record)-1], "\n")
	return record, nil
}

func isBlank(record []string) bool {
	return !slices.ContainsFunc(record, func(value string) bool { return strings.TrimSpace(value) != "" })
}

var errLongRecord = errors.New("a row without end")

// gauge lets so many bytes through and no more, until it is set anew.
type gauge struct {
	io.Reader
	left int
}

func (g *gauge) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errLongRecord
	}
	n, err := g.Reader.Read(p)
	g.left -= n
	return n, err
}

func shorten(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n]) + "…"
	}
	return s
}

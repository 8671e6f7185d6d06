package commands

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Datum is one field of a template: its value and, where the API has one, its colour.
type Datum struct{ Value, Color string }

// Data are the fields of a template by name. In a line each is a key of its own:
// thing1=Tea, mp.data.first="…", mp.data.first.color=#173177.
//
// Tags of a Data field: bare:"" lets keys like thing1 stand alone, color:"" lets a
// field have a colour.
type Data map[string]Datum

// Names are the names of the fields in reading order: first, then by number, then
// remark.
func (d Data) Names() []string {
	names := make([]string, 0, len(d))
	for name := range d {
		names = append(names, name)
	}
	slices.SortFunc(names, compareNames)
	return names
}

// Decode takes one name=value, or name.color=value.
func (d *Data) Decode(_ arg, entry string) error {
	if *d == nil {
		*d = Data{}
	}
	name, value, _ := strings.Cut(entry, "=")
	field, isColor := strings.CutSuffix(name, ".color")
	datum := (*d)[field]
	if isColor {
		datum.Color = value
	} else {
		datum.Value = value
	}
	(*d)[field] = datum
	return nil
}

var (
	bareField = regexp.MustCompile(`^(?:[A-Za-z_]+[0-9]+|first|remark)(?:\.color)?$`)
	anyField  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(?:\.color)?$`)
)

// dataName is the name of the field that key speaks of, where it speaks of one of a.
func (a arg) dataName(key string) (name string, ok bool) {
	if rest, cut := cutPrefixFold(key, a.Key+"."); cut {
		name = rest
	} else if a.Bare && bareField.MatchString(key) {
		name = key
	}
	if name == "" || !anyField.MatchString(name) || !a.Color && strings.HasSuffix(name, ".color") {
		return "", false
	}
	return name, true
}

// dataKey is how the field is written in a line.
func (a arg) dataKey(name string) string {
	if a.Bare && bareField.MatchString(name) {
		return name
	}
	return a.Key + "." + name
}

// dataLines reads what a form's field holds: a name=value on each line, where quotes
// around a value are taken off as they are in a line. bad are the lines that are not so.
func (a arg) dataLines(text string) (fields []field, bad []string) {
	for line := range strings.Lines(text) {
		line = strings.TrimFunc(line, isSpace)
		if line == "" {
			continue
		}
		f, ok := a.dataLine(line)
		if !ok {
			bad = append(bad, line)
			continue
		}
		fields = append(fields, f)
	}
	return fields, bad
}

func (a arg) dataLine(line string) (field, bool) {
	at := strings.IndexAny(line, "=＝")
	if at < 0 {
		return field{}, false
	}
	key := normalKey(strings.TrimFunc(line[:at], isSpace))
	_, n := utf8.DecodeRuneInString(line[at:])
	written := strings.TrimLeftFunc(line[at+n:], isSpace)
	value := unquoted(written)
	name, ok := a.dataName(key)
	if !ok && !a.Bare && anyField.MatchString(key) {
		name, ok = key, a.Color || !strings.HasSuffix(key, ".color")
	}
	if value == written {
		value = foldTime(name, value)
	}
	return field{name: name, value: value}, ok && value != ""
}

var (
	timeField = regexp.MustCompile(`^(?:time|date)[0-9]*$`)
	wideTime  = regexp.MustCompile(`[0-9０-９]+(?:：[0-9０-９]+)+`)
)

// foldTime reads 15：00 as 15:00 where a field takes a time.
func foldTime(name, value string) string {
	if !timeField.MatchString(name) {
		return value
	}
	return wideTime.ReplaceAllStringFunc(value, width.Fold.String)
}

// unquoted takes off one pair of quotes around the whole of v.
func unquoted(v string) string {
	open, n := utf8.DecodeRuneInString(v)
	last, m := utf8.DecodeLastRuneInString(v)
	if closers[open] == "" || len(v) < n+m || !strings.ContainsRune(closers[open], last) {
		return v
	}
	if inner := v[n : len(v)-m]; !strings.ContainsRune(inner, last) {
		return inner
	}
	return v
}

// field is one name=value of a Data.
type field struct{ name, value string }

var nameParts = regexp.MustCompile(`^(.*?)([0-9]*)$`)

func compareNames(a, b string) int {
	if c := place(a) - place(b); c != 0 {
		return c
	}
	pa, pb := nameParts.FindStringSubmatch(a), nameParts.FindStringSubmatch(b)
	na, _ := strconv.Atoi(pa[2])
	nb, _ := strconv.Atoi(pb[2])
	if na != nb {
		return na - nb
	}
	return strings.Compare(a, b)
}

func place(name string) int {
	switch name {
	case "first":
		return 0
	case "remark":
		return 2
	}
	return 1
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

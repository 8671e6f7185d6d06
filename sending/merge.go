package sending

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"magpie/cards"
)

// mergeField is a place in a payload that each member of an audience fills: {{name}}.
var mergeField = regexp.MustCompile(`\{\{\s*([\p{L}\p{N}_-]+)\s*\}\}`)

// MergeField is the first merge field in a payload, such as {{name}}; "" where there is
// none.
func MergeField(payload json.RawMessage) string { return string(mergeField.Find(payload)) }

// MergeFields reports whether a payload has merge fields. It refuses, without a code, one
// that is no column.
func MergeFields(payload json.RawMessage, columns []string) (bool, error) {
	found := mergeField.FindAllSubmatch(payload, -1)
	for _, field := range found {
		name := string(field[1])
		switch {
		case slices.Contains(columns, name):
		case len(columns) == 0:
			return false, cards.Refuse("fault.merge_none", "name", cards.Code("{{"+name+"}}"))
		default:
			return false, cards.Refuse("fault.merge_column", "name", cards.Code("{{"+name+"}}"), "columns", cards.Codes(columns))
		}
	}
	return len(found) > 0, nil
}

// MergesColumn reports whether a payload has the merge field of a column.
func MergesColumn(payload json.RawMessage, column string) bool {
	return slices.ContainsFunc(mergeField.FindAllSubmatch(payload, -1), func(m [][]byte) bool { return string(m[1]) == column })
}

// Merge is a copy of a payload with every merge field in its texts filled.
func Merge[T any](payload T, columns, values []string) T {
	return mergeInto(reflect.ValueOf(&payload).Elem(), columns, values).Interface().(T)
}

// mergeInto is a copy of v with every merge field in its texts filled. What has none is
// shared with v.
func mergeInto(v reflect.Value, columns, values []string) reflect.Value {
	switch v.Kind() {
	case reflect.String:
		if filled, changed := mergeText(v.String(), columns, values); changed {
			return reflect.ValueOf(filled).Convert(v.Type())
		}
	case reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		out.Set(v)
		for i := range v.NumField() {
			if out.Field(i).CanSet() {
				out.Field(i).Set(mergeInto(v.Field(i), columns, values))
			}
		}
		return out
	case reflect.Pointer:
		if !v.IsNil() {
			out := reflect.New(v.Type().Elem())
			out.Elem().Set(mergeInto(v.Elem(), columns, values))
			return out
		}
	case reflect.Map:
		if v.Len() > 0 {
			out := reflect.MakeMapWithSize(v.Type(), v.Len())
			for entries := v.MapRange(); entries.Next(); {
				out.SetMapIndex(entries.Key(), mergeInto(entries.Value(), columns, values))
			}
			return out
		}
	case reflect.Slice:
		if v.Len() > 0 && v.Type().Elem().Kind() != reflect.Uint8 {
			out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			for i := range v.Len() {
				out.Index(i).Set(mergeInto(v.Index(i), columns, values))
			}
			return out
		}
	}
	return v
}

// mergeText fills the merge fields of one text.
func mergeText(text string, columns, values []string) (string, bool) {
	if !strings.Contains(text, "{{") {
		return text, false
	}
	return mergeField.ReplaceAllStringFunc(text, func(field string) string {
		name := strings.TrimSpace(field[2 : len(field)-2])
		if column := slices.Index(columns, name); column >= 0 && column < len(values) {
			return values[column]
		}
		return field
	}), true
}

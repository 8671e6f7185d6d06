package commands

import (
	"reflect"
	"slices"
	"strings"

	"magpie/outbox"
)

// tried is what a refused line wanted, as the record and the log name it: of a line that asks for
// something its kind, of one about a request its number.
func (x *index) tried(call Call, n int64) outbox.Tried {
	tried := outbox.Tried{Line: onRecord(call.Line), N: n, Account: call.Account}
	words, err := Lex(call.Line)
	if err != nil {
		return tried
	}
	c, rest := x.find(x.withoutCommand(words))
	if c == nil {
		return tried
	}
	if kind := strings.ReplaceAll(c.dotted(), "-", "_"); slices.Contains(KindNames, kind) {
		tried.Kind = kind
	}
	if n == 0 && len(rest) > 0 && rest[0].Key == "" && aboutNumber(c) {
		var of Number
		if of.Decode(arg{}, rest[0].Text) == nil {
			tried.N = int64(of)
		}
	}
	return tried
}

// aboutNumber reports whether the first argument of a command is a request's number.
func aboutNumber(c *Command) bool {
	of := reflect.TypeOf(c.grammar()).Elem()
	return of.NumField() > 0 && of.Field(0).Type == reflect.TypeFor[Number]()
}

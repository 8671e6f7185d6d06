package commands

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"magpie/cards"
)

// A command's grammar is a struct whose tags say how it is read; help, forms and checks
// are made of the same tags:
//
//	name:"…"        the key, or what usage calls a positional
//	arg:""          a positional; required, unless it is optional:""
//	required:""     a key that must be given
//	enum:"a,b"      the only values there are
//	placeholder:"…" what usage and forms call the value
//	xor:"…"         at most one of those that share it
//	embed:""        a struct of more arguments, whose names begin with its prefix:"…"
//	lines:""        a long text: several lines in a form
//	example:"…"     greyed inside the empty field of a form
//	inner:""        a line of its own: all that follows --, to the letter
//	tail:""         a line of its own: all that follows the positionals, to the letter
//	files:"10"      so many files of Slack's, by their ids with commas between
//	parts:"8"       a very long text: so many fields in a form that shows it
//	loose:""        bare words left over are offered as this argument's value
//	formed:""       a form must have it: a line may bring it in another way
//	said:""         forms do not ask for it: lines and buttons say it
//	bare, color     of Data

// arg is one argument as its tags declare it.
type arg struct {
	Key        string // as written in a line; a positional's placeholder
	Positional bool
	Required   bool
	Data       bool
	Whole      bool // a whole number
	Enum       []string
	Holder     string
	Example    string
	Xor        string // at most one of those that share it

	Bare, Color, Lines, Loose bool
	Formed                    bool // required in a form alone
	Said                      bool // forms do not ask for it
	People                    bool // answers a question that a person is asked: no program says it
	Rest                      bool // takes all the bare words left
	Tail                      bool // a line of its own, after the positionals
	Inner                     bool // a line of its own, after --
	Files                     int  // of Slack's, at most
	Parts                     int  // the fields that a form may cut it into

	at []int // where it stands in the grammar
}

// decoder is a value that reads and refuses by itself.
type decoder interface {
	Decode(a arg, written string) error
}

// argsOf reads the declarations off a grammar, positionals first. It panics on a wrong
// one: grammars are written by us.
func argsOf(grammar any) []arg {
	all := fieldsOf(reflect.TypeOf(grammar).Elem(), "", nil)
	slices.SortStableFunc(all, func(a, b arg) int {
		switch {
		case a.Positional == b.Positional:
			return 0
		case a.Positional:
			return -1
		}
		return 1
	})
	return all
}

func fieldsOf(of reflect.Type, prefix string, at []int) []arg {
	var args []arg
	for i := range of.NumField() {
		f := of.Field(i)
		has := func(tag string) bool { _, ok := f.Tag.Lookup(tag); return ok }
		number := func(tag string) int { n, _ := strconv.Atoi(f.Tag.Get(tag)); return n }
		at := append(slices.Clone(at), i)
		if has("embed") {
			args = append(args, fieldsOf(f.Type, prefix+f.Tag.Get("prefix"), at)...)
			continue
		}
		a := arg{
			Key: prefix + f.Tag.Get("name"), Positional: has("arg"), Required: has("required") || has("arg") && !has("optional"),
			Data: f.Type == reflect.TypeFor[Data](), Whole: isWhole(f.Type),
			Holder: f.Tag.Get("placeholder"), Example: f.Tag.Get("example"), Xor: f.Tag.Get("xor"),
			Bare: has("bare"), Color: has("color"), Lines: has("lines"), Loose: has("loose"), Said: has("said"), People: has("people"), Formed: has("formed"),
			Inner: has("inner"), Tail: has("tail"), Files: number("files"), Parts: number("parts"), at: at,
		}
		if enum := f.Tag.Get("enum"); enum != "" {
			a.Enum = strings.Split(enum, ",")
		}
		if a.Positional {
			a.Holder, a.Rest = a.Key, f.Type == reflect.TypeFor[[]string]()
		}
		if f.Tag.Get("name") == "" || !isRead(f.Type) {
			panic(fmt.Sprintf("commands: %s of %s has no name, or cannot be read", f.Name, of))
		}
		args = append(args, a)
	}
	return args
}

// isRead reports whether set knows the type.
func isRead(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return reflect.PointerTo(t).Implements(reflect.TypeFor[decoder]()) || t.Kind() == reflect.String || t == reflect.TypeFor[[]string]() || isWhole(t)
}

// set puts what was written for a into a grammar.
func (a arg) set(grammar any, written []string) error {
	target := reflect.ValueOf(grammar).Elem().FieldByIndex(a.at)
	if target.Kind() == reflect.Pointer {
		target.Set(reflect.New(target.Type().Elem()))
		target = target.Elem()
	}
	if reads, ok := target.Addr().Interface().(decoder); ok {
		return reads.Decode(a, written[0])
	}
	switch target.Kind() {
	case reflect.Slice:
		target.Set(reflect.ValueOf(written))
	case reflect.String:
		target.SetString(written[0])
	default:
		n, err := strconv.ParseInt(written[0], 10, 64)
		target.SetInt(n)
		return err
	}
	return nil
}

// isWhole knows the plain numbers; types of our own read and refuse by themselves.
func isWhole(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t == reflect.TypeFor[int]() || t == reflect.TypeFor[int64]()
}

// parse reads words, group by group where -- stands between, into grammars.
func (c *Command) parse(words []Word) (grammars []any, faults []fault, err error) {
	groups := [][]Word{words}
	if c.Groups {
		groups = splitGroups(words)
	}
	for i, group := range groups {
		r := &reading{command: c, words: group, at: map[int]int{}, named: map[string]string{}, given: map[string]bool{}}
		grammar, err := r.read()
		if err != nil {
			return nil, nil, err
		}
		if len(groups) > 1 {
			for j := range r.faults {
				r.faults[j].text = cards.T("fault.in_group", "number", i+1, "fault", r.faults[j].text)
			}
		}
		faults = append(faults, r.faults...)
		grammars = append(grammars, grammar)
	}
	return grammars, faults, nil
}

// splitGroups cuts words at each -- (or the long dash a phone makes of it).
func splitGroups(words []Word) [][]Word {
	groups := [][]Word{nil}
	for _, w := range words {
		if isDash(w) {
			groups = append(groups, nil)
			continue
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], w)
	}
	return groups
}

// isDash is -- between groups, or the long dash a phone makes of it.
func isDash(w Word) bool {
	return w.Key == "" && !w.Quoted && (strings.Trim(w.Text, "—–―") == "" || w.Text == "--")
}

// withInner makes one keyed word of everything that follows the first --, where the
// command has a line inside.
func (c *Command) withInner(words []Word, line string) []Word {
	at := slices.IndexFunc(words, isDash)
	inner := slices.IndexFunc(c.args, func(a arg) bool { return a.Inner })
	if at < 0 || inner < 0 {
		return words
	}
	dash := words[at]
	text := strings.TrimFunc(line[dash.End:], isSpace)
	return append(slices.Clone(words[:at]), Word{Key: c.args[inner].Key, Text: text, Quoted: true, Start: dash.Start, Value: dash.End, End: len(line)})
}

// withTail makes one keyed word of everything that follows the positionals, where the command
// has a line there. A form says it with its key.
func (c *Command) withTail(words []Word, line string) []Word {
	tail := slices.IndexFunc(c.args, func(a arg) bool { return a.Tail })
	if tail < 0 {
		return words
	}
	at := 0
	for at < len(c.args) && c.args[at].Positional {
		at++
	}
	if len(words) <= at {
		return words
	}
	first, key := words[at], c.args[tail].Key
	if !c.free && normalKey(first.Key) == key && first.Quoted && len(words) == at+1 {
		return words
	}
	start := first.Start
	if isDash(first) {
		start = first.End
	}
	text := strings.TrimFunc(line[start:], isSpace)
	return append(slices.Clone(words[:at]), Word{Key: key, Text: text, Quoted: true, Start: first.Start, Value: start, End: len(line)})
}

// normalKey undoes what keyboards do to a key: full-width letters, invisible marks,
// the dashes of --key. Letters keep their case.
func normalKey(key string) string {
	key = width.Fold.String(key)
	key = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, key)
	return strings.TrimLeft(key, "-—–")
}

package commands

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/alecthomas/kong"
	"golang.org/x/text/width"

	"magpie/cards"
)

// A command's grammar is a struct that the parser reads by its tags; help, forms and
// checks are made of the same tags. Beside the parser's own (name, arg, required,
// optional, enum, placeholder, embed, prefix) there are
//
//	lines:""    a long text: several lines in a form
//	example:"…" greyed inside the empty field of a form
//	inner:""    a line of its own: all that follows --, to the letter
//	files:"10"  so many files of Slack's, by their ids with commas between
//	parts:"8"   a very long text: so many fields in a form that shows it
//	loose:""    bare words left over are offered as this argument's value
//	said:""     forms do not ask for it: lines and buttons say it
//	bare, color of Data

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
	Said                      bool // forms do not ask for it
	Rest                      bool // takes all the bare words left
	Inner                     bool // a line of its own, after --
	Files                     int  // of Slack's, at most
	Parts                     int  // the fields that a form may cut it into
}

// newParser makes the parser of one grammar, which neither prints nor exits.
func newParser(grammar any) (*kong.Kong, error) {
	return kong.New(grammar, kong.NoDefaultHelp(), kong.Exit(func(int) {}), kong.Writers(io.Discard, io.Discard))
}

// argsOf reads the declarations off a grammar. It panics on a wrong one: grammars are
// written by us.
func argsOf(grammar any) []arg {
	parser, err := newParser(grammar)
	if err != nil {
		panic(fmt.Sprintf("commands: grammar %T: %v", grammar, err))
	}
	var args []arg
	add := func(v *kong.Value, a arg) {
		a.Key, a.Required, a.Example = v.Name, v.Required, v.Tag.Get("example")
		a.Data, a.Whole = v.Target.Type() == reflect.TypeFor[Data](), isWhole(v.Target.Type())
		a.Bare, a.Color, a.Lines, a.Loose = v.Tag.Has("bare"), v.Tag.Has("color"), v.Tag.Has("lines"), v.Tag.Has("loose")
		a.Inner, a.Said = v.Tag.Has("inner"), v.Tag.Has("said")
		a.Files, _ = strconv.Atoi(v.Tag.Get("files"))
		a.Parts, _ = strconv.Atoi(v.Tag.Get("parts"))
		if v.Enum != "" {
			a.Enum = v.EnumSlice()
		}
		args = append(args, a)
	}
	for _, v := range parser.Model.Positional {
		add(v, arg{Positional: true, Holder: v.Name, Rest: v.IsCumulative()})
	}
	for _, f := range parser.Model.Flags {
		add(f.Value, arg{Holder: f.PlaceHolder, Xor: strings.Join(f.Xor, ",")})
	}
	return args
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

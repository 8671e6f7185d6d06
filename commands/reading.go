package commands

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"magpie/cards"
)

// fault is one thing that is wrong with a line, and what would mend it: the bytes
// from…to put as with.
type fault struct {
	text    cards.Text
	field   string // the argument, as Input.Key of the form has it
	missing bool
	// undecided is the field whose value WeChat's pages leave open; "": none.
	undecided string
	mends     bool
	from, to  int
	with      string
}

// taken is what was written for an argument.
type taken struct {
	by      arg
	written []string
}

// reading is one group of words being read into a grammar.
type reading struct {
	command *Command
	words   []Word
	at      map[int]int // where in words the word is that starts at a byte
	taken   []taken
	bare    []Word
	named   map[string]string // positionals that were written as key=value
	given   map[string]bool
	faults  []fault
}

// read gives the grammar filled in, or faults.
func (r *reading) read() (any, error) {
	for i, w := range r.words {
		r.at[w.Start] = i
		switch {
		case w.Key != "":
			r.keyed(w)
		case w.Text != "": // "" is a word not given
			r.bare = append(r.bare, w)
		}
	}
	r.positionals()
	r.together()
	grammar := r.command.grammar()
	if len(r.faults) > 0 {
		return grammar, nil
	}
	for _, t := range r.taken {
		err := t.by.set(grammar, t.written)
		if refusal, ok := errors.AsType[*cards.Refusal](err); ok {
			r.faults = append(r.faults, fault{field: refusal.Field, text: refusal.Text})
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read %s of %s: %w", t.by.Key, r.command.Path, err)
		}
	}
	return grammar, nil
}

// together checks what only the whole group shows: what is missing, what excludes
// each other.
func (r *reading) together() {
	rivals := map[string]string{}
	for _, a := range r.command.args {
		if a.Required && !r.given[a.Key] {
			r.faults = append(r.faults, fault{missing: true, field: a.Key, text: cards.T("fault.missing", "name", cards.Code(a.written()), "what", r.command.label(a))})
		}
		if a.Xor == "" || !r.given[a.Key] {
			continue
		}
		if rival := rivals[a.Xor]; rival != "" {
			r.faults = append(r.faults, fault{field: a.Key, text: cards.T("fault.rivals", "name", cards.Code(rival), "other", cards.Code(a.Key))})
		}
		rivals[a.Xor] = a.Key
	}
}

// keyed takes one key=value.
func (r *reading) keyed(w Word) {
	key := normalKey(w.Key)
	for _, a := range r.command.args {
		switch {
		case strings.EqualFold(a.Key, key) && a.Data:
			fields, bad := a.dataLines(w.Text)
			for _, f := range fields {
				r.field(a, f, w)
			}
			for _, line := range bad {
				r.faults = append(r.faults, fault{field: a.Key, text: cards.T("fault.data_line", "line", cards.Code(snippet(line)), "example", cards.Code(a.Example))})
			}
			return
		case strings.EqualFold(a.Key, key):
			r.value(a, w)
			return
		}
	}
	for _, a := range r.command.args {
		if name, ok := a.dataName(key); a.Data && ok {
			text := w.Text
			if !w.Quoted {
				text = foldTime(name, text)
			}
			r.field(a, field{name, text}, w)
			return
		}
	}
	r.unknown(key, w)
}

// value takes the value of a known key. A key with nothing after its = is one not given.
func (r *reading) value(a arg, w Word) {
	if r.twice(a.Key, a.Key, w) || w.Text == "" {
		return
	}
	r.given[a.Key] = true
	text, ok := r.counted(a, w)
	if !ok || !r.chosen(a, w) {
		return
	}
	if a.Positional {
		r.named[a.Key] = text
		return
	}
	r.taken = append(r.taken, taken{a, []string{text}})
}

// counted refuses what is no whole number where a takes one.
func (r *reading) counted(a arg, w Word) (string, bool) {
	if !a.Whole || len(a.Enum) > 0 {
		return w.Text, true
	}
	n, err := strconv.ParseInt(width.Fold.String(w.Text), 10, 64)
	if err != nil {
		text := cards.T("fault.whole", "name", cards.Code(a.Key), "value", snippet(w.Text), "example", cards.Code(cmp.Or(a.Example, "1")))
		r.faults = append(r.faults, fault{field: a.Key, text: text})
		return "", false
	}
	return strconv.FormatInt(n, 10), true
}

// chosen refuses a value that is not one of a's few.
func (r *reading) chosen(a arg, w Word) bool {
	if len(a.Enum) == 0 || slices.Contains(a.Enum, w.Text) {
		return true
	}
	f := fault{field: a.Key, text: cards.T("fault.choice", "name", cards.Code(a.Key), "value", snippet(w.Text), "choices", strings.Join(a.Enum, ", "))}
	if len(a.Enum) == 1 {
		f.text = cards.T("fault.choice_one", "name", cards.Code(a.Key), "value", snippet(w.Text), "choice", cards.Code(a.Enum[0]))
	}
	if near := nearest(w.Text, a.Enum); near != "" {
		f.mends, f.from, f.to, f.with = true, w.Value, w.End, Quote(near)
	}
	r.faults = append(r.faults, f)
	return false
}

func (r *reading) field(a arg, f field, w Word) {
	if r.twice(a.dataKey(f.name), a.Key, w) {
		return
	}
	r.given[a.Key] = true
	r.taken = append(r.taken, taken{a, []string{f.name + "=" + f.value}})
}

// twice refuses a key that has been given before.
func (r *reading) twice(key, field string, w Word) bool {
	seen := "=" + key
	if r.given[seen] {
		r.faults = append(r.faults, fault{field: field, text: cards.T("fault.twice", "name", cards.Code(key), "value", snippet(w.Text))})
		return true
	}
	r.given[seen] = true
	return false
}

// positionals puts the bare words where they belong and refuses those left over.
func (r *reading) positionals() {
	bare := r.bare
	for _, a := range r.command.args {
		if !a.Positional {
			break
		}
		var written []string
		if value, ok := r.named[a.Key]; ok {
			written = []string{value}
		} else if len(bare) > 0 {
			r.given[a.Key] = true
			n := 1
			if a.Rest {
				n = len(bare)
			}
			for _, w := range bare[:n] {
				if text, ok := r.counted(a, w); ok && r.chosen(a, w) {
					written = append(written, text)
				}
			}
			bare = bare[n:]
		}
		if len(written) > 0 {
			r.taken = append(r.taken, taken{a, written})
		}
	}
	if len(bare) > 0 {
		r.leftOver(bare)
	}
}

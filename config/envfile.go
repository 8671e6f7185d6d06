package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/joho/godotenv"
)

// EnvFile is what a file such as .env adds to the environment.
type EnvFile struct {
	Name   string
	Values map[string]string
	Lines  map[string]int // where each key stands, from 1
}

// entry is one assignment of a file, over as many lines as its quotes hold.
type entry struct {
	key   string // "" where the line has none
	value string // as it is written
	line  int
}

var (
	assignment = regexp.MustCompile(`^[\s\p{Z}]*(?:export\s+)?([\p{L}\p{N}_.]+)\s*[=:][ \t]*(.*)$`)
	// reference is what godotenv 1.5.1 puts another key's value in the place of.
	reference = regexp.MustCompile(`(\\?)\$\{?([A-Z0-9_]+)\}?`)
)

// ReadEnvFile reads a file of KEY=value lines. One that is not there is empty, and no fault.
// The error joins every fault, with its key and its line, and never repeats a value: what
// godotenv (1.5.1) takes for another value than the one that stands there is one, too.
func ReadEnvFile(name string) (EnvFile, error) {
	f := EnvFile{Name: name}
	data, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f, nil
	case err != nil:
		return f, fmt.Errorf("%s cannot be read: %w", name, err)
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return f, fmt.Errorf("%s line 1: the file is UTF-16: save it as UTF-8 without a byte-order mark", name)
	}
	text, marked := strings.CutPrefix(string(data), "\ufeff")
	entries := entriesOf(text)
	var faults []error
	fault := func(e entry, format string, args ...any) {
		where := fmt.Sprintf("%s line %d", name, e.line)
		if e.key != "" {
			where = e.key + " (" + where + ")"
		}
		faults = append(faults, fmt.Errorf("%s: %s", where, fmt.Sprintf(format, args...)))
	}
	if marked {
		first := entry{line: 1}
		if len(entries) > 0 && entries[0].line == 1 {
			first = entries[0]
		}
		fault(first, "the file begins with a byte-order mark, which would belong to its first key: save it as UTF-8 without one")
	}
	f.Lines = make(map[string]int, len(entries))
	for _, e := range entries {
		if why := e.wrong(f.Lines); why != "" {
			fault(e, "%s", why)
		}
		if before, twice := f.Lines[e.key]; twice && e.key != "" {
			fault(e, "stands in line %d already: which of them is meant?", before)
		}
		f.Lines[e.key] = e.line
	}
	if f.Values, err = godotenv.Unmarshal(text); err != nil && len(faults) == 0 {
		// Its message would quote the line at fault, and with it a secret.
		faults = append(faults, fmt.Errorf("%s cannot be read: each line must be KEY=value, a comment or empty", name))
	}
	return f, errors.Join(faults...)
}

// entriesOf splits a file's text at its assignments.
func entriesOf(text string) (entries []entry) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		if trimmed := strings.TrimSpace(lines[i]); trimmed == "" || trimmed[0] == '#' {
			continue
		}
		e := entry{line: i + 1}
		if m := assignment.FindStringSubmatch(lines[i]); m != nil {
			e.key, e.value = m[1], m[2]
		}
		for e.isOpen() && i+1 < len(lines) {
			i++
			e.value += "\n" + lines[i]
		}
		entries = append(entries, e)
	}
	return entries
}

// quote is the mark that the value begins with; 0 is none.
func (e entry) quote() byte {
	if e.value != "" && (e.value[0] == '"' || e.value[0] == '\'') {
		return e.value[0]
	}
	return 0
}

// closed is the length of a quoted value with its quotes; 0 where they have not closed yet.
func (e entry) closed() int {
	for i := 1; i < len(e.value); i++ {
		if e.value[i] == e.quote() && e.value[i-1] != '\\' {
			return i + 1
		}
	}
	return 0
}

func (e entry) isOpen() bool { return e.quote() != 0 && e.closed() == 0 }

// behind is what follows the quotes in their line, but for a comment.
func (e entry) behind() string {
	if e.quote() == 0 {
		return ""
	}
	rest := strings.TrimSpace(e.value[e.closed():])
	if strings.HasPrefix(rest, "#") {
		return ""
	}
	return rest
}

// wrong says why the line is not what its writer meant; "" where it is. above are the keys
// of the lines before it.
func (e entry) wrong(above map[string]int) string {
	switch {
	case e.key == "":
		return "is no KEY=value, no comment and not empty"
	case e.isOpen():
		return "its quotes do not close: end the value with the mark that it begins with"
	case e.behind() != "": // the last line's would be lost without a word
		return "has something behind its quotes: write KEY='value', and only a comment after it"
	case strings.HasPrefix(e.value, "#"):
		return "what stands behind = is taken for the value, from # on: leave it empty and write the comment on a line of its own; a value that does begin with # stands in '…'"
	case e.quote() == '\'':
		return ""
	}
	for _, m := range reference.FindAllStringSubmatch(e.value, -1) {
		if _, set := above[m[2]]; m[1] == "" && !set {
			return "a $ in the value asks for another key's, and what follows it would be lost: write the value in single quotes, KEY='…'"
		}
	}
	return ""
}

// Over is getenv with what the file adds; the environment proper wins.
func (f EnvFile) Over(getenv func(string) string) func(string) string {
	return func(key string) string {
		if v := getenv(key); v != "" {
			return v
		}
		return f.Values[key]
	}
}

// Strange are the keys of the file that magpie does not know, in its order, each with the
// known key that it is most like; "" where it is like none.
func (f EnvFile) Strange() []StrangeKey {
	var strange []StrangeKey
	known := Known(f.Over(func(string) string { return "" }))
	for key := range f.Values {
		if !slices.Contains(known, key) {
			strange = append(strange, StrangeKey{key, f.Lines[key], Nearest(key, known)})
		}
	}
	slices.SortFunc(strange, func(a, b StrangeKey) int { return a.Line - b.Line })
	return strange
}

// StrangeKey is a key that nothing reads.
type StrangeKey struct {
	Key   string
	Line  int
	Meant string // the known key that is nearest; "" where none is near
}

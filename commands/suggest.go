package commands

import (
	"slices"
	"strings"
	"unicode/utf8"

	"magpie/cards"
)

// unknown refuses a key that the command does not have.
func (r *reading) unknown(key string, w Word) {
	shown := cards.Code(snippet(key))
	f := fault{text: cards.T("fault.key", "name", shown)}
	if near, of := r.command.nearKey(key); near != "" {
		r.given[of] = true // it is told as this fault, not as missing too
		f.text = cards.T("fault.key_near", "name", shown, "near", cards.Code(near))
		f.mends, f.from, f.to, f.with = true, w.Start, w.Start+len(w.Key), near
	}
	r.faults = append(r.faults, f)
}

// nearKey is the key of c that key was meant to be, and its argument; or "". WeChat's
// own names are known too, and names without what stands before the dot.
func (c *Command) nearKey(key string) (near, of string) {
	if c.names != nil {
		if input, shown := c.names(key); input != "" && shown != key {
			return shown, input
		}
	}
	var keys []string
	for _, a := range c.args {
		if a.Data && !a.Bare && (bareField.MatchString(key) || anyField.MatchString(key) && strings.HasSuffix(key, ".color")) {
			return a.dataKey(key), a.Key
		}
		if strings.HasSuffix(a.Key, "."+strings.ToLower(key)) {
			return a.Key, a.Key
		}
		if !a.Data {
			keys = append(keys, a.Key)
		}
	}
	near = nearest(key, keys)
	return near, near
}

// leftOver refuses bare words that have no place. Words that follow an unquoted value
// most likely belong to it.
func (r *reading) leftOver(bare []Word) {
	run := 1
	for run < len(bare) && r.adjoin(bare[run-1], bare[run]) {
		run++
	}
	first, last := bare[0], bare[run-1]
	texts := make([]string, run)
	for i, w := range bare[:run] {
		texts[i] = w.Text
	}
	joined := strings.Join(texts, " ")
	shown := cards.Code(snippet(joined))
	f := fault{text: cards.T("fault.word", "word", shown)}
	if before := r.before(first); before != nil && before.Key != "" && !before.Quoted {
		f.field = r.inputOf(normalKey(before.Key))
		f.text = cards.T("fault.word_quote", "word", shown, "name", cards.Code(normalKey(before.Key)))
		f.mends, f.from, f.to, f.with = true, before.Value, last.End, Quote(strings.TrimLeft(before.Text+" "+joined, " "))
	} else {
		for _, a := range r.command.args {
			if a.Loose && !r.given[a.Key] {
				r.given[a.Key] = true // it is told as this fault, not as missing too
				f.field, f.text = a.Key, cards.T("fault.word_key", "word", shown, "name", cards.Code(a.Key))
				f.mends, f.from, f.to, f.with = true, first.Start, last.End, a.Key+"="+Quote(joined)
			}
		}
	}
	r.faults = append(r.faults, f)
	if run < len(bare) {
		r.leftOver(bare[run:])
	}
}

// inputOf is the argument that key speaks of, or "".
func (r *reading) inputOf(key string) string {
	for _, a := range r.command.args {
		if _, ok := a.dataName(key); strings.EqualFold(a.Key, key) || a.Data && ok {
			return a.Key
		}
	}
	return ""
}

// before is the word that stands before w.
func (r *reading) before(w Word) *Word {
	i := r.at[w.Start]
	if i == 0 {
		return nil
	}
	return &r.words[i-1]
}

func (r *reading) adjoin(a, b Word) bool { return r.at[a.Start]+1 == r.at[b.Start] }

// mend puts what would mend the faults into line; ok is false where one cannot be.
func mend(line string, faults []fault) (mended string, ok bool) {
	faults = slices.Clone(faults)
	slices.SortFunc(faults, func(a, b fault) int { return b.from - a.from })
	end := len(line) + 1
	for _, f := range faults {
		if !f.mends || f.to > end {
			return "", false
		}
		line = line[:f.from] + f.with + line[f.to:]
		end = f.from
	}
	return line, true
}

// Suggest are the commands that path may mean: those of its family, or the nearest.
func (x *index) Suggest(path string) []string {
	word, rest, _ := strings.Cut(strings.ToLower(path), " ")
	var family, paths []string
	for _, c := range x.commands {
		if c.Hidden {
			continue
		}
		paths = append(paths, c.Path)
		if parts := strings.Fields(c.Path); len(parts) > 1 && slices.Contains(parts, word) {
			family = append(family, c.Path)
		}
	}
	whole := strings.TrimSpace(word + " " + rest)
	if list := x.listOf(whole); list != "" {
		return []string{list}
	}
	if near := nearest(whole, paths); near != "" {
		return []string{near}
	}
	if len(family) > 0 {
		return family
	}
	if near := nearest(word, paths); near != "" {
		return []string{near}
	}
	var heads []string
	for _, p := range paths {
		heads = append(heads, strings.Fields(p)[0])
	}
	if near := nearest(word, heads); near != "" {
		return slices.DeleteFunc(paths, func(p string) bool { return strings.Fields(p)[0] != near })
	}
	return nil
}

// listOf is the command that lists what "schedule list" wants listed, or "".
func (x *index) listOf(said string) string {
	if thing, ok := strings.CutSuffix(said, " list"); ok && x.lookup(thing+"s") != nil {
		return thing + "s"
	}
	return ""
}

// nearest is the one of choices that word is a slip of, or "".
func nearest(word string, choices []string) string {
	best, least := "", max(2, utf8.RuneCountInString(word)/3+1)
	for _, choice := range choices {
		d := distance(strings.ToLower(word), strings.ToLower(choice))
		if d < least && d < utf8.RuneCountInString(choice) {
			best, least = choice, d
		}
	}
	return best
}

// distance counts the letters to put in, take out, change or swap to get from a to b.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 64 || len(y) > 64 {
		return len(x) + len(y)
	}
	before, last, now := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		now[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			now[j+1] = min(last[j+1]+1, now[j]+1, last[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(y)]
}

package render

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"magpie/cards"
)

//go:embed words.txt
var wordFile string

// lawWords is the list that is built in. A list that cannot be read is a fault of this
// package.
var lawWords = func() []Word {
	list, err := ParseWords(strings.NewReader(wordFile))
	if err != nil {
		panic("render: words.txt: " + err.Error())
	}
	return list
}()

// Word is a word that an article should not have.
type Word struct {
	Word string
	// InAds says that it counts only in a sentence that sells something.
	InAds bool
	// Except are phrases around the word in which it is fine: 第一次 of 第一.
	Except []string
	// Advice says what to write instead, in one language or as 中文 // English.
	Advice string
	// Source says which law or rule, or whose wish, it is, likewise.
	Source string
}

// ParseWords reads a word list: a line a word, `word | exceptions | advice | source`,
// exceptions parted by spaces; all but the word may be left out, and advice and source
// may be followed by // and the same in English. # begins a comment, and ~ a word that
// counts only in a sentence that sells something. A word that is
// built in as well gets these exceptions too, and the advice and source where given.
func ParseWords(r io.Reader) ([]Word, error) {
	var list []Word
	lines := bufio.NewScanner(r)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\uFEFF"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if !utf8.ValidString(line) {
			return nil, fmt.Errorf("word list, line %d: not UTF-8", number)
		}
		parts := strings.Split(strings.ReplaceAll(line, "｜", "|"), "|")
		if len(parts) > 4 {
			return nil, fmt.Errorf("word list, line %d: %d parts; want word | exceptions | advice | source", number, len(parts))
		}
		for len(parts) < 4 {
			parts = append(parts, "")
		}
		said, inAds := strings.CutPrefix(strings.TrimSpace(parts[0]), "~")
		w := Word{
			Word: strings.TrimSpace(said), InAds: inAds, Except: strings.Fields(strings.ReplaceAll(parts[1], "、", " ")),
			Advice: strings.TrimSpace(parts[2]), Source: strings.TrimSpace(parts[3]),
		}
		if w.Word == "" {
			return nil, fmt.Errorf("word list, line %d: no word", number)
		}
		for _, except := range w.Except {
			if !strings.Contains(lower(except), lower(w.Word)) {
				return nil, fmt.Errorf("word list, line %d: the exception %q does not contain %q", number, except, w.Word)
			}
		}
		list = append(list, w)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read word list: %w", err)
	}
	return list, nil
}

// joinWords puts the house's list over the one that is built in.
func joinWords(house []Word) []Word {
	if len(house) == 0 {
		return lawWords
	}
	all := slices.Clone(lawWords)
	for _, w := range house {
		i := slices.IndexFunc(all, func(b Word) bool { return strings.EqualFold(b.Word, w.Word) })
		if i < 0 {
			all = append(all, w)
			continue
		}
		all[i].InAds = all[i].InAds && w.InAds
		all[i].Except = append(slices.Clone(all[i].Except), w.Except...)
		if w.Advice != "" {
			all[i].Advice = w.Advice
		}
		if w.Source != "" {
			all[i].Source = w.Source
		}
	}
	return all
}

func (w Word) advice() cards.Text {
	if w.Advice == "" {
		return cards.T("render.word.advice")
	}
	return inBoth(w.Advice)
}

func (w Word) source() cards.Text {
	if w.Source == "" {
		return cards.T("render.word.house")
	}
	return inBoth(w.Source)
}

// inBoth is what a list says, which may have both languages: 中文 // English.
func inBoth(s string) cards.Text {
	zh, en, both := strings.Cut(s, " // ")
	if !both {
		return cards.Plain(s)
	}
	return cards.Both(strings.TrimSpace(en), strings.TrimSpace(zh))
}

// in counts the word in a text in small letters, but for its exceptions and where it is
// part of a longer word of the list.
func (w Word) in(text string, list []Word) (first, count int) {
	word := lower(w.Word)
	first = -1
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return first, count
		}
		i += at
		at = i + len(word)
		if w.isFine(text, i, word, list) || w.InAds && !sells(text, i, len(word)) {
			continue
		}
		if first < 0 {
			first = i
		}
		count++
	}
}

func (w Word) isFine(text string, at int, word string, list []Word) bool {
	for _, except := range w.Except {
		if covers(text, at, word, lower(except)) {
			return true
		}
	}
	for _, longer := range list {
		if len(longer.Word) > len(word) && covers(text, at, word, lower(longer.Word)) {
			return true
		}
	}
	return isLetterOrDigit(rune(word[0])) && at > 0 && isLetterOrDigit(rune(text[at-1])) ||
		isLetterOrDigit(rune(word[len(word)-1])) && at+len(word) < len(text) && isLetterOrDigit(rune(text[at+len(word)]))
}

// covers reports whether the phrase stands around the word that stands at a place.
func covers(text string, at int, word, phrase string) bool {
	for within := 0; ; {
		i := strings.Index(phrase[within:], word)
		if i < 0 {
			return false
		}
		within += i
		if start := at - within; start >= 0 && strings.HasPrefix(text[start:], phrase) {
			return true
		}
		within += len(word)
	}
}

// lower makes ASCII letters small. It keeps every byte in its place, which
// strings.ToLower does not.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}

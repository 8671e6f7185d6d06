package articles

import (
	"regexp"
	"slices"
	"strings"

	"magpie/articles/render"
)

// A translation keeps code, formulas, links and images. Models change some of them all the
// same: a comment is translated, an address gets a word of the other language. What stands at
// the same place is put right by us; the rest is asked for once, and then told.

var anyHeading = regexp.MustCompile(`^ {0,3}#{1,6}[ \t]+(\S.*?)[ \t#]*\r?\n?$`)

// restored is a translation with the code and the addresses of its source.
func restored(source, translation string) string {
	text := restoredCode(source, translation)
	was, is := render.CarriedIn(source), render.CarriedIn(text)
	for _, pair := range [][2][]string{{was.Links, is.Links}, {was.Images, is.Images}} {
		missing, extra := without(pair[0], pair[1]), without(pair[1], pair[0])
		if len(missing) != len(extra) {
			continue // which stands for which is not known
		}
		for i := range missing {
			for _, sign := range []string{"](", "](<", "]: ", "<", `="`} {
				if at := strings.Index(text, sign+extra[i]); extra[i] != "" && at >= 0 {
					at += len(sign)
					text = text[:at] + missing[i] + text[at+len(extra[i]):]
					break
				}
			}
		}
	}
	return text
}

// restoredCode puts the source's blocks of code in the place of the translation's, where there
// are as many.
func restoredCode(source, translation string) string {
	was, is := fences(source), fences(translation)
	if len(was) != len(is) {
		return translation
	}
	var b strings.Builder
	at := 0
	for i, f := range is {
		b.WriteString(translation[at:f[0]] + source[was[i][0]:was[i][1]])
		at = f[1]
	}
	return b.String() + translation[at:]
}

// fences are where the fenced blocks of code of a text begin and end, their fences included.
// Those that stand within a list or a quote are among them.
func fences(text string) [][2]int {
	var all [][2]int
	open, begun, at := "", 0, 0
	for line := range strings.SplitAfterSeq(text, "\n") {
		switch run := fenceOf(strings.TrimLeft(line, " \t>")); {
		case open == "" && run != "":
			open, begun = run, at
		case open != "" && run != "" && run[0] == open[0] && len(run) >= len(open) && strings.TrimSpace(strings.TrimLeft(line, " \t>")) == run:
			all, open = append(all, [2]int{begun, at + len(strings.TrimRight(line, "\r\n"))}), ""
		}
		at += len(line)
	}
	if open != "" {
		all = append(all, [2]int{begun, len(text)})
	}
	return all
}

// lost is something that a translation has less of than its source, or more.
type lost struct {
	kind, what, said string
	lost             bool
}

// lostIn compares what a translation keeps with what its source has.
func lostIn(source, translation string) []lost {
	was, is := render.CarriedIn(source), render.CarriedIn(translation)
	var all []lost
	for _, k := range []struct {
		kind, what string
		was, is    []string
	}{
		{"code", "this block of code", was.Code, is.Code}, {"formula", "this formula", was.Formulas, is.Formulas},
		{"link", "this link", was.Links, is.Links}, {"image", "this image", was.Images, is.Images},
	} {
		for _, said := range without(k.was, k.is) {
			all = append(all, lost{k.kind, k.what, said, true})
		}
		for _, said := range without(k.is, k.was) {
			all = append(all, lost{k.kind, k.what, said, false})
		}
	}
	return all
}

// without are those of a list that are not in another, as often as they are not.
func without(list, other []string) []string {
	left := slices.Clone(other)
	var all []string
	for _, s := range list {
		if i := slices.Index(left, s); i >= 0 {
			left = slices.Delete(left, i, i+1)
		} else {
			all = append(all, s)
		}
	}
	return all
}

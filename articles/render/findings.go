package render

import (
	"fmt"

	"magpie/cards"
)

// findings are what is wrong with an article, or to be known of it, as it is found.
type findings struct {
	*manuscript
	list   []Finding
	counts map[string]int // by code, those that are not listed counted
}

// find notes what warns; refuse what blocks.
func (fs *findings) find(code string, line int, text cards.Text) {
	fs.add(Finding{Code: code, Line: line, Text: text})
}

func (fs *findings) refuse(code string, line int, text cards.Text) {
	fs.add(Finding{Code: code, Line: line, Text: text, Blocks: true})
}

// maxFindings is how many findings of one sort are listed; whoever has mended those will
// see the next.
const maxFindings = 50

// add notes a finding, with the words of its line.
func (fs *findings) add(f Finding) {
	if fs.counts[f.Code]++; fs.counts[f.Code] > maxFindings {
		return
	}
	if f.Where == "" && f.Line > 0 {
		f.Where = fmt.Sprintf("L%d · %s", f.Line, shorten(withoutLogins(fs.line(f.Line))))
	}
	fs.list = append(fs.list, f)
}

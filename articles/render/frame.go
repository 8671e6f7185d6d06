package render

// frame is the raw HTML that is open among the blocks of one container: <div align=center>
// and its like go on over the Markdown below, until their end tag or the container's end.
type frame struct{ open []rawElement }

// rawElement is one that is open, and how many tags were written for it.
type rawElement struct {
	name    string
	tags    int
	ordered bool // a list's numbers
	number  int
}

// inFrame writes what do writes, and ends the raw HTML that it left open.
func (w *writer) inFrame(do func()) {
	around := w.frame
	w.frame = &frame{}
	do()
	w.endElements(0)
	w.frame = around
}

// endElements ends those that were opened at a place of the frame and after it.
func (w *writer) endElements(from int) {
	f := w.frame
	for i := len(f.open) - 1; i >= from; i-- {
		for range f.open[i].tags {
			w.close()
		}
	}
	f.open = f.open[:min(from, len(f.open))]
}

// openElement notes an element, for which that many tags have just been written.
func (w *writer) openElement(name string, tags int) {
	w.frame.open = append(w.frame.open, rawElement{name: name, tags: tags})
}

// innermost is the place of the nearest open element of one of the names, -1 where there is
// none.
func (f *frame) innermost(names ...string) int {
	for i := len(f.open) - 1; i >= 0; i-- {
		for _, name := range names {
			if f.open[i].name == name {
				return i
			}
		}
	}
	return -1
}

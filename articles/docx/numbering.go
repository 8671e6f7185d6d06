package docx

import "strconv"

// place is where a paragraph stands in lists: which list, how deep.
type place struct {
	id    string
	depth int
}

func placeOf(numbers *node) place {
	depth, _ := strconv.Atoi(numbers.val("ilvl"))
	return place{numbers.val("numId"), max(0, min(depth, 8))}
}

// numbering is what the lists of a document look like, and how far each has come.
type numbering struct {
	levels map[string]map[int]level // of a list, of a depth
	at     map[place]int
}

type level struct {
	format string // bullet, decimal, lowerLetter …
	start  int
}

// readNumbering reads the lists by their ids.
func (r *reader) readNumbering() (*numbering, error) {
	all := &numbering{levels: map[string]map[int]level{}, at: map[place]int{}}
	root, err := r.archive.tree(r.related("numbering"))
	if err != nil {
		return nil, err
	}
	list := root.find("numbering")
	if list == nil {
		return all, nil
	}
	abstract := map[string]map[int]level{}
	for _, n := range list.children {
		if n.name == "abstractNum" {
			abstract[n.attr("abstractNumId")] = levelsOf(n, nil)
		}
	}
	for _, n := range list.children {
		if n.name != "num" {
			continue
		}
		levels := levelsOf(n, abstract[n.val("abstractNumId")])
		for _, o := range n.children {
			if o.name != "lvlOverride" {
				continue
			}
			depth, _ := strconv.Atoi(o.attr("ilvl"))
			for d, l := range levelsOf(o, nil) {
				levels[d] = l
			}
			if start, err := strconv.Atoi(o.val("startOverride")); err == nil {
				l := levels[depth]
				l.start = start
				levels[depth] = l
			}
		}
		all.levels[n.attr("numId")] = levels
	}
	return all, nil
}

func levelsOf(n *node, base map[int]level) map[int]level {
	levels := map[int]level{}
	for depth, l := range base {
		levels[depth] = l
	}
	for _, c := range n.children {
		if c.name != "lvl" {
			continue
		}
		depth, _ := strconv.Atoi(c.attr("ilvl"))
		l := level{format: c.val("numFmt"), start: 1}
		if start, err := strconv.Atoi(c.val("start")); err == nil {
			l.start = start
		}
		levels[depth] = l
	}
	return levels
}

// marker is what stands before the next item at a place, and whether it is a number of another
// form than 1, 2, 3.
func (n *numbering) marker(p place) (mark string, other bool) {
	l := n.levels[p.id][p.depth]
	for depth := p.depth + 1; depth <= 8; depth++ {
		delete(n.at, place{p.id, depth}) // what is further in begins again
	}
	if l.format == "bullet" || l.format == "" || l.format == "none" {
		return "-", false
	}
	count, begun := n.at[p]
	if !begun {
		count = l.start
	}
	n.at[p] = count + 1
	return strconv.Itoa(max(0, count)) + ".", l.format != "decimal"
}

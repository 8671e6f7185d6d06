package docx

import (
	"crypto/sha256"
	"fmt"
	"path"
	"strings"

	"magpie/markdown"
)

// shown is a picture that a drawing shows: the relationship that leads to it, and what it is.
type shown struct {
	ref, alt string
}

// pictures writes the pictures of a drawing, those of its text boxes aside, which stand below the
// paragraph. A drawing without any is told unless it is a text box.
func (r *reader) pictures(n *node) (all []string) {
	found := shownIn(n, "")
	for _, p := range found {
		if text := r.picture(p); text != "" {
			all = append(all, text)
		}
	}
	switch text := drawnText(n); {
	case text != "":
		r.note("drawing", text)
	case len(found) == 0 && n.descendant("txbxContent") == nil:
		r.note("drawing", first(altOf(n), r.last))
	}
	return all
}

// shownIn gathers pictures by their order. alt is what stands for them unless they have words of
// their own: a group of pictures has both.
func shownIn(n *node, alt string) (all []shown) {
	if about := n.child("docPr"); about != nil {
		alt = first(about.attr("descr"), about.attr("title"), alt)
	}
	for _, c := range drawn(n) {
		switch c.name {
		case "blip":
			if ref := first(c.rel("embed"), c.rel("link")); ref != "" {
				all = append(all, shown{ref, alt})
			}
		case "imagedata":
			if ref := c.rel("id"); ref != "" {
				all = append(all, shown{ref, first(alt, c.attr("title"))})
			}
		case "pic":
			own := alt
			if about := c.find("nvPicPr", "cNvPr"); about != nil {
				own = first(alt, about.attr("descr"), about.attr("title"))
			}
			all = append(all, shownIn(c, own)...)
		case "wgp", "grpSp": // each of a group has its own
			within := shownIn(c, "")
			if len(within) == 1 {
				within[0].alt = first(alt, within[0].alt)
			}
			all = append(all, within...)
		default:
			all = append(all, shownIn(c, alt)...)
		}
	}
	return all
}

// drawn is what a part of a drawing holds and shows itself, of several forms the chosen one.
func drawn(n *node) (all []*node) {
	for _, c := range n.children {
		switch c.name {
		case "txbxContent":
		case "AlternateContent":
			all = append(all, drawn(chosen(c))...)
		default:
			all = append(all, c)
		}
	}
	return all
}

// drawnText is text of a drawing outside its text boxes.
func drawnText(n *node) string {
	var all []string
	for _, c := range drawn(n) {
		text := drawnText(c)
		if c.name == "t" {
			text = string(c.said)
		}
		if text = strings.TrimSpace(text); text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, " ")
}

// altOf is what a drawing's writer says that it shows.
func altOf(n *node) string {
	if about := n.descendant("docPr"); about != nil {
		return first(about.attr("descr"), about.attr("title"))
	}
	return ""
}

// hiddenPictures tells pictures of a run that is not shown.
func (r *reader) hiddenPictures(run *node) {
	for _, c := range drawn(run) {
		switch c.name {
		case "drawing", "pict", "object":
			if len(shownIn(c, "")) > 0 || c.descendant("txbxContent") == nil {
				r.note("hidden image", first(altOf(c), r.last))
			}
		}
	}
}

// picture writes a picture; its words alone where it cannot be shown, which is told.
func (r *reader) picture(p shown) string {
	where := first(p.alt, r.last)
	alt := markdown.Escape(oneLine(p.alt), false, r.inTable)
	t := r.rels[p.ref]
	switch {
	case strings.HasPrefix(t.address, "https://"), strings.HasPrefix(t.address, "http://"):
		return fmt.Sprintf("![%s](%s)", alt, markdown.Destination(t.address))
	case t.part == "":
		r.note("image", where)
		return alt
	}
	name, err := r.keep(t.part)
	if err != nil {
		r.note("image", first(where, path.Base(t.part)))
		return alt
	}
	return fmt.Sprintf("![%s](%s)", alt, name)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// keep keeps a picture under a name that its bytes give it, so that those of several documents
// do not meet.
func (r *reader) keep(part string) (string, error) {
	if name := r.named[part]; name != "" {
		return name, nil
	}
	ending := strings.ToLower(path.Ext(part))
	switch ending {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff":
	default:
		return "", ErrBroken // .emf, .wmf and .svg are no pictures that WeChat takes
	}
	if len(r.images) >= maxImages {
		return "", ErrTooBig
	}
	data, err := r.archive.bytes(part)
	if err != nil {
		return "", err
	}
	if len(data) == 0 {
		return "", ErrBroken
	}
	sum := sha256.Sum256(data)
	name := fmt.Sprintf("word-%x%s", sum[:6], ending)
	if r.named == nil {
		r.named = map[string]string{}
	}
	known := false
	for _, n := range r.named {
		known = known || n == name
	}
	if r.named[part] = name; !known {
		r.images = append(r.images, Image{name, data})
	}
	return name, nil
}

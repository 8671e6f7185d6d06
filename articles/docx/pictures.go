package docx

import (
	"crypto/sha256"
	"fmt"
	"path"
	"strings"
)

// picture writes the picture of a drawing; "" where it has none, which is told unless it is a
// text box.
func (r *reader) picture(n *node) string {
	alt, ref := "", ""
	if about := n.descendant("docPr"); about != nil {
		alt = first(about.attr("descr"), about.attr("title"))
	}
	if blip := n.descendant("blip"); blip != nil {
		ref = first(blip.rel("embed"), blip.rel("link"))
	} else if old := n.descendant("imagedata"); old != nil {
		ref = old.rel("id")
		alt = first(alt, old.attr("title"))
	}
	where := first(alt, r.last)
	if ref == "" {
		if n.descendant("txbxContent") == nil {
			r.note("drawing", where)
		}
		return ""
	}
	t := r.rels[ref]
	switch {
	case strings.HasPrefix(t.address, "https://"), strings.HasPrefix(t.address, "http://"):
		return fmt.Sprintf("![%s](%s)", escape(oneLine(alt), false, r.inTable), destination(t.address))
	case t.part == "":
		r.note("image", where)
		return escape(oneLine(alt), false, r.inTable)
	}
	name, err := r.keep(t.part)
	if err != nil {
		r.note("image", first(where, path.Base(t.part)))
		return escape(oneLine(alt), false, r.inTable)
	}
	return fmt.Sprintf("![%s](%s)", escape(oneLine(alt), false, r.inTable), name)
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

package docx

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// node is an element by its local name: the prefixes of OOXML's namespaces are the writer's
// choice, and no two elements that matter here share a local name but w:t and a:t, m:t.
type node struct {
	name, space string
	attrs       []xml.Attr
	children    []*node
	said        []byte // of an element that has text alone
}

// parse reads XML within the bounds.
func parse(data []byte) (*node, error) {
	in := xml.NewDecoder(bytes.NewReader(data))
	root := &node{}
	stack, count := []*node{root}, 0
	for {
		token, err := in.RawToken()
		if err == io.EOF {
			if len(stack) > 1 {
				return nil, ErrBroken
			}
			return root, nil
		}
		if err != nil {
			return nil, ErrBroken
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if count++; count > maxNodes {
				return nil, ErrTooBig
			}
			if len(stack) > maxDepth {
				return nil, ErrTooDeep
			}
			n := &node{name: t.Name.Local, space: t.Name.Space}
			for _, a := range t.Attr {
				if !strings.HasPrefix(a.Name.Local, "rsid") && a.Name.Space != "xmlns" {
					n.attrs = append(n.attrs, xml.Attr{Name: xml.Name{Local: strings.Clone(a.Name.Local), Space: a.Name.Space}, Value: a.Value})
				}
			}
			top.children = append(top.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			if len(stack) == 1 || top.name != t.Name.Local {
				return nil, ErrBroken
			}
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if isText(top) {
				top.said = append(top.said, t...)
			}
		}
	}
}

// isText reports whether an element's characters are text: others stand between elements.
func isText(n *node) bool { return n.name == "t" || n.name == "delText" || n.name == "instrText" }

// attr is an attribute by its local name, "" where it is not there. embed and id may bear r:.
func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// rel is the relationship that an attribute names: r:id stands beside w:id.
func (n *node) rel(name string) string {
	for _, a := range n.attrs {
		if a.Name.Local == name && a.Name.Space != "" && a.Name.Space != "w" && a.Name.Space != "o" {
			return a.Value
		}
	}
	return ""
}

// find goes down by names; nil where it does not lead anywhere.
func (n *node) find(names ...string) *node {
	for _, name := range names {
		if n = n.child(name); n == nil {
			return nil
		}
	}
	return n
}

func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// val is the w:val of a child, "" where it is not there.
func (n *node) val(names ...string) string {
	if n = n.find(names...); n == nil {
		return ""
	}
	return n.attr("val")
}

// is reports whether a switch is on: <w:b/> is, <w:b w:val="0"/> is not; set says that it is
// there at all.
func (n *node) is(name string) (on, set bool) {
	c := n.child(name)
	if c == nil {
		return false, false
	}
	switch c.attr("val") {
	case "0", "false", "off", "none":
		return false, true
	}
	return true, true
}

// descendant is the first element of a name at any depth.
func (n *node) descendant(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
		if found := c.descendant(name); found != nil {
			return found
		}
	}
	return nil
}

// text is all text within, a space between paragraphs.
func (n *node) text() string {
	var b strings.Builder
	n.appendText(&b)
	return b.String()
}

func (n *node) appendText(b *strings.Builder) {
	if n.name == "txbxContent" {
		b.WriteByte(' ')
	}
	if n.name == "t" || n.name == "delText" {
		b.Write(n.said)
	}
	for _, c := range n.children {
		if n.name == "AlternateContent" && c.name == "Fallback" {
			continue // what an old Word would show of the same
		}
		c.appendText(b)
	}
	if n.name == "p" || n.name == "tab" || n.name == "br" {
		b.WriteByte(' ')
	}
}

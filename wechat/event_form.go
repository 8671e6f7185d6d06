package wechat

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxEventDepth = 16
	maxEventNodes = 10_000
)

// node is a part of a pushed event. XML and JSON become the same.
type node struct {
	name  string
	value string
	parts []*node
}

// parseEvent reads XML, as accounts choose it, or JSON, as Mini Programs may.
func parseEvent(raw []byte) (*node, error) {
	raw = bytes.TrimSpace(raw)
	if bytes.HasPrefix(raw, []byte("{")) {
		var v map[string]any
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			return nil, errors.New("it is no whole JSON object")
		}
		count := 0
		return jsonNode("xml", v, 0, &count)
	}
	return parseXML(raw)
}

var errTooDeep = errors.New("it is nested too deep or has too many parts")

func parseXML(raw []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(raw))
	var root *node
	var open []*node
	for count := 0; ; {
		token, err := d.Token()
		if err == io.EOF && root != nil && len(open) == 0 {
			return root, nil
		}
		if err != nil {
			return nil, errors.New("it is no whole XML")
		}
		switch t := token.(type) {
		case xml.Directive:
			return nil, errors.New("it has a document type")
		case xml.StartElement:
			n := &node{name: t.Name.Local}
			if count++; count > maxEventNodes || len(open) >= maxEventDepth {
				return nil, errTooDeep
			}
			switch {
			case len(open) > 0:
				top := open[len(open)-1]
				top.parts = append(top.parts, n)
			case root != nil:
				return nil, errors.New("it has two roots")
			default:
				root = n
			}
			open = append(open, n)
		case xml.EndElement:
			top := open[len(open)-1]
			top.value = strings.TrimSpace(top.value)
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].value += string(t)
			}
		}
	}
}

func jsonNode(name string, v any, depth int, count *int) (*node, error) {
	if *count++; *count > maxEventNodes || depth > maxEventDepth {
		return nil, errTooDeep
	}
	n := &node{name: name}
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			values, many := value.([]any)
			if !many {
				values = []any{value}
			}
			for _, one := range values {
				part, err := jsonNode(key, one, depth+1, count)
				if err != nil {
					return nil, err
				}
				n.parts = append(n.parts, part)
			}
		}
	case string:
		n.value = v
	case json.Number:
		n.value = v.String()
	case bool:
		n.value = strconv.FormatBool(v)
	case []any:
		for _, one := range v {
			part, err := jsonNode("item", one, depth+1, count)
			if err != nil {
				return nil, err
			}
			n.parts = append(n.parts, part)
		}
	}
	return n, nil
}

// all are the parts of a name.
func (n *node) all(name string) []*node {
	var some []*node
	if n != nil {
		for _, p := range n.parts {
			if p.name == name {
				some = append(some, p)
			}
		}
	}
	return some
}

// at goes down by names; nil where there is none.
func (n *node) at(names ...string) *node {
	for _, name := range names {
		some := n.all(name)
		if len(some) == 0 {
			return nil
		}
		n = some[0]
	}
	return n
}

func (n *node) text(names ...string) string {
	if n = n.at(names...); n == nil {
		return ""
	}
	return n.value
}

func (n *node) number(names ...string) int {
	i, _ := strconv.Atoi(n.text(names...))
	return i
}

func (n *node) moment(names ...string) time.Time {
	if s := n.number(names...); s > 0 {
		return time.Unix(int64(s), 0)
	}
	return time.Time{}
}

// sorted are the parts by name; those of one name stay in their order.
func (n *node) sorted() []*node {
	return slices.SortedStableFunc(slices.Values(n.parts), func(a, b *node) int { return strings.Compare(a.name, b.name) })
}

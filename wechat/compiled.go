package wechat

import "strings"

// compiled is a message written as JSON once for many people: what all of them
// get, cut where something is each one's own.
type compiled struct {
	pieces []string
	slots  []int // which value stands after each piece but the last; toSlot is the openid
}

const toSlot = -1

// compile writes m, in which to and marks stand within texts for what is to come.
func compile(m appender, to string, marks []string) (*compiled, error) {
	raw, err := encode(m)
	if err != nil {
		return nil, err
	}
	c, rest := new(compiled), string(raw)
	for {
		at, slot, length := strings.Index(rest, to), toSlot, len(to)
		for i, mark := range marks {
			if n := strings.Index(rest, mark); n >= 0 && (at < 0 || n < at) {
				at, slot, length = n, i, len(mark)
			}
		}
		if at < 0 {
			c.pieces = append(c.pieces, rest)
			return c, nil
		}
		c.pieces, c.slots = append(c.pieces, rest[:at]), append(c.slots, slot)
		rest = rest[at+length:]
	}
}

// filled is a compiled message as one person gets it.
type filled struct {
	*compiled
	to     string
	values []string
}

func (f filled) appendJSON(w *jsonWriter) {
	for i, piece := range f.pieces {
		w.b = append(w.b, piece...)
		switch {
		case i == len(f.slots):
		case f.slots[i] == toSlot:
			w.escape(f.to)
		default:
			w.escape(f.values[f.slots[i]])
		}
	}
}

package wechattest

import (
	"slices"
	"sync"
)

// Orders are the faults for calls to come. Accounts that have the same ones count
// together: what is for the next call is for the next call of any of them. It is safe
// for many goroutines.
type Orders struct {
	mu   sync.Mutex
	list []*Fault // the oldest first
}

// add puts an order in the place of the one of the same kind and path; answers of different
// codes that are counted come one after the other.
func (o *Orders) add(f Fault) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.list = slices.DeleteFunc(o.list, func(old *Fault) bool {
		return old.Kind == f.Kind && old.Path == f.Path && (old.Code == f.Code || old.Left <= 0 || f.Left <= 0)
	})
	if f.Left != 0 {
		o.list = append(o.list, &f)
	}
}

// pick takes the oldest fitting order.
func (o *Orders) pick(path string) *Fault {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, f := range o.list {
		if f.Path != path && (f.Path != "" || isTokenPath(path)) {
			continue
		}
		picked := *f
		if f.Left > 0 {
			if f.Left--; f.Left == 0 {
				o.list = slices.Delete(o.list, i, i+1)
			}
		}
		return &picked
	}
	return nil
}

// left is what is not yet used up.
func (o *Orders) left() []Fault {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := make([]Fault, 0, len(o.list))
	for _, f := range o.list {
		all = append(all, *f)
	}
	return all
}

func (o *Orders) clear() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.list = nil
}

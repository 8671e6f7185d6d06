package slacktest

// recent keeps the newest things by their id, so that a workspace that runs for
// days does not grow: what is older than the last keep ones is forgotten.
type recent[T any] struct {
	byID  map[string]T
	order []string
}

const keep = 10000

func (r *recent[T]) get(id string) T { return r.byID[id] }

func (r *recent[T]) add(id string, v T) {
	if r.byID == nil {
		r.byID = map[string]T{}
	}
	r.byID[id] = v
	r.order = append(r.order, id)
	if len(r.order) > keep {
		delete(r.byID, r.order[0])
		r.order = r.order[1:]
	}
}

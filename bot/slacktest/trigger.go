package slacktest

import (
	"time"
)

// trigger is the permission to open one view, soon.
type trigger struct {
	user string
	view string // set when it came from within a modal
	at   time.Time
	used bool
}

// newTrigger gives out a trigger id; it lives 3 s and opens one view.
func (w *Workspace) newTrigger(userID, viewID string) string {
	id := w.id("1") + "." + w.opt.Team + "." + secret()
	w.triggers.add(id, &trigger{user: userID, view: viewID, at: w.opt.Now()})
	return id
}

// exchange looks a trigger up; the caller marks it used once the view is open.
func (w *Workspace) exchange(r *request) (*trigger, error) {
	id := r.str("trigger_id")
	t := w.triggers.get(id)
	switch {
	case id == "":
		return nil, refuse("invalid_arguments", "missing required field: trigger_id")
	case t == nil:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case w.opt.Now().Sub(t.at) > 3*time.Second:
		return nil, refuse("expired_trigger_id")
	}
	return t, nil
}

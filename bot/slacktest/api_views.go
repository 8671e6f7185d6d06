package slacktest

import (
	"encoding/json"
	"slices"
)

// View is a modal that a person has open, or a home tab.
type View struct {
	ID              string            `json:"id"`
	Hash            string            `json:"hash"`
	User            string            `json:"user"`
	Type            string            `json:"type"`
	CallbackID      string            `json:"callback_id"`
	ExternalID      string            `json:"external_id,omitempty"`
	PrivateMetadata string            `json:"private_metadata,omitempty"`
	Title           string            `json:"title"`
	SubmitLabel     string            `json:"submit,omitempty"`
	CloseLabel      string            `json:"close,omitempty"`
	Blocks          json.RawMessage   `json:"blocks"`
	RootID          string            `json:"root_view_id"`
	PreviousID      string            `json:"previous_view_id,omitempty"`
	Errors          map[string]string `json:"errors,omitempty"` // by block id, as shown under the fields
	State           json.RawMessage   `json:"state,omitempty"`  // what the fields hold now, as state.values

	given  object
	values map[string]map[string]object
}

// Views returns the modals that a person has open, the top one last.
func (w *Workspace) Views(userID string) []View {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []View
	for _, v := range w.views[userID] {
		out = append(out, v.copy())
	}
	return out
}

// Home returns the person's home tab, as last published.
func (w *Workspace) Home(userID string) (View, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if v := w.homes[userID]; v != nil {
		return v.copy(), true
	}
	return View{}, false
}

// PlainText returns every text that can be read on the view, a line each.
func (v View) PlainText() string {
	s := v.Title + "\n" + plain("", v.Blocks, nil)
	for _, e := range v.Errors {
		s += "\n" + e
	}
	return s
}

// Buttons returns the buttons that stand among the view's blocks.
func (v View) Buttons() []Button { return buttons(v.Blocks) }

func (v *View) copy() View {
	c := *v
	c.State, _ = json.Marshal(v.state())
	c.given, c.values = nil, nil
	return c
}

// newView checks a view and makes it one of this workspace.
func (w *Workspace) newView(raw json.RawMessage, userID, kind string) (*View, error) {
	if err := ValidateView(raw); err != nil {
		return nil, err
	}
	v := &View{ID: w.id("V"), User: userID}
	if err := w.redraw(v, raw); err != nil {
		return nil, err
	}
	if v.Type != kind {
		return nil, refuse("invalid_arguments", `a view of type "`+kind+`" is expected [json-pointer:/view/type]`)
	}
	if ext := v.ExternalID; ext != "" && w.viewBy("", ext) != nil {
		return nil, refuse("duplicate_external_id")
	}
	v.RootID = v.ID
	return v, nil
}

// redraw gives a view a new content; what was typed into fields that remain stays.
func (w *Workspace) redraw(v *View, raw json.RawMessage) error {
	var given object
	if err := json.Unmarshal(raw, &given); err != nil {
		return refuse("invalid_arguments")
	}
	blocks, _ := json.Marshal(given["blocks"])
	v.given, v.Blocks = given, w.identify(blocks)
	v.Type, v.CallbackID, v.ExternalID, v.PrivateMetadata = str(given, "type"), str(given, "callback_id"), str(given, "external_id"), str(given, "private_metadata")
	v.Title, v.SubmitLabel, v.CloseLabel = str(given, "title", "text"), str(given, "submit", "text"), str(given, "close", "text")
	v.Hash, v.Errors = w.ts()+"."+secret()[:8], nil
	return nil
}

func (w *Workspace) viewBy(id, external string) *View {
	is := func(v *View) bool { return id != "" && v.ID == id || external != "" && v.ExternalID == external }
	for _, stack := range w.views {
		if v := find(stack, is); v != nil {
			return v
		}
	}
	for _, v := range w.homes {
		if is(v) {
			return v
		}
	}
	return nil
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// wireView is the view as Slack's API tells it.
func (w *Workspace) wireView(v *View) map[string]any {
	out := map[string]any{
		"id": v.ID, "team_id": w.opt.Team, "type": v.Type, "blocks": v.Blocks, "private_metadata": v.PrivateMetadata,
		"callback_id": v.CallbackID, "state": map[string]any{"values": v.state()}, "hash": v.Hash,
		"title": v.given["title"], "submit": v.given["submit"], "close": v.given["close"],
		"clear_on_close": v.given["clear_on_close"] == true, "notify_on_close": v.given["notify_on_close"] == true,
		"previous_view_id": orNil(v.PreviousID), "root_view_id": v.RootID, "external_id": v.ExternalID,
		"app_id": w.opt.AppID, "app_installed_team_id": w.opt.Team, "bot_id": w.opt.BotID,
	}
	if v.Blocks == nil {
		out["blocks"] = []any{}
	}
	return out
}

// viewsOpen answers Slack's views.open.
func viewsOpen(w *Workspace, r *request) (map[string]any, error) {
	v, err := w.newView(r.json("view"), "", "modal")
	if err != nil {
		return nil, err
	}
	t, err := w.exchange(r)
	if err != nil {
		return nil, err
	}
	t.used, v.User = true, t.user
	w.views[t.user] = []*View{v}
	w.changed()
	return map[string]any{"view": w.wireView(v)}, nil
}

// viewsPush answers Slack's views.push.
func viewsPush(w *Workspace, r *request) (map[string]any, error) {
	v, err := w.newView(r.json("view"), "", "modal")
	if err != nil {
		return nil, err
	}
	t, err := w.exchange(r)
	if err != nil {
		return nil, err
	}
	if t.view == "" || len(w.views[t.user]) == 0 {
		return nil, refuse("invalid_trigger_id") // not from within a modal
	}
	v.User = t.user
	if err := w.push(v); err != nil {
		return nil, err
	}
	t.used = true
	return map[string]any{"view": w.wireView(v)}, nil
}

func (w *Workspace) push(v *View) error {
	stack := w.views[v.User]
	if len(stack) >= 3 {
		return refuse("push_limit_reached")
	}
	v.RootID, v.PreviousID = stack[0].ID, stack[len(stack)-1].ID
	w.views[v.User] = append(slices.Clone(stack), v)
	w.changed()
	return nil
}

// viewsUpdate answers Slack's views.update.
func viewsUpdate(w *Workspace, r *request) (map[string]any, error) {
	raw := r.json("view")
	if err := ValidateView(raw); err != nil {
		return nil, err
	}
	v := w.viewBy(r.str("view_id"), r.str("external_id"))
	switch {
	case v == nil:
		return nil, refuse("not_found")
	case r.str("hash") != "" && r.str("hash") != v.Hash:
		return nil, refuse("hash_conflict")
	}
	if err := w.redraw(v, raw); err != nil {
		return nil, err
	}
	w.changed()
	return map[string]any{"view": w.wireView(v)}, nil
}

// viewsPublish answers Slack's views.publish: each person has a Home tab of their own, and
// hash, where given, is the one of what stands there.
// https://docs.slack.dev/reference/methods/views.publish
func viewsPublish(w *Workspace, r *request) (map[string]any, error) {
	user := r.str("user_id")
	switch {
	case w.opt.NoHome:
		return nil, refuse("not_enabled")
	case w.user(user) == nil:
		return nil, refuse("invalid_arguments", "invalid `user_id`")
	}
	old := w.homes[user]
	if hash := r.str("hash"); hash != "" && (old == nil || old.Hash != hash) {
		return nil, refuse("hash_conflict")
	}
	delete(w.homes, user)
	v, err := w.newView(r.json("view"), user, "home")
	if err != nil {
		if old != nil {
			w.homes[user] = old
		}
		return nil, err
	}
	if old != nil {
		v.ID, v.RootID = old.ID, old.ID
	}
	w.homes[user] = v
	w.changed()
	return map[string]any{"view": w.wireView(v)}, nil
}

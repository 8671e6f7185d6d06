package slacktest

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// responseURL is an address at which the app may answer 5 times within 30 minutes.
type responseURL struct {
	id       string
	channel  string
	user     string
	original *Message // what replace_original and delete_original are about
	at       time.Time
	uses     int
}

func (w *Workspace) newResponse(channel, user string, original *Message) *responseURL {
	r := &responseURL{id: secret(), channel: channel, user: user, original: original, at: w.opt.Now()}
	w.responses.add(r.id, r)
	return r
}

// serveResponse takes what the app posts to a response address.
func (w *Workspace) serveResponse(rw http.ResponseWriter, r *http.Request, id string) {
	req := &request{method: "response", args: map[string]any{}, root: w.rootOf(r)}
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	bad := json.Unmarshal(body, &req.args) != nil
	fault := w.takeFault("response")
	after := fault != nil && fault.After
	if !after && w.misbehave(rw, r, req, fault) {
		return
	}
	var err error
	if bad {
		err = &refusal{code: "invalid_payload", status: http.StatusBadRequest}
	} else {
		w.mu.Lock()
		err = w.respond(id, req)
		w.mu.Unlock()
	}
	if after && w.misbehave(rw, r, req, fault) {
		return
	}
	if err != nil {
		w.answer(rw, req, nil, err)
		return
	}
	w.record(req, http.StatusOK, nil, "")
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(rw, "ok")
}

func (w *Workspace) respond(id string, req *request) error {
	r := w.responses.get(id)
	switch {
	case r == nil:
		return &refusal{code: "no_such_response_url", status: http.StatusNotFound}
	case w.opt.Now().Sub(r.at) > 30*time.Minute:
		return &refusal{code: "expired_url", status: http.StatusNotFound}
	case r.uses >= 5:
		return &refusal{code: "used_url", status: http.StatusNotFound}
	}
	if req.flag("delete_original") {
		r.uses++
		if r.original != nil {
			w.remove(r.original)
		}
		return nil
	}
	m := w.byBot(r.channel)
	if err := w.content(m, req); err != nil {
		if no, ok := err.(*Invalid); ok {
			err = no.refusal()
		}
		if no, ok := err.(*refusal); ok {
			no.status = http.StatusBadRequest
		}
		return err
	}
	r.uses++
	if o := r.original; o != nil && req.flag("replace_original") {
		o.History = append(o.History, Version{Text: o.Text, Blocks: o.Blocks, Until: w.opt.Now()})
		o.Text, o.Blocks, o.Attachments, o.Edited, o.EditedTS = m.Text, m.Blocks, m.Attachments, true, w.ts()
		w.changed()
		return nil
	}
	if m.ThreadTS = req.str("thread_ts"); req.str("response_type") != "in_channel" {
		m.EphemeralFor = r.user
	}
	w.post(m)
	if r.original == nil {
		r.original = m
	}
	return nil
}

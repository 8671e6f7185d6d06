package slacktest

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// Fault is one way in which a call goes wrong. With nothing but Delay the call
// is only slow; with After it is carried out first and goes wrong afterwards,
// so that the app cannot know.
type Fault struct {
	Status     int           // an HTTP status with an HTML body, or with Error's JSON
	Error      string        // an answer {"ok":false,"error":…}
	RetryAfter time.Duration // the header of that name, whole seconds; without it a 429 has none
	Delay      time.Duration // wait first
	Hang       bool          // never answer
	Drop       bool          // close the connection without an answer
	After      bool          // carry the call out, then go wrong
	left       int
}

// Fail makes the next n calls of a method go wrong, all further ones when n is
// negative. "*" is every method, "response" a response address, "upload" an
// upload address.
func (w *Workspace) Fail(method string, n int, f Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f.left = n
	w.faults[method] = append(w.faults[method], &f)
	w.changed()
}

// Failing counts the calls of a method that are still to answer with an error of Slack's;
// those that go wrong for ever count as none.
func (w *Workspace) Failing(method, code string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, f := range w.faults[method] {
		if f.Error == code {
			n += max(f.left, 0)
		}
	}
	return n
}

// Heal forgets all faults that are still to come and ends Down and Silent.
func (w *Workspace) Heal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = map[string][]*Fault{}
	w.down, w.silent = false, false
	w.changed()
}

// Down refuses every HTTP call with 503 and drops the sockets, until Down(false).
func (w *Workspace) Down(down bool) {
	w.mu.Lock()
	w.down = down
	w.changed()
	w.mu.Unlock()
	if down {
		w.DropSockets()
	}
}

// Silent stops the pings, so that a watchful client takes the socket for dead.
func (w *Workspace) Silent(silent bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.silent = silent
}

func (w *Workspace) takeFault(method string) *Fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, key := range []string{method, "*"} {
		for i, f := range w.faults[key] {
			if f.left == 0 {
				continue
			}
			if f.left > 0 {
				if f.left--; f.left == 0 {
					w.faults[key] = append(w.faults[key][:i:i], w.faults[key][i+1:]...)
				}
			}
			took := *f
			return &took
		}
	}
	return nil
}

// misbehave answers, or does not, as the fault says; it reports false when the
// call is only slow, or there is no fault, and is to be answered as ever.
func (w *Workspace) misbehave(rw http.ResponseWriter, r *http.Request, req *request, f *Fault) bool {
	if f == nil {
		return false
	}
	if f.Delay > 0 {
		t := time.NewTimer(f.Delay)
		defer t.Stop()
		select {
		case <-t.C:
		case <-r.Context().Done():
		case <-w.closed:
		}
	}
	no := &refusal{code: f.Error, status: f.Status, retry: f.RetryAfter}
	switch {
	case f.Hang:
		w.record(req, 0, nil, "hang")
		select {
		case <-r.Context().Done():
		case <-w.closed:
		}
		panic(http.ErrAbortHandler)
	case f.Drop:
		w.record(req, 0, nil, "drop")
		panic(http.ErrAbortHandler)
	case f.Error != "":
	case f.Status == http.StatusTooManyRequests, f.Status == 0 && f.RetryAfter > 0:
		no.code, no.status = "ratelimited", http.StatusTooManyRequests
	case f.Status == 0:
		return false
	default: // Slack's 5xx come as HTML
		if f.RetryAfter > 0 {
			rw.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter/time.Second)))
		}
		w.record(req, f.Status, nil, http.StatusText(f.Status))
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		rw.WriteHeader(f.Status)
		_, _ = io.WriteString(rw, "<html><body>"+http.StatusText(f.Status)+"</body></html>")
		return true
	}
	w.answer(rw, req, nil, no)
	return true
}

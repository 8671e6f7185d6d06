package openaitest

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// fault is how one call goes wrong. Nothing goes wrong with the zero one, whose after
// is set far away.
type fault struct {
	task       string // of this task alone, "" of any
	status     int
	body       string
	retryAfter time.Duration
	silent     bool // nothing comes at all
	drop       bool // after so many characters the connection is cut
	stall      bool // … nothing comes any more
	errorIn    bool // … an error comes in the stream
	after      int  // characters; -1: never
	finish     string
	refusal    string
	keepAlives int
	reply      *Reply
}

// Reply is an answer to the letter, as a service gives it that differs from OpenAI.
type Reply struct {
	Status int    // 200 where 0
	Type   string // the Content-Type; that of a stream where ""
	Body   string
	Cut    bool // the connection breaks off after the body
}

// answer is what a call is answered in place of the writer's own.
type answer struct {
	task, text, finish string
	given              bool
}

func (s *Server) order(f fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// takeFault takes the first fault that fits; the server is locked.
func (s *Server) takeFault(task string) fault {
	for i, f := range s.faults {
		if f.task == "" || f.task == task {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
			return f
		}
	}
	return fault{after: -1}
}

func (s *Server) takeAnswer(task string) answer {
	for i, a := range s.answers {
		if a.task == "" || a.task == task {
			s.answers = append(s.answers[:i:i], s.answers[i+1:]...)
			return a
		}
	}
	return answer{}
}

// Fail has the next call of a task ("" of any) answered with a status and an error as
// OpenAI writes it; Retry-After is given where it is not 0.
func (s *Server) Fail(task string, status int, retryAfter time.Duration) {
	s.order(fault{task: task, status: status, retryAfter: retryAfter, after: -1})
}

// Page has it answered with a status and a page that is no JSON.
func (s *Server) Page(task string, status int, body string) {
	s.order(fault{task: task, status: status, body: body, after: -1})
}

// Silent has nothing come at all.
func (s *Server) Silent(task string) { s.order(fault{task: task, silent: true, after: -1}) }

// Drop cuts the connection after so many characters.
func (s *Server) Drop(task string, after int) {
	s.order(fault{task: task, drop: true, after: after})
}

// Stall lets nothing more come after so many characters.
func (s *Server) Stall(task string, after int) {
	s.order(fault{task: task, stall: true, after: after})
}

// ErrorIn puts an error into the stream after so many characters.
func (s *Server) ErrorIn(task string, after int) {
	s.order(fault{task: task, errorIn: true, after: after})
}

// Finish ends the next answer for another reason than stop.
func (s *Server) Finish(task, reason string) {
	s.order(fault{task: task, finish: reason, after: -1})
}

// Refuse has the writer refuse.
func (s *Server) Refuse(task, words string) {
	s.order(fault{task: task, refusal: words, after: -1})
}

// KeepAlive sends so many comments before the answer.
func (s *Server) KeepAlive(task string, n int) {
	s.order(fault{task: task, keepAlives: n, after: -1})
}

// Reply has the next call of a task ("" of any) answered to the letter.
func (s *Server) Reply(task string, r Reply) { s.order(fault{task: task, reply: &r, after: -1}) }

// Ordered is what is still to go wrong: calls to be answered with a status, and those in
// which the writer refuses.
func (s *Server) Ordered() (failing, refusing int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.status != 0 {
			failing++
		}
		if f.refusal != "" {
			refusing++
		}
	}
	return failing, refusing
}

// Clear takes all faults back, and Slow.
func (s *Server) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.slowBy = nil, 0
}

// Slow puts a further pause between two pieces of a stream; 0 ends it.
func (s *Server) Slow(by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slowBy = by
}

func (s *Server) pause() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opt.Pause + s.slowBy
}

// Answer has the next call of a task answered with text.
func (s *Server) Answer(task, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = append(s.answers, answer{task: task, text: text, given: true})
}

// before does what goes wrong before an answer begins, and reports that none does.
func (f fault) before(s *Server, w http.ResponseWriter, r *http.Request) bool {
	switch {
	case f.silent:
		s.wait(r)
	case f.reply != nil:
		f.reply.send(w)
	case f.status != 0 && f.body != "":
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.status)
		fmt.Fprint(w, f.body)
	case f.status != 0:
		if f.retryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(f.retryAfter.Seconds())))
		}
		refuse(w, f.status, "pretend_fault", fmt.Sprintf("The pretend writer was told to answer %d.", f.status))
	default:
		return false
	}
	return true
}

// amid does what goes wrong inside a stream.
func (f fault) amid(s *Server, w http.ResponseWriter, r *http.Request) {
	switch {
	case f.stall:
		s.wait(r)
	case f.errorIn:
		fmt.Fprint(w, "data: {\"error\": {\"message\": \"The pretend writer has lost the thread.\", \"type\": \"server_error\", \"code\": null}}\n\n")
		w.(http.Flusher).Flush()
	case f.drop:
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			conn.Close()
		}
	}
}

func (s *Server) wait(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.stalling:
	}
}

func (r *Reply) send(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Type != "" {
		w.Header().Set("Content-Type", r.Type)
	}
	if r.Status != 0 {
		w.WriteHeader(r.Status)
	}
	fmt.Fprint(w, r.Body)
	if !r.Cut {
		return
	}
	w.(http.Flusher).Flush()
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		conn.Close()
	}
}

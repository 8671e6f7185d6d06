package wechattest

import (
	"fmt"
	"slices"
	"time"

	"magpie/wechat/apis"
)

// The kinds of faults.
const (
	FaultAnswer     = "answer"      // a refusal with Code; does not act
	FaultDropBefore = "drop_before" // reads the call, closes the connection; does not act
	FaultDropAfter  = "drop_after"  // acts, closes the connection without an answer
	FaultGarbage    = "garbage"     // an HTML page with status 200; does not act
	FaultHTTPError  = "http_error"  // an HTML page with Status; does not act
	FaultCutBody    = "cut_body"    // acts, answers half of what it announced
)

// Fault is an order for calls to come.
type Fault struct {
	Kind   string `json:"kind"`
	Path   string `json:"path,omitempty"`   // the API it is for; empty: every one but the token calls
	Code   int    `json:"code,omitempty"`   // of an answer
	Status int    `json:"status,omitempty"` // of an HTTP error
	Left   int    `json:"left"`             // how many calls it is still for; below 0: until cleared
}

const garbage = "<!DOCTYPE html><html><head><title>Sorry</title></head><body>The page cannot be shown.</body></html>\n"

func (f *Fault) kind() string {
	if f == nil {
		return ""
	}
	return f.Kind
}
func (f *Fault) before() bool { return f.kind() == FaultDropBefore }
func (f *Fault) after() bool  { return f.kind() == FaultDropAfter }

// Fail orders any fault for the next f.Left calls. It replaces an order of the
// same kind for the same path; Left 0 takes that one back. Where several fit a
// call, the oldest order goes first.
func (s *Server) Fail(f Fault) { s.set(func() { s.opts.Orders.add(f) }) }

// Busy refuses the next n calls with −1.
func (s *Server) Busy(n int) { s.Fail(Fault{Kind: FaultAnswer, Code: -1, Left: n}) }

// Answer refuses the next n calls of path with code; an empty path is every
// API but the token calls.
func (s *Server) Answer(path string, code, n int) {
	s.Fail(Fault{Kind: FaultAnswer, Path: path, Code: code, Left: n})
}

// DropBefore reads the next n calls and closes their connections without acting.
func (s *Server) DropBefore(n int) { s.Fail(Fault{Kind: FaultDropBefore, Left: n}) }

// DropAfter acts on the next n calls and closes their connections unanswered.
func (s *Server) DropAfter(n int) { s.Fail(Fault{Kind: FaultDropAfter, Left: n}) }

// Garbage answers the next n calls with an HTML page and status 200, and does not act.
func (s *Server) Garbage(n int) { s.Fail(Fault{Kind: FaultGarbage, Left: n}) }

// HTTPError answers the next n calls with an HTTP status, and does not act.
func (s *Server) HTTPError(n, status int) {
	s.Fail(Fault{Kind: FaultHTTPError, Status: status, Left: n})
}

// CutBody acts on the next n calls and breaks off in the middle of the answer.
func (s *Server) CutBody(n int) { s.Fail(Fault{Kind: FaultCutBody, Left: n}) }

// Slow makes every call but the token calls act at once and answer d later; 0 ends it.
func (s *Server) Slow(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slow = d
	s.tell()
}

// Down takes the server off the net, token calls and all, and puts it back.
// Started with Start, it refuses connections; elsewhere it reads each call and
// closes the connection without acting.
func (s *Server) Down(down bool) {
	s.mu.Lock()
	s.down = down
	s.tell()
	s.mu.Unlock()
	if s.host != nil {
		s.host.setDown(down)
	}
}

// Faults lists what is ordered and not yet used up.
func (s *Server) Faults() []Fault { return s.opts.Orders.left() }

// Clear takes all faults back: orders, Slow and Down. What was received, the
// phone, tokens, quotas and lists of ids stay.
func (s *Server) Clear() {
	s.Down(false)
	s.opts.Orders.clear()
	s.Slow(0)
}

func isTokenPath(path string) bool {
	return path == apis.Token.Path || path == apis.StableToken.Path || path == apis.ComponentToken.Path || path == apis.AuthorizerToken.Path
}

// Certified says whether the account is certified; uploadnews and bizsend ask
// for it and otherwise refuse with 48001.
func (s *Server) Certified(yes bool) { s.set(func() { s.certified = yes }) }

// Followers, where any are named, are the only openids known (40003 for others),
// and the account's list of followers, in this order.
func (s *Server) Followers(openids ...string) {
	s.set(func() { s.followers, s.book.followers = setOf(openids), slices.Clone(openids) })
}

// Unknown openids are refused with 40003.
func (s *Server) Unknown(openids ...string) { s.set(func() { s.unknown = setOf(openids) }) }

// Refuses names the openids that have not subscribed: bizsend answers 43101.
func (s *Server) Refuses(openids ...string) { s.set(func() { s.refusing = setOf(openids) }) }

// Templates, where any are named, are the only ones (40037 for others).
func (s *Server) Templates(ids ...string) { s.set(func() { s.templates = setOf(ids) }) }

// Pages, where any are named, are the only ones of the Mini Program, without
// their query (41030 for others).
func (s *Server) Pages(paths ...string) { s.set(func() { s.pages = setOf(paths) }) }

// Apps, where any are named, are the only AppIDs bound to the account (40013 for others).
func (s *Server) Apps(appids ...string) { s.set(func() { s.apps = setOf(appids) }) }

// Media, where any are named, are the only media_ids (40007 for others).
func (s *Server) Media(ids ...string) { s.set(func() { s.media = setOf(ids) }) }

// BadForms names form_ids that are wrong or expired (41028). One used before is
// refused with 41029 without being named.
func (s *Server) BadForms(ids ...string) { s.set(func() { s.badForms = setOf(ids) }) }

// Quota sets how many calls a day an API takes (45009 past it); below 0 is no limit.
func (s *Server) Quota(path string, n int) { s.set(func() { s.quotas[path] = n }) }

// SetClock replaces the clock; what Advance added stays on top.
func (s *Server) SetClock(now func() time.Time) { s.set(func() { s.now = now }) }

// Advance moves the server's time on.
func (s *Server) Advance(d time.Duration) { s.set(func() { s.skew += d }) }

// Now is the server's time.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock()
}

func (s *Server) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	s.tell()
}

// String names the fault for a list of switches.
func (f Fault) String() string {
	return fmt.Sprintf("%s %s code=%d status=%d left=%d", f.Kind, f.Path, f.Code, f.Status, f.Left)
}

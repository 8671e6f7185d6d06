// Package wechattest is a pretend WeChat over HTTP: tokens, conditions, states
// and error codes as WeChat's API pages give them, a memory of everything it
// was sent, a phone and a console to look at, outcomes that it pushes, and
// faults to order. Clients that others wrote work against it, see wechat/peers.
//
// By default every openid, template, page, media_id and appid is known; each
// can be narrowed down (Followers, Templates, …). Its time is the clock's plus
// what Advance added. What it answers follows from what it was sent, in order,
// so that a test that runs twice sees the same twice.
package wechattest

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The account that is served where Options names none.
const (
	DefaultAppID     = "wx0123456789abcdef"
	DefaultAppSecret = "0123456789abcdef0123456789abcdef"
)

// Options describe the pretended account.
type Options struct {
	AppID, AppSecret string           // default: DefaultAppID, DefaultAppSecret
	Now              func() time.Time // default: time.Now
	TokenLife        time.Duration    // default: 2 h
	Uncertified      bool             // certified by default
	Quotas           map[string]int   // calls a day by path, over the defaults; below 0 is no limit
	Orders           *Orders          // the faults ordered; default: its own alone
	// AccountType is what getaccountbasicinfo answers: 1 a subscription account, 2 a service
	// account, 3 a Mini Program; 0: WeChat does not say, and refuses with 48001.
	AccountType int
	// Kind is what the account is; AnyKind, the default, is all at once. What AccountType says
	// does not follow from it: WeChat does not tell everybody.
	Kind Kind
}

// Server is one pretended WeChat account. It is safe for many goroutines.
type Server struct {
	host *host // where Start serves it, or nil

	mu        sync.Mutex
	opts      Options
	now       func() time.Time
	skew      time.Duration
	serial    int
	certified bool
	kind      Kind
	down      bool
	slow      time.Duration
	changed   chan struct{}
	received  []Received
	tokens    tokenShelf
	quotas    map[string]int
	used      map[string]int // calls by day and path

	followers, unknown, refusing, templates, pages, apps, media, badForms set
	usedForms                                                             set

	activities    []*activity
	notifications []Notification
	articles      []UploadedNews
	library       library
	masses        []*mass
	massEnds      []massEnd          // of the next
	figures       map[string]Figures // by msg_data_id
	comments      comments
	book          addressBook
	events        *EventAddress // nil: none are pushed
	outcomes      []string      // events that wait for Deliver
	component     component
	hosting       hosting
	function      func(event []byte) []byte
	rids          map[string]int // the call that each rid was given for
	clears        map[string]int // of quotas, by month
	listed        []Template
	offered       []LibraryTemplate
	asPage        bool // uniform_send works as its page says
}

type set map[string]bool

func setOf(ids []string) set {
	s := set{}
	for _, id := range ids {
		s[id] = true
	}
	return s
}

// allows is for the sets that narrow down: unset, everything is known.
func (s set) allows(id string) bool { return len(s) == 0 || s[id] }

// New returns a pretended account that serves nowhere yet.
func New(opts Options) *Server {
	if opts.AppID == "" {
		opts.AppID = DefaultAppID
	}
	if opts.AppSecret == "" {
		opts.AppSecret = DefaultAppSecret
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.TokenLife <= 0 {
		opts.TokenLife = 2 * time.Hour
	}
	if opts.Orders == nil {
		opts.Orders = new(Orders)
	}
	quotas := maps.Clone(dailyQuotas)
	maps.Copy(quotas, opts.Quotas)
	return &Server{
		opts: opts, now: opts.Now, certified: !opts.Uncertified, kind: opts.Kind.known(),
		changed: make(chan struct{}), quotas: quotas, used: map[string]int{}, rids: map[string]int{}, clears: map[string]int{}, listed: defaultTemplates(), offered: defaultLibrary(),
		usedForms: set{}, tokens: tokenShelf{issued: map[string]*issuedToken{}},
	}
}

// ServeHTTP takes one call: it remembers it, looks whether a fault was ordered
// for it, acts, and answers.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 32<<20))
	if err != nil {
		panic(http.ErrAbortHandler) // the caller went away while speaking
	}
	if image, kind := s.image(r); image != nil {
		w.Header().Set("Content-Type", kind)
		w.Write(image)
		return
	}
	if s.qrPicture(w, r) {
		return
	}
	i, fault, slow := s.arrive(r, body)
	if fault.before() {
		s.finish(i, func(*Received) {})
		panic(http.ErrAbortHandler)
	}

	status, out, header := s.act(i, fault, r, body)
	if slow > 0 {
		select {
		case <-time.After(slow):
		case <-r.Context().Done():
			s.finish(i, func(*Received) {})
			panic(http.ErrAbortHandler)
		}
	}
	if fault.after() {
		s.finish(i, func(*Received) {})
		panic(http.ErrAbortHandler)
	}
	if status == http.StatusOK && fault.kind() != FaultGarbage {
		w.Header().Set("Content-Type", "application/json; encoding=utf-8")
	} else {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	}
	maps.Copy(w.Header(), header)
	w.Header().Set("Content-Length", strconv.Itoa(len(out)))
	if fault.kind() == FaultCutBody {
		w.Write(out[:len(out)/2])
		http.NewResponseController(w).Flush()
		s.finish(i, func(*Received) {})
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(status)
	// Marked before the last byte leaves: who has the answer sees it marked.
	s.finish(i, func(rec *Received) { rec.Answered = true })
	w.Write(out)
}

// arrive remembers a call and picks the fault ordered for it, if any.
func (s *Server) arrive(r *http.Request, body []byte) (int, *Fault, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received = append(s.received, s.record(r, body))
	s.tell()
	if s.down {
		return len(s.received) - 1, &Fault{Kind: FaultDropBefore}, 0
	}
	slow := s.slow
	if isTokenPath(r.URL.Path) {
		slow = 0
	}
	return len(s.received) - 1, s.opts.Orders.pick(r.URL.Path), slow
}

// act answers a call under the lock, so that what it does is done at once.
func (s *Server) act(i int, fault *Fault, r *http.Request, body []byte) (int, []byte, http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var answer reply
	api, known := routes[r.URL.Path]
	switch {
	case fault.kind() == FaultGarbage:
		return http.StatusOK, []byte(garbage), nil
	case fault.kind() == FaultHTTPError:
		return fault.Status, fmt.Appendf(nil, "<html><head><title>%d</title></head><body><h1>%d %s</h1></body></html>\n", fault.Status, fault.Status, http.StatusText(fault.Status)), nil
	case !known:
		// As for draft/getdraft and account/info, which WeChat does not have, and in its table of
		// codes: developers.weixin.qq.com/doc/store/API/basics/commErrCode.html
		answer = refuse(40066)
	case fault.kind() == FaultAnswer:
		answer = refuse(fault.Code)
	default:
		query := r.URL.Query()
		answer = s.handle(api, r.Method, r.URL.Path, &call{now: s.clock(), query: query.Get, body: body, contentType: r.Header.Get("Content-Type")})
	}
	rec := &s.received[i]
	rec.Code = answer.code
	rec.Acted = answer.code == 0
	if answer.code != 0 {
		answer.rid = s.rid()
		s.rids[answer.rid] = i
	}
	header := answer.header
	if api.token && s.hosting.on && r.URL.Query().Get("access_token") == "" {
		header = maps.Clone(header)
		if header == nil {
			header = http.Header{}
		}
		header["X-Openapi-Seqid"] = []string{s.id("seqid", 24)}
	}
	if answer.file != nil {
		return http.StatusOK, answer.file, header
	}
	return http.StatusOK, s.encode(answer), header
}

func (s *Server) handle(api route, method, path string, c *call) reply {
	if method != api.Method && !(api.either && (method == "GET" || method == "POST")) {
		return refuse(wrongMethod(path, api.Method))
	}
	if api.component {
		if code := s.checkComponentToken(c.query("component_access_token"), c.now); code != 0 {
			return refuse(code)
		}
	}
	if api.token {
		if code := s.authorized(path, c); code != 0 {
			return refuse(code)
		}
	}
	if code := s.forbidden(path, api); code != 0 {
		return refuse(code)
	}
	if !s.spend(path, c.now) {
		return refuse(45009)
	}
	return api.handle(s, c)
}

// wrongMethod is the code for a call that has another method than the API wants. The
// pages of the template library name codes of their own.
func wrongMethod(path, want string) int {
	switch library := strings.HasPrefix(path, "/wxaapi/newtmpl/"); {
	case library && want == "GET":
		return 404
	case library:
		return 40400
	case want == "GET":
		return 43001
	}
	return 43002
}

// spend counts a call against its quota of the day, which ends at midnight in China.
func (s *Server) spend(path string, now time.Time) bool {
	limit, ok := s.quotas[path]
	if !ok || limit < 0 {
		return true
	}
	key := now.In(china).Format(time.DateOnly) + path
	s.used[key]++
	return s.used[key] <= limit
}

var china = time.FixedZone("UTC+8", 8*60*60)

func (s *Server) finish(i int, note func(*Received)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i < len(s.received) {
		note(&s.received[i])
	}
	s.tell()
}

func (s *Server) clock() time.Time { return s.now().Add(s.skew) }

// Package slacktest is a pretend Slack workspace over real HTTP and WebSocket.
// It is to Slack what httptest is to http: a program that speaks to Slack is
// pointed at it by its API address alone and cannot tell the difference.
//
// The workspace is moved by what people do (Say, Mention, Press, Submit) and
// observed by what people see (Messages, Thread, Ephemerals, Views). It can be
// told to misbehave as Slack does (Fail, Down, Disconnect, DropSockets, Silent).
package slacktest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Workspace is one pretend Slack workspace with one app in it. Use New to serve
// it from a mux of your own and Start to have it listen.
type Workspace struct {
	URL    string // root, set by Start
	APIURL string // URL + "/api/", for slack.OptionAPIURL and SLACK_API_URL

	opt    Options
	server *http.Server
	closed chan struct{}
	once   sync.Once

	mu         sync.Mutex
	base       string // the root that the app used last
	lastTS     int64
	serial     int
	users      []*User
	channels   []*Channel
	groups     []*Group
	messages   map[string][]*Message // by channel
	ephemerals []*Message
	views      map[string][]*View // open modals by user, the top one last
	homes      map[string]*View
	files      map[string]*File
	unshared   int // uploads that will not be shared
	triggers   recent[*trigger]
	responses  recent[*responseURL]
	posted     map[string][]time.Time // by channel, for PerSecond
	calls      []APICall
	faults     map[string][]*Fault
	unknown    map[string]bool // types of blocks that it lacks
	down       bool
	revoked    []string // scopes

	tickets   map[string]bool
	conns     []*conn
	turn      int
	openings  int
	silent    bool
	envelopes recent[*envelope]
	posts     []string // request addresses; none: envelopes go over sockets
	poster    *http.Client

	subs map[chan struct{}]struct{}
}

// New returns a workspace that is served wherever its ServeHTTP is mounted.
func New(o Options) *Workspace {
	o.fill()
	w := &Workspace{
		opt:      o,
		closed:   make(chan struct{}),
		messages: map[string][]*Message{},
		views:    map[string][]*View{},
		homes:    map[string]*View{},
		files:    map[string]*File{},
		posted:   map[string][]time.Time{},
		faults:   map[string][]*Fault{},
		tickets:  map[string]bool{},
		poster:   newPoster(),
		subs:     map[chan struct{}]struct{}{},
	}
	w.AddUser(User{ID: o.BotUser, Name: o.BotName, RealName: o.BotName, Bot: true})
	return w
}

// Start returns a workspace that listens on loopback. It panics when it cannot,
// as httptest does.
func Start(o Options) *Workspace {
	w := New(o)
	l, err := net.Listen("tcp", w.opt.Addr)
	if err != nil {
		panic(fmt.Sprintf("slacktest: listen on %s: %v", w.opt.Addr, err))
	}
	w.URL = "http://" + l.Addr().String()
	w.APIURL = w.URL + "/api/"
	w.server = &http.Server{Handler: w, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = w.server.Serve(l) }()
	return w
}

// Close ends every socket and every call in hand and stops listening.
func (w *Workspace) Close() {
	w.once.Do(func() {
		close(w.closed)
		w.DropSockets()
		w.poster.CloseIdleConnections()
		if w.server != nil {
			_ = w.server.Close()
		}
	})
}

// ServeHTTP serves Slack's Web API, its sockets, response addresses and files.
func (w *Workspace) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	w.base = w.rootOf(r)
	down := w.down
	w.mu.Unlock()
	if down {
		http.Error(rw, "<html><body>Service Unavailable</body></html>", http.StatusServiceUnavailable)
		return
	}
	kind, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch kind {
	case "api":
		w.serveAPI(rw, r, strings.Trim(rest, "/"))
	case "socket":
		w.serveSocket(rw, r)
	case "response":
		w.serveResponse(rw, r, rest)
	case "upload":
		w.serveUpload(rw, r, rest)
	case "files":
		w.serveFile(rw, r, rest)
	default:
		http.NotFound(rw, r)
	}
}

// Subscribe tells of every change of the workspace, several changes at once
// perhaps by one signal, until cancel is called.
func (w *Workspace) Subscribe() (changes <-chan struct{}, cancel func()) {
	ch := make(chan struct{}, 1)
	w.mu.Lock()
	w.subs[ch] = struct{}{}
	w.mu.Unlock()
	return ch, func() {
		w.mu.Lock()
		delete(w.subs, ch)
		w.mu.Unlock()
	}
}

// WaitFor returns once cond is true, asking again at each change of the
// workspace, or with the error of ctx.
func (w *Workspace) WaitFor(ctx context.Context, cond func() bool) error {
	changes, cancel := w.Subscribe()
	defer cancel()
	for !cond() {
		select {
		case <-changes:
		case <-ctx.Done():
			if cond() {
				return nil
			}
			return fmt.Errorf("slacktest: what was waited for did not come: %w", context.Cause(ctx))
		}
	}
	return nil
}

// changed signals the subscribers; the caller holds the lock.
func (w *Workspace) changed() {
	for ch := range w.subs {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// ts returns the next message timestamp; no two are equal.
func (w *Workspace) ts() string {
	t := max(w.opt.Now().UnixMicro(), w.lastTS+1)
	w.lastTS = t
	return fmt.Sprintf("%d.%06d", t/1e6, t%1e6)
}

// id returns a fresh id that looks like Slack's.
func (w *Workspace) id(prefix string) string {
	w.serial++
	return fmt.Sprintf("%s0%07X", prefix, w.serial)
}

// secret returns a part of an address that nobody guesses.
func secret() string { return fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64()) }

func (w *Workspace) rootOf(r *http.Request) string {
	if w.opt.PublicURL != "" {
		return strings.TrimSuffix(w.opt.PublicURL, "/")
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// root is how addresses that are put into payloads begin.
func (w *Workspace) root() string {
	switch {
	case w.opt.PublicURL != "":
		return strings.TrimSuffix(w.opt.PublicURL, "/")
	case w.base != "":
		return w.base
	}
	return w.URL
}

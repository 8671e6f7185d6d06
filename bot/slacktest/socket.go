package slacktest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// What a person is told when the app does not answer.
var (
	// ErrNoAck is Slack's "operation timed out": no acknowledgement within 3 s.
	ErrNoAck = errors.New("slacktest: operation timed out: the app did not acknowledge in time")
	// ErrNotConnected is Slack's "dispatch_failed": the app has no open socket.
	ErrNotConnected = errors.New("slacktest: dispatch_failed: the app has no open socket")
	// ErrAckTooLarge is an acknowledgement of 20 KB or more, which Slack drops.
	ErrAckTooLarge = errors.New("slacktest: the acknowledgement is 20 KB or more and was dropped")
)

const maxAck = 20 * 1024

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// conn is one socket of the app.
type conn struct {
	ws       *websocket.Conn
	wmu      sync.Mutex
	draining bool // told to go: takes no new envelope
}

func (c *conn) write(v any) error {
	c.wmu.Lock()
	defer c.wmu.Unlock()
	return c.put(v)
}

// put writes for a caller that holds the write lock.
func (c *conn) put(v any) error {
	_ = c.ws.SetWriteDeadline(time.Now().Add(5 * time.Second))
	return c.ws.WriteJSON(v)
}

// connectionsOpen answers Slack's apps.connections.open with an address that
// opens one socket once.
func connectionsOpen(w *Workspace, r *request) (map[string]any, error) {
	ticket := secret()
	w.tickets[ticket] = true
	return map[string]any{"url": "ws" + strings.TrimPrefix(r.root, "http") + "/socket?ticket=" + ticket + "&app_id=" + w.opt.AppID}, nil
}

func (w *Workspace) serveSocket(rw http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	w.mu.Lock()
	ok := w.tickets[ticket]
	delete(w.tickets, ticket)
	w.mu.Unlock()
	if !ok {
		http.Error(rw, "unknown or used ticket", http.StatusForbidden)
		return
	}
	ws, err := upgrader.Upgrade(rw, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	ws.SetReadLimit(1 << 20)
	c := &conn{ws: ws}
	n := w.join(c)
	switch {
	case n == 0: // closed meanwhile
		return
	case n > 10:
		_ = c.write(map[string]any{"type": "disconnect", "reason": "too_many_websockets", "debug_info": debugInfo})
		return
	}
	defer w.leave(c)
	c.wmu.Lock() // until the hello is out, envelopes wait
	w.welcome(c)
	_ = c.put(map[string]any{
		"type": "hello", "num_connections": n, "connection_info": map[string]any{"app_id": w.opt.AppID},
		"debug_info": map[string]any{"host": "applink-test", "build_number": 1, "approximate_connection_time": 18060},
	})
	c.wmu.Unlock()
	stop := make(chan struct{})
	defer close(stop)
	go w.ping(c, stop)
	for { // gorilla answers the client's pings while it reads
		_, data, err := ws.ReadMessage()
		if err != nil {
			return
		}
		w.acknowledge(data)
	}
}

var debugInfo = map[string]any{"host": "applink-test"}

// join counts a new socket. It takes envelopes once it is welcome.
func (w *Workspace) join(c *conn) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.closed:
		return 0
	default:
	}
	c.draining = true
	if len(w.conns) < 10 {
		w.conns = append(w.conns, c)
		return len(w.conns)
	}
	return len(w.conns) + 1
}

func (w *Workspace) welcome(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.draining = false
	w.openings++
	w.changed()
}

func (w *Workspace) leave(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = slices.DeleteFunc(w.conns, func(o *conn) bool { return o == c })
	w.changed()
}

func (w *Workspace) ping(c *conn, stop chan struct{}) {
	t := time.NewTicker(w.opt.PingInterval)
	defer t.Stop()
	for {
		w.mu.Lock()
		silent := w.silent
		w.mu.Unlock()
		if !silent {
			_ = c.ws.WriteControl(websocket.PingMessage, []byte("Ping from applink-test"), time.Now().Add(time.Second))
		}
		select {
		case <-t.C:
		case <-stop:
			return
		}
	}
}

// Connected returns how many sockets of the app take envelopes.
func (w *Workspace) Connected() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.ready())
}

// Opened returns how many sockets have been opened since the start, those that
// are gone among them: two after one reconnection.
func (w *Workspace) Opened() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.openings
}

// WaitConnected returns once the app has at least n open sockets.
func (w *Workspace) WaitConnected(ctx context.Context, n int) error {
	return w.WaitFor(ctx, func() bool { return w.Connected() >= n })
}

func (w *Workspace) ready() []*conn {
	var out []*conn
	for _, c := range w.conns {
		if !c.draining {
			out = append(out, c)
		}
	}
	return out
}

// Disconnect tells every socket to go, "warning" or "refresh_requested", and
// closes it a moment later (Options.CloseGrace); acknowledgements on their way
// still arrive.
func (w *Workspace) Disconnect(reason string) {
	w.mu.Lock()
	leaving := w.ready()
	for _, c := range leaving {
		c.draining = true
	}
	w.changed()
	w.mu.Unlock()
	for _, c := range leaving {
		_ = c.write(map[string]any{"type": "disconnect", "reason": reason, "debug_info": debugInfo})
		time.AfterFunc(w.opt.CloseGrace, func() {
			bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
			_ = c.ws.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second))
			_ = c.ws.Close()
		})
	}
}

// DropSockets cuts every socket without a word.
func (w *Workspace) DropSockets() {
	w.mu.Lock()
	cut := slices.Clone(w.conns)
	for _, c := range cut {
		c.draining = true
	}
	w.changed()
	w.mu.Unlock()
	for _, c := range cut {
		_ = c.ws.NetConn().Close()
	}
}

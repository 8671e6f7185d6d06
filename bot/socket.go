package bot

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// socket is one Socket Mode client: a connection that slack-go opens again by itself.
// It is given up, and another one made, when it cannot connect.
type socket struct {
	client *socketmode.Client
	bot    *Bot
	close  context.CancelFunc
	ended  chan struct{}

	hello  chan time.Duration // its life, as Slack announces it
	failed chan error
	opened atomic.Int64 // connections begun; an envelope belongs to one of them
	up     atomic.Bool
}

const (
	helloWithin = 30 * time.Second // a socket that stays mute so long is given up
	overlap     = time.Minute      // before its announced end another one is opened
	minLife     = 3 * time.Minute  // announced lives shorter than this are not believed
)

// listen keeps a socket open until ctx ends or Slack refuses the token. Shortly
// before Slack closes a socket the next one is opened, so that there is no gap; a
// socket that dies unannounced leaves one of some milliseconds.
func (b *Bot) listen(ctx context.Context) error {
	var wait backoff
	var old *socket
	for ctx.Err() == nil {
		s := b.dial(ctx)
		err := s.watch(ctx, func() {
			wait = backoff{}
			if old != nil {
				go old.retire()
				old = nil
			}
		})
		if err == nil { // it is getting old, and works until the next one does
			old = s
			continue
		}
		s.close()
		if fatal := fatalAuth("SLACK_APP_TOKEN", err); fatal != nil {
			return fatal
		}
		if ctx.Err() == nil {
			b.log.Warn("the Slack socket failed", "err", err)
			_ = sleep(ctx, wait.next(err))
		}
	}
	return nil
}

// dial starts a socket.
func (b *Bot) dial(ctx context.Context) *socket {
	ctx, cancel := context.WithCancel(ctx)
	s := &socket{
		client: socketmode.New(b.opt.Client), bot: b, close: cancel, ended: make(chan struct{}),
		hello: make(chan time.Duration, 1), failed: make(chan error, 1),
	}
	go s.pump(ctx)
	go func() {
		defer close(s.ended)
		defer s.down()
		s.fail(s.client.RunContext(ctx))
		cancel()
	}()
	return s
}

// watch returns nil when the socket should be followed by another, or why it failed.
// hello is called at its first hello.
func (s *socket) watch(ctx context.Context, hello func()) error {
	mute := time.NewTimer(helloWithin)
	defer mute.Stop()
	age := time.NewTimer(0)
	if !age.Stop() {
		<-age.C
	}
	defer age.Stop()
	first := true
	for {
		select {
		case life := <-s.hello:
			mute.Stop()
			if first {
				hello()
				first = false
			}
			age.Stop()
			if life >= minLife {
				age.Reset(life - overlap)
			}
		case <-mute.C:
			return errors.New("no hello from Slack")
		case <-age.C:
			return nil
		case err := <-s.failed:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// retire closes a socket that another one has followed, once its last
// acknowledgements have had their time.
func (s *socket) retire() {
	timer := time.NewTimer(ackWithin + time.Second)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.ended:
	}
	s.close()
}

// pump takes what the client tells. slack-go drops an event whole where one of its
// blocks is odd; the raw message is enough for us.
func (s *socket) pump(ctx context.Context) {
	log := s.bot.log
	for {
		var e socketmode.Event
		select {
		case e = <-s.client.Events:
		case <-ctx.Done():
			return
		}
		switch e.Type {
		case socketmode.EventTypeConnecting:
			s.opened.Add(1)
			s.down()
		case socketmode.EventTypeHello:
			s.bot.now.Store(s)
			if s.up.CompareAndSwap(false, true) && s.bot.up.Add(1) == 1 && s.bot.greeted.Swap(true) {
				s.bot.opt.Directory.Missed() // there was a time without a socket
			}
			log.Info("connected to Slack", "sockets", e.Request.NumConnections)
			s.greet(time.Duration(e.Request.DebugInfo.ApproximateConnectionTime) * time.Second)
		case socketmode.EventTypeConnectionError:
			if data, ok := e.Data.(*slack.ConnectionErrorEvent); ok {
				s.fail(data.ErrorObj)
			}
		case socketmode.EventTypeErrorWriteFailed:
			if data, ok := e.Data.(*socketmode.ErrorWriteFailed); ok {
				log.Warn("an acknowledgement could not be written", "envelope", data.Response.EnvelopeID, "err", data.Cause)
			}
		case socketmode.EventTypeErrorBadMessage:
			var req socketmode.Request
			if data, ok := e.Data.(*socketmode.ErrorBadMessage); ok && json.Unmarshal(data.Message, &req) == nil {
				s.hear(req)
			}
		default:
			if e.Request != nil && e.Request.EnvelopeID != "" {
				s.hear(*e.Request)
			}
		}
	}
}

// hear hands an envelope on, with the connection that it came over.
func (s *socket) hear(req socketmode.Request) {
	if req.EnvelopeID == "" {
		return
	}
	s.bot.hear(&envelope{id: req.EnvelopeID, at: time.Now(), from: connection{s, s.opened.Load()}}, req)
}

// connection is one of a socket's, each of which is gone with the next.
type connection struct {
	*socket
	opened int64
}

// ack acknowledges over the socket that the envelope came by, or over the one that has
// followed it.
func (c connection) ack(ctx context.Context, id string, payload any) (reached bool, err error) {
	s := c.socket
	same := s.up.Load() && s.opened.Load() == c.opened && !s.isEnded()
	if !same {
		payload = nil // Slack may take an acknowledgement over another socket, or not
		s = s.bot.live(ctx, s)
	}
	if err := s.client.AckCtx(ctx, id, payload); err != nil {
		return false, err
	}
	if !same {
		s.bot.log.Warn("a socket closed before its acknowledgement", "envelope", id)
	}
	return same, nil
}

func (c connection) leave() {}

// live is a socket that can still write, waited for until ctx ends.
func (b *Bot) live(ctx context.Context, s *socket) *socket {
	for s.isEnded() {
		if now := b.now.Load(); now != nil {
			s = now
		}
		if s.isEnded() && sleep(ctx, 10*time.Millisecond) != nil {
			break
		}
	}
	return s
}

// down notes that no lines come over this socket for now.
func (s *socket) down() {
	if s.up.CompareAndSwap(true, false) {
		s.bot.up.Add(-1)
	}
}

// isEnded reports that nothing will be written to this socket any more.
func (s *socket) isEnded() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

func (s *socket) greet(life time.Duration) {
	select {
	case <-s.hello:
	default:
	}
	s.hello <- life
}

func (s *socket) fail(err error) {
	select {
	case s.failed <- err:
	default:
	}
}

// backoff is how long to wait before the next try: longer each time, up to 8 s or so, and
// never in step with other processes.
type backoff struct{ tries int }

func (w *backoff) next(err error) time.Duration {
	d := min(250*time.Millisecond<<min(w.tries, 5), 8*time.Second)
	w.tries++
	d += rand.N(d / 4)
	if asked, limited := rateLimit(err); limited {
		d = max(d, asked)
	}
	return d
}

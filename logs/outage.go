package logs

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	lookEvery  = 500 * time.Millisecond // whether who is away is back
	settle     = 3 * time.Second        // without a line of the outage's, and it is over
	settleMost = 30 * time.Second       // then it is over whatever is said
	sayEvery   = time.Minute            // that it lasts
	// quietAfter ends an outage of whom nothing asks: whatever is tried is tried again sooner.
	quietAfter = 2 * time.Minute
)

// Outages tells of who is away in one line at the start, one a minute and one at the end. What
// else would be said of it meanwhile, of level WARN and above, is counted. A line that bears a
// state or an outcome is never held back: that is what became of a request, or of a delivery.
type Outages struct {
	next slog.Handler

	mu     sync.Mutex
	probes map[string]func(context.Context) bool
	open   map[string]*outage
	over   chan struct{}
	closed bool
	living sync.WaitGroup
}

type outage struct {
	since, last time.Time
	held        int
}

// NewOutages tells of outages by next.
func NewOutages(next slog.Handler) *Outages {
	return &Outages{next: next, probes: map[string]func(context.Context) bool{}, open: map[string]*outage{}, over: make(chan struct{})}
}

// Probe says how to ask whether somebody is back: Database, Slack or WeChat. Without one they
// are back when nothing has been said of them for two minutes.
func (o *Outages) Probe(who string, isBack func(context.Context) bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.probes[who] = isBack
}

// Handler is where magpie's lines go.
func (o *Outages) Handler() slog.Handler { return handler{Handler: o.next, outages: o} }

// Close stops asking. Lines are not held back any more.
func (o *Outages) Close() {
	o.mu.Lock()
	if !o.closed {
		o.closed = true
		close(o.over)
	}
	o.mu.Unlock()
	o.living.Wait()
}

// Of is log for a room that speaks with who alone over the network.
func Of(log *slog.Logger, who string) *slog.Logger {
	if h, ok := log.Handler().(handler); ok {
		h.speaker = who
		return slog.New(h)
	}
	return log
}

type handler struct {
	slog.Handler
	outages *Outages
	speaker string
}

// Handle fulfils slog.Handler.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn && !bearsState(r) && h.outages.holds(ctx, r, h.speaker) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs fulfils slog.Handler.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	h.Handler = h.Handler.WithAttrs(attrs)
	return h
}

// WithGroup fulfils slog.Handler.
func (h handler) WithGroup(name string) slog.Handler {
	h.Handler = h.Handler.WithGroup(name)
	return h
}

func bearsState(r slog.Record) (bears bool) {
	r.Attrs(func(a slog.Attr) bool {
		bears = a.Key == "state" || a.Key == "outcome"
		return !bears
	})
	return bears
}

// holds reports whether a line is one of an outage's; the first begins it.
func (o *Outages) holds(ctx context.Context, r slog.Record, speaker string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return false
	}
	who := whose(r, speaker, o.open[Database] != nil)
	if who == "" {
		return false
	}
	if one := o.open[who]; one != nil {
		one.last = time.Now()
		one.held++
		return true
	}
	now := time.Now()
	o.open[who] = &outage{since: now, last: now}
	_, text := faultOf(r)
	o.say(ctx, slog.LevelError, who+" is away", "while", r.Message, "error", text)
	o.living.Go(func() { o.watch(who) })
	return true
}

func (o *Outages) say(ctx context.Context, level slog.Level, text string, args ...any) {
	slog.New(o.next).Log(ctx, level, text, args...)
}

// watch tells that an outage lasts, and that it is over.
func (o *Outages) watch(who string) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	said, back := time.Now(), time.Time{}
	for {
		select {
		case <-look.C:
		case <-o.over:
			return
		}
		o.mu.Lock()
		isBack, one := o.probes[who], *o.open[who]
		o.mu.Unlock()
		now := time.Now()
		over := isBack == nil && now.Sub(one.last) >= quietAfter
		if isBack != nil {
			asking, done := context.WithTimeout(ctx, 2*time.Second)
			switch {
			case !isBack(asking):
				back = time.Time{}
			case back.IsZero():
				back = now
			}
			done()
			over = !back.IsZero() && (now.Sub(back) >= settle && now.Sub(one.last) >= settle || now.Sub(back) >= settleMost)
		}
		switch {
		case over:
			o.mu.Lock()
			one = *o.open[who]
			delete(o.open, who)
			o.mu.Unlock()
			if back.IsZero() {
				back = one.last
			}
			o.say(ctx, slog.LevelInfo, who+" is back", "away", back.Sub(one.since).Round(100*time.Millisecond), "lines", one.held)
			return
		case now.Sub(said) >= sayEvery && back.IsZero():
			said = now
			o.say(ctx, slog.LevelError, who+" is still away", "since", one.since.UTC().Format(time.RFC3339), "lines", one.held)
		}
	}
}

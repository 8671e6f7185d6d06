package metrics

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// askWithin is how long the database has to answer while Prometheus waits, 10 s by default.
const askWithin = 2 * time.Second

// Ask asks the database, within ctx.
type Ask func(ctx context.Context) (Found, error)

// Found is what only the database knows.
type Found struct {
	// Oldest is since when the oldest request is in a state, by state; zero: none is.
	Oldest map[string]time.Time
	// Depth is how many jobs wait to be worked, by queue.
	Depth map[string]int
}

// oldest are the states whose oldest request is told.
var oldest = []string{"waiting", "sending", "unclear"}

// asked collects what the database says when Prometheus asks. While it is away what it said
// last stands: magpie changes nothing meanwhile, and what was old grows older.
type asked struct {
	ask    Ask
	now    func() time.Time
	queues []string

	age, depth, up *prometheus.Desc

	mu   sync.Mutex
	last Found
}

func newAsked(o Options) *asked {
	return &asked{
		ask: o.Ask, now: o.Now, queues: o.Queues,
		age:   prometheus.NewDesc("magpie_request_oldest_seconds", "For how long the oldest request is in a state, 0 where none is; of unclear ones, those that nobody has decided about.", []string{"state"}, nil),
		depth: prometheus.NewDesc("magpie_queue_depth", "Jobs that wait to be worked or tried again, by queue.", []string{"queue"}, nil),
		up:    prometheus.NewDesc("magpie_database_up", "1 where the database has just answered, else 0.", nil, nil),
	}
}

// Describe fulfils prometheus.Collector.
func (a *asked) Describe(to chan<- *prometheus.Desc) { to <- a.age; to <- a.depth; to <- a.up }

// Collect fulfils prometheus.Collector.
func (a *asked) Collect(to chan<- prometheus.Metric) {
	found, up := a.look()
	now := a.now()
	for _, state := range oldest {
		age := 0.0
		if since := found.Oldest[state]; !since.IsZero() {
			age = max(0, now.Sub(since)).Seconds()
		}
		to <- prometheus.MustNewConstMetric(a.age, prometheus.GaugeValue, age, state)
	}
	for _, queue := range a.queues {
		to <- prometheus.MustNewConstMetric(a.depth, prometheus.GaugeValue, float64(found.Depth[queue]), queue)
	}
	to <- prometheus.MustNewConstMetric(a.up, prometheus.GaugeValue, up)
}

func (a *asked) look() (found Found, up float64) {
	ctx, cancel := context.WithTimeout(context.Background(), askWithin)
	defer cancel()
	found, err := a.ask(ctx)
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil {
		return a.last, 0
	}
	a.last = found
	return found, 1
}

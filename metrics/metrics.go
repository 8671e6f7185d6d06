// Package metrics counts what an operator watches, and serves it to Prometheus. It knows
// none of the rooms: each is handed a function of it, and calls that where something
// happens.
package metrics

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Options name what there is to be counted. Every counter of theirs is there from the start,
// at 0: Prometheus sees no increase in one that comes into being with its first count.
type Options struct {
	Version, Commit, Go string

	Kinds, States  []string // of requests
	APIs, Outcomes []string // of deliveries
	Tokens         []string // the APIs by which tokens may be fetched
	Quotas         []Quota  // of which something may become known
	Queues         []string // of jobs
	Now            func() time.Time

	// Connected is how many sockets Slack's lines come by; in HTTP mode 1, or 0 where they
	// are not heard.
	Connected func() int
	// Ask asks the database for what only it knows.
	Ask Ask
}

// None stands where a delivery goes to no API of WeChat's.
const None = "none"

// Metrics are those of one process. Its methods may be called by any number of goroutines.
// Of labels they take names of magpie's own and of WeChat's, never anybody's.
type Metrics struct {
	registry *prometheus.Registry

	requests    *prometheus.CounterVec
	deliveries  *prometheus.CounterVec
	calls       *prometheus.HistogramVec
	failures    *prometheus.CounterVec
	acks, fires prometheus.Histogram
	tokens      *prometheus.CounterVec
	limits      *prometheus.CounterVec
	jobs        *prometheus.CounterVec
	quotas      *quotas

	// Bound once, and only read since: what deliveries and calls by the thousand count.
	delivered map[delivery]prometheus.Counter
	timed     map[string]prometheus.Observer
}

type delivery struct{ api, outcome string }

// New makes Metrics with all that o names.
func New(o Options) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: counters("magpie_requests_total", "Requests that came to a state, by kind and state.", "kind", "state"),
		deliveries: counters("magpie_deliveries_total",
			"Deliveries that came to an outcome, by WeChat's API: done, failed, unclear, or stopped before any call.", "api", "outcome"),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "magpie_wechat_call_seconds", Help: "How long a call to WeChat took, answered or not.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"api"}),
		failures: counters("magpie_wechat_call_errors_total",
			"Calls to WeChat that did not succeed: not_sent, unanswered (it may have acted), or refused.", "api", "fate"),
		acks: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "magpie_slack_ack_seconds", Help: "From a line of Slack's to its acknowledgement, which has 3 seconds.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2, 2.5, 3},
		}),
		fires: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "magpie_fire_lateness_seconds", Help: "How long after its instant the line of a schedule was said.",
			Buckets: []float64{.1, .25, .5, 1, 2.5, 5, 15, 60, 300, 900, 3600},
		}),
		tokens: counters("magpie_wechat_tokens_refreshed_total", "Access tokens that WeChat gave.", "api"),
		limits: counters("magpie_slack_rate_limits_total", "Calls that Slack put off for its rate limits.", "method"),
		jobs:   counters("magpie_river_errors_total", "Attempts of jobs that failed; they are tried again.", "queue"),
		quotas: newQuotas(o.Quotas, o.Now),

		delivered: map[delivery]prometheus.Counter{}, timed: map[string]prometheus.Observer{},
	}
	for _, kind := range o.Kinds {
		for _, state := range o.States {
			m.requests.WithLabelValues(kind, state)
		}
	}
	for _, api := range o.APIs {
		for _, outcome := range o.Outcomes {
			m.delivered[delivery{api, outcome}] = m.deliveries.WithLabelValues(api, outcome)
		}
	}
	for _, api := range append(o.Tokens, o.APIs...) {
		if api == None {
			continue
		}
		m.timed[api] = m.calls.WithLabelValues(api)
		for _, fate := range []string{NotSent, Unanswered, Refused} {
			m.failures.WithLabelValues(api, fate)
		}
	}
	for _, api := range o.Tokens {
		m.tokens.WithLabelValues(api)
	}
	for _, queue := range o.Queues {
		m.jobs.WithLabelValues(queue)
	}
	m.limits.WithLabelValues("chat.postMessage")
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "magpie_build_info", Help: "What this magpie was built from; always 1."}, []string{"version", "commit", "goversion"})
	build.WithLabelValues(o.Version, o.Commit, o.Go).Set(1)
	sockets := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "magpie_slack_connected", Help: "Sockets by which Slack's lines come, 0 while it is away; in HTTP mode 1 while what Slack posts is heard.",
	}, func() float64 { return float64(o.Connected()) })
	m.registry.MustRegister(m.requests, m.deliveries, m.calls, m.failures, m.acks, m.fires, m.tokens, m.limits, m.jobs, m.quotas, build, sockets,
		newAsked(o), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

// Handler serves all metrics in Prometheus' text format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}

// Entered counts a request that has come to a state.
func (m *Metrics) Entered(kind, state string) { m.requests.WithLabelValues(kind, state).Inc() }

// Delivered counts n deliveries that have come to an outcome.
func (m *Metrics) Delivered(api, outcome string, n int) {
	counter, bound := m.delivered[delivery{api, outcome}]
	if !bound {
		counter = m.deliveries.WithLabelValues(api, outcome)
	}
	counter.Add(float64(n))
}

// The fates of a call that did not succeed.
const (
	NotSent    = "not_sent"
	Unanswered = "unanswered"
	Refused    = "refused"
)

// Called notes a call to WeChat; fate is "" where it succeeded.
func (m *Metrics) Called(api string, took time.Duration, fate string) {
	timed, bound := m.timed[api]
	if !bound {
		timed = m.calls.WithLabelValues(api)
	}
	timed.Observe(took.Seconds())
	if fate != "" {
		m.failures.WithLabelValues(api, fate).Inc()
	}
}

// Refreshed counts an access token that WeChat gave.
func (m *Metrics) Refreshed(api string) { m.tokens.WithLabelValues(api).Inc() }

// QuotaLeft notes how many calls of an API an account has left today, in China.
func (m *Metrics) QuotaLeft(q Quota, left int) { m.quotas.set(q, left) }

// Acknowledged notes how long a line of Slack's waited for its acknowledgement.
func (m *Metrics) Acknowledged(took time.Duration) { m.acks.Observe(took.Seconds()) }

// Limited counts a call that Slack put off.
func (m *Metrics) Limited(method string) { m.limits.WithLabelValues(method).Inc() }

// Fired notes how late the line of a schedule was said.
func (m *Metrics) Fired(late time.Duration) { m.fires.Observe(max(0, late).Seconds()) }

// JobFailed counts an attempt of a job that failed.
func (m *Metrics) JobFailed(queue string) { m.jobs.WithLabelValues(queue).Inc() }

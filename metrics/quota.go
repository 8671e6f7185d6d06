package metrics

import (
	"math"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Quota is whose calls of what WeChat counts: an AppID, and the path of an API.
type Quota struct{ Account, API string }

// quotas are what WeChat said last of what is left. It counts anew at midnight in China:
// what it said the day before is not known any more, and is NaN, as before the first word.
type quotas struct {
	now  func() time.Time
	desc *prometheus.Desc

	mu   sync.Mutex
	left map[Quota]left
}

type left struct {
	calls float64
	day   string
}

func newQuotas(all []Quota, now func() time.Time) *quotas {
	q := &quotas{
		now: now, left: map[Quota]left{},
		desc: prometheus.NewDesc("magpie_wechat_quota_left", "Calls of an API that an account has left today, as WeChat said last; NaN where it has not said.", []string{"account", "api"}, nil),
	}
	for _, of := range all {
		q.left[of] = left{}
	}
	return q
}

// china is where WeChat's days end.
var china = time.FixedZone("Asia/Shanghai", 8*60*60)

func (q *quotas) today() string { return q.now().In(china).Format(time.DateOnly) }

func (q *quotas) set(of Quota, calls int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.left[of] = left{float64(calls), q.today()}
}

// Describe fulfils prometheus.Collector.
func (q *quotas) Describe(to chan<- *prometheus.Desc) { to <- q.desc }

// Collect fulfils prometheus.Collector.
func (q *quotas) Collect(to chan<- prometheus.Metric) {
	q.mu.Lock()
	defer q.mu.Unlock()
	today := q.today()
	for of, left := range q.left {
		calls := math.NaN()
		if left.day == today {
			calls = left.calls
		}
		to <- prometheus.MustNewConstMetric(q.desc, prometheus.GaugeValue, calls, of.Account, of.API)
	}
}

package app

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"time"

	"magpie/commands"
	"magpie/jobs"
	"magpie/metrics"
	"magpie/outbox"
	"magpie/sending"
	"magpie/wechat"
	"magpie/wechat/apis"
)

// newMetrics makes what /metrics shows of a house, whose rooms are made next.
func (h *house) newMetrics(accounts []string) *metrics.Metrics {
	b := built()
	o := metrics.Options{
		Version: b.Version, Commit: b.Commit, Go: runtime.Version(),
		Kinds: commands.KindNames, Outcomes: []string{string(sending.Done), string(sending.Failed), string(sending.Unclear), string(sending.Stopped)},
		Now: h.now, Connected: func() int { return h.bot.Connected() }, Ask: h.askDatabase,
	}
	for _, state := range outbox.States {
		o.States = append(o.States, string(state))
	}
	for _, kind := range commands.KindNames {
		if api := commands.APIOf(kind); !slices.Contains(o.APIs, api) {
			o.APIs = append(o.APIs, api)
		}
	}
	for _, api := range wechat.Tokens {
		o.Tokens = append(o.Tokens, api.Path)
	}
	for _, account := range accounts {
		o.Quotas = append(o.Quotas, metrics.Quota{Account: account, API: apis.SubscribeSend.Path})
	}
	for queue := range jobs.Workers() {
		o.Queues = append(o.Queues, string(queue))
	}
	return metrics.New(o)
}

// askDatabase asks for what only the database knows.
func (h *house) askDatabase(ctx context.Context) (metrics.Found, error) {
	oldest, err := h.outbox.Oldest(ctx)
	depth, depthErr := h.jobs.Depth(ctx)
	if err := errors.Join(err, depthErr); err != nil {
		return metrics.Found{}, err
	}
	found := metrics.Found{Oldest: map[string]time.Time{}, Depth: map[string]int{}}
	for state, since := range oldest {
		found.Oldest[string(state)] = since
	}
	for queue, count := range depth {
		found.Depth[string(queue)] = count
	}
	return found, nil
}

// watchOf has what the client of an account does counted.
func (h *house) watchOf(account string) wechat.Watch {
	return wechat.Watch{
		Called: func(ctx context.Context, api string, took time.Duration, err error) {
			h.metrics.Called(api, took, wechat.Fate(err))
			h.traceCall(ctx, account, api, took, err)
		},
		Refreshed: h.metrics.Refreshed,
		QuotaLeft: func(api string, left int) { h.metrics.QuotaLeft(metrics.Quota{Account: account, API: api}, left) },
	}
}

// countEntered, countDelivered and countFailed put what rooms tell into labels.
func (h *house) countEntered(kind string, state outbox.State) { h.metrics.Entered(kind, string(state)) }

func (h *house) countDelivered(kind string, outcome sending.State, n int) {
	h.metrics.Delivered(commands.APIOf(kind), string(outcome), n)
}

func (h *house) countFailed(queue jobs.Queue) { h.metrics.JobFailed(string(queue)) }

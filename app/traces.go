package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"magpie/config"
	"magpie/sending"
	"magpie/traces"
	"magpie/wechat"
)

// flushWithin is how long a stop waits for the last spans to be taken.
const flushWithin = 2 * time.Second

// openTraces makes spans go where the settings say; nil where they say nowhere.
func openTraces(ctx context.Context, cfg config.Traces, log *slog.Logger) (*traces.Traces, error) {
	if !cfg.On {
		return nil, nil
	}
	return traces.Open(ctx, traces.Options{
		Endpoint: cfg.Endpoint, GRPC: cfg.Protocol == "grpc", Headers: cfg.Headers, Timeout: cfg.Timeout, Delay: cfg.Delay,
		Sampler: cfg.Sampler, Share: cfg.Share, Service: cfg.Service, Version: built().Version, Resource: cfg.Resource, TLS: cfg.TLS, Gzip: cfg.Gzip, Log: log,
	})
}

// closeTraces sends what is left.
func (h *house) closeTraces() {
	ctx, cancel := context.WithTimeout(context.Background(), flushWithin)
	defer cancel()
	if err := h.traces.Stop(ctx); err != nil {
		h.log.Info("the last traces were not taken", "fault", err)
	}
}

// traceCall makes a span of a call to WeChat, where it was made for something that is traced. Of
// an error it bears the sort and WeChat's code: its text may name people.
func (h *house) traceCall(ctx context.Context, account, api string, took time.Duration, err error) {
	if h.traces == nil {
		return
	}
	span := h.traces.Since(ctx, time.Now().Add(-took), api)
	span.Text("magpie.account", account)
	span.Text("wechat.api", api)
	if request := sending.OrderOf(ctx); request > 0 {
		span.Number("magpie.request", request)
	}
	fate := wechat.Fate(err)
	if failed, ok := errors.AsType[*wechat.Error](err); ok && failed.Code != 0 {
		span.Number("wechat.errcode", int64(failed.Code))
	}
	switch {
	case err == nil:
		span.Text("wechat.outcome", "done")
	case fate != "":
		span.Text("wechat.outcome", fate)
		span.Failed(fate)
	default:
		span.Failed("failed")
	}
	span.End()
}

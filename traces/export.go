package traces

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc/credentials"
)

// Options are what Open needs.
type Options struct {
	Endpoint string            // the whole address, http or https
	GRPC     bool              // OTLP over gRPC; else over HTTP
	Headers  map[string]string // secret
	Timeout  time.Duration     // of sending spans once
	Delay    time.Duration     // until spans are sent
	Sampler  string            // by OpenTelemetry's name of it
	Share    float64           // of traces, for the samplers by ratio
	TLS      *tls.Config       // of an https endpoint; nil: as the system has it
	Gzip     bool              // spans are compressed

	Service, Version string
	Resource         map[string]string // what else is said of this process
	Log              *slog.Logger
}

// Open makes Traces that go to a collector, which need not be there.
func Open(ctx context.Context, o Options) (*Traces, error) {
	attributes := []attribute.KeyValue{}
	for key, value := range o.Resource {
		attributes = append(attributes, attribute.String(key, value))
	}
	attributes = append(attributes, attribute.String("service.name", o.Service), attribute.String("service.version", o.Version))
	about, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(attributes...))
	if err != nil {
		return nil, fmt.Errorf("say whose traces they are: %w", err)
	}
	exporter, err := otlptrace.New(ctx, o.client())
	if err != nil {
		return nil, fmt.Errorf("send traces: %w", err)
	}
	told := &told{SpanExporter: exporter, headers: o.Headers, log: o.Log}
	return newTraces(told, o.Delay, sdktrace.WithResource(about), sdktrace.WithSampler(o.sampler())), nil
}

// client speaks with the collector. What it is not given it would read from the process'
// environment, where .env is not.
func (o Options) client() otlptrace.Client {
	retry := otlptracehttp.RetryConfig{Enabled: true, InitialInterval: time.Second, MaxInterval: 5 * time.Second, MaxElapsedTime: 15 * time.Second}
	if o.GRPC {
		options := []otlptracegrpc.Option{otlptracegrpc.WithEndpointURL(o.Endpoint), otlptracegrpc.WithHeaders(o.Headers),
			otlptracegrpc.WithTimeout(o.Timeout), otlptracegrpc.WithRetry(otlptracegrpc.RetryConfig(retry))}
		if o.TLS != nil {
			options = append(options, otlptracegrpc.WithTLSCredentials(credentials.NewTLS(o.TLS)))
		}
		if o.Gzip {
			options = append(options, otlptracegrpc.WithCompressor("gzip"))
		}
		return otlptracegrpc.NewClient(options...)
	}
	options := []otlptracehttp.Option{otlptracehttp.WithEndpointURL(o.Endpoint), otlptracehttp.WithHeaders(o.Headers),
		otlptracehttp.WithTimeout(o.Timeout), otlptracehttp.WithRetry(retry), otlptracehttp.WithCompression(otlptracehttp.NoCompression)}
	if o.TLS != nil {
		options = append(options, otlptracehttp.WithTLSClientConfig(o.TLS))
	}
	if o.Gzip {
		options = append(options, otlptracehttp.WithCompression(otlptracehttp.GzipCompression))
	}
	return otlptracehttp.NewClient(options...)
}

func (o Options) sampler() sdktrace.Sampler {
	name, below := strings.CutPrefix(o.Sampler, "parentbased_")
	root := sdktrace.AlwaysSample()
	switch name {
	case "always_off":
		root = sdktrace.NeverSample()
	case "traceidratio":
		root = sdktrace.TraceIDRatioBased(o.Share)
	}
	if below {
		return sdktrace.ParentBased(root)
	}
	return root
}

// sayEvery is how often it is told that a collector is still away.
const sayEvery = time.Minute

// told tells of a collector that takes no spans, in one line at its start and one a minute,
// instead of OpenTelemetry's handler, which is one for the whole process. Spans that it did
// not take are lost.
type told struct {
	sdktrace.SpanExporter
	headers map[string]string
	log     *slog.Logger

	mu   sync.Mutex
	away bool
	said time.Time // when it was told last
	lost int       // spans
}

// ExportSpans fulfils OpenTelemetry's exporter; it returns no error.
func (t *told) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	err := t.SpanExporter.ExportSpans(ctx, spans)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		if t.away {
			t.log.Info("traces are taken again", "lost", t.lost)
		}
		t.away, t.lost = false, 0
		return nil
	}
	t.away = true
	t.lost += len(spans)
	// One that comes and goes is told of no more often.
	if now := time.Now(); t.said.IsZero() || now.Sub(t.said) >= sayEvery {
		t.said = now
		t.log.Warn("traces are not taken; all else goes on", "fault", t.shown(err), "lost", t.lost)
	}
	return nil
}

// shown is an error without the headers that a collector may repeat, and without length.
func (t *told) shown(err error) string {
	text := err.Error()
	for _, value := range t.headers {
		if value != "" {
			text = strings.ReplaceAll(text, value, "…")
		}
	}
	if len(text) > 300 {
		text = strings.ToValidUTF8(text[:300], "") + "…"
	}
	return text
}

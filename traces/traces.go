// Package traces makes spans of what magpie does, by OpenTelemetry. Nil Traces make none.
package traces

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Traces makes the spans of one process.
type Traces struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// newTraces makes Traces whose spans go to exporter, at least every delay.
func newTraces(exporter sdktrace.SpanExporter, delay time.Duration, o ...sdktrace.TracerProviderOption) *Traces {
	p := sdktrace.NewTracerProvider(append(o, sdktrace.WithBatcher(exporter, sdktrace.WithBatchTimeout(delay)))...)
	return &Traces{provider: p, tracer: p.Tracer("magpie")}
}

// Stop sends what is left, at most until ctx ends.
func (t *Traces) Stop(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// Start begins a span below that of ctx.
func (t *Traces) Start(ctx context.Context, name string) (context.Context, Span) {
	if t == nil {
		return ctx, Span{}
	}
	ctx, span := t.tracer.Start(ctx, name)
	return ctx, Span{span}
}

// Since begins a span of a call to somebody else that began earlier, below that of ctx; where
// there is none it notes nothing.
func (t *Traces) Since(ctx context.Context, began time.Time, name string) Span {
	if t == nil || !trace.SpanContextFromContext(ctx).IsValid() {
		return Span{}
	}
	_, span := t.tracer.Start(ctx, name, trace.WithTimestamp(began), trace.WithSpanKind(trace.SpanKindClient))
	return Span{span}
}

// Continue begins a span in the trace that Carry has kept, with a link to that of ctx; where
// none was kept, or ctx is in that trace already, it is Start.
func (t *Traces) Continue(ctx context.Context, kept, name string) (context.Context, Span) {
	if t == nil {
		return ctx, Span{}
	}
	below, by := Resume(ctx, kept), trace.SpanContextFromContext(ctx)
	if kept == "" || by.TraceID() == trace.SpanContextFromContext(below).TraceID() {
		return t.Start(ctx, name)
	}
	var links []trace.SpanStartOption
	if by.IsValid() {
		links = append(links, trace.WithLinks(trace.LinkFromContext(ctx)))
	}
	below, span := t.tracer.Start(below, name, links...)
	return below, Span{span}
}

const header = "traceparent"

// Carry is the span of ctx as it is kept with a request or a job; "" where there is none.
func Carry(ctx context.Context) string {
	if !trace.SpanContextFromContext(ctx).IsValid() {
		return ""
	}
	kept := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, kept)
	return kept[header]
}

// Resume is ctx below a span that Carry has kept.
func Resume(ctx context.Context, kept string) context.Context {
	if kept == "" {
		return ctx
	}
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{header: kept})
}

// Below is ctx below the span of another context; ctx where that has none.
func Below(ctx, other context.Context) context.Context {
	span := trace.SpanContextFromContext(other)
	if !span.IsValid() {
		return ctx
	}
	return trace.ContextWithSpanContext(ctx, span)
}

// Current is the span of ctx.
func Current(ctx context.Context) Span { return Span{trace.SpanFromContext(ctx)} }

// Span is one thing that is done; a zero one notes nothing. Of values it takes names of
// magpie's own, of WeChat's APIs, AppIDs and numbers: never anybody's words, names or openid.
type Span struct{ span trace.Span }

// Text notes a name.
func (s Span) Text(key, value string) {
	if s.span != nil {
		s.span.SetAttributes(attribute.String(key, value))
	}
}

// Number notes a number.
func (s Span) Number(key string, n int64) {
	if s.span != nil {
		s.span.SetAttributes(attribute.Int64(key, n))
	}
}

// Failed says that it came to nothing, and by what sort of fault.
func (s Span) Failed(fault string) {
	if s.span != nil {
		s.span.SetStatus(codes.Error, fault)
	}
}

// End ends a span.
func (s Span) End() {
	if s.span != nil {
		s.span.End()
	}
}
